package io.mcpgateway.jetty;

import io.mcpgateway.config.TracingSettings;
import io.mcpgateway.tracing.OpenTelemetryTracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Sends the spans of a process to a collector, by OTLP over HTTP. No library is loaded for it where
 * nobody wants traces. Thread-safe.
 */
final class TraceExport implements AutoCloseable {
  static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  static final String TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

  private static final long FLUSH_SECONDS = 3;

  private final OpenTelemetrySdk sdk;
  private final OpenTelemetryTracer tracer;

  TraceExport(OpenTelemetrySdk sdk, OpenTelemetryTracer tracer) {
    this.sdk = sdk;
    this.tracer = tracer;
  }

  /**
   * Starts sending, where the configuration or the environment says where to.
   *
   * @param settings what the configuration says; what it does not say is in the environment
   * @param environment OpenTelemetry's variables
   * @return empty when nobody wants traces
   * @throws IllegalArgumentException when a variable cannot be used; the message names it
   */
  static Optional<TraceExport> start(
      Optional<TracingSettings> settings, Map<String, String> environment) {
    boolean wanted =
        settings.isPresent()
            || Stream.of(ENDPOINT, TRACES_ENDPOINT)
                .anyMatch(name -> !environment.getOrDefault(name, "").isBlank());
    return wanted ? Optional.of(TraceSdk.start(settings, environment)) : Optional.empty();
  }

  /** Makes the spans; also an observer. */
  OpenTelemetryTracer tracer() {
    return tracer;
  }

  /** Sends what is still to be sent, if the collector takes it soon. */
  @Override
  public void close() {
    sdk.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
  }
}
