package io.mcpgateway.testkit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** How a script waits for the test, and a test for the script. */
public final class Latches {
  private Latches() {}

  /** Returns when the latch is open; fails where that takes too long. */
  public static void passed(CountDownLatch latch) {
    passed(() -> latch.await(20, TimeUnit.SECONDS));
  }

  /** Takes one permit, as soon as there is one; fails where that takes too long. */
  public static void passed(Semaphore steps) {
    passed(() -> steps.tryAcquire(20, TimeUnit.SECONDS));
  }

  private static void passed(Waiting waiting) {
    try {
      if (!waiting.inTime()) {
        throw new AssertionError("not in time");
      }
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  private interface Waiting {
    boolean inTime() throws InterruptedException;
  }
}
