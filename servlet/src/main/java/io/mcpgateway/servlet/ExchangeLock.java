package io.mcpgateway.servlet;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one lock of an exchange. Request and response are touched while it is held, and only by calls
 * that do not block: a container that meets two threads in one response mixes up who failed, and
 * may fail the next request on the connection instead (Tomcat). What calls back into the gateway,
 * or takes locks of the container, is {@linkplain #later put off} until the lock is free:
 * containers call listeners while they hold theirs.
 */
final class ExchangeLock {
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Runnable> later = new ArrayDeque<>(2);

  void acquire() {
    lock.lock();
  }

  /** Runs what was put off once the outermost holder lets go. */
  void release() {
    List<Runnable> actions = List.of();
    if (lock.getHoldCount() == 1 && !later.isEmpty()) {
      actions = List.copyOf(later);
      later.clear();
    }
    lock.unlock();
    actions.forEach(Runnable::run);
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
