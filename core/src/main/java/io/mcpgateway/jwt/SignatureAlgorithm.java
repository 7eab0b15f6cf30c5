package io.mcpgateway.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The signature algorithms that count (RFC 7518, 3.1; RFC 8037), each with the one kind of key it
 * fits. HMAC is none of them: whoever knows the public key could sign with it (RFC 8725, 2.1).
 */
enum SignatureAlgorithm {
  RS256("RS256", "RSA", ""),
  RS384("RS384", "RSA", ""),
  RS512("RS512", "RSA", ""),
  PS256("PS256", "RSA", ""),
  PS384("PS384", "RSA", ""),
  PS512("PS512", "RSA", ""),
  ES256("ES256", "EC", "P-256"),
  ES384("ES384", "EC", "P-384"),
  ES512("ES512", "EC", "P-521"),
  EDDSA("EdDSA", "OKP", "Ed25519");

  /** What is allowed unless told otherwise. */
  static final Set<SignatureAlgorithm> ALL =
      Collections.unmodifiableSet(EnumSet.allOf(SignatureAlgorithm.class));

  private final String jwsName;
  private final String keyType;
  private final String curve;

  SignatureAlgorithm(String jwsName, String keyType, String curve) {
    this.jwsName = jwsName;
    this.keyType = keyType;
    this.curve = curve;
  }

  /**
   * Finds an algorithm by its registered name; names are case-sensitive (RFC 7515, 4.1.1).
   *
   * @param name of a header's or a key's {@code alg}
   * @return empty when it is not allowed
   */
  static Optional<SignatureAlgorithm> named(String name) {
    for (SignatureAlgorithm algorithm : values()) {
      if (algorithm.jwsName.equals(name)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  /** Its registered name. */
  String jwsName() {
    return jwsName;
  }

  /** The registered names, for people. */
  static String names(Set<SignatureAlgorithm> algorithms) {
    return algorithms.stream().map(algorithm -> algorithm.jwsName).collect(Collectors.joining(" "));
  }

  /** The least header that tells the library which algorithm to use. */
  JWSHeader jwsHeader() {
    return new JWSHeader(JWSAlgorithm.parse(jwsName));
  }

  /**
   * Tells whether a key of that kind can verify this algorithm.
   *
   * @param keyType a key's {@code kty}
   * @param curve a key's {@code crv}; empty for RSA
   */
  boolean fits(String keyType, String curve) {
    return this.keyType.equals(keyType) && this.curve.equals(curve);
  }
}
