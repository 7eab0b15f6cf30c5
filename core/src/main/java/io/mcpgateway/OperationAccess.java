package io.mcpgateway;

import io.mcpgateway.Verdict.Passage;
import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.auth.AuthenticationResult;
import io.mcpgateway.authorization.AccessRequest;
import io.mcpgateway.authorization.AuthorizationDecision.Denied;
import io.mcpgateway.authorization.Denial;
import io.mcpgateway.authorization.McpAuthorization;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import io.mcpgateway.mcp.JsonRpcError;
import io.mcpgateway.mcp.McpOperation;
import io.mcpgateway.mcp.McpOperation.Kind;
import io.mcpgateway.mcp.MessageFilter;
import io.mcpgateway.mcp.MessageReading;
import io.mcpgateway.mcp.ProtocolVersion;
import io.mcpgateway.telemetry.RefusalCode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether a caller may do what a request asks for: its scopes first, then the route's rules. */
final class OperationAccess {
  private static final Set<String> WITHOUT_MESSAGE = Set.of("GET", "HEAD", "DELETE", "OPTIONS");

  private OperationAccess() {}

  /**
   * Decides about a request whose message was not read.
   *
   * @param passage what is known of it
   * @param method its HTTP method
   * @return the refusal; empty when it may go on
   */
  static Optional<Verdict> refuse(Passage passage, String method) {
    if (passage.route().decidesByMessages() && !WITHOUT_MESSAGE.contains(method)) {
      // A message that is not read must not get behind the rules.
      Headers allow = Headers.of(HeaderNames.ALLOW, "GET, POST, DELETE, OPTIONS");
      return Optional.of(
          answer(
              Response.json(405, allow, "{\"error\":\"method_not_allowed\"}"),
              RefusalCode.METHOD_NOT_ALLOWED,
              "a message by another method than POST",
              passage));
    }
    return scopes(passage, List.of());
  }

  /**
   * Decides about a request by its message.
   *
   * @param passage what is known of it
   * @param message its message
   * @param answeredElsewhere whether the answer would come by another request (MCP 2024-11-05)
   * @return the refusal; empty when it may go on
   */
  static Optional<Verdict> refuse(
      Passage passage, MessageReading.Message message, boolean answeredElsewhere) {
    return scopes(passage, message.operations())
        .or(() -> rules(passage, message, answeredElsewhere));
  }

  private static Optional<Verdict> scopes(Passage passage, List<McpOperation> operations) {
    Set<String> granted = passage.caller().map(AuthenticatedPrincipal::scopes).orElse(Set.of());
    return passage
        .route()
        .requiredScopes()
        .lacking(granted, operations)
        .map(needed -> challenge(passage, needed));
  }

  private static Verdict challenge(Passage passage, List<String> scopes) {
    AuthenticationResult.Refused refused =
        passage
            .route()
            .authentication()
            .orElseThrow()
            .insufficientScope(passage.caller(), passage.request(), passage.origin(), scopes);
    return answer(refused.response(), refused.code(), refused.reason(), passage);
  }

  private static Optional<Verdict> rules(
      Passage passage, MessageReading.Message message, boolean answeredElsewhere) {
    Optional<McpAuthorization> policy = passage.route().authorization();
    if (policy.isPresent()
        && policy.get().decide(access(passage), message.operations()) instanceof Denied denied) {
      boolean single = message.operations().size() == 1;
      return Optional.of(
          policy.get().denial() == Denial.FORBIDDEN
              ? forbid(passage, denied, single)
              : hide(passage, denied.operation(), single && !answeredElsewhere));
    }
    return Optional.empty();
  }

  private static Verdict forbid(Passage passage, Denied denied, boolean single) {
    if (!denied.lackingScopes().isEmpty() && passage.route().authentication().isPresent()) {
      return challenge(passage, denied.lackingScopes());
    }
    JsonRpcError error =
        new JsonRpcError(JsonRpcError.INVALID_REQUEST, "not allowed: " + what(denied.operation()));
    return refusal(403, error, denied.operation(), single, passage);
  }

  /**
   * Servers answer a call of a tool that they do not have by a JSON-RPC error in a 200. A message
   * that is answered elsewhere, or several in one, can only be refused as a whole.
   */
  private static Verdict hide(Passage passage, McpOperation denied, boolean answered) {
    boolean method = denied.kind() == Kind.OTHER;
    JsonRpcError error =
        method
            ? new JsonRpcError(JsonRpcError.METHOD_NOT_FOUND, "Method not found")
            : new JsonRpcError(JsonRpcError.INVALID_PARAMS, "Unknown " + what(denied));
    boolean stateless = !ProtocolVersion.hasSessions(passage.request().headers());
    // MCP 2026-07-28: an unknown method is a 404.
    int status = !answered || denied.id().isEmpty() ? 400 : method && stateless ? 404 : 200;
    return refusal(status, error, denied, answered, passage);
  }

  private static String what(McpOperation denied) {
    return denied.kind() + ": " + denied.name().orElse(denied.method());
  }

  private static Verdict refusal(
      int status, JsonRpcError error, McpOperation denied, boolean single, Passage passage) {
    Optional<String> id = single ? denied.id() : Optional.empty();
    return answer(
        Response.json(status, Headers.EMPTY, error.body(id)),
        RefusalCode.NOT_ALLOWED,
        "denied: " + denied.kind(),
        passage);
  }

  private static Verdict answer(
      Response response, RefusalCode code, String reason, Passage passage) {
    return new Verdict.Answer(
        response.with(passage.responseHeaders()),
        passage.origin(),
        Optional.of(passage.route()),
        passage.caller(),
        Optional.of(new Verdict.Refusal(code, reason)));
  }

  /**
   * What is taken out of the lists in the answer to a request.
   *
   * @param passed a request that goes on
   * @return empty when no list can be in it, or nobody is to be kept from anything
   */
  static Optional<MessageFilter> filter(Verdict.Passed passed) {
    Passage passage = passed.passage();
    boolean mayList =
        passed
            .read()
            .map(message -> message.operations().stream().anyMatch(McpOperation::isList))
            .orElse(true);
    return passage
        .route()
        .authorization()
        .filter(any -> mayList)
        .map(policy -> policy.filterFor(access(passage)))
        .map(filter -> passed.read().isPresent() ? filter : filter.inEventsAlone());
  }

  private static AccessRequest access(Passage passage) {
    RequestHead request = passage.request();
    return new AccessRequest(
        new McpOperation("", Kind.OTHER, Optional.empty(), Optional.empty()),
        passage.caller(),
        request,
        passage.route().backend().map(Backend::name).orElse(""));
  }
}
