package io.mcpgateway;

import io.mcpgateway.backendauth.BackendAuth;
import io.mcpgateway.backendauth.BackendCredential;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PrintableText;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import io.mcpgateway.json.Json;
import io.mcpgateway.telemetry.RefusalCode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The last station before the backend: what the gateway proves itself with is put on. */
final class GatewayCredential {
  private static final Duration RETRY_AFTER_FAILURE = Duration.ofSeconds(5);

  private GatewayCredential() {}

  /**
   * Puts the credential of the route on a request that goes to its backend.
   *
   * @param verdict what was decided so far
   * @param clientRequest the request as it came: an exchange needs the caller's token
   * @return completes at once, unless a token has to be fetched
   */
  static CompletionStage<Verdict> putOn(Verdict verdict, RequestHead clientRequest) {
    if (!(verdict instanceof Verdict.Forward forward)
        || forward.passage().route().backendAuth().isEmpty()) {
      return CompletableFuture.completedStage(verdict);
    }
    BackendAuth policy = forward.passage().route().backendAuth().get();
    Optional<String> token =
        forward.passage().caller().flatMap(unused -> token(clientRequest.headers()));
    return ask(policy, token)
        .exceptionally(GatewayCredential::unavailable)
        .thenApply(credential -> withCredential(forward, credential));
  }

  /** A policy that breaks opens no door, and is not the client's fault. */
  private static CompletionStage<BackendCredential> ask(
      BackendAuth policy, Optional<String> token) {
    try {
      return policy.credential(token);
    } catch (RuntimeException failure) {
      return CompletableFuture.completedStage(unavailable(failure));
    }
  }

  private static BackendCredential unavailable(Throwable failure) {
    return new BackendCredential.Unavailable(
        RETRY_AFTER_FAILURE, "failed: " + PrintableText.kind(failure));
  }

  /** It was found good, under whatever scheme. */
  private static Optional<String> token(Headers headers) {
    List<String> fields = headers.all(HeaderNames.AUTHORIZATION);
    return fields.size() == 1
        ? Optional.of(fields.get(0))
            .map(field -> field.substring(field.indexOf(' ') + 1).strip())
            .filter(text -> !text.isEmpty())
        : Optional.empty();
  }

  private static Verdict withCredential(Verdict.Forward forward, BackendCredential credential) {
    if (credential instanceof BackendCredential.Supplied supplied) {
      return forward.with(supplied);
    }
    if (credential instanceof BackendCredential.Denied denied) {
      // Not a 401: the token is good here, and logging in again would give another like it.
      return refused(
          forward,
          403,
          Headers.EMPTY,
          "access_denied",
          "this token gives no access to the MCP server",
          denied.reason());
    }
    BackendCredential.Unavailable unavailable = (BackendCredential.Unavailable) credential;
    long seconds = Math.max(1, unavailable.retryAfter().toSeconds());
    return refused(
        forward,
        503,
        Headers.of(HeaderNames.RETRY_AFTER, Long.toString(seconds)),
        "temporarily_unavailable",
        "the gateway has no credential for the MCP server at the moment",
        "no credential for the backend: " + unavailable.cause());
  }

  private static Verdict refused(
      Verdict.Forward forward,
      int status,
      Headers headers,
      String error,
      String description,
      String reason) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("error", error);
    body.put("error_description", description);
    Verdict.Passage passage = forward.passage();
    return new Verdict.Answer(
        Response.json(status, headers, Json.write(body)).with(passage.responseHeaders()),
        passage.origin(),
        Optional.of(passage.route()),
        passage.caller(),
        Optional.of(new Verdict.Refusal(RefusalCode.NO_BACKEND_CREDENTIAL, reason)));
  }
}
