package io.mcpgateway.forward;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/** Time that passes when it is told to. */
final class Clockwork extends AbstractLifeCycle implements Scheduler {
  final Queue<Runnable> tasks = new ArrayDeque<>();

  @Override
  public Task schedule(Runnable task, long delay, TimeUnit units) {
    tasks.add(task);
    return () -> tasks.remove(task);
  }

  void tick() {
    Runnable task = tasks.poll();
    if (task != null) {
      task.run();
    }
  }
}
