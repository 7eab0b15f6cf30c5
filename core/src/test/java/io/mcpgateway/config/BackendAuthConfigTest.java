package io.mcpgateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.backendauth.BackendCredential.Supplied;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the samples do not show of {@code backendAuth}. */
class BackendAuthConfigTest {
  @TempDir Path folder;

  private Path yaml(String backendAuth) throws Exception {
    return Files.writeString(
        folder.resolve("gateway.yaml"),
        """
        mcp:
          targets: [{name: m, mcp: {host: "localhost:8000"}}]
          policies:
            backendAuth: %s
        """
            .formatted(backendAuth));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{key: \"${KEY}\"}",
        "{key: {value: hidden}}",
        "{key: {file: key.txt}}",
        "{key: {file: key.txt, location: {header: {name: Authorization, prefix: \"Bearer \"}}}}"
      })
  void key_isSentWhereverItComesFrom(String backendAuth) throws Exception {
    Files.writeString(folder.resolve("key.txt"), "hidden\r\n");
    try (GatewayConfig config = GatewayConfig.read(yaml(backendAuth), Map.of("KEY", "hidden"));
        McpGateway gateway = config.toBuilder().build()) {
      Route route = gateway.listeners().get(0).routes().get(0);
      Supplied sent =
          (Supplied)
              route
                  .backendAuth()
                  .orElseThrow()
                  .credential(Optional.empty())
                  .toCompletableFuture()
                  .join();

      assertThat(sent.header() + ": " + sent.value()).isEqualTo("Authorization: Bearer hidden");
      assertThat(config.describe())
          .contains("backendAuth: key, in Authorization: Bearer")
          .doesNotContain("hidden");
    }
  }

  @Test
  void key_ofAnEmptyFile_isRefused() throws Exception {
    Files.writeString(folder.resolve("key.txt"), "\n");
    Path file = yaml("{key: {file: key.txt}}");

    assertThatThrownBy(() -> GatewayConfig.read(file, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("4:31: mcp.policies.backendAuth.key.file: ")
        .hasMessageContaining("holds no secret");
  }

  // A key that was given out for the gateway is not the authorization server's to see.
  @Test
  void tokenExchange_nextToApiKeys_isRefused() {
    String yaml =
        """
        mcp:
          targets: [{name: m, mcp: {host: "localhost:8000"}}]
          policies:
            apiKey: {keys: [{key: 0123456789abcdef0123456789abcdef}]}
            backendAuth:
              oauthTokenExchange:
                tokenUrl: https://as.example.com/token
                clientAuth: {clientId: gateway, clientSecret: hidden}
        """;

    assertThatThrownBy(() -> GatewayConfig.parse(yaml, "f", Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("f:7:9: mcp.policies.backendAuth.oauthTokenExchange: next to apiKey");
  }

  @Test
  void backendAuth_inFrontOfAnApplication_isRefused() {
    String yaml =
        """
        binds:
        - port: 8000
          listeners:
          - routes:
            - policies:
                backendAuth: {key: hidden}
        """;

    assertThatThrownBy(() -> GatewayConfig.parse(yaml, "f", Map.of(), GatewayConfig.Use.FILTER))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "f:6:22: binds[0].listeners[0].routes[0].policies.backendAuth: the route has no"
                + " backend")
        .hasMessageNotContaining("hidden");
  }
}
