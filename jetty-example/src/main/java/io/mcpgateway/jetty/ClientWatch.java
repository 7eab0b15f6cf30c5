package io.mcpgateway.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Notices a client that leaves while its HTTP/1.1 response is silent. Between the end of a request
 * and the end of its response nobody reads from the connection, so nobody would see its end before
 * the next write. The watch reads then; bytes of a next request, which the client may send early,
 * go back to the connection. Over HTTP/2 the connection itself always reads.
 *
 * <p>A client that closes its sending side only counts as gone: no MCP client does that.
 */
final class ClientWatch implements Callback {
  private static final int EARLY_BYTES = 4096;

  private final AbstractEndPoint endPoint;
  private final Connection.UpgradeTo connection;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Consumer<Throwable> gone;
  private boolean requestRead;
  private boolean watching;
  private boolean ended;

  /** Ends a watch. Nobody looks at it, and a stack trace would cost more than the watch. */
  private static final class Ended extends EofException {
    private static final long serialVersionUID = 1;

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }

  private ClientWatch(AbstractEndPoint endPoint, Connection.UpgradeTo connection) {
    this.endPoint = endPoint;
    this.connection = connection;
  }

  /**
   * A watch on the connection of a request.
   *
   * @return null where there is nothing to watch
   */
  static @Nullable ClientWatch of(Request request) {
    ConnectionMetaData metaData = request.getConnectionMetaData();
    Connection connection = metaData.getConnection();
    return metaData.getHttpVersion() != HttpVersion.HTTP_2
            && connection instanceof Connection.UpgradeTo takesBytesBack
            && connection.getEndPoint() instanceof AbstractEndPoint endPoint
        ? new ClientWatch(endPoint, takesBytesBack)
        : null;
  }

  /** Whom to tell; the watch begins once the request has been read, too. */
  void tell(Consumer<Throwable> action) {
    lock.lock();
    try {
      gone = action;
      begin();
    } finally {
      lock.unlock();
    }
  }

  /** The request has been read to its end, and passed on: from here on nobody else reads. */
  void requestRead() {
    lock.lock();
    try {
      requestRead = true;
      begin();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Not while the connection holds bytes of a next request: others would not fit behind them, and
   * who has sent them is there.
   */
  private void begin() {
    boolean room = !(connection instanceof HttpConnection http) || http.isRequestBufferEmpty();
    if (gone != null && requestRead && room && !watching && !ended) {
      watching = endPoint.tryFillInterested(this);
    }
  }

  /** Leaves the connection to its owner; called before the response is complete. */
  void end() {
    boolean interested;
    lock.lock();
    try {
      interested = watching;
      watching = false;
      ended = true;
    } finally {
      lock.unlock();
    }
    if (interested) {
      endPoint.getFillInterest().onFail(new Ended());
    }
  }

  /** There is something to read. */
  @Override
  public void succeeded() {
    Consumer<Throwable> action = null;
    lock.lock();
    try {
      if (watching && hasLeft()) {
        action = gone;
      }
    } finally {
      lock.unlock();
    }
    if (action != null) {
      action.accept(new EofException("the client closed the connection"));
    }
  }

  private boolean hasLeft() {
    watching = false;
    ByteBuffer early = BufferUtil.allocate(EARLY_BYTES);
    try {
      int count = endPoint.fill(early);
      if (count == 0) {
        begin();
      } else if (count > 0) {
        connection.onUpgradeTo(early);
      }
      return count < 0;
    } catch (IOException reset) {
      return true;
    }
  }
}
