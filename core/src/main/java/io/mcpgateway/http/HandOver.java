package io.mcpgateway.http;

import java.security.Principal;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;

/**
 * What the application behind the gateway gets to see of a request, and what becomes of its answer.
 *
 * @param caller who was authenticated; empty when nobody was
 * @param requestHeaders all header fields of the request as the application sees them
 * @param body the request's body, at hand, when the gateway has read it; empty when it is still the
 *     exchange's
 * @param responseHeaders fields that whatever the application answers must carry
 * @param sessionId makes the value of {@code Mcp-Session-Id} for the client out of the
 *     application's
 * @param keepAlive after how much silence an event stream gets a comment; empty for never
 * @param filter changes what the application answers; empty when it passes as it comes
 * @param streamLife how long an event stream may last
 * @param responseModifier changes to the fields of the application's responses
 * @param completed called once, with the HTTP status, when the application has answered
 */
public record HandOver(
    Optional<? extends Principal> caller,
    Headers requestHeaders,
    Optional<BodySource> body,
    Headers responseHeaders,
    UnaryOperator<String> sessionId,
    Optional<Duration> keepAlive,
    Optional<BodyFilter.Start> filter,
    StreamLife streamLife,
    HeaderModifier responseModifier,
    IntConsumer completed) {

  /**
   * The same, told to somebody else in the end.
   *
   * @param whenCompleted called once, with the HTTP status
   */
  public HandOver completing(IntConsumer whenCompleted) {
    return new HandOver(
        caller,
        requestHeaders,
        body,
        responseHeaders,
        sessionId,
        keepAlive,
        filter,
        streamLife,
        responseModifier,
        whenCompleted);
  }
}
