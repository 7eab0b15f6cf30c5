package io.mcpgateway.servlet;

import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that keep a filter's event streams alive: one that tells the time and never blocks,
 * and a few that write, each of which a client that does not read may hold up. When all are, and
 * enough streams wait for them, a comment is left out. There is none before the first is needed.
 */
final class KeepAliveThreads implements AutoCloseable {
  private static final int WRITERS = 8;
  private static final int WAITING = 4096;
  private static final int IDLE_SECONDS = 30;

  private final ScheduledThreadPoolExecutor clock =
      new ScheduledThreadPoolExecutor(
          1, daemons("mcp-gateway-clock"), new ThreadPoolExecutor.DiscardPolicy());
  private final ThreadPoolExecutor writers =
      new ThreadPoolExecutor(
          WRITERS,
          WRITERS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(WAITING),
          daemons("mcp-gateway-keep-alive"),
          new ThreadPoolExecutor.DiscardPolicy());

  KeepAliveThreads() {
    clock.setRemoveOnCancelPolicy(true);
    writers.allowCoreThreadTimeOut(true);
  }

  private static ThreadFactory daemons(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Calls back in time.
   *
   * @param nanos how much later, in nanoseconds
   * @param task does not block
   * @return cancels it
   */
  Future<?> after(long nanos, Runnable task) {
    return clock.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  /**
   * Writes, if a thread is to be had.
   *
   * @param task may block
   */
  void write(Runnable task) {
    writers.execute(task);
  }

  /** Ends the threads; nothing is called or written any more. */
  @Override
  public void close() {
    clock.shutdownNow();
    writers.shutdownNow();
  }
}
