package io.mcpgateway.forward;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.mcp.ByteOrderMark;
import io.mcpgateway.mcp.EventBoundary;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * An event stream that is never silent for long: while its reader waits, and no event has begun, a
 * comment comes instead. Proxies in front then see that it lives, and servers that could not see it
 * otherwise, that the client has left.
 */
final class KeptAlive implements BodySource {
  private final BodySource events;
  private final long intervalNanos;
  private final Scheduler scheduler;
  private final EventBoundary boundary = new EventBoundary();
  private final ByteOrderMark mark = new ByteOrderMark();

  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Runnable waiting;
  private boolean demanded;
  private boolean commentDue;
  private boolean begun;
  private boolean commentFirst;
  private boolean ended;
  private long lastNanos;
  private Scheduler.@Nullable Task timer;

  /**
   * Keeps a stream alive until it ends or is given up.
   *
   * @param events the stream
   * @param interval after how much silence a comment comes
   * @param scheduler calls back in time
   */
  KeptAlive(BodySource events, Duration interval, Scheduler scheduler) {
    this.events = events;
    this.intervalNanos = interval.toNanos();
    this.scheduler = scheduler;
  }

  private void schedule(long nanos) {
    timer = scheduler.schedule(this::tick, nanos, TimeUnit.NANOSECONDS);
  }

  private void end() {
    ended = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  private void tick() {
    Runnable reader = null;
    lock.lock();
    try {
      if (ended) {
        return;
      }
      long silent = System.nanoTime() - lastNanos;
      if (silent < intervalNanos) {
        schedule(intervalNanos - silent);
        return;
      }
      if (waiting != null && boundary.betweenEvents()) {
        commentDue = true;
        reader = waiting;
        waiting = null;
      }
      schedule(intervalNanos);
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
      if (commentDue) {
        commentDue = false;
        commentFirst |= !begun;
        lastNanos = System.nanoTime();
        return Chunk.of(EventBoundary.keepAlive(), false);
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
      lastNanos = System.nanoTime();
      if (!(chunk instanceof Chunk.Data data)) {
        end();
        return chunk;
      }
      if (data.last()) {
        end();
      }
      begun |= data.bytes().hasRemaining();
      ByteBuffer bytes = commentFirst ? mark.strip(data.bytes()) : data.bytes();
      boundary.feed(bytes);
      return new Chunk.Data(bytes, data.last(), data.onRelease());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void demand(Runnable readable) {
    boolean ask;
    lock.lock();
    try {
      waiting = readable;
      ask = !demanded;
      if (timer == null) {
        lastNanos = System.nanoTime();
        schedule(intervalNanos); // not sooner: most streams are over before their reader waits
      }
      demanded = true;
    } finally {
      lock.unlock();
    }
    if (ask) {
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
    lock.lock();
    try {
      end();
      waiting = null;
    } finally {
      lock.unlock();
    }
    events.cancel(cause);
  }
}
