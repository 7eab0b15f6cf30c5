package io.mcpgateway.forward;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.StreamLife;
import io.mcpgateway.mcp.ByteOrderMark;
import io.mcpgateway.mcp.EventBoundary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * An event stream that is never silent for long, and ends in time. While its reader waits, and no
 * event has begun, a comment comes instead: proxies in front then see that it lives, and servers
 * that could not see it otherwise, that the client has left. When its time is over it ends,
 * cleanly, behind a whole event.
 */
final class TimedStream implements BodySource {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final BodySource events;
  private final Optional<Duration> interval;
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
  private boolean due;
  private long lastNanos;
  private Scheduler.@Nullable Task timer;
  private Scheduler.@Nullable Task expiry;
  private final Runnable deaf;

  /**
   * A stream from its first byte.
   *
   * @param events the stream
   * @param interval after how much silence a comment comes; empty for never
   * @param life how long it may last
   * @param scheduler calls back in time
   */
  TimedStream(
      BodySource events, Optional<Duration> interval, StreamLife life, Scheduler scheduler) {
    this.events = events;
    this.interval = interval;
    this.scheduler = scheduler;
    life.longest()
        .ifPresent(
            most ->
                expiry = scheduler.schedule(this::expire, most.toMillis(), TimeUnit.MILLISECONDS));
    this.deaf = life.end().onRaised(this::expire);
  }

  private void schedule(Duration delay) {
    timer = scheduler.schedule(this::tick, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void end() {
    ended = true;
    cancel(timer);
    cancel(expiry);
    deaf.run();
  }

  private static void cancel(Scheduler.@Nullable Task task) {
    if (task != null) {
      task.cancel();
    }
  }

  private void expire() {
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

  private void tick() {
    Runnable reader = null;
    lock.lock();
    try {
      if (ended) {
        return;
      }
      Duration silent = Duration.ofNanos(System.nanoTime() - lastNanos);
      Duration longest = interval.orElse(Duration.ZERO);
      if (silent.compareTo(longest) < 0) {
        schedule(longest.minus(silent));
        return;
      }
      if (waiting != null && boundary.betweenEvents()) {
        commentDue = true;
        reader = waiting;
        waiting = null;
      }
      schedule(longest);
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
        return expired(NOTHING);
      }
      if (commentDue) {
        commentDue = false;
        commentFirst |= !begun;
        lastNanos = System.nanoTime();
        byte[] comment = EventBoundary.keepAlive();
        boundary.feed(ByteBuffer.wrap(comment));
        return Chunk.of(comment, false);
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
      if (due && !data.last()) {
        return lastEvent(new Chunk.Data(bytes, false, data.onRelease()));
      }
      boundary.feed(bytes);
      return new Chunk.Data(bytes, data.last(), data.onRelease());
    } finally {
      lock.unlock();
    }
  }

  /** Passes what belongs to the event that is under way. */
  private Chunk lastEvent(Chunk.Data data) {
    ByteBuffer bytes = data.bytes().duplicate();
    while (bytes.hasRemaining()) {
      boundary.feed(bytes.slice(bytes.position(), 1));
      bytes.get();
      if (boundary.betweenEvents()) {
        byte[] rest = new byte[bytes.position() - data.bytes().position()];
        bytes.position(data.bytes().position()).get(rest);
        data.release();
        return expired(ByteBuffer.wrap(rest));
      }
    }
    return data;
  }

  private Chunk expired(ByteBuffer rest) {
    end();
    events.cancel(new IOException("the time of the stream is over"));
    return new Chunk.Data(rest, true, () -> {});
  }

  @Override
  public void demand(Runnable readable) {
    boolean over;
    boolean ask;
    lock.lock();
    try {
      over = due && boundary.betweenEvents();
      waiting = over ? null : readable;
      ask = !over && !demanded;
      demanded |= ask;
      if (timer == null && interval.isPresent()) {
        lastNanos = System.nanoTime();
        schedule(interval.get()); // not sooner: most streams are over before their reader waits
      }
    } finally {
      lock.unlock();
    }
    if (over) {
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
