package io.mcpgateway.provider;

import io.mcpgateway.http.Response;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The way to Entra's login page without {@code resource}: Entra refuses that next to {@code scope},
 * and MCP clients send it always (RFC 8707).
 */
final class EntraAuthorization implements Endpoint {
  private final RemoteEndpoint authorization;

  EntraAuthorization(RemoteEndpoint authorization) {
    this.authorization = authorization;
  }

  @Override
  public String methods() {
    return DOCUMENT;
  }

  @Override
  public CompletionStage<Response> answer(Call call) {
    Optional<FormParameters> asked = FormParameters.parse(call.request().query());
    if (asked.isEmpty()) {
      return CompletableFuture.completedStage(
          OAuthAnswer.error(400, "invalid_request", "a parameter is malformed, or there twice"));
    }
    String query = asked.get().without("resource").encoded();
    return authorization.url().thenApply(url -> OAuthAnswer.redirect(with(url, query)));
  }

  private static String with(URI url, String query) {
    return url.toASCIIString() + (url.getRawQuery() == null ? "?" : "&") + query;
  }
}
