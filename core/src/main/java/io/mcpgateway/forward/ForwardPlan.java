package io.mcpgateway.forward;

import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import java.time.Duration;

/**
 * What was decided about a request that goes to a backend.
 *
 * @param backend where it goes
 * @param origin how the client sees the gateway
 * @param responseHeaders fields that every answer carries, instead of the backend's own
 * @param credentials what becomes of the caller's {@code Authorization}
 * @param originConsumed whether the gateway has judged the {@code Origin}, so that it stays here
 * @param responseTimeout how long the backend may take to begin its response
 */
public record ForwardPlan(
    Backend backend,
    PublicOrigin origin,
    Headers responseHeaders,
    Credentials credentials,
    boolean originConsumed,
    Duration responseTimeout) {

  /** What becomes of the caller's {@code Authorization}. */
  public enum Credentials {
    /** No policy used it: it passes. The server behind may have its own authorization. */
    UNTOUCHED,
    /** The gateway used it: it stays here (MCP authorization, Token Handling). */
    TAKEN_OFF,
    /** The gateway found it good, and was told to pass it on. */
    PASSED_ON
  }
}
