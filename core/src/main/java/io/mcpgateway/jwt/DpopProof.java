package io.mcpgateway.jwt;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A DPoP proof (RFC 9449, 4.2), and the checks of 4.3 one by one.
 *
 * @param jws the proof, not yet verified
 */
record DpopProof(CompactJws jws) {
  private static final int MAX_LENGTH = 8 * 1024;
  private static final int MAX_ID = 256;
  private static final String TYPE = "dpop+jwt";

  /**
   * Takes a proof apart.
   *
   * @param text the value of the header field
   * @throws RefusedProofException when it is no proof
   */
  static DpopProof parse(String text) throws RefusedProofException {
    CompactJws jws =
        CompactJws.parse(text, MAX_LENGTH)
            .orElseThrow(() -> RefusedProofException.proof("the proof is malformed"));
    Map<String, Object> header = jws.header();
    if (!(header.get("typ") instanceof String type && type.equalsIgnoreCase(TYPE))) {
      throw RefusedProofException.proof("the type of the proof is not " + TYPE);
    }
    // RFC 7515, 4.1.11 and RFC 7797: what is not understood must not be skipped.
    if (header.containsKey("crit") || header.containsKey("b64") || header.containsKey("zip")) {
      throw RefusedProofException.proof("the proof is malformed");
    }
    return new DpopProof(jws);
  }

  /**
   * Steps 5 to 7 and 12: signed with the key that it shows, which is the key of the token.
   *
   * @param allowed the algorithms that count
   * @param thumbprint of the token's key
   */
  void requireKey(Set<SignatureAlgorithm> allowed, String thumbprint) throws RefusedProofException {
    SignatureAlgorithm algorithm =
        SignatureAlgorithm.named(text(jws.header().get("alg")))
            .filter(allowed::contains)
            .orElseThrow(
                () -> RefusedProofException.proof("the algorithm of the proof is not allowed"));
    if (!(jws.header().get("jwk") instanceof Map<?, ?> jwk)) {
      throw RefusedProofException.proof("the proof shows no key");
    }
    try {
      VerificationKey key = JwkReader.read(jwk);
      // Before the signature: whoever has no key of the token shall cost no verification.
      if (!JwkReader.thumbprint(jwk).equals(thumbprint)) {
        throw RefusedProofException.otherKey();
      }
      if (!jws.isSignedBy(key, algorithm)) {
        throw RefusedProofException.proof("the signature of the proof does not verify");
      }
    } catch (UnusableKeyException unusable) {
      throw RefusedProofException.proof("the key of the proof cannot be used");
    }
  }

  /** Steps 8 and 9: made for this request. The query does not count. */
  void requireRequest(String method, String url) throws RefusedProofException {
    if (!method.equals(claim("htm"))) {
      throw RefusedProofException.proof("the proof is for another method: htm");
    }
    if (!normal(text(claim("htu"))).equals(normal(url))) {
      throw RefusedProofException.proof("the proof is for another URL: htu");
    }
  }

  /**
   * RFC 3986, 6.2.2 and 6.2.3, without query and fragment.
   *
   * @throws RefusedProofException when it is no URL
   */
  private static String normal(String text) throws RefusedProofException {
    try {
      URI url = new URI(text).parseServerAuthority().normalize();
      if (url.getScheme() == null || url.getHost() == null || url.getRawUserInfo() != null) {
        throw RefusedProofException.proof("no absolute URL: htu");
      }
      String scheme = url.getScheme().toLowerCase(Locale.ROOT);
      int standard = scheme.equals("https") ? 443 : 80;
      String port = url.getPort() < 0 || url.getPort() == standard ? "" : ":" + url.getPort();
      String path = url.getRawPath().isEmpty() ? "/" : PercentEncoding.normal(url.getRawPath());
      return scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + port + path;
    } catch (URISyntaxException | NumberFormatException malformed) {
      throw RefusedProofException.proof("no absolute URL: htu");
    }
  }

  /** Step 11: made now, as far as clocks agree. */
  Instant requireTime(Instant now, Duration maxAge) throws RefusedProofException {
    if (claim("iat") instanceof Number seconds
        && Math.abs(seconds.doubleValue() - now.getEpochSecond()) <= maxAge.toSeconds()) {
      return Instant.ofEpochSecond(seconds.longValue()).plus(maxAge);
    }
    throw RefusedProofException.proof("the proof is too old, or from the future: iat");
  }

  /** Step 12: made for this token. */
  void requireToken(String token) throws RefusedProofException {
    if (!Sha256.base64Url(token).equals(claim("ath"))) {
      throw RefusedProofException.proof("the proof is for another token: ath");
    }
  }

  /** Step 10. */
  boolean hasNonce(DpopNonces nonces, Instant now) {
    return claim("nonce") instanceof String nonce && nonces.accepts(nonce, now);
  }

  /** Its identifier, which no other proof of the key has. */
  String id() throws RefusedProofException {
    String id = text(claim("jti"));
    if (id.isEmpty() || id.length() > MAX_ID) {
      throw RefusedProofException.proof("no identifier of 1 to " + MAX_ID + " characters: jti");
    }
    return id;
  }

  private @Nullable Object claim(String name) {
    return jws.payload().get(name);
  }

  private static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
  }
}
