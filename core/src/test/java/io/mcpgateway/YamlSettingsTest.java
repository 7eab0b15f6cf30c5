package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.config.GatewayConfig;
import io.mcpgateway.session.SessionKey;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the YAML says about the gateway as a whole arrives there. */
class YamlSettingsTest {
  private static final String MCP =
      "mcp: {targets: [{name: m, mcp: {host: \"localhost:8000\"}}]}\n";

  @Test
  void build_settingsOfTheYaml_areTheBuilders() throws Exception {
    String yaml =
        MCP
            + """
            config: {trustedProxies: [10.0.0.0/8], session: {key: "%s"}}
            frontendPolicies: {http: {maxBufferSize: 1000}}
            """
                .formatted("0f".repeat(32));
    try (McpGateway gateway = GatewayConfig.parse(yaml, "f", Map.of()).toBuilder().build()) {
      assertThat(gateway.settings().trustedProxies().trusts("10.1.2.3")).isTrue();
      assertThat(gateway.settings().trustedProxies().trusts("11.1.2.3")).isFalse();
      assertThat(gateway.settings().maxRequestBytes()).isEqualTo(1000);
      assertThat(gateway.settings().sessionKey())
          .usingRecursiveComparison()
          .isEqualTo(SessionKey.ofHex("0f".repeat(32)));
      assertThat(gateway.settings().observers()).hasSize(1);
    }
  }

  @Test
  void build_yamlThatSaysNothing_hasTheBuildersDefaults() throws Exception {
    try (McpGateway gateway = GatewayConfig.parse(MCP, "f", Map.of()).toBuilder().build();
        McpGateway plain = McpGateway.builder().route(Route.builder().build()).build()) {
      assertThat(gateway.settings())
          .usingRecursiveComparison()
          .ignoringFields("clock", "observers", "sessionKey")
          .isEqualTo(plain.settings());
    }
  }
}
