package io.mcpgateway.servlet;

import io.mcpgateway.http.StreamLife;
import io.mcpgateway.mcp.ByteOrderMark;
import io.mcpgateway.mcp.EventBoundary;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event stream of the application that is never silent for long, and ends in time: the
 * application's writes and the gateway's comments take turns. A comment is put in between two
 * events only, and tells when the client has left: the servlet API does not. Once a write has
 * failed, or the response has ended, nobody touches the container's response any more: it may be
 * the next request's.
 */
final class KeptAlive {
  private static final Logger LOG = LoggerFactory.getLogger(KeptAlive.class);
  private static final char MARK = '\uFEFF';

  /** Something that is done to the response. */
  interface Turn {
    void take() throws IOException;
  }

  private final StreamedResponse response;
  private final long intervalNanos;
  private final KeepAliveThreads threads;

  // Held while somebody writes, and for no longer.
  private final ReentrantLock turn = new ReentrantLock();
  private final EventBoundary boundary = new EventBoundary();
  private final ByteOrderMark mark = new ByteOrderMark();
  private boolean begun;
  private boolean commentFirst;

  private volatile long writtenNanos = System.nanoTime();
  private volatile boolean quiet;
  private volatile boolean over;
  private volatile boolean due;
  private volatile @Nullable Future<?> next;
  private volatile @Nullable Future<?> expiry;
  private volatile @Nullable Runnable deaf;

  /**
   * A stream that has not begun.
   *
   * @param response where it is written
   * @param interval after how much silence a comment comes; empty for never
   * @param life how long the stream may last; it ends behind a whole event
   * @param threads write comments
   */
  KeptAlive(
      StreamedResponse response,
      Optional<Duration> interval,
      StreamLife life,
      KeepAliveThreads threads) {
    this.response = response;
    this.intervalNanos = interval.map(Duration::toNanos).orElse(0L);
    this.threads = threads;
    if (interval.isPresent()) {
      lookAfter(intervalNanos);
    }
    life.longest()
        .ifPresent(
            most -> expiry = threads.after(most.toNanos(), () -> threads.write(this::expire)));
    deaf = life.end().onRaised(() -> threads.write(this::expire));
  }

  /** The time of the stream is over. On a thread that may block. */
  private void expire() {
    due = true;
    turn.lock();
    try {
      if (over || !boundary.betweenEvents()) {
        return; // the write that ends the event will do it
      }
      end();
    } finally {
      turn.unlock();
    }
    response.endAsynchronousMode();
  }

  private void lookAfter(long nanos) {
    if (!quiet) {
      next = threads.after(nanos, this::look);
    }
  }

  private void look() {
    long silent = System.nanoTime() - writtenNanos;
    if (silent < intervalNanos) {
      lookAfter(intervalNanos - silent);
    } else if (!quiet) {
      threads.write(this::comment);
      lookAfter(intervalNanos);
    }
  }

  /** On a thread that may block. */
  private void comment() {
    if (!turn.tryLock()) {
      return; // the application is writing
    }
    boolean failed = false;
    try {
      boolean silent = System.nanoTime() - writtenNanos >= intervalNanos;
      if (!quiet && silent && boundary.betweenEvents() && response.takesComments()) {
        byte[] comment = EventBoundary.keepAlive();
        response.writeComment(comment);
        boundary.feed(ByteBuffer.wrap(comment));
        commentFirst |= !begun;
        writtenNanos = System.nanoTime();
      }
    } catch (IOException | RuntimeException failure) {
      LOG.debug("the client left a quiet event stream", failure);
      failed = true;
      end();
    } finally {
      turn.unlock();
    }
    if (failed) {
      response.endAsynchronousMode();
    }
  }

  /**
   * The application writes bytes.
   *
   * @param bytes what
   * @param to where
   * @throws IOException when it cannot, or the client has left
   */
  void write(ByteBuffer bytes, ServletOutputStream to) throws IOException {
    take(
        () -> {
          begun |= bytes.hasRemaining();
          ByteBuffer sent = commentFirst ? mark.strip(bytes) : bytes;
          boundary.feed(sent);
          to.write(sent.array(), sent.arrayOffset() + sent.position(), sent.remaining());
          writtenNanos = System.nanoTime();
        });
  }

  /**
   * The application writes text.
   *
   * @param text what
   * @param to where
   * @throws IOException when the client has left
   */
  void write(String text, PrintWriter to) throws IOException {
    take(
        () -> {
          boolean lateMark = commentFirst && !begun && text.indexOf(MARK) == 0;
          begun |= !text.isEmpty();
          String sent = lateMark ? text.substring(1) : text;
          boundary.feed(ByteBuffer.wrap(sent.getBytes(StandardCharsets.UTF_8)));
          to.write(sent);
          writtenNanos = System.nanoTime();
        });
  }

  /**
   * The application does something else to the response, a flush for instance.
   *
   * @param action what
   * @throws IOException when it cannot, or the client has left
   */
  void take(Turn action) throws IOException {
    turn.lock();
    try {
      if (over) {
        throw new IOException("the client left, or the response has ended");
      }
      action.take();
      if (due && boundary.betweenEvents()) {
        end();
        threads.write(response::endAsynchronousMode);
      }
    } catch (IOException failure) {
      end();
      throw failure;
    } finally {
      turn.unlock();
    }
  }

  /**
   * There are no comments when this returns, nor later, and nobody is writing. Not for callers that
   * hold locks of the container: a write that fails may want them.
   */
  void quieten() {
    turn.lock();
    try {
      stop();
    } finally {
      turn.unlock();
    }
  }

  private void stop() {
    quiet = true;
    cancel(next);
  }

  private static void cancel(@Nullable Future<?> pending) {
    if (pending != null) {
      pending.cancel(false);
    }
  }

  /** Neither a comment nor a write of the application begins from now on. */
  void end() {
    over = true;
    cancel(expiry);
    Runnable hears = deaf;
    if (hears != null) {
      hears.run();
    }
    stop();
  }

  /** Whether nothing is written any more. */
  boolean isOver() {
    return over;
  }
}
