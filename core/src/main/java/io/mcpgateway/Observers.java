package io.mcpgateway;

import io.mcpgateway.telemetry.GatewayObserver;
import io.mcpgateway.telemetry.KeyFetch;
import io.mcpgateway.telemetry.RequestRecord;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells observers what happens, on a thread of their own: a log that cannot be written, or a
 * registry that locks, holds no request up. What they do not take in time is dropped, and counted.
 * What still ends after the close is told by whoever ends it. Thread-safe.
 */
final class Observers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Observers.class);

  /** So many events wait at the most. */
  static final int MOST_WAITING = 16_384;

  /** Under load the thread is woken for many events at once. */
  private static final long PAUSE_NANOS = Duration.ofMillis(2).toNanos();

  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final List<GatewayObserver> observers;
  private final Queue<Consumer<GatewayObserver>> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicBoolean asleep = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final Set<GatewayObserver> failed = ConcurrentHashMap.newKeySet();
  private final Thread thread;

  Observers(List<GatewayObserver> observers) {
    this.observers = observers;
    this.thread = new Thread(this::run, "mcp-gateway-observers");
    thread.setDaemon(true);
    if (!observers.isEmpty()) {
      thread.start();
    }
  }

  void requestFinished(RequestRecord request) {
    tell(observer -> observer.requestFinished(request));
  }

  void keysFetched(KeyFetch fetch) {
    tell(observer -> observer.keysFetched(fetch));
  }

  /** How many events the observers have missed. */
  long dropped() {
    return dropped.get();
  }

  private void tell(Consumer<GatewayObserver> event) {
    if (observers.isEmpty()) {
      return;
    }
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      dropped.incrementAndGet();
      return;
    }
    events.add(event);
    if (ended.get()) {
      drain(); // what the end of the gateway broke off
    } else if (asleep.get() && asleep.compareAndSet(true, false)) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    long toldOf = 0;
    while (true) {
      drain();
      if (dropped() > toldOf) {
        LOG.warn("observers are too slow: {} records were dropped", dropped() - toldOf);
        toldOf = dropped();
      }
      if (closed.get()) {
        ended.set(true);
        drain(); // what came before somebody could see that
        return;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      if (events.isEmpty()) {
        asleep.set(true);
        while (asleep.get() && events.isEmpty() && !closed.get()) {
          LockSupport.park(this);
        }
        asleep.set(false);
      }
    }
  }

  private synchronized void drain() {
    Consumer<GatewayObserver> event = events.poll();
    while (event != null) {
      waiting.decrementAndGet();
      for (GatewayObserver observer : observers) {
        try {
          event.accept(observer);
        } catch (RuntimeException | Error failure) {
          if (failed.add(observer)) {
            LOG.warn("an observer failed; it is told on, and this is said once", failure);
          }
        }
      }
      event = events.poll();
    }
  }

  /** Tells what is left, if observers take it soon. */
  @Override
  public void close() {
    closed.set(true);
    LockSupport.unpark(thread);
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    try {
      thread.join(LAST_WORDS.toMillis());
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }
}
