package io.mcpgateway.provider;

import io.mcpgateway.fetch.FetchRequest;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Entra's token endpoint without {@code resource}. Where a client secret is configured, it is added
 * for that client, which MCP clients take for a public one: what proves who redeems a code is then
 * PKCE alone, so a code without its verifier gets no secret.
 */
final class EntraToken implements Endpoint {
  private final Optional<String> clientId;
  private final Optional<String> clientSecret;
  private final RemoteEndpoint token;

  EntraToken(Optional<String> clientId, Optional<String> clientSecret, RemoteEndpoint token) {
    this.clientId = clientId;
    this.clientSecret = clientSecret;
    this.token = token;
  }

  @Override
  public String methods() {
    return ACTION;
  }

  @Override
  public CompletionStage<Response> answer(Call call) {
    String type = call.request().headers().first(HeaderNames.CONTENT_TYPE).orElse("");
    if (!type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")) {
      return CompletableFuture.completedStage(malformed());
    }
    boolean authenticates = call.request().headers().contains(HeaderNames.AUTHORIZATION);
    return RequestBody.read(call, "invalid_request", body -> redeem(body, authenticates));
  }

  private CompletionStage<Response> redeem(byte[] body, boolean authenticates) {
    Optional<FormParameters> sent = FormParameters.parse(new String(body, StandardCharsets.UTF_8));
    if (sent.isEmpty()) {
      return CompletableFuture.completedStage(malformed());
    }
    FormParameters plain = sent.get().without("resource");
    FormParameters form =
        clientSecret
            .filter(secret -> !authenticates && isOurs(plain))
            .map(secret -> plain.with("client_secret", secret))
            .orElse(plain);
    return token
        .send(
            url ->
                new FetchRequest(
                    "POST",
                    url,
                    Headers.of(
                        HeaderNames.ACCEPT,
                        "application/json",
                        HeaderNames.CONTENT_TYPE,
                        "application/x-www-form-urlencoded"),
                    form.encoded()))
        .thenApply(
            answer ->
                clientSecret.filter(answer.text()::contains).isPresent()
                    ? OAuthAnswer.unavailable() // it quotes what the client must not know
                    : OAuthAnswer.relay(answer));
  }

  /** Whether it is the configured client, without a credential of its own. */
  private boolean isOurs(FormParameters form) {
    String grant = form.value("grant_type").orElse("");
    boolean proved =
        grant.equals("refresh_token")
            || (grant.equals("authorization_code")
                && form.value("code_verifier").filter(verifier -> !verifier.isEmpty()).isPresent());
    return proved
        && form.value("client_id").equals(clientId)
        && form.value("client_secret").isEmpty()
        && form.value("client_assertion").isEmpty();
  }

  private static Response malformed() {
    return OAuthAnswer.error(400, "invalid_request", "expected: a form without repeated fields");
  }
}
