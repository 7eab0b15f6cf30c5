package io.mcpgateway.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.config.GatewayConfig;
import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.Ipv6Loopback;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawMessage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port at an IPv6 literal, in front of a backend at one. */
@EnabledIf("io.mcpgateway.testkit.Ipv6Loopback#isThere")
class Ipv6Test {
  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host: 'http://[::1]:%d/mcp'",
        "host: '[::1]:%d'",
        "{host: '[::1]', port: %d, path: /mcp}"
      })
  void yaml_bothSides_areReached(String target) throws Exception {
    try (RawBackend backend =
        RawBackend.start(
            Ipv6Loopback.listen(),
            RawBackend.eachRequest((request, connection) -> connection.write(ANSWER)))) {
      int port = FreePort.any();
      String yaml =
          """
          binds:
          - port: %d
            address: "::1"
            listeners:
            - routes:
              - backends:
                - mcp:
                    targets:
                    - name: m
                      mcp:
                        %s
          """
              .formatted(port, target.formatted(backend.port()));
      GatewayConfig config = GatewayConfig.parse(yaml, "test", Map.of());
      assertThat(config.describe()).contains("bind [::1]:" + port, "//[::1]:" + backend.port());
      try (JettyGateway gateway = JettyGateway.start(config.toBuilder().build(), Duration.ZERO)) {
        HttpResponse<String> answer =
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(URI.create("http://[::1]:" + port + "/mcp")).build(),
                    BodyHandlers.ofString());

        assertThat(gateway.ports()).containsExactly(port);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{}");
        RawMessage request = backend.requests().get(0);
        assertThat(request.field("Host")).contains("[::1]:" + backend.port());
        assertThat(request.field("X-Forwarded-Host")).contains("[::1]:" + port);
        assertThat(request.field("X-Forwarded-For")).contains("0:0:0:0:0:0:0:1");
        assertThat(request.field("Forwarded"))
            .contains("for=\"[0:0:0:0:0:0:0:1]\";host=\"[::1]:" + port + "\";proto=http");
      }
    }
  }
}
