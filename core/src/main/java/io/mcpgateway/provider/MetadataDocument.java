package io.mcpgateway.provider;

import io.mcpgateway.fetch.IssuerDocument;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import io.mcpgateway.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The authorization server's metadata, as its clients need it. */
final class MetadataDocument implements Endpoint {
  private static final Headers CACHED =
      Headers.of(HeaderNames.CACHE_CONTROL, "public, max-age=300");
  private static final String AUTHORIZATION_ENDPOINT = "authorization_endpoint";
  private static final String TOKEN_ENDPOINT = "token_endpoint";
  private static final String REGISTRATION_ENDPOINT = "registration_endpoint";
  private static final String CODE_CHALLENGE_METHODS = "code_challenge_methods_supported";

  private final ProviderKind kind;
  private final Optional<String> audience;
  private final boolean mockedRegistration;
  private final CachedDocument original;

  MetadataDocument(
      ProviderKind kind,
      Optional<String> audience,
      boolean mockedRegistration,
      CachedDocument original) {
    this.kind = kind;
    this.audience = audience;
    this.mockedRegistration = mockedRegistration;
    this.original = original;
  }

  @Override
  public String methods() {
    return DOCUMENT;
  }

  @Override
  public CompletionStage<Response> answer(Call call) {
    return original
        .get()
        .thenApply(
            document ->
                Response.json(
                    200,
                    CACHED,
                    kind == ProviderKind.PLAIN
                        ? document.text()
                        : Json.write(adapted(document, call))));
  }

  private Map<String, Object> adapted(IssuerDocument document, Call call) {
    Map<String, Object> members = new LinkedHashMap<>(document.members());
    // RFC 8414, 3.3: a client compares it with the identifier that led here.
    members.put("issuer", call.issuer());
    // RFC 9207: what the server says there is its own identifier, which is not this document's.
    members.remove("authorization_response_iss_parameter_supported");
    // RFC 8414, 2.1: it would take precedence over what is changed here.
    members.remove("signed_metadata");
    if (kind.takesAudience()) {
      document
          .member(AUTHORIZATION_ENDPOINT)
          .ifPresent(endpoint -> members.put(AUTHORIZATION_ENDPOINT, withAudience(endpoint)));
    }
    if (kind == ProviderKind.ENTRA) {
      members.put(AUTHORIZATION_ENDPOINT, endpoint(call, AuthorizationServerPath.AUTHORIZE));
      members.put(TOKEN_ENDPOINT, endpoint(call, AuthorizationServerPath.TOKEN));
      // MCP clients refuse a server that does not name S256; this one takes it without saying so.
      members.putIfAbsent(CODE_CHALLENGE_METHODS, List.of("S256"));
    }
    boolean registers =
        kind.registersThroughGateway() && document.member(REGISTRATION_ENDPOINT).isPresent();
    if (mockedRegistration || registers) {
      members.put(REGISTRATION_ENDPOINT, endpoint(call, AuthorizationServerPath.REGISTRATION));
    }
    return members;
  }

  private static String endpoint(Call call, String name) {
    return call.endpoints() + "/" + name;
  }

  private String withAudience(String endpoint) {
    return audience
        .map(
            wanted ->
                endpoint
                    + (endpoint.contains("?") ? "&" : "?")
                    + "audience="
                    + URLEncoder.encode(wanted, StandardCharsets.UTF_8))
        .orElse(endpoint);
  }
}
