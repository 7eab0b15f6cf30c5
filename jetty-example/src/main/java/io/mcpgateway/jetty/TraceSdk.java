package io.mcpgateway.jetty;

import io.mcpgateway.config.TracingSettings;
import io.mcpgateway.tracing.OpenTelemetryTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** OpenTelemetry's SDK as the configuration wants it, and else as its variables do. */
final class TraceSdk {
  private static final String HTTP = "http/protobuf";
  private static final String HEADERS = "OTEL_EXPORTER_OTLP_TRACES_HEADERS";
  private static final String PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL";
  private static final String TRACES_PROTOCOL = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";
  private static final String SAMPLER = "OTEL_TRACES_SAMPLER";
  private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");

  private TraceSdk() {}

  /**
   * Starts the SDK.
   *
   * @param settings what the configuration says
   * @param environment OpenTelemetry's variables
   * @throws IllegalArgumentException when a variable cannot be used; the message names it
   */
  static TraceExport start(Optional<TracingSettings> settings, Map<String, String> environment) {
    Map<String, String> properties = properties(settings, environment);
    try {
      OpenTelemetrySdk sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              .disableShutdownHook()
              .addPropertiesCustomizer(usual -> properties)
              .addResourceCustomizer((resource, all) -> named(resource))
              .addSamplerCustomizer((usual, all) -> sampler(settings, environment, usual))
              .build()
              .getOpenTelemetrySdk();
      boolean trusted = settings.map(TracingSettings::clientsTrusted).orElse(true);
      return new TraceExport(sdk, OpenTelemetryTracer.of(sdk).withClientsTrusted(trusted));
    } catch (ConfigurationException refused) {
      throw new IllegalArgumentException("tracing: " + refused.getMessage(), refused);
    }
  }

  private static Map<String, String> properties(
      Optional<TracingSettings> settings, Map<String, String> environment) {
    Map<String, String> properties = new HashMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("OTEL_")) {
            properties.put(property(name), value);
          }
        });
    settings.ifPresentOrElse(
        said -> {
          properties.put("otel.traces.exporter", "otlp");
          properties.put(property(TraceExport.TRACES_ENDPOINT), said.endpoint());
          if (!said.headers().isEmpty()) {
            properties.put(property(HEADERS), encoded(said.headers()));
          }
        },
        () -> {
          checkProtocol(PROTOCOL, environment);
          checkProtocol(TRACES_PROTOCOL, environment);
        });
    properties.put(property(TRACES_PROTOCOL), HTTP);
    properties.put("otel.metrics.exporter", "none");
    properties.put("otel.logs.exporter", "none");
    return properties;
  }

  private static String property(String variable) {
    return variable.toLowerCase(Locale.ROOT).replace('_', '.');
  }

  /** As the SDK reads them: {@code name=value}, percent-encoded. */
  private static String encoded(Map<String, String> headers) {
    return headers.entrySet().stream()
        .map(
            field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining(","));
  }

  /** What speaks gRPC is as large as all the rest, and needs libraries of Kotlin. */
  private static void checkProtocol(String name, Map<String, String> environment) {
    String protocol = environment.getOrDefault(name, HTTP);
    if (!protocol.equals(HTTP)) {
      throw new IllegalArgumentException(
          name + ": " + protocol + " is not supported (expected: " + HTTP + ")");
    }
  }

  private static Resource named(Resource resource) {
    String name = String.valueOf(resource.getAttribute(SERVICE));
    return name.startsWith("unknown_service")
        ? resource.merge(Resource.create(Attributes.of(SERVICE, "mcp-gateway")))
        : resource;
  }

  /** As agentgateway does it, where the configuration has a word in it; else as the SDK does. */
  private static Sampler sampler(
      Optional<TracingSettings> settings, Map<String, String> environment, Sampler usual) {
    boolean said =
        settings
            .filter(
                own ->
                    own.randomSampling().isPresent()
                        || own.clientSampling().isPresent()
                        || !environment.containsKey(SAMPLER))
            .isPresent();
    if (!said) {
      return usual;
    }
    double random = settings.get().randomSampling().orElse(0);
    double clients = settings.get().clientSampling().orElse(1);
    return Sampler.parentBasedBuilder(Sampler.traceIdRatioBased(random))
        .setRemoteParentSampled(Sampler.traceIdRatioBased(clients))
        .build();
  }
}
