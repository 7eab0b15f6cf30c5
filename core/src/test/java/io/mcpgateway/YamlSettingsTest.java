package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.config.GatewayConfig;
import io.mcpgateway.config.MetricsSettings;
import io.mcpgateway.config.ServerSettings;
import io.mcpgateway.config.ServerSettings.LocalAddress;
import io.mcpgateway.session.SessionKey;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
            config:
              trustedProxies: [10.0.0.0/8]
              session: {key: "%s"}
              limits:
                requestBody: 1000
                messagesInAll: 2
                targetLength: 3
                requestBodyPatience: 4s
                requests: 5
                streams: 6
                streamsPerRoute: 7
                streamsPerCaller: 8
            frontendPolicies: {http: {maxBufferSize: 9, http1MaxHeaders: 10}}
            """
                .formatted("0f".repeat(32));
    try (McpGateway gateway = GatewayConfig.parse(yaml, "f", Map.of()).toBuilder().build()) {
      assertThat(gateway.settings().trustedProxies().trusts("10.1.2.3")).isTrue();
      assertThat(gateway.settings().trustedProxies().trusts("11.1.2.3")).isFalse();
      assertThat(gateway.settings().maxRequestBytes()).isEqualTo(1000);
      assertThat(gateway.settings().limits())
          .isEqualTo(new GatewayLimits(10, 3, 9, 2, Duration.ofSeconds(4), 5, 6, 7, 8));
      assertThat(gateway.settings().sessionKey())
          .usingRecursiveComparison()
          .isEqualTo(SessionKey.ofHex("0f".repeat(32)));
      assertThat(gateway.settings().observers()).hasSize(1);
    }
  }

  @Test
  void read_serverSettings_areWhatTheYamlSays() throws Exception {
    String yaml =
        MCP
            + """
            config:
              readinessAddr: "[::1]:8081"
              adminAddr: localhost:8082
              statsAddr: localhost:8083
              metrics: {toolNames: [a, b]}
              connectionMinTerminationDeadline: 1s
              connectionTerminationDeadline: 2s
              reload: {streams: end}
              limits: {connections: 3, requestHeadTimeout: 4s}
            frontendPolicies: {http: {http1IdleTimeout: 5s}}
            """;
    try (GatewayConfig config = GatewayConfig.parse(yaml, "f", Map.of())) {
      assertThat(config.server())
          .isEqualTo(
              new ServerSettings(
                  new LocalAddress("::1", 8081, true),
                  Optional.of(new LocalAddress("localhost", 8082, true)),
                  new MetricsSettings(
                      Optional.of(new LocalAddress("localhost", 8083, true)), Set.of("a", "b")),
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(2),
                  Duration.ofSeconds(5),
                  Duration.ofSeconds(4),
                  3,
                  LiveGateway.Streams.END));
    }
    try (GatewayConfig config = GatewayConfig.parse(MCP, "f", Map.of())) {
      assertThat(config.server()).isEqualTo(ServerSettings.DEFAULT);
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

  @Test
  void adminAddr_thatOthersReach_isWarnedOf() throws Exception {
    String yaml = MCP + "config: {adminAddr: \"%s\"}\n";
    for (String open : new String[] {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "gateway.example:1"}) {
      try (GatewayConfig config = GatewayConfig.parse(yaml.formatted(open), "t", Map.of())) {
        assertThat(config.warnings())
            .as(open)
            .anyMatch(warning -> warning.toString().contains("config.adminAddr: others reach it"));
      }
    }
    for (String closed : new String[] {"127.0.0.1:1", "[::1]:1", "localhost:1"}) {
      try (GatewayConfig config = GatewayConfig.parse(yaml.formatted(closed), "t", Map.of())) {
        assertThat(config.warnings())
            .as(closed)
            .noneMatch(warning -> warning.toString().contains("adminAddr"));
      }
    }
  }
}
