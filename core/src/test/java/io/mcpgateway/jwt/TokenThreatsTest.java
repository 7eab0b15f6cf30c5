package io.mcpgateway.jwt;

import static io.mcpgateway.jwt.Verifying.AUDIENCE;
import static io.mcpgateway.jwt.Verifying.assertRejected;
import static io.mcpgateway.jwt.Verifying.assertVerified;
import static io.mcpgateway.testkit.TestToken.base64Url;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.jwk.Curve;
import io.mcpgateway.json.Json;
import io.mcpgateway.testkit.TestIssuer;
import io.mcpgateway.testkit.TestKey;
import io.mcpgateway.testkit.TestToken;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad tokens, numbered as in the list of threats (J1 to J18); the next good one is accepted. */
class TokenThreatsTest {
  private static final String MALFORMED = "the token is malformed";
  private static final String ALGORITHM = "the signature algorithm is not allowed";
  private static final String SIGNATURE = "the signature does not verify";
  private static final String KEY = "the signature key is not known";
  private static final String TYPE = "the token type is not an access token";
  private static final String ISSUER = "the token is from another issuer";
  private static final String AUDIENCE_REFUSAL = "the token is for another audience";
  private static final String NO_EXPIRY = "the token has no expiry";
  private static final String EXPIRED = "the token has expired";
  private static final String EARLY = "the token is not valid yet";

  private static final TestIssuer ISSUER_OF_TOKENS = TestIssuer.start();
  private static final TestKey RSA = TestKey.rsa("rsa");
  private static final TestKey RSA_256_ONLY = TestKey.rsa("rsa-256-only");
  private static final TestKey EC = TestKey.ec("ec");
  private static final TestKey EC_384 = TestKey.ec("ec-384", Curve.P_384);
  private static final TestKey ED = TestKey.ed25519("ed");
  private static JwtVerifier verifier;

  @BeforeAll
  static void publish() {
    ISSUER_OF_TOKENS.use(RSA);
    ISSUER_OF_TOKENS.publish(
        List.of(RSA.jwk(), RSA_256_ONLY.jwkWith("alg", "RS256"), EC.jwk(), EC_384.jwk(), ED.jwk()));
    verifier = Verifying.inline(ISSUER_OF_TOKENS);
  }

  @AfterAll
  static void close() {
    verifier.close();
    ISSUER_OF_TOKENS.close();
  }

  @AfterEach
  void theNextGoodTokenIsAccepted() {
    assertVerified(verifier, good().sign());
    assertThat(ISSUER_OF_TOKENS.requests()).isEmpty();
  }

  private static TestToken good() {
    return ISSUER_OF_TOKENS.token().audience(AUDIENCE);
  }

