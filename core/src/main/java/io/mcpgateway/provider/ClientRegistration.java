package io.mcpgateway.provider;

import io.mcpgateway.fetch.FetchRequest;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import io.mcpgateway.json.Json;
import io.mcpgateway.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Dynamic client registration (RFC 7591): passed on to the authorization server, or answered with
 * the one client that is registered there already. Nothing of the client's request travels but its
 * body: neither {@code Origin}, which the server would refuse, nor credentials.
 */
final class ClientRegistration implements Endpoint {
  private final Optional<String> clientId;
  private final RemoteEndpoint registration;

  ClientRegistration(Optional<String> clientId, RemoteEndpoint registration) {
    this.clientId = clientId;
    this.registration = registration;
  }

  @Override
  public String methods() {
    return ACTION;
  }

  @Override
  public CompletionStage<Response> answer(Call call) {
    return RequestBody.read(call, "invalid_client_metadata", this::register);
  }

  private CompletionStage<Response> register(byte[] body) {
    Map<String, Object> wanted;
    try {
      wanted = Json.readObject(body);
    } catch (MalformedJsonException malformed) {
      return refused("invalid_client_metadata", "the client metadata is not a JSON object");
    }
    Object redirects = wanted.getOrDefault("redirect_uris", List.of());
    boolean texts =
        redirects instanceof List<?> list && list.stream().allMatch(uri -> uri instanceof String);
    if (!texts) {
      return refused("invalid_redirect_uri", "redirect_uris is not a list of strings");
    }
    if (clientId.isPresent()) {
      return CompletableFuture.completedStage(registered(clientId.get(), redirects));
    }
    return registration
        .send(
            url ->
                new FetchRequest(
                    "POST",
                    url,
                    Headers.of(
                        HeaderNames.ACCEPT,
                        "application/json",
                        HeaderNames.CONTENT_TYPE,
                        "application/json"),
                    new String(body, StandardCharsets.UTF_8)))
        .thenApply(OAuthAnswer::relay);
  }

  /** RFC 7591, 3.2.1. Which redirects are really registered is the authorization server's word. */
  private static Response registered(String clientId, Object redirects) {
    Map<String, Object> client = new LinkedHashMap<>();
    client.put("client_id", clientId);
    client.put("token_endpoint_auth_method", "none");
    client.put("grant_types", List.of("authorization_code", "refresh_token"));
    client.put("response_types", List.of("code"));
    client.put("redirect_uris", redirects);
    return OAuthAnswer.json(201, Json.write(client));
  }

  private static CompletionStage<Response> refused(String code, String description) {
    return CompletableFuture.completedStage(OAuthAnswer.error(400, code, description));
  }
}
