package io.mcpgateway.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.config.GatewayConfig;
import io.mcpgateway.json.Json;
import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.Responses;
import io.mcpgateway.testkit.TestIssuer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who called which tool, and who was refused. */
@Timeout(60)
class AuditLogTest {
  private static final String AUDIENCE = "https://mcp.example.com/mcp";
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\","
          + "\"params\":{\"name\":\"pay\",\"arguments\":{\"amount\":4711}}}";
  private static final String LIST =
      "{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"tools/list\",\"params\":{}}";

  @AutoClose private final TestIssuer issuer = TestIssuer.start();
  @AutoClose private final RawBackend backend = RawBackend.answering(Responses.ok("{}"));
  @TempDir private Path directory;

  private JettyGateway start(String more) throws Exception {
    String yaml =
        """
        config:
          auditLog: {file: audit.log%s}
        binds:
        - port: %d
          address: 127.0.0.1
          listeners:
          - routes:
            - name: payments
              policies:
                dnsRebindingProtection: false
                mcpAuthentication:
                  issuer: %s
                  audience: %s
              backends:
              - mcp: {targets: [{name: bank, mcp: {host: "%s"}}]}
        """
            .formatted(more, FreePort.any(), issuer.issuer(), AUDIENCE, backend.url());
    Path file = Files.writeString(directory.resolve("gateway.yaml"), yaml);
    return JettyGateway.start(
        GatewayConfig.read(file, Map.of()).toBuilder().build(), Duration.ZERO);
  }

  private static int post(JettyGateway gateway, String token, String body) throws Exception {
    try (RawConnection client = RawConnection.to(gateway.ports().get(0))) {
      return client
          .write("POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n")
          .write("Content-Type: application/json\r\n")
          .write("Content-Length: %d\r\n\r\n%s".formatted(body.length(), body))
          .readMessage()
          .status();
    }
  }

  private List<Map<String, Object>> lines(int expected) throws Exception {
    Path log = directory.resolve("audit.log");
    await().until(() -> Files.exists(log) && Files.readAllLines(log).size() == expected);
    List<Map<String, Object>> lines = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      lines.add(Json.readObject(line.getBytes(StandardCharsets.UTF_8)));
    }
    return lines;
  }

  @Test
  void callsAndRefusals_haveALine_withoutTokenAndArguments() throws Exception {
    String good = issuer.token().audience(AUDIENCE).sign();
    String bad = issuer.token().audience("https://other.example.com").sign();
    try (JettyGateway gateway = start("")) {
      assertThat(post(gateway, good, LIST)).isEqualTo(200);
      assertThat(post(gateway, good, CALL)).isEqualTo(200);
      assertThat(lines(1).get(0))
          .containsEntry("decision", "allowed")
          .containsEntry("outcome", "forwarded")
          .containsEntry("status", 200)
          .containsEntry("sub", "eitan")
          .containsEntry("iss", issuer.issuer())
          .containsEntry("client_id", "mcp-client")
          .containsEntry("client", "127.0.0.1")
          .containsEntry("route", "payments")
          .containsEntry("backend", "bank")
          .containsEntry("mcp.method", "tools/call")
          .containsEntry("mcp.name", "pay")
          .containsKey("time")
          .doesNotContainKeys("arguments", "refusal", "reason");

      assertThat(post(gateway, bad, CALL)).isEqualTo(401);
      assertThat(lines(2).get(1))
          .containsEntry("decision", "refused")
          .containsEntry("status", 401)
          .containsEntry("refusal", "invalid_token")
          .containsEntry("client", "127.0.0.1")
          .containsEntry("route", "payments")
          .containsKey("reason")
          .doesNotContainKeys("arguments", "sub");
    }
    assertThat(Files.readString(directory.resolve("audit.log")))
        .doesNotContain(good, bad, "4711", good.substring(good.lastIndexOf('.') + 1));
  }

  @Test
  void arguments_whenAskedFor() throws Exception {
    String good = issuer.token().audience(AUDIENCE).sign();
    try (JettyGateway gateway = start(", arguments: true")) {
      assertThat(post(gateway, good, CALL)).isEqualTo(200);

      assertThat(lines(1).get(0)).containsEntry("arguments", Map.of("amount", 4711));
    }
  }
}
