package io.mcpgateway.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import java.util.Optional;
import java.util.Set;

/**
 * One public key of a JWK set, checked when it was read. Immutable and thread-safe.
 *
 * @param keyId the {@code kid}; empty when the key has none
 * @param algorithms what it may verify: one when the key names it (RFC 8725, 3.1)
 * @param check the signature verification with this key
 */
record VerificationKey(
    Optional<String> keyId, Set<SignatureAlgorithm> algorithms, SignatureCheck check) {

  /** Verifies one signature with one key; the shape of the library's verifiers. */
  @FunctionalInterface
  interface SignatureCheck {
    boolean verify(JWSHeader header, byte[] signingInput, Base64URL signature) throws JOSEException;
  }

  VerificationKey {
    algorithms = Set.copyOf(algorithms);
  }

  boolean fits(SignatureAlgorithm algorithm) {
    return algorithms.contains(algorithm);
  }

  /**
   * Verifies a signature.
   *
   * @return false also when the signature is not even one of this algorithm
   */
  boolean verifies(SignatureAlgorithm algorithm, byte[] signingInput, Base64URL signature) {
    try {
      return fits(algorithm) && check.verify(algorithm.jwsHeader(), signingInput, signature);
    } catch (JOSEException unverifiable) {
      return false;
    }
  }
}
