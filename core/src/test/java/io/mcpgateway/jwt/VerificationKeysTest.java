package io.mcpgateway.jwt;

import static io.mcpgateway.jwt.Verifying.AUDIENCE;
import static io.mcpgateway.jwt.Verifying.assertRejected;
import static io.mcpgateway.jwt.Verifying.assertVerified;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.testkit.TestIssuer;
import io.mcpgateway.testkit.TestKey;
import io.mcpgateway.testkit.TestToken;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** JWK sets with odd keys (K3): those are skipped, the rest is usable. */
class VerificationKeysTest {
  private static final TestKey RSA = TestKey.rsa("rsa");
  private static final TestKey EC = TestKey.ec("ec");
  private static final TestKey ED = TestKey.ed25519("ed");

  private static VerificationKeys parse(List<Map<String, Object>> jwks)
      throws UnusableKeyException {
    return VerificationKeys.parse(TestIssuer.jwkSet(jwks).getBytes(UTF_8));
  }

  static Stream<Arguments> oddKeys() {
    String one = TestToken.base64Url(BigInteger.ONE.toByteArray());
    String even = TestToken.base64Url(BigInteger.valueOf(65_538).toByteArray());
    return Stream.of(
        Arguments.of(TestKey.rsa("odd", 1024).jwk(), "1024 bits (expected: 2048 to 16384)"),
        Arguments.of(RSA.jwkWith("e", one), "malformed RSA key: "),
        Arguments.of(RSA.jwkWith("e", "Aw"), "public exponent (expected: odd, >= 65537)"),
        Arguments.of(RSA.jwkWith("e", even), "public exponent (expected: odd, >= 65537)"),
        Arguments.of(RSA.jwkWithout("n"), "malformed RSA key: "),
        Arguments.of(
            RSA.jwkWith("n", rocaModulus()), "its private key can be computed (CVE-2017-15361)"),
        Arguments.of(RSA.jwkWith("use", "enc"), "use is not sig"),
        Arguments.of(RSA.jwkWith("key_ops", List.of("encrypt")), "key_ops does not contain verify"),
        Arguments.of(RSA.jwkWith("alg", "RSA-OAEP"), "alg RSA-OAEP is not allowed for kty RSA"),
        Arguments.of(RSA.jwkWith("alg", "HS256"), "alg HS256 is not allowed for kty RSA"),
        Arguments.of(EC.jwkWith("alg", "RS256"), "alg RS256 is not allowed for kty EC"),
        Arguments.of(EC.jwkWith("alg", "ES384"), "alg ES384 is not allowed for kty EC"),
        Arguments.of(EC.jwkWith("alg", "a\r\nb"), "alg a??b is not allowed for kty EC"),
        Arguments.of(EC.jwkWith("d", "AAAA"), "a private or symmetric key"),
        Arguments.of(EC.jwkWith("x", EC.member("y")), "malformed EC key: "),
        Arguments.of(EC.jwkWith("x", 1), "malformed EC key: "),
        Arguments.of(EC.jwkWith("crv", "secp256k1"), "kty EC, crv secp256k1 (expected: "),
        Arguments.of(EC.jwkWith("crv", "P-384"), "malformed EC key: "),
        Arguments.of(EC.jwkWithout("crv"), "kty EC (expected: "),
        Arguments.of(ED.jwkWith("crv", "X25519"), "kty OKP, crv X25519 (expected: "),
        Arguments.of(ED.jwkWith("x", "AAAA"), "malformed OKP key: not 32 bytes"),
        Arguments.of(ED.jwkWithout("x"), "malformed OKP key: "),
        Arguments.of(Map.of("kty", "oct", "k", "AAAA"), "a private or symmetric key"),
        Arguments.of(Map.of("kty", "AKP", "alg", "ML-DSA-44"), "kty AKP (expected: "),
        Arguments.of(Map.of("kty", 1), "kty  (expected: "),
        Arguments.of(Map.of(), "kty  (expected: "),
        Arguments.of(EC.jwkWith("kid", 7), "kid is not a string"));
  }

  /** A power of 65537 modulo each prime up to 167, with 2048 bits. */
  private static String rocaModulus() {
    BigInteger primes =
        IntStream.rangeClosed(3, 167)
            .mapToObj(BigInteger::valueOf)
            .filter(number -> number.isProbablePrime(30))
            .reduce(BigInteger.ONE, BigInteger::multiply);
    BigInteger power = BigInteger.valueOf(65_537).modPow(BigInteger.valueOf(12_345), primes);
    BigInteger factor = BigInteger.TWO.pow(2047).divide(primes).add(BigInteger.ONE);
    return TestToken.base64Url(primes.multiply(factor).add(power).toByteArray());
  }

