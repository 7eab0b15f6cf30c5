package io.mcpgateway.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.config.GatewayConfig;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pages of other sites reach through a browser on this machine: by bind, over sockets. */
class DnsRebindingTest {
  private static final String CALL = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";
  private static final String ON_LOOPBACK = "  address: 127.0.0.1\n";
  private static final String ON_ALL = "";

  private final List<RequestRecord> log = new CopyOnWriteArrayList<>();
  private final RawBackend backend =
      RawBackend.answering(
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");

  @AfterEach
  void stopBackend() throws Exception {
    backend.close();
  }

  private JettyGateway start(String address, String protection, String origins) throws Exception {
    String yaml =
        """
        binds:
        - port: %d
        %s  listeners:
          - routes:
            - policies:
                cors: {allowOrigins: ["https://app.example"]}
                %s
              backends:
              - mcp:
                  %s
                  targets: [{name: m, mcp: {host: "%s"}}]
        """
            .formatted(FreePort.any(), address, origins, protection, backend.url());
    return JettyGateway.start(
        GatewayConfig.parse(yaml, "test", Map.of()).toBuilder().observers(log::add).build(),
        Duration.ZERO);
  }

  private static RawMessage post(JettyGateway gateway, String host, String... fields)
      throws Exception {
    String more = String.join("", List.of(fields).stream().map(field -> field + "\r\n").toList());
    try (RawConnection client = RawConnection.to(gateway.ports().get(0))) {
      return client
          .write("POST /mcp HTTP/1.1\r\nHost: %s\r\n%s".formatted(host, more))
          .write("Content-Length: %d\r\n\r\n%s".formatted(CALL.length(), CALL))
          .readMessage();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:9000, , 200",
    "LOCALHOST:9000, http://localhost:6274, 200",
    "127.0.0.1:9000, http://127.0.0.1:9000, 200",
    "[::1]:9000, http://[::1]:9000, 200",
    "localhost, https://app.example, 200",
    "evil.example:9000, , 403",
    "evil.example:9000, http://evil.example:9000, 403",
    "evil.example:9000, http://localhost:9000, 403",
    "localhost.evil.com, , 403",
    "127.0.0.1.evil.com, , 403",
    "localhost:9000, http://evil.example:9000, 403",
    "localhost:9000, null, 403",
    "localhost:9000, file://, 403",
  })
  void loopbackBind_takesThisMachineAndWhatIsAllowed(String host, String origin, int status)
      throws Exception {
    try (JettyGateway gateway = start(ON_LOOPBACK, "", "")) {
      RawMessage answer =
          origin == null ? post(gateway, host) : post(gateway, host, "Origin: " + origin);

      assertThat(answer.status()).isEqualTo(status);
      assertThat(backend.requests()).hasSize(status == 200 ? 1 : 0);
    }
  }

  @Test
  void loopbackBind_refusal_isAJsonRpcErrorWithoutFieldsForBrowsers() throws Exception {
    try (JettyGateway gateway = start(ON_LOOPBACK, "", "")) {
      RawMessage answer = post(gateway, "evil.example:9000", "Origin: https://app.example");

      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.field("Content-Type")).contains("application/json");
      assertThat(answer.body())
          .isEqualTo(
              "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600,\"message\":\"Host is not"
                  + " allowed\"}}");
      assertThat(answer.head()).doesNotContainIgnoringCase("Access-Control", "WWW-Authenticate");
      Awaitility.await().until(() -> log.size() == 1);
      assertThat(log.get(0).reason()).contains("Host is not allowed: evil.example");
    }
  }

  // RFC 9112, 3.2.2: an absolute target names the host once more; Jetty wants the two to agree.
  @ParameterizedTest
  @CsvSource({
    "localhost, localhost, 200",
    "evil.example, evil.example, 403",
    "evil.example, localhost, 400",
    "localhost, evil.example, 400",
  })
  void loopbackBind_absoluteTarget_isNoWayAround(String target, String host, int status)
      throws Exception {
    try (JettyGateway gateway = start(ON_LOOPBACK, "", "");
        RawConnection client = RawConnection.to(gateway.ports().get(0))) {
      RawMessage answer =
          client
              .write("GET http://%s/mcp HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(target, host))
              .readMessage();

      assertThat(answer.status()).isEqualTo(status);
    }
  }

  @Test
  void loopbackBind_switchedOff_takesEverything() throws Exception {
    try (JettyGateway gateway = start(ON_LOOPBACK, "dnsRebindingProtection: false", "")) {
      assertThat(post(gateway, "evil.example", "Origin: http://evil.example").status())
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', mcp.example.com, https://evil.example, 200",
    "'', '', mcp.example.com, null, 200",
    "'dnsRebindingProtection: true', '', mcp.example.com, , 403",
    "'dnsRebindingProtection: true', '', localhost, https://evil.example, 403",
    "'dnsRebindingProtection: true', '', localhost, http://localhost, 200",
    "'', 'allowedOrigins: [\"https://b.example\"]', mcp.example.com, , 200",
    "'', 'allowedOrigins: [\"https://b.example\"]', mcp.example.com, https://b.example, 200",
    "'', 'allowedOrigins: [\"https://b.example\"]', mcp.example.com, https://app.example, 200",
    "'', 'allowedOrigins: [\"https://b.example\"]', mcp.example.com, https://evil.example, 403",
    "'', 'allowedOrigins: [\"https://b.example\"]', mcp.example.com, null, 403",
    "'', 'allowedOrigins: []', mcp.example.com, https://b.example, 403",
  })
  void wildcardBind_checksWhatItIsAskedTo(
      String protection, String origins, String host, String origin, int status) throws Exception {
    try (JettyGateway gateway = start(ON_ALL, protection, origins)) {
      String[] fields =
          Optional.ofNullable(origin).map(from -> "Origin: " + from).stream()
              .toArray(String[]::new);

      assertThat(post(gateway, host, fields).status()).isEqualTo(status);
      assertThat(backend.requests()).hasSize(status == 200 ? 1 : 0);
    }
  }

  @Test
  void severalOriginFields_areRefused() throws Exception {
    try (JettyGateway gateway = start(ON_LOOPBACK, "", "")) {
      RawMessage answer =
          post(gateway, "localhost", "Origin: http://localhost", "Origin: http://localhost");

      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body()).contains("Origin is not allowed");
    }
  }
}
