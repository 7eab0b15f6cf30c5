package io.mcpgateway.jwt;

import com.nimbusds.jose.jwk.Curve;
import io.mcpgateway.json.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A public key as JSON (RFC 7517; RFC 7518, 6; RFC 8037, 2).
 *
 * @param required the members that make the key, sorted
 */
record PublicJwk(SortedMap<String, String> required) {
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  private static final int ED25519_BYTES = 32;

  PublicJwk {
    required = Collections.unmodifiableSortedMap(new TreeMap<>(required));
  }

  /**
   * Describes a key.
   *
   * @param key an RSA, EC or Ed25519 key
   * @throws InvalidKeyException when JWS knows no such key
   */
  static PublicJwk of(PublicKey key) throws InvalidKeyException {
    if (key instanceof RSAPublicKey rsa) {
      return new PublicJwk(
          new TreeMap<>(
              Map.of(
                  "kty",
                  "RSA",
                  "n",
                  unsigned(rsa.getModulus(), (rsa.getModulus().bitLength() + 7) / 8),
                  "e",
                  unsigned(
                      rsa.getPublicExponent(), (rsa.getPublicExponent().bitLength() + 7) / 8))));
    }
    if (key instanceof ECPublicKey ec) {
      Curve curve = Curve.forECParameterSpec(ec.getParams());
      if (curve == null) {
        throw new InvalidKeyException("an unknown curve");
      }
      int bytes = (ec.getParams().getCurve().getField().getFieldSize() + 7) / 8;
      return new PublicJwk(
          new TreeMap<>(
              Map.of(
                  "kty",
                  "EC",
                  "crv",
                  curve.getName(),
                  "x",
                  unsigned(ec.getW().getAffineX(), bytes),
                  "y",
                  unsigned(ec.getW().getAffineY(), bytes))));
    }
    // RFC 8410, 4: the key is the end of its SubjectPublicKeyInfo.
    byte[] encoded = key.getEncoded();
    byte[] x = Arrays.copyOfRange(encoded, encoded.length - ED25519_BYTES, encoded.length);
    return new PublicJwk(
        new TreeMap<>(Map.of("kty", "OKP", "crv", "Ed25519", "x", BASE64URL.encodeToString(x))));
  }

  /** RFC 7518, 6.2.1.2 and 6.3.1.1: big-endian, padded to the length. */
  private static String unsigned(BigInteger number, int length) {
    byte[] signed = number.toByteArray();
    byte[] padded = new byte[length];
    int count = Math.min(signed.length, length);
    System.arraycopy(signed, signed.length - count, padded, length - count, count);
    return BASE64URL.encodeToString(padded);
  }

  String type() {
    return required.getOrDefault("kty", "");
  }

  /** Empty for RSA. */
  String curve() {
    return required.getOrDefault("crv", "");
  }

  /** RFC 7638, 3: the hash of the required members, sorted, without white space. */
  String thumbprint() {
    try {
      return BASE64URL.encodeToString(
          MessageDigest.getInstance("SHA-256")
              .digest(Json.write(required).getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible); // every Java platform has it
    }
  }

  /** The members for a set of keys that verify signatures. */
  Map<String, Object> members(String keyId, String algorithm) {
    Map<String, Object> members = new LinkedHashMap<>(required);
    members.put("kid", keyId);
    members.put("use", "sig");
    members.put("alg", algorithm);
    return members;
  }
}
