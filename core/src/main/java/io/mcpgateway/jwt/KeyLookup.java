package io.mcpgateway.jwt;

import java.time.Duration;

/** What came of asking for keys. */
sealed interface KeyLookup {
  /**
   * Keys are at hand, fresh or the last good ones.
   *
   * @param keys at least one
   */
  record Found(VerificationKeys keys) implements KeyLookup {}

  /**
   * There never was a key.
   *
   * @param retryAfter when to ask again
   * @param cause for the operator's log
   */
  record Unreachable(Duration retryAfter, String cause) implements KeyLookup {}
}
