package io.mcpgateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JwtSignerTest {
  private static final Map<String, Object> CLAIMS = Map.of("sub", "ann", "n", 1);

  @TempDir Path folder;

  private Path pem(KeyPair pair) throws IOException {
    String base64 =
        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pair.getPrivate().getEncoded());
    return Files.writeString(
        folder.resolve("key.pem"),
        "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
  }

  private static KeyPair generate(String algorithm) throws Exception {
    KeyPairGenerator generator =
        KeyPairGenerator.getInstance(algorithm.startsWith("secp") ? "EC" : algorithm);
    if (algorithm.startsWith("secp")) {
      generator.initialize(new ECGenParameterSpec(algorithm));
    }
    return generator.generateKeyPair();
  }

  /** By the library's verifiers; by ours for Ed25519, which the library does without. */
  private static void assertVerifies(JwtSigner signer, String token) throws Exception {
    JWKSet set = JWKSet.parse(signer.jwkSet());
    JWK key = set.getKeyByKeyId(signer.keyId());
    SignedJWT jwt = SignedJWT.parse(token);
    assertThat(jwt.getHeader().getKeyID()).isEqualTo(signer.keyId());
    assertThat(jwt.getHeader().getAlgorithm().getName()).isEqualTo(signer.algorithm());
    assertThat(jwt.getJWTClaimsSet().getSubject()).isEqualTo("ann");
    assertThat(key.computeThumbprint().toString()).as("RFC 7638").isEqualTo(signer.keyId());
    assertThat(set.getKeys()).allSatisfy(any -> assertThat(any.isPrivate()).isFalse());
    if (key instanceof OctetKeyPair edwards) {
      assertThat(
              Ed25519Signature.verifies(
                  Ed25519Signature.publicKey(edwards.getDecodedX()),
                  jwt.getSigningInput(),
                  jwt.getSignature().decode()))
          .isTrue();
      return;
    }
    JWSVerifier verifier =
        key.getKeyType().getValue().equals("RSA")
            ? new RSASSAVerifier(key.toRSAKey())
            : new ECDSAVerifier(key.toECKey());
    assertThat(jwt.verify(verifier)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "RSA, RS256",
    "secp256r1, ES256",
    "secp384r1, ES384",
    "secp521r1, ES512",
    "Ed25519, EdDSA"
  })
  void pemKey_signsWithTheAlgorithmOfItsKind(String kind, String algorithm) throws Exception {
    JwtSigner signer = JwtSigner.of(pem(generate(kind)));

    assertThat(signer.algorithm()).isEqualTo(algorithm);
    assertVerifies(signer, signer.sign(CLAIMS));
  }

  @Test
  void pemKey_hasItsOwnPublicHalf() throws Exception {
    // Several: a coordinate may begin with zeros.
    for (int i = 0; i < 20; i++) {
      for (String kind : new String[] {"secp256r1", "Ed25519"}) {
        KeyPair pair = generate(kind);

        assertThat(PublicHalf.of(pair.getPrivate())).isEqualTo(pair.getPublic());
      }
    }
  }

  @Test
  void chosenAlgorithm_isUsed() throws Exception {
    JwtSigner signer = JwtSigner.of(pem(generate("RSA")), "PS256");

    assertThat(signer.algorithm()).isEqualTo("PS256");
    assertVerifies(signer, signer.sign(CLAIMS));
  }

  @Test
  void algorithmOfAnotherKind_isRefused() throws Exception {
    Path file = pem(generate("RSA"));

    assertThatThrownBy(() -> JwtSigner.of(file, "ES256"))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": not a key for ES256");
    assertThatThrownBy(() -> JwtSigner.of(file, "none")).hasMessageContaining("not a key for none");
  }

  @Test
  void jwk_signsWithItsOwnAlgorithm() throws Exception {
    JWK rsa = new RSAKeyGenerator(2048).algorithm(com.nimbusds.jose.JWSAlgorithm.PS384).generate();
    Path file = Files.writeString(folder.resolve("rsa.jwk"), rsa.toJSONString());
    JwtSigner signer = JwtSigner.of(file);

    assertThat(signer.algorithm()).isEqualTo("PS384");
    assertVerifies(signer, signer.sign(CLAIMS));
  }

  @Test
  void jwkOfEllipticCurves_signs() throws Exception {
    JWK ec = new ECKeyGenerator(Curve.P_256).generate();
    JwtSigner signer = JwtSigner.of(Files.writeString(folder.resolve("ec.jwk"), ec.toJSONString()));
    assertVerifies(signer, signer.sign(CLAIMS));

    // The example of RFC 8037, A.1 to A.3.
    JwtSigner edwards =
        JwtSigner.of(
            Files.writeString(
                folder.resolve("okp.jwk"),
                """
                {"kty":"OKP","crv":"Ed25519",
                 "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
                 "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
                """));
    assertThat(edwards.keyId()).isEqualTo("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    assertVerifies(edwards, edwards.sign(CLAIMS));
  }

  @Test
  void keyOfTwoHalves_isRefused() throws Exception {
    Map<String, Object> jwk = new ECKeyGenerator(Curve.P_256).generate().toJSONObject();
    jwk.put("d", new ECKeyGenerator(Curve.P_256).generate().getD().toString());
    Path file = Files.writeString(folder.resolve("key.jwk"), io.mcpgateway.json.Json.write(jwk));

    assertThatThrownBy(() -> JwtSigner.of(file)).hasMessageContaining("another key's");
  }

  @Test
  void unusableFile_isNamedButNotQuoted() throws Exception {
    Path missing = folder.resolve("missing");
    Path publicKey =
        Files.writeString(
            folder.resolve("public.jwk"),
            new ECKeyGenerator(Curve.P_256).generate().toPublicJWK().toJSONString());
    Path symmetric =
        Files.writeString(folder.resolve("oct.jwk"), "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}");
    Path odd = pem(generate("secp256r1"));
    Files.writeString(odd, Files.readString(odd, StandardCharsets.US_ASCII).replace("A", "B"));

    for (Path file : new Path[] {missing, publicKey, symmetric, odd}) {
      assertThatThrownBy(() -> JwtSigner.of(file))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(file.toString())
          .hasMessageNotContaining("c2VjcmV0");
    }
  }

  @Test
  void shortRsaKey_isRefused() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    Path file = pem(generator.generateKeyPair());

    assertThatThrownBy(() -> JwtSigner.of(file)).hasMessageContaining("2048 bits");
  }

  @Test
  void secretDigest_recognisesWhatItHasSeen() {
    SecretDigest digest = new SecretDigest();

    assertThat(digest.of("token")).isEqualTo(digest.of("token")).doesNotContain("token");
    assertThat(digest.of("token")).isNotEqualTo(digest.of("other"));
    assertThat(digest.of("token")).isNotEqualTo(new SecretDigest().of("token"));
  }
}
