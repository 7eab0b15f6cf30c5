package io.mcpgateway.servlet;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.HeaderNames;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of a client's request, read without blocking. The container is asked for bytes only
 * while the gateway waits for some: what is not demanded stays with the client (back-pressure).
 */
final class RequestBody implements BodySource, ReadListener {
  private static final int MAX_CHUNK = 16 * 1024;
  private static final Set<String> MOSTLY_BODILESS =
      Set.of("GET", "HEAD", "OPTIONS", "DELETE", "TRACE");

  private final HttpServletRequest request;
  private final ExchangeLock lock;
  private final long length;
  private final boolean readElsewhere;

  private @Nullable AsyncContext async;
  private @Nullable ServletInputStream input;
  private boolean listening;
  private @Nullable Runnable demanded;
  private boolean waking;
  private boolean ended;
  private @Nullable Throwable failure;
  private boolean brokeOff;

  /**
   * A body that is there.
   *
   * @param request see {@link #isIn}
   * @param lock the exchange's
   */
  RequestBody(HttpServletRequest request, ExchangeLock lock) {
    this.request = request;
    this.lock = lock;
    this.length = request.getContentLengthLong();
    this.readElsewhere =
        request.getHeader(HeaderNames.TRANSFER_ENCODING) != null
            && ContainerQuirk.SERVES_WITHIN_READS.isOf(request.getServletContext());
  }

  /**
   * Tells whether a request has a body. A read listener on one that has none keeps some containers
   * waiting for it.
   *
   * @param request the client's
   */
  static boolean isIn(HttpServletRequest request) {
    long declared = request.getContentLengthLong();
    if (declared >= 0) {
      return declared > 0;
    }
    if (request.getHeader(HeaderNames.TRANSFER_ENCODING) != null) {
      return true;
    }
    // RFC 9112, 6.3: HTTP/1 frames a request body by one of the two; HTTP/2 needs neither.
    return !request.getProtocol().startsWith("HTTP/1")
        && !MOSTLY_BODILESS.contains(request.getMethod());
  }

  /**
   * From now on the container may be asked; called while the lock is held.
   *
   * @param started the request's asynchronous mode
   */
  void becomeAsynchronous(AsyncContext started) {
    async = started;
    wake();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public Chunk read() {
    lock.acquire();
    try {
      if (!hasSomething()) {
        return Chunk.PENDING;
      }
      if (failure != null) {
        return new Chunk.Failed(failure);
      }
      return ended || input == null ? Chunk.END : read(input);
    } catch (IOException | RuntimeException broken) {
      failure = broken;
      brokeOff = true;
      return new Chunk.Failed(broken);
    } finally {
      lock.release();
    }
  }

  private Chunk read(ServletInputStream from) throws IOException {
    byte[] bytes = new byte[(int) (length < 0 ? MAX_CHUNK : Math.min(length, MAX_CHUNK))];
    int count = from.read(bytes);
    ended = count < 0 || from.isFinished();
    return count < 0
        ? Chunk.END
        : new Chunk.Data(ByteBuffer.wrap(bytes, 0, count), ended, () -> {});
  }

  @Override
  public void demand(Runnable readable) {
    lock.act(
        () -> {
          demanded = readable;
          wake();
        });
  }

  @Override
  public void cancel(Throwable cause) {
    fail(cause);
  }

  /**
   * Ends the body early; whoever waits for it is told.
   *
   * @param cause why
   */
  void fail(Throwable cause) {
    lock.act(
        () -> {
          if (!ended && failure == null) {
            failure = cause;
          }
          wake();
        });
  }

  /** Whether it broke off at the client's side; called while the lock is held. */
  boolean brokeOff() {
    return brokeOff;
  }

  @Override
  public void onDataAvailable() {
    lock.act(
        () -> {
          listening = true;
          wake();
        });
  }

  @Override
  public void onAllDataRead() {
    lock.act(
        () -> {
          ended = true;
          wake();
        });
  }

  @Override
  public void onError(Throwable broken) {
    lock.act(() -> brokeOff |= failure == null);
    fail(broken);
  }

  /** Has whoever waits called back, if there is something for him; called under the lock. */
  private void wake() {
    open();
    Runnable readable = next();
    if (readable != null) {
      AsyncContext elsewhere = ended || failure != null || !readElsewhere ? null : async;
      lock.later(elsewhere == null ? () -> call(readable) : () -> call(readable, elsewhere));
    }
  }

  /** Not on the thread that serves the connection, which may be this one. */
  private void call(Runnable readable, AsyncContext elsewhere) {
    try {
      elsewhere.start(() -> call(readable));
    } catch (RuntimeException over) {
      fail(over);
      call(readable);
    }
  }

  /** One thread at a time, in a loop rather than in depth. */
  private void call(Runnable first) {
    Runnable readable = first;
    while (readable != null) {
      try {
        readable.run();
      } catch (RuntimeException | Error thrown) {
        lock.act(() -> waking = false);
        throw thrown;
      }
      if (!lock.tryAcquire()) {
        lock.act(this::resume);
        return;
      }
      waking = false;
      readable = next();
      lock.release();
    }
  }

  private void resume() {
    waking = false;
    wake();
  }

  private @Nullable Runnable next() {
    if (waking || demanded == null || !hasSomething()) {
      return null;
    }
    waking = true;
    Runnable readable = demanded;
    demanded = null;
    return readable;
  }

  private void open() {
    if (async == null || input != null || demanded == null || ended || failure != null) {
      return;
    }
    try {
      ServletInputStream opened = request.getInputStream();
      input = opened;
      lock.later(() -> listen(opened));
    } catch (IOException | RuntimeException broken) {
      failure = broken;
    }
  }

  /**
   * Not while the lock is held: on a thread of the gateway, Tomcat calls the listener from here.
   */
  private void listen(ServletInputStream opened) {
    try {
      opened.setReadListener(this);
      onDataAvailable();
    } catch (RuntimeException broken) {
      fail(broken);
    }
  }

  /** When this says no, the container calls a listener's method once there is something. */
  private boolean hasSomething() {
    if (ended || failure != null) {
      return true;
    }
    try {
      return listening && input != null && (input.isFinished() || input.isReady());
    } catch (RuntimeException broken) {
      failure = broken;
      brokeOff = true;
      return true;
    }
  }
}