  @ParameterizedTest
  @MethodSource("oddKeys")
  void parse_oddKey_isSkippedAndTheRestUsable(Map<String, Object> odd, String reason)
      throws UnusableKeyException {
    VerificationKeys keys = parse(List.of(odd, TestKey.ec("good").jwk()));

    assertThat(keys.size()).isEqualTo(1);
    assertThat(keys.skipped()).hasSize(1);
    assertThat(keys.skipped().get(0)).contains(": " + reason);
    assertThatThrownBy(() -> parse(List.of(odd)))
        .isInstanceOf(UnusableKeyException.class)
        .hasMessageStartingWith("no usable key (");
  }

  @Test
  void parse_notAnObjectAmongKeys_isSkipped() throws UnusableKeyException {
    String set = TestIssuer.jwkSet(List.of(EC.jwk())).replace("[", "[1,\"x\",null,");
    assertThat(VerificationKeys.parse(set.getBytes(UTF_8)).skipped())
        .containsExactly(
            "without kid: not an object",
            "without kid: not an object",
            "without kid: not an object");
  }

  @Test
  void parse_strangeKeyId_isPrintedEscapedAndShort() throws UnusableKeyException {
    Map<String, Object> odd = RSA.jwkWith("use", "enc");
    odd.put("kid", "evil\r\n\u001b[31m" + "x".repeat(1000));
    assertThat(parse(List.of(odd, EC.jwk())).skipped().get(0))
        .isEqualTo("kid evil???[31m" + "x".repeat(53) + "...: use is not sig");
  }

  @Test
  void parse_certificatesOfAKey_doNotMatter() throws UnusableKeyException {
    Map<String, Object> jwk = EC.jwkWith("x5c", List.of("garbage"));
    jwk.put("x5t", "AAAA");
    jwk.put("x5u", "https://issuer.example/cert");
    jwk.put("use", "sig");
    jwk.put("key_ops", List.of("verify"));
    assertThat(parse(List.of(jwk)).skipped()).isEmpty();
  }

  @Test
  void check_keyWithoutAlgorithm_servesEachOfItsKind() {
    try (TestIssuer issuer = TestIssuer.start()) {
      issuer.use(RSA);
      try (JwtVerifier verifier = Verifying.inline(issuer)) {
        assertVerified(verifier, issuer.token().audience(AUDIENCE).sign());
        assertVerified(verifier, issuer.token().audience(AUDIENCE).header("alg", "PS384").sign());
      }
    }
  }

  @Test
  void check_duplicateKeyIds_firstFourAreTried() {
    try (TestIssuer issuer = TestIssuer.start()) {
      List<Map<String, Object>> same = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        same.add(TestKey.ec("key-1").jwk());
      }
      same.add(RSA.jwkWith("kid", "key-1"));
      same.add(issuer.key().jwk());
      issuer.publish(same);
      try (JwtVerifier verifier = Verifying.inline(issuer)) {
        assertVerified(verifier, issuer.token().audience(AUDIENCE).sign());
      }
      same.add(0, TestKey.ec("key-1").jwk());
      issuer.publish(same);
      try (JwtVerifier verifier = Verifying.inline(issuer)) {
        assertRejected(
            verifier, issuer.token().audience(AUDIENCE).sign(), "the signature does not verify");
      }
    }
  }

  @Test
  void check_keyWithoutKeyId_servesTokensThatNameOne() {
    try (TestIssuer issuer = TestIssuer.start()) {
      Map<String, Object> nameless = new LinkedHashMap<>(issuer.key().jwkWithout("kid"));
      issuer.publish(List.of(nameless, RSA.jwk()));
      try (JwtVerifier verifier = Verifying.inline(issuer)) {
        assertVerified(verifier, issuer.token().audience(AUDIENCE).sign());
        assertVerified(verifier, issuer.token().audience(AUDIENCE).withoutHeader("kid").sign());
        assertRejected(
            verifier,
            issuer.token().audience(AUDIENCE).signedBy(EC).sign(),
            "the signature key is not known");
      }
    }
  }
}
