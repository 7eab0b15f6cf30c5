package io.mcpgateway.forward;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.HeaderModifier;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.StreamLife;
import io.mcpgateway.mcp.MessageFilter;
import io.mcpgateway.session.SessionBinding;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What was decided about a request that goes to a backend.
 *
 * @param backend where it goes
 * @param request the client's request, less what the policies have used
 * @param body its body, when a policy has read it; empty when it is still the exchange's
 * @param target path and query at the backend; empty for its endpoint and the request's own query
 * @param origin how the client sees the gateway
 * @param session how the backend's sessions are bound to the caller
 * @param responseHeaders fields that every answer carries, instead of the backend's own
 * @param originConsumed whether the gateway has judged the {@code Origin}, so that it stays here
 * @param responseTimeout how long the backend may take to begin its response
 * @param retry what happens when there is no connection
 * @param keepAlive after how much silence an event stream gets a comment; empty for never
 * @param filter changes the messages of the response; empty when they pass as they come
 * @param streamLife how long an event stream may last
 * @param responseModifier changes to the fields of the backend's responses
 * @param ownFields tells by name which fields of the request are the gateway's: what a client says
 *     in {@code Connection} cannot take them off
 * @param credentialRefused to be run when the backend answers 401 to a credential of the gateway's;
 *     empty when there is none
 */
public record ForwardPlan(
    Backend backend,
    RequestHead request,
    Optional<BodySource> body,
    Optional<String> target,
    PublicOrigin origin,
    SessionBinding session,
    Headers responseHeaders,
    boolean originConsumed,
    Duration responseTimeout,
    ConnectRetry retry,
    Optional<Duration> keepAlive,
    Optional<MessageFilter> filter,
    StreamLife streamLife,
    HeaderModifier responseModifier,
    Predicate<String> ownFields,
    Optional<Runnable> credentialRefused) {
  /**
   * Whether the messages of a response are changed.
   *
   * @param status the backend's
   */
  boolean filters(int status) {
    return filter.isPresent() && status >= 200 && status < 300;
  }
}
