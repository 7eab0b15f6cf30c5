package io.mcpgateway.jwt;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How many fetches strangers may cause by naming keys that do not exist: three at once, then one in
 * ten seconds. So a rotation right after a fetch is seen at once, and a flood of random key ids
 * costs a handful of fetches (RFC 8725, 3.10). Immutable.
 *
 * @param left fetches that may start now
 * @param since when that was counted
 */
record RefetchBudget(int left, Instant since) {
  private static final int CAPACITY = 3;
  private static final Duration REFILL = Duration.ofSeconds(10);

  static RefetchBudget full(Instant now) {
    return new RefetchBudget(CAPACITY, now);
  }

  /**
   * Takes one fetch.
   *
   * @return what is left then; empty when there is none to take
   */
  Optional<RefetchBudget> take(Instant now) {
    // A clock that was set back must not close the bucket until it has caught up.
    if (now.isBefore(since)) {
      return full(now).take(now);
    }
    long refilled = Duration.between(since, now).dividedBy(REFILL);
    if (left + refilled >= CAPACITY) {
      return Optional.of(new RefetchBudget(CAPACITY - 1, now));
    }
    int available = left + (int) refilled;
    return available == 0
        ? Optional.empty()
        : Optional.of(new RefetchBudget(available - 1, since.plus(REFILL.multipliedBy(refilled))));
  }
}
