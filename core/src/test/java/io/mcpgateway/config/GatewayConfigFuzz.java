package io.mcpgateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Configurations: a text is read, or refused with the places of its mistakes; nothing else comes of
 * it, and the same text always means the same.
 */
public final class GatewayConfigFuzz {
  private static final Map<String, String> ENVIRONMENT = Map.of("PORT", "8080", "BAD", "]\n: {");

  private GatewayConfigFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    for (GatewayConfig.Use use : GatewayConfig.Use.values()) {
      assertThat(outcome(text, use)).isEqualTo(outcome(text, use));
    }
  }

  private static String outcome(String text, GatewayConfig.Use use) {
    try (GatewayConfig config = GatewayConfig.parse(text, "fuzz.yaml", ENVIRONMENT, use)) {
      places(text, config.warnings());
      return config.describe();
    } catch (ConfigException refused) {
      assertThat(refused.problems()).isNotEmpty();
      places(text, refused.problems());
      return refused.problems().toString();
    }
  }

  private static void places(String text, List<ConfigProblem> problems) {
    for (ConfigProblem problem : problems) {
      assertThat(problem.toString())
          .matches("(?s)fuzz\\.yaml:[1-9][0-9]*:[1-9][0-9]*: .+")
          .doesNotContainPattern("[\\x00-\\x08\\x0b-\\x1f\\x7f]");
      assertThat(problem.line()).isLessThanOrEqualTo((int) text.lines().count() + 1);
    }
  }
}
