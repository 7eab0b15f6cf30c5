package io.mcpgateway.jetty;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 connections whose request heads come in time: Jetty counts the time between two bytes
 * only, so that a head that comes byte by byte would hold its connection for ever.
 */
final class HeadTimeout extends HttpConnectionFactory {
  private final Duration timeout;

  /**
   * A factory of such connections.
   *
   * @param configuration of all requests
   * @param timeout from the first byte of a head to its end; then the connection is closed
   */
  HeadTimeout(HttpConfiguration configuration, Duration timeout) {
    super(configuration);
    this.timeout = timeout;
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    TimedConnection connection =
        new TimedConnection(getHttpConfiguration(), connector, endPoint, timeout);
    return configure(connection, connector, endPoint);
  }

  /** One connection. That Jetty's class is internal is the price: nothing else sees a head come. */
  private static final class TimedConnection extends HttpConnection {
    private final long timeoutNanos;
    private final Scheduler scheduler;
    private boolean withinHead;
    private long headSinceNanos;
    private Scheduler.@Nullable Task limit;

    TimedConnection(
        HttpConfiguration configuration, Connector connector, EndPoint endPoint, Duration timeout) {
      super(configuration, connector, endPoint);
      this.timeoutNanos = timeout.toNanos();
      this.scheduler = connector.getScheduler();
    }

    /**
     * Who has answered looks for the next request itself: that blocks nobody, as handlers do not,
     * and saves waking another thread. Jetty asks for this executor for that alone.
     */
    @Override
    public Executor getExecutor() {
      return Runnable::run;
    }

    @Override
    public void onFillable() {
      super.onFillable();
      look();
    }

    /** Another request may be under way by now, on another thread: what counts is what is. */
    private synchronized void look() {
      boolean before = withinHead;
      withinHead = getParser().inHeaderState() && !getParser().isStart();
      if (withinHead && !before) {
        headSinceNanos = System.nanoTime();
        limit = scheduler.schedule(this::cut, timeoutNanos, TimeUnit.NANOSECONDS);
      } else if (!withinHead && limit != null) {
        limit.cancel();
        limit = null;
      }
    }

    private void cut() {
      boolean late;
      synchronized (this) {
        late = withinHead && System.nanoTime() - headSinceNanos >= timeoutNanos;
      }
      if (late) {
        getEndPoint().close(new TimeoutException("the head of a request did not come in time"));
      }
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
      synchronized (this) {
        if (limit != null) {
          limit.cancel();
          limit = null;
        }
      }
      super.onClose(cause);
    }
  }
}
