package io.mcpgateway.testkit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A key pair that signs tokens. Immutable. */
public final class TestKey {
  private final String algorithm;
  private final Map<String, Object> publicJwk;
  private final Signer signer;

  private interface Signer {
    byte[] sign(String algorithm, byte[] input) throws JOSEException, GeneralSecurityException;
  }

  private TestKey(String algorithm, Map<String, Object> publicJwk, Signer signer) {
    this.algorithm = algorithm;
    this.publicJwk = publicJwk;
    this.signer = signer;
  }

  /** An RSA key of 2048 bits that signs with RS256 unless told otherwise. */
  public static TestKey rsa(String keyId) {
    return rsa(keyId, 2048);
  }

  /** An RSA key. */
  public static TestKey rsa(String keyId, int bits) {
    try {
      RSAKey key = new RSAKeyGenerator(bits, bits < 2048).keyID(keyId).generate();
      RSASSASigner signer =
          new RSASSASigner(key.toPrivateKey(), Set.of(AllowWeakRSAKey.getInstance()));
      return new TestKey(
          "RS256",
          key.toPublicJWK().toJSONObject(),
          (algorithm, input) ->
              signer.sign(new JWSHeader(JWSAlgorithm.parse(algorithm)), input).decode());
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** A P-256 key, for ES256. */
  public static TestKey ec(String keyId) {
    return ec(keyId, Curve.P_256);
  }

  /** A key of an elliptic curve that JWS knows for ECDSA. */
  public static TestKey ec(String keyId, Curve curve) {
    try {
      ECKey key = new ECKeyGenerator(curve).keyID(keyId).generate();
      ECDSASigner signer = new ECDSASigner(key);
      return new TestKey(
          signer.supportedECDSAAlgorithm().getName(),
          key.toPublicJWK().toJSONObject(),
          (algorithm, input) ->
              signer.sign(new JWSHeader(signer.supportedECDSAAlgorithm()), input).decode());
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** An Ed25519 key, for EdDSA. */
  public static TestKey ed25519(String keyId) {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      byte[] encoded = pair.getPublic().getEncoded();
      byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
      Map<String, Object> jwk = new LinkedHashMap<>();
      jwk.put("kty", "OKP");
      jwk.put("crv", "Ed25519");
      jwk.put("x", Base64.getUrlEncoder().withoutPadding().encodeToString(x));
      jwk.put("kid", keyId);
      return new TestKey(
          "EdDSA",
          jwk,
          (algorithm, input) -> {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(input);
            return signature.sign();
          });
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The algorithm it signs with unless told otherwise. */
  public String algorithm() {
    return algorithm;
  }

  /** The public half, as a JWK; a fresh map. */
  public Map<String, Object> jwk() {
    return new LinkedHashMap<>(publicJwk);
  }

  /** The public half with another member. */
  public Map<String, Object> jwkWith(String name, Object value) {
    Map<String, Object> jwk = jwk();
    jwk.put(name, value);
    return jwk;
  }

  /** The public half without a member. */
  public Map<String, Object> jwkWithout(String name) {
    Map<String, Object> jwk = jwk();
    jwk.remove(name);
    return jwk;
  }

  /** The {@code kid}. */
  public String keyId() {
    return member("kid");
  }

  /** A member of the public half, as text. */
  public String member(String name) {
    return String.valueOf(publicJwk.get(name));
  }

  /** Signs bytes; elliptic curve keys know one algorithm only. */
  byte[] sign(String algorithm, byte[] input) {
    try {
      return signer.sign(algorithm, input);
    } catch (JOSEException | GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
