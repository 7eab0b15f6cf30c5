package io.mcpgateway.testkit;

import io.mcpgateway.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds a DPoP proof (RFC 9449, 4.2), good or bad. Not thread-safe. */
public final class TestProof {
  private final Map<String, @Nullable Object> header = new LinkedHashMap<>();
  private final Map<String, @Nullable Object> claims = new LinkedHashMap<>();
  private TestKey signer;

  /** A good proof of a key, for one request with a token. */
  public TestProof(TestKey key, String method, String url, String token, Instant now) {
    signer = key;
    header.put("typ", "dpop+jwt");
    header.put("alg", key.algorithm());
    header.put("jwk", key.jwk());
    claims.put("jti", UUID.randomUUID().toString());
    claims.put("htm", method);
    claims.put("htu", url);
    claims.put("iat", now.getEpochSecond());
    claims.put("ath", sha256(token));
  }

  /** Sets any claim. */
  public TestProof claim(String name, @Nullable Object value) {
    claims.put(name, value);
    return this;
  }

  /** Leaves a claim out. */
  public TestProof withoutClaim(String name) {
    claims.remove(name);
    return this;
  }

  /** Sets any member of the header, true or not. */
  public TestProof header(String name, @Nullable Object value) {
    header.put(name, value);
    return this;
  }

  /** Leaves a member of the header out. */
  public TestProof withoutHeader(String name) {
    header.remove(name);
    return this;
  }

  /** Signs with another key, and does not say so. */
  public TestProof signedBy(TestKey key) {
    signer = key;
    return this;
  }

  /** The proof in compact serialization. */
  public String sign() {
    String input = encoded(Json.write(header)) + "." + encoded(Json.write(claims));
    byte[] signature = signer.sign(signer.algorithm(), input.getBytes(StandardCharsets.US_ASCII));
    return input + "." + TestToken.base64Url(signature);
  }

  private static String encoded(String json) {
    return TestToken.base64Url(json.getBytes(StandardCharsets.UTF_8));
  }

  /** RFC 7638, 3: SHA-256 over the members that a key cannot do without, by name. */
  public static String thumbprint(TestKey key) {
    Map<String, Object> members = new TreeMap<>(key.jwk());
    members.keySet().retainAll(List.of("crv", "e", "kty", "n", "x", "y"));
    return sha256(Json.write(members));
  }

  private static String sha256(String text) {
    try {
      return TestToken.base64Url(
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
