package io.mcpgateway;

import io.mcpgateway.http.BodyRefusedException;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.BodyWrapper;
import io.mcpgateway.http.Chunk;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a client that is waited for, but not for ever: neither for the next bytes nor, when
 * they come one by one, for all of them. Only the time counts in which somebody asks for bytes:
 * that a backend takes them slowly is not the client's fault.
 */
final class PatientBody extends BodyWrapper {
  private static final long NANOS_PER_BYTE = Duration.ofSeconds(1).toNanos() / 500;

  private final long patienceNanos;
  private final ScheduledExecutorService timer;

  private @Nullable Runnable waiting;
  private @Nullable Future<?> limit;
  private long askedNanos;
  private long waitedNanos;
  private long earnedNanos;
  private boolean demanded;
  private boolean refused;

  /**
   * A body that was not read.
   *
   * @param body the client's
   * @param patience how long to wait
   * @param timer tells when that is over
   */
  PatientBody(BodySource body, Duration patience, ScheduledExecutorService timer) {
    super(body);
    this.patienceNanos = patience.toNanos();
    this.timer = timer;
  }

  @Override
  public Chunk read() {
    synchronized (this) {
      if (refused) {
        return new Chunk.Failed(tooSlow());
      }
      if (demanded) {
        return Chunk.PENDING;
      }
    }
    Chunk chunk = body.read();
    if (chunk instanceof Chunk.Data data) {
      earned(data.bytes().remaining());
    }
    return chunk;
  }

  private static BodyRefusedException tooSlow() {
    return new BodyRefusedException(408, "the request body did not come in time");
  }

  private synchronized void earned(int bytes) {
    earnedNanos += bytes * NANOS_PER_BYTE;
  }

  @Override
  public void demand(Runnable readable) {
    synchronized (this) {
      waiting = readable;
      demanded = true;
      askedNanos = System.nanoTime();
      long most = Math.min(patienceNanos, patienceNanos + earnedNanos - waitedNanos);
      limit = timer.schedule(this::giveUp, Math.max(most, 0), TimeUnit.NANOSECONDS);
    }
    body.demand(this::arrived);
  }

  private void arrived() {
    Optional<Runnable> reader;
    synchronized (this) {
      demanded = false;
      waitedNanos += System.nanoTime() - askedNanos;
      reader = reader();
    }
    reader.ifPresent(Runnable::run);
  }

  private void giveUp() {
    Optional<Runnable> reader;
    synchronized (this) {
      reader = reader();
      refused |= reader.isPresent();
    }
    if (reader.isPresent()) {
      body.cancel(tooSlow());
      reader.get().run();
    }
  }

  /** Whoever waits, once. */
  private Optional<Runnable> reader() {
    Optional<Runnable> reader = Optional.ofNullable(waiting);
    waiting = null;
    if (limit != null) {
      limit.cancel(false);
      limit = null;
    }
    return reader;
  }

  @Override
  public void cancel(Throwable cause) {
    synchronized (this) {
      if (limit != null) {
        limit.cancel(false);
        limit = null;
      }
    }
    super.cancel(cause);
  }
}
