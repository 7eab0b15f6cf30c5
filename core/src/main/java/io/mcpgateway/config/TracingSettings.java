package io.mcpgateway.config;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a configuration says about distributed traces. Immutable and thread-safe.
 *
 * @param endpoint the URL that spans are sent to by OTLP over HTTP
 * @param headers the fields of each request to it; mostly secrets
 * @param randomSampling which share of requests is traced that are part of no client's trace, from
 *     0 to 1; empty when it is not said
 * @param clientSampling which share of the others is traced, from 0 to 1; empty when it is not said
 * @param clientsTrusted whether clients' spans are the parents of the gateway's
 */
public record TracingSettings(
    String endpoint,
    Map<String, String> headers,
    OptionalDouble randomSampling,
    OptionalDouble clientSampling,
    boolean clientsTrusted) {
  /** Copies the fields. */
  public TracingSettings {
    headers = Map.copyOf(headers);
  }

  /** Without the values of the fields: they may be credentials. */
  @Override
  public String toString() {
    return endpoint
        + (headers.isEmpty()
            ? ""
            : " with " + String.join(", ", headers.keySet().stream().sorted().toList()))
        + ", random "
        + told(randomSampling)
        + ", clients' "
        + told(clientSampling)
        + (clientsTrusted ? "" : " linked");
  }

  private static String told(OptionalDouble share) {
    return share.isPresent() ? String.valueOf(share.getAsDouble()) : "by default";
  }
}
