package io.mcpgateway;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.backendauth.BackendCredential;
import io.mcpgateway.forward.ForwardPlan;
import io.mcpgateway.http.EndSignal;
import io.mcpgateway.http.HandOver;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.StreamLife;
import io.mcpgateway.mcp.MessageFilter;
import io.mcpgateway.mcp.MessageReading;
import java.time.Duration;
import java.util.Optional;

/**
 * What was decided about a request that goes on, in the terms of those who carry it out; and the
 * end of the streams that come of it. Thread-safe.
 */
final class OnwardPlans {
  /** A token may be accepted a little late; its calls shall have time for their answer. */
  private static final Duration SHORTEST_STREAM = Duration.ofMinutes(1);

  private final McpGateway.Settings settings;
  private final EndSignal listeningEnds = new EndSignal();
  private final EndSignal answeringEnds = new EndSignal();

  OnwardPlans(McpGateway.Settings settings) {
    this.settings = settings;
  }

  /**
   * What is sent to a backend.
   *
   * @param forward what was decided
   * @param listening whether the request asks for a stream of whatever comes
   */
  ForwardPlan plan(Verdict.Forward forward, boolean listening) {
    Verdict.Passage passage = forward.passage();
    Route route = passage.route();
    Optional<MessageFilter> filter = OperationAccess.filter(forward);
    RequestHead request = forward.request();
    return new ForwardPlan(
        forward.backend(),
        request.with(request.query(), readable(request.headers(), filter)),
        forward.read().map(MessageReading.Message::body),
        forward.target(),
        passage.origin(),
        passage.session(),
        passage.responseHeaders(),
        route.cors().isPresent(),
        route.responseTimeout().orElse(settings.responseTimeout()),
        route.retry(),
        route.keepAlive(),
        filter,
        streamLife(passage, listening),
        route.responseHeaderModifier(),
        forward::isOwnField,
        forward.credential().map(BackendCredential.Supplied::refused));
  }

  /** MCP does not say what becomes of a stream whose token ends; docs/decisions.md does. */
  private StreamLife streamLife(Verdict.Passage passage, boolean listening) {
    Optional<Duration> longest =
        passage
            .route()
            .authentication()
            .filter(McpAuthentication::endsStreams)
            .flatMap(any -> passage.caller())
            .flatMap(AuthenticatedPrincipal::expiresAt)
            .map(expiry -> Duration.between(settings.clock().instant(), expiry))
            .map(left -> left.compareTo(SHORTEST_STREAM) < 0 ? SHORTEST_STREAM : left);
    return new StreamLife(longest, listening ? listeningEnds : answeringEnds);
  }

  /**
   * What the application gets.
   *
   * @param proceed what was decided
   * @param listening whether the request asks for a stream of whatever comes
   */
  HandOver handOver(Verdict.Proceed proceed, boolean listening) {
    Verdict.Passage passage = proceed.passage();
    Optional<MessageFilter> filter = OperationAccess.filter(proceed);
    return new HandOver(
        passage.caller(),
        readable(passage.request().headers(), filter),
        proceed.read().map(MessageReading.Message::body),
        passage.responseHeaders(),
        passage.session()::toClient,
        passage.route().keepAlive(),
        filter.map(messages -> messages::begin),
        streamLife(passage, listening),
        passage.route().responseHeaderModifier(),
        status -> {});
  }

  /** What is to be filtered has to be asked for in a form that can be read. */
  private static Headers readable(Headers request, Optional<MessageFilter> filter) {
    return filter.isPresent() ? MessageFilter.readable(request) : request;
  }

  /** Ends the streams of those who listen, between two events. */
  void endListening() {
    listeningEnds.raise();
  }

  /** Ends the streams that still owe an answer, between two events. */
  void endAnswering() {
    answeringEnds.raise();
  }
}
