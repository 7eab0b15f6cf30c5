package io.mcpgateway.samples;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.telemetry.AccessLog;
import io.mcpgateway.tracing.OpenTelemetryTracer;
import io.opentelemetry.api.OpenTelemetry;

/** What docs/tracing.md shows. */
final class TracingSamples {
  private TracingSamples() {}

  static McpGateway traced(OpenTelemetry openTelemetry) {
    OpenTelemetryTracer tracer = OpenTelemetryTracer.of(openTelemetry); // or ofGlobal()
    McpGateway gateway =
        McpGateway.builder()
            .tracer(tracer)
            .observers(AccessLog.text(), tracer) // as an observer it tells of key fetches
            .route(Route.builder().backend(Backend.of("http://localhost:8000/mcp")).build())
            .build();
    return gateway;
  }
}
