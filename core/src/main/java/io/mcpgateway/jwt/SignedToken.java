package io.mcpgateway.jwt;

import com.nimbusds.jose.util.Base64URL;
import io.mcpgateway.json.Json;
import io.mcpgateway.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * A token in JWS compact serialization (RFC 7515, 7.1), taken apart and not yet verified. Two
 * spellings of one token are none: only the canonical encoding is read.
 */
final class SignedToken {
  /** Longer tokens are refused before anything is decoded. */
  private static final int MAX_LENGTH = 16 * 1024;

  private final SignatureHeader header;
  private final AccessTokenClaims claims;
  private final byte[] signingInput;
  private final Base64URL signature;

  private SignedToken(
      SignatureHeader header, AccessTokenClaims claims, byte[] signingInput, Base64URL signature) {
    this.header = header;
    this.claims = claims;
    this.signingInput = signingInput;
    this.signature = signature;
  }

  /**
   * Takes a token apart.
   *
   * @param token as the client presented it
   * @throws RefusedTokenException when it is malformed, or its header is not allowed
   */
  static SignedToken parse(String token) throws RefusedTokenException {
    if (token.length() > MAX_LENGTH) {
      throw new RefusedTokenException(Refusal.MALFORMED);
    }
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
      throw new RefusedTokenException(Refusal.MALFORMED);
    }
    Map<String, Object> header = object(token.substring(0, first));
    Map<String, Object> claims = object(token.substring(first + 1, second));
    String signature = token.substring(second + 1);
    decode(signature);
    return new SignedToken(
        SignatureHeader.of(header),
        new AccessTokenClaims(claims),
        token.substring(0, second).getBytes(StandardCharsets.US_ASCII),
        new Base64URL(signature));
  }

  private static Map<String, Object> object(String segment) throws RefusedTokenException {
    try {
      return Json.readObject(decode(segment));
    } catch (MalformedJsonException malformed) {
      throw new RefusedTokenException(Refusal.MALFORMED);
    }
  }

  /** RFC 7515, 2: base64url without padding, line breaks or stray bits. */
  private static byte[] decode(String segment) throws RefusedTokenException {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(segment);
      if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(segment)) {
        return bytes;
      }
    } catch (IllegalArgumentException notBase64) {
      // Refused below, like an encoding that is not canonical.
    }
    throw new RefusedTokenException(Refusal.MALFORMED);
  }

  SignatureHeader header() {
    return header;
  }

  AccessTokenClaims claims() {
    return claims;
  }

  /**
   * Tells whether a key made the signature.
   *
   * @param key one that fits the header
   */
  boolean isSignedBy(VerificationKey key) {
    return key.verifies(header.algorithm(), signingInput, signature);
  }
}
