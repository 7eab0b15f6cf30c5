package io.mcpgateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.auth.AuthenticationMode;
import io.mcpgateway.auth.BearerToken;
import io.mcpgateway.auth.TokenVerification.Rejected;
import io.mcpgateway.auth.TokenVerification.Verified;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.config.GatewayConfig.Use;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.jwt.JwtVerifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayConfigTest {
  private static final String GUARD =
      """
      mcp:
        targets: [{name: m, mcp: {host: "localhost:8000"}}]
      """;
  private static final String NO_BACKEND =
      """
      binds:
      - port: 8080
        listeners:
        - routes:
          - name: guarded
      """;

  @TempDir private Path directory;

  @Test
  void parse_issueSample_isTheModelOfTheBuilders() throws Exception {
    Path file = Path.of("src/test/resources/config/good/agentgateway-auth.yaml");
    try (McpGateway gateway =
        GatewayConfig.read(file, Map.of("_SANDBOX_ID", "s1")).toBuilder().build()) {
      assertThat(gateway.listeners()).hasSize(1);
      Route route = gateway.listeners().get(0).routes().get(0);
      assertThat(route.cors().orElseThrow().allowOrigins()).containsExactly("*");
      var policy = route.authentication().orElseThrow();
      assertThat(policy.mode()).isEqualTo(AuthenticationMode.STRICT);
      assertThat(policy.resourceMetadata().resource())
          .hasToString("Optional[https://server.s1.example.io:9001/mcp]");
      assertThat(policy.resourceMetadata().scopesSupported()).containsExactly("openid");
      JwtVerifier verifier = (JwtVerifier) policy.verifier();
      assertThat(verifier.issuer()).isEqualTo("https://server.s1.example.io:8443/realms/my-realm");
      assertThat(verifier.audiences()).containsExactly("echo-mcp-server");
    }
  }

  @Test
  void parse_bothSpellings_areTheSame() throws Exception {
    String older = "audience: a, jwksUrl: https://as.example/jwks";
    String newer = "audiences: [a], jwks: {url: https://as.example/jwks}";
    assertThat(described(older)).isEqualTo(described(newer));
    assertThat(described("audience: a, jwksUrl: ''"))
        .isEqualTo(described("audience: a"))
        .isEqualTo(described("audience: a, jwks: {url: ''}"))
        .contains("keys: metadata of https://as.example");
  }

  private static String described(String keys) throws ConfigException {
    String yaml =
        GUARD + "  policies: {mcpAuthentication: {issuer: https://as.example, " + keys + "}}\n";
    try (GatewayConfig config = GatewayConfig.parse(yaml, "f", Map.of())) {
      return config.describe();
    }
  }

  @Test
  void parse_apiKeys_areCallersNextToTokens() throws Exception {
    String yaml =
        GUARD
            + """
              policies:
                mcpAuthentication: {issuer: https://as.example, audience: a}
                apiKey:
                  keys:
                  - key: ${KEY}
                    metadata: {name: ci, scopes: [read, write], team: {id: 7}}
            """;
    try (GatewayConfig config =
        GatewayConfig.parse(yaml, "f", Map.of("KEY", "canary-0123456789"))) {
      TokenVerifier verifier =
          config.listeners().get(0).routes().get(0).authentication().orElseThrow().verifier();
      RequestHead request = RequestHead.builder("POST", "/mcp").build();

      assertThat(
              verifier
                  .verify(new BearerToken("canary-0123456789"), request)
                  .toCompletableFuture()
                  .join())
          .isInstanceOfSatisfying(
              Verified.class,
              known -> {
                assertThat(known.principal().subject()).isEqualTo("ci");
                assertThat(known.principal().scopes()).containsOnly("read", "write");
                assertThat(known.principal().claims()).containsEntry("team", Map.of("id", 7L));
              });
      assertThat(verifier.verify(new BearerToken("x"), request).toCompletableFuture().join())
          .isEqualTo(new Rejected("the token is malformed"));
      assertThat(verifier.issuers()).containsExactly("https://as.example");
      assertThat(config.describe()).doesNotContain("canary");
    }
  }

  @Test
  void parse_routeWithoutBackend_isForFiltersOnly() throws Exception {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> GatewayConfig.parse(NO_BACKEND, "f", Map.of()))
        .withMessage(
            "f:5:7: binds[0].listeners[0].routes[0].backends: missing (expected: one mcp backend)");
    try (GatewayConfig config = GatewayConfig.parse(NO_BACKEND, "f", Map.of(), Use.FILTER)) {
      assertThat(config.listeners().get(0).routes().get(0).backend()).isEmpty();
      assertThat(config.describe()).contains("the application behind the filter");
    }
  }

  @Test
  void parse_severalMistakes_areToldTogetherInTheOrderOfTheFile() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(
            () ->
                GatewayConfig.parse(
                    """
                    binds:
                    - port: 99999
                      listeners:
                      - hostname: "a b"
                        routes:
                        - backends: [{mcp: {targets: [{name: m, mcp: {host: "ftp://x"}}]}}]
                    mpc: {}
                    """,
                    "gateway.yaml",
                    Map.of()))
        .withMessage(
            """
            gateway.yaml:2:9: binds[0].port: 99999 (expected: an integer from 1 to 65535)
            gateway.yaml:4:15: binds[0].listeners[0].hostname: a b (expected: a lower-case host \
            name, or *.domain)
            gateway.yaml:6:57: binds[0].listeners[0].routes[0].backends[0].mcp.targets[0].mcp.host: \
            ftp://x (expected: http://host[:port]/path, https://..., or host:port)
            gateway.yaml:7:1: mpc: unknown key (expected: mcp, the nearest known)""")
        .satisfies(
            refused ->
                assertThat(refused.problems())
                    .hasSize(4)
                    .first()
                    .isEqualTo(
                        new ConfigProblem(
                            "gateway.yaml",
                            2,
                            9,
                            "binds[0].port",
                            "99999 (expected: an integer from 1 to 65535)")));
  }

  @Test
  void parse_valueOfSeveralLines_isQuotedOnOneBoundedLine() {
    String yaml =
        "mcp: {targets: [{name: m, mcp: {host: \"a/\\n%s\"}}]}".formatted("b".repeat(5000));
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> GatewayConfig.parse(yaml, "f", Map.of()))
        .satisfies(
            refused ->
                assertThat(refused.toString().lines())
                    .singleElement()
                    .asString()
                    .hasSizeLessThan(1200));
  }

  @Test
  void parse_json_isYamlToo() throws Exception {
    String json =
        "{\"mcp\":{\"targets\":[{\"name\":\"m\",\"mcp\":{\"host\":\"localhost:8000\"}}]}}";
    try (GatewayConfig fromJson = GatewayConfig.parse(json, "f", Map.of());
        GatewayConfig fromYaml = GatewayConfig.parse(GUARD, "f", Map.of())) {
      assertThat(Description.of(fromJson.listeners()))
          .isEqualTo(Description.of(fromYaml.listeners()));
    }
  }

  @Test
  void warnings_openRoute_areNoMistakes() throws Exception {
    try (GatewayConfig config = GatewayConfig.parse(GUARD, "f", Map.of())) {
      assertThat(config.warnings())
          .containsExactly(
              new ConfigProblem("f", 2, 3, "mcp", "no mcpAuthentication: everybody may call"));
    }
  }

  @Test
  void read_unreadableFile_isToldLikeAnyMistake() {
    Path missing = directory.resolve("missing.yaml");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> GatewayConfig.read(missing, Map.of()))
        .withMessage(missing + ":1:1: cannot be read (expected: a readable file)");
  }

  @Test
  void read_otherCharacterSet_isRefused() throws Exception {
    Path file =
        Files.write(directory.resolve("f.yaml"), "a: é".getBytes(StandardCharsets.ISO_8859_1));
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> GatewayConfig.read(file, Map.of()))
        .withMessage(file + ":1:1: not UTF-8 (expected: text in UTF-8)");
  }

  @Test
  void read_hugeFile_isRefusedBeforeItIsParsed() throws Exception {
    Path file = Files.write(directory.resolve("f.yaml"), new byte[NodeReader.MAX_LENGTH + 1]);
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> GatewayConfig.read(file, Map.of()))
        .withMessage(file + ":1:1: too long (expected: at most 1048576 bytes)");
  }

  @Test
  void read_filesItNames_areRelativeToIt() throws Exception {
    Files.writeString(
        directory.resolve("keys.json"),
        Files.readString(Path.of("src/test/resources/config/good/jwks.json")));
    Path file =
        Files.writeString(
            directory.resolve("f.yaml"),
            GUARD
                + "  policies: {mcpAuthentication: {issuer: https://as.example, audience: a,"
                + " jwks: {file: keys.json}}}\n");
    try (GatewayConfig config = GatewayConfig.read(file, Map.of())) {
      assertThat(config.describe()).contains("keys: " + directory.resolve("keys.json"));
    }
  }
}
