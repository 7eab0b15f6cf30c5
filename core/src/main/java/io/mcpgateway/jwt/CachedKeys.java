package io.mcpgateway.jwt;

import java.time.Duration;
import java.time.Instant;

/**
 * Keys with their age.
 *
 * @param keys the last good ones
 * @param fetchedAt when they came
 * @param lifetime how long they are fresh
 */
record CachedKeys(VerificationKeys keys, Instant fetchedAt, Duration lifetime) {
  /** The last fifth of the lifetime is for fetching the next keys while these still serve. */
  private static final int REFRESH_FIFTHS = 4;

  /** Whether newer keys should be fetched. */
  boolean isDue(Instant now) {
    return isOlderThan(lifetime.multipliedBy(REFRESH_FIFTHS).dividedBy(5), now);
  }

  /** Whether a key that was withdrawn may still be among them for longer than the issuer said. */
  boolean isExpired(Instant now) {
    return isOlderThan(lifetime, now);
  }

  /** A clock that was set back must not make keys live longer: then they count as old. */
  private boolean isOlderThan(Duration age, Instant now) {
    return now.isBefore(fetchedAt) || !now.isBefore(fetchedAt.plus(age));
  }
}
