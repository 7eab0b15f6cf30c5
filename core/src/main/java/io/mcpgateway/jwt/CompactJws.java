package io.mcpgateway.jwt;

import com.nimbusds.jose.util.Base64URL;
import io.mcpgateway.json.Json;
import io.mcpgateway.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * A JWT in JWS compact serialization (RFC 7515, 7.1), taken apart and not yet verified. Two
 * spellings of one JWT are none: only the canonical encoding is read.
 */
final class CompactJws {
  private final Map<String, Object> header;
  private final Map<String, Object> payload;
  private final byte[] signingInput;
  private final Base64URL signature;

  private CompactJws(
      Map<String, Object> header,
      Map<String, Object> payload,
      byte[] signingInput,
      Base64URL signature) {
    this.header = header;
    this.payload = payload;
    this.signingInput = signingInput;
    this.signature = signature;
  }

  /**
   * Takes a JWT apart.
   *
   * @param text may be anything
   * @param maxLength nothing of a longer one is decoded
   * @return empty when it is none
   */
  static Optional<CompactJws> parse(String text, int maxLength) {
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    if (text.length() > maxLength
        || first < 0
        || second < 0
        || text.indexOf('.', second + 1) >= 0) {
      return Optional.empty();
    }
    try {
      String signature = text.substring(second + 1);
      decode(signature);
      return Optional.of(
          new CompactJws(
              Json.readObject(decode(text.substring(0, first))),
              Json.readObject(decode(text.substring(first + 1, second))),
              text.substring(0, second).getBytes(StandardCharsets.US_ASCII),
              new Base64URL(signature)));
    } catch (IllegalArgumentException | MalformedJsonException malformed) {
      return Optional.empty();
    }
  }

  /** RFC 7515, 2: base64url without padding, line breaks or stray bits. */
  private static byte[] decode(String segment) {
    byte[] bytes = Base64.getUrlDecoder().decode(segment);
    if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(segment)) {
      throw new IllegalArgumentException("not canonical");
    }
    return bytes;
  }

  /** The members of its JOSE header. */
  Map<String, Object> header() {
    return header;
  }

  /** Its claims. */
  Map<String, Object> payload() {
    return payload;
  }

  /**
   * Tells whether a key made the signature.
   *
   * @param key any
   * @param algorithm what the header names
   */
  boolean isSignedBy(VerificationKey key, SignatureAlgorithm algorithm) {
    return key.verifies(algorithm, signingInput, signature);
  }
}
