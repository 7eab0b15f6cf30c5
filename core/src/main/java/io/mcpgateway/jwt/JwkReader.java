package io.mcpgateway.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import io.mcpgateway.http.PrintableText;
import io.mcpgateway.jwt.VerificationKey.SignatureCheck;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one key of a JWK set (RFC 7517, 4; RFC 7518, 6; RFC 8037, 2), or says why not. */
final class JwkReader {
  /** RFC 7518, 3.3. */
  private static final int MIN_RSA_BITS = 2048;

  /** A larger key is slow enough to be a weapon; the JDK draws the line here too. */
  private static final int MAX_RSA_BITS = 16_384;

  /** FIPS 186-5, 5.1: an odd exponent above 2^16. With an exponent of 1 anybody can sign. */
  private static final BigInteger MIN_RSA_EXPONENT = BigInteger.valueOf(65_537);

  /** Everything else of a key, certificates above all, is none of our business. */
  private static final Set<String> PUBLIC_KEY = Set.of("kty", "crv", "n", "e", "x", "y");

  /** RFC 7518, 6.2.2, 6.3.2 and 6.4. */
  private static final Set<String> PRIVATE_KEY =
      Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

  private JwkReader() {}

  /**
   * Reads a key.
   *
   * @param jwk its members
   * @throws UnusableKeyException when it is not for the signatures of tokens, or too weak
   */
  static VerificationKey read(Map<?, ?> jwk) throws UnusableKeyException {
    requireForSignatures(jwk);
    String type = text(jwk.get("kty"));
    String curve = text(jwk.get("crv"));
    Set<SignatureAlgorithm> algorithms = algorithms(jwk, type, type.equals("RSA") ? "" : curve);
    return new VerificationKey(keyId(jwk), algorithms, check(type, jwk));
  }

  /** RFC 7517, 4.2 and 4.3. */
  private static void requireForSignatures(Map<?, ?> jwk) throws UnusableKeyException {
    if (jwk.containsKey("use") && !"sig".equals(jwk.get("use"))) {
      throw new UnusableKeyException("use is not sig");
    }
    if (jwk.containsKey("key_ops")
        && !(jwk.get("key_ops") instanceof List<?> operations && operations.contains("verify"))) {
      throw new UnusableKeyException("key_ops does not contain verify");
    }
    // A private key that everybody can download proves nothing any more.
    if (PRIVATE_KEY.stream().anyMatch(jwk::containsKey)) {
      throw new UnusableKeyException("a private or symmetric key");
    }
  }

  private static Set<SignatureAlgorithm> algorithms(Map<?, ?> jwk, String type, String curve)
      throws UnusableKeyException {
    EnumSet<SignatureAlgorithm> fitting = EnumSet.noneOf(SignatureAlgorithm.class);
    for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
      if (algorithm.fits(type, curve)) {
        fitting.add(algorithm);
      }
    }
    if (fitting.isEmpty()) {
      throw new UnusableKeyException(
          PrintableText.of("kty " + type + (curve.isEmpty() ? "" : ", crv " + curve))
              + " (expected: RSA, EC with P-256, P-384 or P-521, OKP with Ed25519)");
    }
    if (jwk.containsKey("alg")) {
      Optional<SignatureAlgorithm> named = SignatureAlgorithm.named(text(jwk.get("alg")));
      fitting.removeIf(algorithm -> !named.equals(Optional.of(algorithm)));
    }
    if (fitting.isEmpty()) {
      throw new UnusableKeyException(
          "alg " + PrintableText.of(text(jwk.get("alg"))) + " is not allowed for kty " + type);
    }
    return fitting;
  }

  private static Optional<String> keyId(Map<?, ?> jwk) throws UnusableKeyException {
    Object keyId = jwk.get("kid");
    if (keyId == null) {
      return Optional.empty();
    }
    if (keyId instanceof String text) {
      return Optional.of(text);
    }
    throw new UnusableKeyException("kid is not a string");
  }

  /**
   * The name of a key that follows from nothing but the key (RFC 7638), with SHA-256.
   *
   * @param jwk its members
   * @return in base64url
   * @throws UnusableKeyException when it is no key
   */
  static String thumbprint(Map<?, ?> jwk) throws UnusableKeyException {
    try {
      return JWK.parse(publicMembers(jwk)).computeThumbprint().toString();
    } catch (ParseException | JOSEException | IllegalArgumentException malformed) {
      throw new UnusableKeyException("a malformed key");
    }
  }

  private static Map<String, Object> publicMembers(Map<?, ?> jwk) {
    Map<String, Object> members = new LinkedHashMap<>();
    jwk.forEach(
        (name, value) -> {
          if (PUBLIC_KEY.contains(name)) {
            members.put(text(name), value);
          }
        });
    return members;
  }

  private static SignatureCheck check(String type, Map<?, ?> jwk) throws UnusableKeyException {
    Map<String, Object> members = publicMembers(jwk);
    try {
      return switch (type) {
        case "RSA" -> rsa(RSAKey.parse(members).toRSAPublicKey());
        // The library verifies that the point lies on the curve.
        case "EC" -> new ECDSAVerifier(ECKey.parse(members).toECPublicKey())::verify;
        default -> ed25519(OctetKeyPair.parse(members));
      };
    } catch (ParseException
        | JOSEException
        | GeneralSecurityException
        | IllegalArgumentException malformed) {
      throw new UnusableKeyException(
          "malformed "
              + type
              + " key: "
              + PrintableText.of(String.valueOf(malformed.getMessage())));
    }
  }

  private static SignatureCheck rsa(RSAPublicKey key) throws UnusableKeyException {
    int bits = key.getModulus().bitLength();
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      throw new UnusableKeyException(
          "%d bits (expected: %d to %d)".formatted(bits, MIN_RSA_BITS, MAX_RSA_BITS));
    }
    BigInteger exponent = key.getPublicExponent();
    if (!exponent.testBit(0) || exponent.compareTo(MIN_RSA_EXPONENT) < 0) {
      throw new UnusableKeyException("public exponent (expected: odd, >= 65537)");
    }
    if (RocaFingerprint.matches(key.getModulus())) {
      throw new UnusableKeyException("its private key can be computed (CVE-2017-15361)");
    }
    return new RSASSAVerifier(key)::verify;
  }

  private static SignatureCheck ed25519(OctetKeyPair pair) throws GeneralSecurityException {
    PublicKey key = Ed25519Signature.publicKey(pair.getDecodedX());
    return (header, signingInput, signature) ->
        Ed25519Signature.verifies(key, signingInput, signature.decode());
  }

  private static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
  }
}
