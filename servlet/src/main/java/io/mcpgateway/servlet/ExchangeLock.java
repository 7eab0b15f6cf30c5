package io.mcpgateway.servlet;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one lock of an exchange. Request and response are touched while it is held, and only by calls
 * that do not block: a container that meets two threads in one response mixes up who failed, and
 * may fail the next request on the connection instead (Tomcat). What calls back into the gateway,
 * or takes locks of the container, is {@linkplain #later put off} until the lock is free:
 * containers call listeners while they hold theirs.
 *
 * <p>For the same reason nothing that may run on a container's thread waits for the lock; it
 * {@linkplain #act leaves its action} to whoever holds it. Tomcat takes its connection's lock where
 * a chunked request body ends, on whatever thread that is read, and holds it around listeners.
 */
final class ExchangeLock {
  private static final long PATIENCE_MS = 500;

  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Runnable> arrived = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> later = new ArrayDeque<>(2);

  /** Waits for the lock; not where another thread may be reading the request. */
  void acquire() {
    lock.lock();
    runArrived();
  }

  /**
   * Takes the lock if nobody else holds it.
   *
   * @return whether it is held now
   */
  boolean tryAcquire() {
    boolean held = lock.tryLock();
    if (held) {
      runArrived();
    }
    return held;
  }

  /** Runs what was put off once the outermost holder lets go. */
  void release() {
    if (lock.getHoldCount() > 1) {
      lock.unlock();
      return;
    }
    List<Runnable> due = List.of();
    do {
      runArrived();
      due = addLater(due);
      lock.unlock();
    } while (!arrived.isEmpty() && lock.tryLock());
    due.forEach(Runnable::run);
  }

  private void runArrived() {
    for (Runnable action = arrived.poll(); action != null; action = arrived.poll()) {
      action.run();
    }
  }

  private List<Runnable> addLater(List<Runnable> due) {
    if (later.isEmpty()) {
      return due;
    }
    List<Runnable> all = new ArrayList<>(due);
    all.addAll(later);
    later.clear();
    return all;
  }

  /**
   * Has something done under the lock, without waiting for it: at once, or by the thread that holds
   * it before that lets go.
   *
   * @param action does not throw
   */
  void act(Runnable action) {
    if (lock.isHeldByCurrentThread()) {
      action.run();
      return;
    }
    arrived.add(action);
    if (tryAcquire()) {
      release();
    }
  }

  /**
   * As {@link #act}, for a container that is about to take the request back: waits until nobody
   * touches that any more. Not for ever: who reads the end of the request may wait for a lock that
   * the caller holds.
   *
   * @param action does not throw
   */
  void actLast(Runnable action) {
    boolean held = false;
    try {
      held = lock.tryLock(PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    act(action);
    if (held) {
      release();
    }
  }

  /**
   * Puts an action off until the lock is free; called while it is held.
   *
   * @param action runs on this thread
   */
  void later(Runnable action) {
    later.add(action);
  }
}
