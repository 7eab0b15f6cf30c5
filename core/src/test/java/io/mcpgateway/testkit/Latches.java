package io.mcpgateway.testkit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How a script waits for the test, and a test for the script. */
public final class Latches {
  private Latches() {}

  /** Returns when the latch is open; fails where that takes too long. */
  public static void passed(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("not in time");
      }
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }
}
