package io.mcpgateway.jwt;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What counts of a token's JOSE header. {@code jku}, {@code jwk}, {@code x5u} and {@code x5c} do
 * not: they are the attacker's way to bring a key along (RFC 8725, 3.10).
 *
 * @param algorithm of the signature
 * @param keyId the {@code kid}: untrusted, used for nothing but comparison
 * @param saysAccessToken whether the {@code typ} is that of an access token (RFC 9068, 2.1)
 */
record SignatureHeader(
    SignatureAlgorithm algorithm, Optional<String> keyId, boolean saysAccessToken) {
  private static final int MAX_KEY_ID = 256;

  /** RFC 9068, 2.1. */
  private static final Set<String> ACCESS_TOKEN_TYPES = Set.of("at+jwt", "application/at+jwt");

  /** What many issuers still write, besides nothing at all. */
  private static final String ANY_TYPE = "jwt";

  /**
   * Reads a header.
   *
   * @param members of the header
   * @throws RefusedTokenException when it is no header of an access token
   */
  static SignatureHeader of(Map<String, Object> members) throws RefusedTokenException {
    SignatureAlgorithm algorithm = algorithm(members.get("alg"));
    // RFC 7515, 4.1.11: an extension that is not understood. None is, nor is an empty list allowed.
    // RFC 7797: b64=false changes what is signed. RFC 7516: zip is for encrypted tokens.
    if (members.containsKey("crit") || members.containsKey("b64") || members.containsKey("zip")) {
      throw new RefusedTokenException(Refusal.MALFORMED);
    }
    boolean saysAccessToken = saysAccessToken(members);
    return new SignatureHeader(algorithm, keyId(members), saysAccessToken);
  }

  private static SignatureAlgorithm algorithm(@Nullable Object name) throws RefusedTokenException {
    if (name instanceof String text) {
      Optional<SignatureAlgorithm> algorithm = SignatureAlgorithm.named(text);
      if (algorithm.isPresent()) {
        return algorithm.get();
      }
    }
    throw new RefusedTokenException(Refusal.ALGORITHM_NOT_ALLOWED);
  }

  /** RFC 8725, 3.11 and 3.12: an ID token or a logout token of the same issuer opens no door. */
  private static boolean saysAccessToken(Map<String, Object> members) throws RefusedTokenException {
    boolean nested =
        members.get("cty") instanceof String content && content.equalsIgnoreCase("JWT");
    if (!nested && !members.containsKey("typ")) {
      return false;
    }
    String type =
        members.get("typ") instanceof String text ? text.toLowerCase(Locale.ROOT) : "none";
    if (nested || !(type.equals(ANY_TYPE) || ACCESS_TOKEN_TYPES.contains(type))) {
      throw new RefusedTokenException(Refusal.NOT_AN_ACCESS_TOKEN);
    }
    return !type.equals(ANY_TYPE);
  }

  private static Optional<String> keyId(Map<String, Object> members) throws RefusedTokenException {
    if (!members.containsKey("kid")) {
      return Optional.empty();
    }
    if (members.get("kid") instanceof String keyId && keyId.length() <= MAX_KEY_ID) {
      return Optional.of(keyId);
    }
    throw new RefusedTokenException(Refusal.MALFORMED);
  }
}
