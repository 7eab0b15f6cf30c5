package io.mcpgateway.forward;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.mcp.EventBoundary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * An event stream that ends in time, cleanly, behind a whole event: what opened it is no longer
 * good. The backend's request is given up then.
 */
final class EndingStream implements BodySource {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final BodySource events;
  private final EventBoundary boundary = new EventBoundary();
  private final Scheduler.Task timer;

  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Runnable waiting;
  private boolean demanded;
  private boolean due;

  /**
   * A stream from its first byte.
   *
   * @param events the stream
   * @param lifetime after how long it ends
   * @param scheduler calls back in time
   */
  EndingStream(BodySource events, Duration lifetime, Scheduler scheduler) {
    this.events = events;
    this.timer = scheduler.schedule(this::over, lifetime.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void over() {
    Runnable reader = null;
    lock.lock();
    try {
      due = true;
      if (boundary.betweenEvents()) {
        reader = waiting;
        waiting = null;
      }
    } finally {
      lock.unlock();
    }
    if (reader != null) {
      reader.run();
    }
  }

  @Override
  public Chunk read() {
    lock.lock();
    try {
      if (due && boundary.betweenEvents()) {
        return end(NOTHING);
      }
      if (demanded) {
        return Chunk.PENDING; // the stream was asked to call, and has not
      }
    } finally {
      lock.unlock();
    }
    Chunk chunk = events.read();
    if (chunk instanceof Chunk.Pending) {
      return chunk;
    }
    lock.lock();
    try {
      return chunk instanceof Chunk.Data data && !data.last() ? pass(data) : last(chunk);
    } finally {
      lock.unlock();
    }
  }

  private Chunk last(Chunk chunk) {
    timer.cancel();
    return chunk;
  }

  private Chunk pass(Chunk.Data data) {
    if (!due) {
      boundary.feed(data.bytes());
      return data;
    }
    ByteBuffer bytes = data.bytes().duplicate();
    while (bytes.hasRemaining()) {
      boundary.feed(bytes.slice(bytes.position(), 1));
      bytes.get();
      if (boundary.betweenEvents()) {
        byte[] rest = new byte[bytes.flip().position(data.bytes().position()).remaining()];
        bytes.get(rest);
        data.release();
        return end(ByteBuffer.wrap(rest));
      }
    }
    return data;
  }

  private Chunk end(ByteBuffer rest) {
    timer.cancel();
    events.cancel(new IOException("the token that opened the stream has expired"));
    return new Chunk.Data(rest, true, () -> {});
  }

  @Override
  public void demand(Runnable readable) {
    boolean ask;
    boolean now;
    lock.lock();
    try {
      now = due && boundary.betweenEvents();
      waiting = now ? null : readable;
      ask = !now && !demanded;
      demanded |= ask;
    } finally {
      lock.unlock();
    }
    if (now) {
      readable.run();
    } else if (ask) {
      events.demand(this::arrived);
    }
  }

  private void arrived() {
    Runnable reader;
    lock.lock();
    try {
      demanded = false;
      reader = waiting;
      waiting = null;
    } finally {
      lock.unlock();
    }
    if (reader != null) {
      reader.run();
    }
  }

  @Override
  public void cancel(Throwable cause) {
    timer.cancel();
    events.cancel(cause);
  }
}