  /** The limit is for bombs; it is far above what a busy machine needs. */
  private static void refused(String token, String description) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> assertRejected(verifier, token, description));
  }

  // J1

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "None",
        "NONE",
        "nOnE",
        "none ",
        "",
        "rs256",
        "RS256 ",
        "ES256K",
        "RSA-OAEP",
        "dir"
      })
  void verify_algNone_isRejected(String algorithm) {
    String signed = good().header("alg", algorithm).sign();
    refused(signed, ALGORITHM);
    refused(withSignature(signed, ""), ALGORITHM);
    refused(signed.substring(0, signed.lastIndexOf('.')), MALFORMED);
  }

  @Test
  void verify_algIsNoString_isRejected() {
    refused(good().withoutHeader("alg").sign(), ALGORITHM);
    refused(good().header("alg", null).sign(), ALGORITHM);
    refused(good().header("alg", 256).sign(), ALGORITHM);
    refused(good().header("alg", List.of("RS256")).sign(), ALGORITHM);
  }

  // J2

  @Test
  void verify_notThreeSegments_isRejected() {
    String token = good().sign();
    List<String> parts = List.of(token.split("\\.", -1));
    refused(withSignature(token, ""), SIGNATURE);
    refused(parts.get(0) + "." + parts.get(1), MALFORMED);
    refused(parts.get(0), MALFORMED);
    refused("." + parts.get(1) + "." + parts.get(2), MALFORMED);
    refused(parts.get(0) + ".." + parts.get(2), MALFORMED);
    refused(token + ".", MALFORMED);
    refused(token + ".AAAA", MALFORMED);
    refused(token + ".AAAA.AAAA", MALFORMED);
    refused("..", MALFORMED);
    refused(".", MALFORMED);
    refused(".".repeat(8000), MALFORMED);
  }

  @Test
  void verify_jsonSerialization_isRejected() {
    String[] parts = good().sign().split("\\.", -1);
    Map<String, Object> flattened =
        Map.of("protected", parts[0], "payload", parts[1], "signature", parts[2]);
    refused(Json.write(flattened), MALFORMED);
  }

  // J3

  static Stream<byte[]> publicKeysAsSecrets() throws GeneralSecurityException {
    byte[] modulus = Base64.getUrlDecoder().decode(RSA.member("n"));
    byte[] exponent = Base64.getUrlDecoder().decode(RSA.member("e"));
    byte[] der =
        KeyFactory.getInstance("RSA")
            .generatePublic(
                new RSAPublicKeySpec(new BigInteger(1, modulus), new BigInteger(1, exponent)))
            .getEncoded();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END PUBLIC KEY-----";
    return Stream.of(
        pem.getBytes(UTF_8),
        (pem + "\n").getBytes(UTF_8),
        der,
        modulus,
        RSA.member("n").getBytes(UTF_8),
        EC.member("x").getBytes(UTF_8),
        Base64.getUrlDecoder().decode(EC.member("x")),
        Base64.getUrlDecoder().decode(ED.member("x")),
        new byte[32]);
  }

  @ParameterizedTest
  @MethodSource("publicKeysAsSecrets")
  void verify_hmacWithThePublicKey_isRejected(byte[] secret) throws JOSEException {
    TestToken token = good().header("alg", "HS256");
    String input = base64Url(token.headerJson().getBytes(UTF_8)) + "." + claims(token);
    String signature =
        new MACSigner(secret)
            .sign(new JWSHeader(JWSAlgorithm.HS256), input.getBytes(UTF_8))
            .toString();
    refused(input + "." + signature, ALGORITHM);
  }

  private static String claims(TestToken token) {
    return base64Url(token.claimsJson().getBytes(UTF_8));
  }

  // J4

  @Test
  void verify_algorithmIsNotTheKeys_isRejected() {
    TestToken token = good().key(RSA_256_ONLY);
    assertVerified(verifier, token.sign());
    for (String algorithm : List.of("RS384", "RS512", "PS256", "ES256", "EdDSA")) {
      refused(token.header("alg", algorithm).sign(), ALGORITHM);
    }
    refused(good().signedBy(RSA).header("kid", "ec").sign(), ALGORITHM);
    refused(good().key(EC_384).header("alg", "ES256").sign(), ALGORITHM);
    refused(good().key(EC).header("alg", "ES512").sign(), ALGORITHM);
    refused(good().key(ED).header("alg", "ES256").sign(), ALGORITHM);
  }

  // J5

  static Stream<byte[]> badEcdsaSignatures() {
    BigInteger order = Curve.P_256.toECParameterSpec().getOrder();
    byte[] n = unsigned(order, 32);
    byte[] one = unsigned(BigInteger.ONE, 32);
    byte[] zero = new byte[32];
    return Stream.of(
        join(zero, zero),
        join(n, n),
        join(one, one),
        join(zero, one),
        join(one, zero),
        join(n, zero),
        new byte[96],
        new byte[65],
        new byte[10],
        new byte[1],
        new byte[0]);
  }

  private static byte[] join(byte[] r, byte[] s) {
    byte[] joined = Arrays.copyOf(r, r.length + s.length);
    System.arraycopy(s, 0, joined, r.length, s.length);
    return joined;
  }

  private static byte[] unsigned(BigInteger value, int length) {
    byte[] bytes = value.toByteArray();
    byte[] fixed = new byte[length];
    int used = Math.min(bytes.length, length);
    System.arraycopy(bytes, bytes.length - used, fixed, length - used, used);
    return fixed;
  }

  @ParameterizedTest
  @MethodSource("badEcdsaSignatures")
  void verify_ecdsaSignatureOfNoNumbers_isRejected(byte[] signature) {
    refused(withSignature(good().key(EC).sign(), base64Url(signature)), SIGNATURE);
    refused(withSignature(good().key(EC_384).sign(), base64Url(signature)), SIGNATURE);
    refused(withSignature(good().key(ED).sign(), base64Url(signature)), SIGNATURE);
  }

  @Test
  void verify_ecdsaSignatureInDer_isRejected() throws JOSEException {
    String token = good().key(EC).sign();
    byte[] signature = Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
    byte[] der = ECDSA.transcodeSignatureToDER(signature);
    refused(withSignature(token, base64Url(der)), SIGNATURE);
  }

  // J6

  @Test
  void verify_wrongRsaSignature_isRejected() {
    String token = good().sign();
    refused(withSignature(token, base64Url(new byte[256])), SIGNATURE);
    refused(withSignature(token, base64Url(unsigned(BigInteger.ONE, 256))), SIGNATURE);
    refused(withSignature(token, base64Url(new byte[128])), SIGNATURE);
    refused(withSignature(token, base64Url(new byte[1024])), SIGNATURE);
    refused(good().signedBy(TestKey.rsa("rsa")).sign(), SIGNATURE);
  }

  @Test
  void verify_tampered_isRejected() {
    TestToken other = good().subject("mallory");
    String signature = good().sign().replaceFirst(".*\\.", "");
    refused(withSignature(other.sign(), signature), SIGNATURE);
    refused(withSignature(good().header("x", "y").sign(), signature), SIGNATURE);
    refused(withSignature(good().header("alg", "PS256").sign(), signature), SIGNATURE);
  }

  // J7

  @Test
  void verify_encodingIsNotCanonical_isRejected() {
    String[] parts = good().key(EC).sign().split("\\.", -1);
    for (int i = 0; i < 3; i++) {
      for (String tail : List.of("=", "==", " ", "\n", "+", "/", "?", "%", "\u00e9")) {
        refused(replaced(parts, i, parts[i] + tail), MALFORMED);
      }
      refused(
          replaced(parts, i, parts[i].substring(0, 8) + " " + parts[i].substring(8)), MALFORMED);
      refused(replaced(parts, i, parts[i] + "A".repeat(5 - parts[i].length() % 4)), MALFORMED);
    }
  }

  @Test
  void verify_strayBits_isRejected() {
    // 64 bytes leave four bits of the last character unused.
    String token = good().key(EC).sign();
    char last = token.charAt(token.length() - 1);
    refused(token.substring(0, token.length() - 1) + (char) (last + 1), MALFORMED);
  }

  private static String replaced(String[] parts, int index, String part) {
    String[] changed = parts.clone();
    changed[index] = part;
    return String.join(".", changed);
  }

  // J8

  static Stream<byte[]> noObjects() {
    return Stream.concat(
        Stream.of("", " ", "null", "[]", "1", "\"{}\"", "{", "{}{}", "{} x", "\uFEFF{}", "{'a':1}")
            .map(text -> text.getBytes(UTF_8)),
        Stream.of("{}".getBytes(UTF_16LE), new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'}));
  }

  @ParameterizedTest
  @MethodSource("noObjects")
  void verify_notOneJsonObject_isRejected(byte[] bytes) {
    TestToken token = good();
    refused(token.sign(bytes, token.claimsJson().getBytes(UTF_8)), MALFORMED);
    refused(token.sign(token.headerJson().getBytes(UTF_8), bytes), MALFORMED);
  }

  @Test
  void verify_utf16_isRejected() {
    TestToken token = good();
    refused(
        token.sign(token.headerJson().getBytes(UTF_8), token.claimsJson().getBytes(UTF_16LE)),
        MALFORMED);
    refused(
        token.sign(
            token.headerJson().getBytes(UTF_8),
            token.claimsJson().getBytes(StandardCharsets.UTF_16)),
        MALFORMED);
  }

  @Test
  void verify_duplicateMember_isRejected() {
    TestToken token = good();
    String header = token.headerJson();
    String claims = token.claimsJson();
    refused(token.sign(twice(header, "\"alg\":\"RS256\""), claims), MALFORMED);
    refused(token.sign(header, twice(claims, "\"exp\":32503680000")), MALFORMED);
    refused(token.sign(header, twice(claims, "\"iss\":\"x\"")), MALFORMED);
    refused(token.sign(header, twice(claims, "\"\\u0065xp\":1")), MALFORMED);
  }

  private static String twice(String json, String member) {
    return "{" + member + "," + json.substring(1);
  }

  // J9

  @Test
  void verify_jsonBomb_isRejected() {
    TestToken token = good();
    String nested = "[".repeat(3000) + "]".repeat(3000);
    refused(token.sign(twice(token.headerJson(), "\"x\":" + nested), "{}"), MALFORMED);
    refused(token.sign(token.headerJson(), "{\"x\":" + nested + "}"), MALFORMED);
    refused(good().claim("x", "y".repeat(60_000)).sign(), MALFORMED);
    refused(good().header("kid", "k".repeat(5000)).sign(), MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e999", "-1e999", "1e400000000", "9223372036854775808", "1e18"})
  void verify_hugeExpiry_isRejected(String expiry) {
    TestToken token = good().withoutClaim("exp");
    String claims = twice(token.claimsJson(), "\"exp\":" + expiry);
    refused(token.sign(token.headerJson(), claims), MALFORMED);
    String digits = twice(token.claimsJson(), "\"exp\":" + "9".repeat(3000));
    refused(token.sign(token.headerJson(), digits), MALFORMED);
  }

  // J10

  @Test
  void verify_encryptedToken_isRejectedWithoutDecryption() {
    String header =
        "{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128GCM\",\"p2c\":2147483647,\"p2s\":\"AAAA\"}";
    refused(base64Url(header.getBytes(UTF_8)) + ".AAAA.AAAA.AAAA.AAAA", MALFORMED);
    refused(good().sign(header, "{}"), ALGORITHM);
    refused(good().header("zip", "DEF").sign(), MALFORMED);
  }

  // J11

  @Test
  void verify_keyBroughtAlong_isIgnored() {
    TestKey attacker = TestKey.rsa("attacker");
    String url = ISSUER_OF_TOKENS.jwksUrl();
    for (Map.Entry<String, Object> member :
        Map.<String, Object>of(
                "jwk",
                attacker.jwk(),
                "jku",
                url,
                "x5u",
                url,
                "x5c",
                List.of("MIIB"),
                "x5t",
                "AAAA")
            .entrySet()) {
      TestToken token = good().header(member.getKey(), member.getValue());
      refused(token.signedBy(attacker).sign(), SIGNATURE);
      refused(token.header("kid", "attacker").sign(), KEY);
      refused(token.withoutHeader("kid").sign(), KEY);
    }
    refused(good().header("jku", "https://server@127.0.0.1/").key(attacker).sign(), KEY);
  }

  // J12

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../etc/passwd",
        "/dev/null",
        "x' OR '1'='1",
        "rsa;id",
        "*)(uid=*",
        "rsa\u0000",
        "rsa\r\nX: y",
        "https://evil.example/jwks",
        "",
        " ",
        "RSA",
        "rsa ",
        " rsa",
        "unknown"
      })
  void verify_strangeKeyId_isRejected(String keyId) {
    refused(good().header("kid", keyId).sign(), KEY);
  }

  @Test
  void verify_keyIdIsNoString_isRejected() {
    refused(good().header("kid", 1).sign(), MALFORMED);
    refused(good().header("kid", null).sign(), MALFORMED);
    refused(good().header("kid", Map.of("kid", "rsa")).sign(), MALFORMED);
  }

  @Test
  void verify_noKeyId_takesTheSingleKeyThatFits() {
    assertVerified(verifier, good().key(EC).withoutHeader("kid").sign());
    assertVerified(verifier, good().key(ED).withoutHeader("kid").sign());
    refused(good().key(RSA).withoutHeader("kid").sign(), KEY);
    refused(good().key(EC).signedBy(TestKey.ec("x")).withoutHeader("kid").sign(), SIGNATURE);
  }

  // J13

  @Test
  void verify_criticalHeader_isRejected() {
    for (Object critical :
        List.of(List.of("x"), List.of(), List.of("alg"), List.of("exp"), "exp", 1)) {
      refused(good().header("crit", critical).header("x", 1).sign(), MALFORMED);
    }
    refused(good().header("crit", null).sign(), MALFORMED);
    refused(good().header("b64", false).sign(), MALFORMED);
    refused(good().header("b64", false).header("crit", List.of("b64")).sign(), MALFORMED);
    refused(good().header("cty", "JWT").sign(), TYPE);
    refused(good().header("cty", "jwt").sign(), TYPE);
  }

  // J14

  static Stream<Object> wrongIssuers() {
    String issuer = ISSUER_OF_TOKENS.issuer();
    return Stream.of(
        "https://other.example",
        issuer + "/",
        issuer.replace("http", "HTTP"),
        issuer.substring(0, issuer.length() - 1),
        "x" + issuer,
        " " + issuer,
        List.of(issuer),
        Map.of("iss", issuer),
        1,
        "");
  }

  @ParameterizedTest
  @MethodSource("wrongIssuers")
  void verify_otherIssuer_isRejected(Object issuer) {
    refused(good().claim("iss", issuer).sign(), ISSUER);
    refused(good().claim("iss", null).sign(), ISSUER);
    refused(good().withoutClaim("iss").sign(), ISSUER);
  }

  // J15

  static Stream<Object> wrongAudiences() {
    return Stream.of(
        "https://other.example",
        List.of(),
        List.of(""),
        "",
        1,
        Map.of("aud", AUDIENCE),
        "https://gateway.example.com",
        AUDIENCE + "/",
        AUDIENCE + "/x",
        AUDIENCE.toUpperCase(Locale.ROOT),
        "https://[::55555555555.1]/mcp",
        "https://other.example " + AUDIENCE,
        AUDIENCE + ",https://other.example",
        List.of(List.of(AUDIENCE)),
        List.of(AUDIENCE, 1));
  }

  @ParameterizedTest
  @MethodSource("wrongAudiences")
  void verify_otherAudience_isRejected(Object audience) {
    refused(good().claim("aud", audience).sign(), AUDIENCE_REFUSAL);
  }

  @Test
  void verify_noAudience_isRejected() {
    refused(good().claim("aud", null).sign(), AUDIENCE_REFUSAL);
    refused(good().withoutClaim("aud").sign(), AUDIENCE_REFUSAL);
    refused(good().withoutClaim("aud").claim("resource", AUDIENCE).sign(), AUDIENCE_REFUSAL);
  }

  @Test
  void verify_oneOfManyAudiences_isVerified() {
    assertVerified(verifier, good().audience("https://other.example", AUDIENCE).sign());
    assertVerified(verifier, good().claim("aud", List.of(AUDIENCE)).sign());
  }

  // J16

  static Stream<Arguments> badDates() {
    long now = System.currentTimeMillis() / 1000;
    return Stream.<Arguments>of(
        Arguments.of(token(t -> t.expiresIn(Duration.ofMinutes(-10))), EXPIRED),
        Arguments.of(token(t -> t.expiresIn(Duration.ofSeconds(-61))), EXPIRED),
        Arguments.of(token(t -> t.claim("exp", 0)), EXPIRED),
        Arguments.of(token(t -> t.claim("exp", -1)), EXPIRED),
        Arguments.of(token(t -> t.withoutClaim("exp")), NO_EXPIRY),
        Arguments.of(token(t -> t.claim("exp", null)), NO_EXPIRY),
        Arguments.of(token(t -> t.claim("exp", "" + (now + 300))), MALFORMED),
        Arguments.of(token(t -> t.claim("exp", true)), MALFORMED),
        Arguments.of(token(t -> t.claim("exp", Map.of("seconds", now))), MALFORMED),
        Arguments.of(token(t -> t.claim("exp", Long.MAX_VALUE)), MALFORMED),
        Arguments.of(token(t -> t.claim("exp", BigInteger.TWO.pow(63))), MALFORMED),
        Arguments.of(
            token(t -> t.claim("exp", BigInteger.TWO.pow(64).add(BigInteger.valueOf(now + 300)))),
            MALFORMED),
        Arguments.of(token(t -> t.claim("exp", (now + 300) * 1000)), MALFORMED),
        Arguments.of(token(t -> t.validIn(Duration.ofMinutes(10))), EARLY),
        Arguments.of(token(t -> t.claim("nbf", "" + now)), MALFORMED),
        Arguments.of(
            token(t -> t.validIn(Duration.ofSeconds(30)).expiresIn(Duration.ofSeconds(10))),
            MALFORMED));
  }

  private static String token(Consumer<TestToken> change) {
    TestToken token = good();
    change.accept(token);
    return token.sign();
  }

  @ParameterizedTest
  @MethodSource("badDates")
  void verify_badDate_isRejected(String token, String description) {
    refused(token, description);
  }

  @Test
  void verify_withinClockSkew_isVerified() {
    assertVerified(verifier, good().expiresIn(Duration.ofSeconds(-30)).sign());
    assertVerified(verifier, good().validIn(Duration.ofSeconds(30)).sign());
    assertVerified(verifier, good().claim("exp", System.currentTimeMillis() / 1000d + 9.5).sign());
  }

  // J17

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id_token+jwt", "logout+jwt", "dpop+jwt", "secevent+jwt", "oauth-authz-req+jwt",
        "token-introspection+jwt", "client-authentication+jwt", "oauth-id-jag+jwt", "", "JWT "
      })
  void verify_otherKindOfToken_isRejected(String type) {
    refused(good().header("typ", type).sign(), TYPE);
    refused(good().header("typ", null).sign(), TYPE);
    refused(good().header("typ", 1).sign(), TYPE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"JWT", "jwt", "at+jwt", "at+JWT", "application/at+jwt", "Application/AT+JWT"})
  void verify_accessToken_isVerified(String type) {
    assertVerified(verifier, good().header("typ", type).sign());
    assertVerified(verifier, good().withoutHeader("typ").sign());
  }

  // The order: authenticity, time, audience.

  @Test
  void verify_manyFaults_tellsOfTheFirst() {
    TestToken token = good().audience("https://other.example").expiresIn(Duration.ofHours(-1));
    refused(withSignature(token.sign(), base64Url(new byte[256])), SIGNATURE);
    refused(token.sign(), EXPIRED);
    refused(token.expiresIn(Duration.ofHours(1)).sign(), AUDIENCE_REFUSAL);
  }

  private static String withSignature(String token, String signature) {
    return token.substring(0, token.lastIndexOf('.') + 1) + signature;
  }
}
