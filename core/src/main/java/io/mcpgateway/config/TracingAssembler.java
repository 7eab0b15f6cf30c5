package io.mcpgateway.config;

import io.mcpgateway.http.Headers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Makes what a configuration says about distributed traces. */
final class TracingAssembler {
  private static final String USUAL_PATH = "/v1/traces";

  private final Problems problems;

  TracingAssembler(Problems problems) {
    this.problems = problems;
  }

  /** Empty when it says nothing. */
  Optional<TracingSettings> tracing(Setting root) {
    return root.get("config").flatMap(config -> config.get("tracing")).flatMap(this::settings);
  }

  private Optional<TracingSettings> settings(Setting tracing) {
    Map<String, String> headers = headers(tracing);
    return tracing
        .text("otlpEndpoint")
        .map(
            endpoint ->
                new TracingSettings(
                    endpoint.replaceFirst("/+$", "") + tracing.text("path").orElse(USUAL_PATH),
                    headers,
                    share(tracing, "randomSampling"),
                    share(tracing, "clientSampling"),
                    !tracing.text("clientContext").equals(Optional.of("link"))));
  }

  private Map<String, String> headers(Setting tracing) {
    Map<String, String> headers = new LinkedHashMap<>();
    tracing
        .get("headers")
        .ifPresent(
            all ->
                all.members()
                    .forEach((name, value) -> put(name.toString(), (Setting) value, headers)));
    return headers;
  }

  private void put(String name, Setting value, Map<String, String> headers) {
    value
        .as(String.class)
        .filter(text -> problems.attempt(value, () -> Headers.of(name, text)).isPresent())
        .ifPresent(text -> headers.put(name, text));
  }

  private static OptionalDouble share(Setting tracing, String key) {
    Optional<Double> share = tracing.get(key).flatMap(value -> value.as(Double.class));
    return share.isPresent() ? OptionalDouble.of(share.get()) : OptionalDouble.empty();
  }
}
