package io.mcpgateway.oauth;

import io.mcpgateway.fetch.FetchRequest;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.jwt.JwtSigner;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * How the gateway proves to an authorization server which client it is (RFC 6749, 2.3; RFC 7523).
 * Immutable and thread-safe; prints without secrets.
 */
public final class ClientAuthentication {
  private static final String ASSERTION_TYPE =
      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  // Long enough for clocks that are a little apart, too short to be of use to a thief.
  private static final Duration ASSERTION_LIFETIME = Duration.ofSeconds(60);

  private final String method;
  private final String clientId;
  private final Proof proof;

  /** Makes the request out of an endpoint and the fields of a form. */
  @FunctionalInterface
  private interface Proof {
    FetchRequest request(URI endpoint, Map<String, String> form);
  }

  private ClientAuthentication(String method, String clientId, Proof proof) {
    this.method = method;
    this.clientId = clientId;
    this.proof = proof;
  }

  /**
   * By id and secret in an {@code Authorization: Basic} field: what every server supports (RFC
   * 6749, 2.3.1).
   *
   * @param clientId the client's id
   * @param clientSecret its secret
   * @return {@code client_secret_basic}
   */
  public static ClientAuthentication basic(String clientId, String clientSecret) {
    // RFC 6749, 2.3.1: form-encoded first, so that an id may hold a colon.
    String credentials = formEncoded(clientId) + ":" + formEncoded(clientSecret);
    String field =
        "Basic "
            + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.US_ASCII));
    return new ClientAuthentication(
        "client_secret_basic",
        clientId,
        (endpoint, form) ->
            FetchRequest.form(endpoint, form).with(HeaderNames.AUTHORIZATION, field));
  }

  /**
   * By id and secret among the form's fields (RFC 6749, 2.3.1: where nothing else works).
   *
   * @param clientId the client's id
   * @param clientSecret its secret
   * @return {@code client_secret_post}
   */
  public static ClientAuthentication post(String clientId, String clientSecret) {
    return new ClientAuthentication(
        "client_secret_post",
        clientId,
        (endpoint, form) ->
            FetchRequest.form(
                endpoint, plus(form, "client_id", clientId, "client_secret", clientSecret)));
  }

  /**
   * By a token that the client signs for each request (RFC 7523, 2.2 and 3): no secret is sent.
   *
   * @param clientId the client's id
   * @param signer has the client's key, whose public half the server knows
   * @param audience the server's issuer identifier; empty for the URL of the endpoint
   * @param clock tells the time
   * @return {@code private_key_jwt}
   */
  public static ClientAuthentication privateKeyJwt(
      String clientId, JwtSigner signer, Optional<String> audience, Clock clock) {
    return new ClientAuthentication(
        "private_key_jwt",
        clientId,
        (endpoint, form) ->
            FetchRequest.form(
                endpoint,
                plus(
                    form,
                    "client_id",
                    clientId,
                    "client_assertion_type",
                    ASSERTION_TYPE,
                    "client_assertion",
                    assertion(clientId, signer, audience.orElseGet(endpoint::toString), clock))));
  }

  private static String assertion(String clientId, JwtSigner signer, String audience, Clock clock) {
    long now = clock.instant().getEpochSecond();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", clientId);
    claims.put("sub", clientId);
    claims.put("aud", audience);
    claims.put("iat", now);
    claims.put("exp", now + ASSERTION_LIFETIME.toSeconds());
    claims.put("jti", UUID.randomUUID().toString());
    return signer.sign(claims);
  }

  private static Map<String, String> plus(Map<String, String> form, String... namesAndValues) {
    Map<String, String> all = new LinkedHashMap<>(form);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      all.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return all;
  }

  private static String formEncoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The client's id. */
  public String clientId() {
    return clientId;
  }

  /** The method's registered name (RFC 7591, 2: {@code token_endpoint_auth_method}). */
  public String method() {
    return method;
  }

  /**
   * A request of this client; for the gateway itself.
   *
   * @param endpoint of the authorization server
   * @param form the request's parameters
   * @return a POST with the form and the proof
   */
  @SuppressWarnings("exports")
  public FetchRequest request(URI endpoint, Map<String, String> form) {
    return proof.request(endpoint, form);
  }

  @Override
  public String toString() {
    return "ClientAuthentication[" + method + ", client_id=" + clientId + "]";
  }
}
