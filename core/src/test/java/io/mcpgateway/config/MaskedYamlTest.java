package io.mcpgateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What operators are shown of a configuration. */
class MaskedYamlTest {
  private static final Path EVERYTHING =
      Path.of("src/test/resources/config/good/everything.yaml").toAbsolutePath();

  private static String masked(String yaml) throws ConfigException {
    try (GatewayConfig config = GatewayConfig.parse(yaml, "test", Map.of("TOKEN", "canary-env"))) {
      return config.maskedYaml();
    }
  }

  @Test
  void maskedYaml_everything_holdsNoSecret() throws Exception {
    String masked;
    try (GatewayConfig config = GatewayConfig.read(EVERYTHING, Samples.ENVIRONMENT)) {
      masked = config.maskedYaml();
    }

    assertThat(masked)
        .doesNotContain(
            "collector-secret",
            Samples.ENVIRONMENT.get("SESSION_KEY"),
            "weather-secret",
            "clientSecret: secret\n",
            "ci-0123456789abcdef")
        .contains("key: \"***\"", "x-api-key: \"***\"", "name: weather.v1", "# weight: 1");
  }

  @ParameterizedTest
  @MethodSource("io.mcpgateway.config.Samples#good")
  void maskedYaml_isReadAgainButForItsSecrets(Path file) throws Exception {
    String masked;
    try (GatewayConfig config = GatewayConfig.read(file, Samples.ENVIRONMENT)) {
      masked = config.maskedYaml();
    }
    Path again = Files.createTempFile(file.toAbsolutePath().getParent(), "masked", ".tmp");
    try {
      Files.writeString(again, masked);
      try (GatewayConfig read = GatewayConfig.read(again, Map.of())) {
        assertThat(read.maskedYaml()).isEqualTo(masked);
      } catch (ConfigException refused) {
        assertThat(masked).contains("***");
        assertThat(refused.problems()).allMatch(p -> p.toString().contains("key: "));
      }
    } finally {
      Files.delete(again);
    }
  }

  @Test
  void maskedYaml_credentialsInUrls_areMasked() throws Exception {
    String yaml =
        """
        mcp:
          targets: [{name: m, mcp: {host: "localhost:8000"}}]
          policies:
            mcpAuthentication:
              issuer: https://as.example.com
              audience: a
              resourceMetadata:
                resource: https://mcp.example.com/mcp
                docs: https://user:canary@docs.example.com/x?key=canary
                same: say ${TOKEN} aloud
                dollars: $${NOT_A_VARIABLE}
            requestHeaderModifier:
              set: {X-Key: "${TOKEN}"}
        """;

    assertThat(masked(yaml))
        .doesNotContain("canary")
        .contains("https://***@docs.example.com/x?***", "same: \"***\"", "$${NOT_A_VARIABLE}");
  }

  @Test
  void maskedYaml_privatePartsOfKeys_areMasked() {
    String jwks = "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"1\",\"k\":\"canary\"}]}";
    Setting root =
        new Checker(new Problems("test"))
            .check(
                NodeReader.read(
                        "mcp: {targets: [{name: m, mcp: {host: \"localhost:1\"}}], policies:"
                            + " {mcpAuthentication: {issuer: i, jwks: '"
                            + jwks
                            + "'}}}",
                        new Variables(Map.of()),
                        new Problems("test"))
                    .orElseThrow(),
                Grammar.ROOT,
                "");

    assertThat(MaskedYaml.of(root)).doesNotContain("canary").contains("oct");
  }
}
