package io.mcpgateway.samples;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.metrics.GatewayMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;

/** The sample of docs/metrics.md. */
final class MetricsSamples {
  private MetricsSamples() {}

  static McpGateway measured(MeterRegistry registry) {
    GatewayMetrics metrics = GatewayMetrics.builder(registry).tools(Set.of("search")).build();
    McpGateway gateway =
        McpGateway.builder()
            .observer(metrics)
            .route(Route.builder().backend(Backend.of("http://localhost:8000/mcp")).build())
            .build();
    metrics.watch(gateway);
    return gateway;
  }
}
