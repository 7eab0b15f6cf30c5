package io.mcpgateway.config;

import static io.mcpgateway.config.Shape.Key.optional;
import static io.mcpgateway.config.Type.TEXTS;

/** The part of the grammar that is about metrics. */
final class MetricsGrammar {
  private static final Shape METRICS =
      Shape.of(
              "metrics",
              "What is counted.",
              optional(
                      "toolNames",
                      TEXTS,
                      "none",
                      "The tools whose calls are measured by name; each costs a histogram.")
                  .notInAgentgateway())
          .notSupported("fields", "remove");

  static final Shape.Key SETTINGS =
      optional("metrics", METRICS, "", "What `/metrics` shows; docs/metrics.md has it all.");

  static final Shape.Key ADDRESS =
      optional(
          "statsAddr",
          ProcessGrammar.SOCKET_ADDRESS,
          "none",
          "Another address for `/metrics`, and for nothing else; it is at `readinessAddr`, too.");

  private MetricsGrammar() {}
}
