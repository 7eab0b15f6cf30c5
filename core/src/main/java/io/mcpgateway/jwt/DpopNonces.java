package io.mcpgateway.jwt;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;

/**
 * Nonces that nobody else can foretell (RFC 9449, 9), without a memory of them: each is made of a
 * secret of this process and the span of time it is for. A nonce is taken in its own span and in
 * the next one. Thread-safe.
 *
 * <p>A digest over secret and span will do: both have a fixed length, so that nothing can be
 * appended to them, which is all that HMAC would be for.
 */
final class DpopNonces {
  private static final int SECRET_BYTES = 32;

  private final byte[] secret = new byte[SECRET_BYTES];
  private final long spanSeconds;

  /**
   * Nonces with a secret of their own.
   *
   * @param span for how long each is given out; more than zero
   */
  DpopNonces(Duration span) {
    this.spanSeconds = span.toSeconds();
    new SecureRandom().nextBytes(secret);
  }

  /** The nonce to use now. */
  String current(Instant now) {
    return nonce(span(now));
  }

  /** Whether a nonce is one of now, or was one lately. */
  boolean accepts(String nonce, Instant now) {
    return isSame(nonce, nonce(span(now))) || isSame(nonce, nonce(span(now) - 1));
  }

  private long span(Instant now) {
    return Math.floorDiv(now.getEpochSecond(), spanSeconds);
  }

  private String nonce(long span) {
    return Sha256.base64Url(
        ByteBuffer.allocate(SECRET_BYTES + Long.BYTES).put(secret).putLong(span).array());
  }

  private static boolean isSame(String some, String other) {
    return MessageDigest.isEqual(Sha256.utf8(some), Sha256.utf8(other));
  }
}
