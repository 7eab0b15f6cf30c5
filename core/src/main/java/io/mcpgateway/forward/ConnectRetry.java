package io.mcpgateway.forward;

import java.time.Duration;

/**
 * What happens when no connection to a backend can be had: the only failure after which a request
 * is sent again, for then no byte of it was sent before.
 *
 * @param attempts how many further attempts there are; zero for none
 * @param backoff how long to wait before each of them
 */
public record ConnectRetry(int attempts, Duration backoff) {
  /** No further attempt. */
  public static final ConnectRetry NONE = new ConnectRetry(0, Duration.ZERO);

  private static final int MAX_ATTEMPTS = 100;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when one is negative, or there are more than 100 attempts
   */
  public ConnectRetry {
    if (attempts < 0 || attempts > MAX_ATTEMPTS) {
      throw new IllegalArgumentException(
          "retry: " + attempts + " attempts (expected: 0 to " + MAX_ATTEMPTS + ")");
    }
    if (backoff.isNegative()) {
      throw new IllegalArgumentException("retry: backoff " + backoff + " (expected: >= 0)");
    }
  }
}
