package io.mcpgateway.testkit;

import io.mcpgateway.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds an access token, good or bad. Not thread-safe. */
public final class TestToken {
  private final Map<String, @Nullable Object> header = new LinkedHashMap<>();
  private final Map<String, @Nullable Object> claims = new LinkedHashMap<>();
  private final Instant now;
  private TestKey key;

  /** A token that lives five minutes, without an audience. */
  TestToken(String issuer, TestKey key, Instant now) {
    this.now = now;
    this.key = key;
    header.put("alg", key.algorithm());
    header.put("typ", "at+jwt");
    header.put("kid", key.keyId());
    claims.put("iss", issuer);
    claims.put("sub", "eitan");
    claims.put("client_id", "mcp-client");
    claims.put("iat", now.getEpochSecond());
    expiresIn(Duration.ofMinutes(5));
  }

  /** Sets for whom it is: a string for one, else a list. */
  public TestToken audience(String... audiences) {
    return claim("aud", audiences.length == 1 ? audiences[0] : List.of(audiences));
  }

  /** Sets for whom it speaks. */
  public TestToken subject(String subject) {
    return claim("sub", subject);
  }

  /** Sets what it grants. */
  public TestToken scope(String... scopes) {
    return claim("scope", String.join(" ", scopes));
  }

  /** Sets its end; negative for the past. */
  public TestToken expiresIn(Duration lifetime) {
    return claim("exp", now.plus(lifetime).getEpochSecond());
  }

  /** Sets its begin; negative for the past. */
  public TestToken validIn(Duration delay) {
    return claim("nbf", now.plus(delay).getEpochSecond());
  }

  /** Sets any claim. */
  public TestToken claim(String name, @Nullable Object value) {
    claims.put(name, value);
    return this;
  }

  /** Leaves a claim out. */
  public TestToken withoutClaim(String name) {
    claims.remove(name);
    return this;
  }

  /** Sets any member of the header, true or not. */
  public TestToken header(String name, @Nullable Object value) {
    header.put(name, value);
    return this;
  }

  /** Leaves a member of the header out. */
  public TestToken withoutHeader(String name) {
    header.remove(name);
    return this;
  }

  /** Signs with another key, and says so. */
  public TestToken key(TestKey key) {
    return signedBy(key).header("alg", key.algorithm()).header("kid", key.keyId());
  }

  /** Signs with another key, and does not say so. */
  public TestToken signedBy(TestKey key) {
    this.key = key;
    return this;
  }

  /** The header as JSON. */
  public String headerJson() {
    return Json.write(header);
  }

  /** The claims as JSON. */
  public String claimsJson() {
    return Json.write(claims);
  }

  /** The token in compact serialization. */
  public String sign() {
    return sign(headerJson(), claimsJson());
  }

  /** A token of that text, signed whatever it says. */
  public String sign(String headerJson, String claimsJson) {
    return sign(
        headerJson.getBytes(StandardCharsets.UTF_8), claimsJson.getBytes(StandardCharsets.UTF_8));
  }

  /** A token of those bytes, signed whatever they say. */
  public String sign(byte[] headerJson, byte[] claimsJson) {
    return signInput(base64Url(headerJson) + "." + base64Url(claimsJson));
  }

  /** Adds the signature to what stands before the second dot. */
  public String signInput(String input) {
    Object name = header.get("alg");
    String algorithm =
        name instanceof String text && text.matches("[RP]S(256|384|512)") ? text : key.algorithm();
    return input + "." + base64Url(key.sign(algorithm, input.getBytes(StandardCharsets.UTF_8)));
  }

  /** RFC 7515, 2. */
  public static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
