package io.mcpgateway.jwt;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;

/**
 * Nonces that nobody else can foretell (RFC 9449, 9), without a memory of them: each is a digest of
 * a secret of this process and of the span of time it is for. A nonce is taken in its own span and
 * in the next one. Thread-safe.
 */
final class DpopNonces {
  private final SecretDigest digest = new SecretDigest();
  private final long spanSeconds;

  /**
   * Nonces with a secret of their own.
   *
   * @param span for how long each is given out; at least a second
   */
  DpopNonces(Duration span) {
    this.spanSeconds = span.toSeconds();
  }

  /** The nonce to use now. */
  String current(Instant now) {
    return digest.of(Long.toString(span(now)));
  }

  /** Whether a nonce is one of now, or was one lately. */
  boolean accepts(String nonce, Instant now) {
    return isSame(nonce, current(now)) || isSame(nonce, digest.of(Long.toString(span(now) - 1)));
  }

  private long span(Instant now) {
    return Math.floorDiv(now.getEpochSecond(), spanSeconds);
  }

  /** Takes the same time wherever they differ. */
  private static boolean isSame(String some, String other) {
    return MessageDigest.isEqual(
        some.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
