package io.mcpgateway.telemetry;

import io.mcpgateway.http.RequestHead;
import java.time.Instant;

/**
 * Makes requests part of distributed traces. Called on the threads that carry requests: an
 * implementation returns at once. What it throws is logged and harms no request.
 */
public interface GatewayTracer {
  /**
   * A request has arrived.
   *
   * @param request its head, as it came
   * @param started when
   * @return its part in a trace
   */
  RequestTrace begin(RequestHead request, Instant started);
}
