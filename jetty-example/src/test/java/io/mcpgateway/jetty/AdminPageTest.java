package io.mcpgateway.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.OpenResources;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.Requests;
import io.mcpgateway.testkit.Responses;
import io.mcpgateway.testkit.TestIssuer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What operators get at the admin port of a launcher, and who gets nothing. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AdminPageTest {
  private static final String EVIL = "<script>alert(1)</script>";

  @AutoClose private final OpenResources open = new OpenResources();
  private final RawBackend backend = open.add(RawBackend.answering(Responses.ok("{}")));
  private final TestIssuer issuer = open.add(TestIssuer.start());

  private ConfiguredGateway start(String admin) throws Exception {
    String yaml =
        """
        config:
          readinessAddr: 127.0.0.1:0
        %s
        binds:
        - port: %d
          address: 127.0.0.1
          listeners:
          - routes:
            - name: calculator
              matches: [{path: {pathPrefix: /mcp}}]
              policies:
                dnsRebindingProtection: false
                mcpAuthentication:
                  issuer: %s
                  audience: a
                  jwks: {url: "%s"}
                requestHeaderModifier: {set: {X-Key: canary-header}}
              backends:
              - mcp: {targets: [{name: calc, mcp: {host: "%s"}}]}
        """
            .formatted(admin, FreePort.any(), issuer.issuer(), issuer.jwksUrl(), backend.url());
    ConfiguredGateway.Source source = ConfiguredGateway.Source.of(yaml, "test");
    return open.add(ConfiguredGateway.start(source, Map.of(), source.read(Map.of())));
  }

  private static String call(String tool) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\"}}"
        .formatted(tool);
  }

  private static RawMessage send(int port, String request) throws IOException {
    try (RawConnection client = RawConnection.to(port)) {
      return client.write(request).readMessage();
    }
  }

  private static RawMessage admin(ConfiguredGateway gateway, String request) throws IOException {
    String here = request.replaceFirst("Host: (?!evil)[^\r]*", "Host: 127.0.0.1");
    return send(gateway.adminPort().orElseThrow(), here);
  }

  private static String page(ConfiguredGateway gateway) throws IOException {
    return admin(gateway, Requests.request("GET", "/")).body();
  }

  @Test
  void adminAddr_notSaid_opensNothing() throws Exception {
    ConfiguredGateway gateway = start("");

    assertThat(gateway.adminPort()).isEmpty();
    int health = gateway.healthPort().orElseThrow();
    assertThat(send(health, Requests.request("GET", "/")).status()).isEqualTo(404);
    assertThat(send(health, Requests.request("GET", "/config")).status()).isEqualTo(404);
  }

  @Test
  void page_afterCalls_showsThemEscapedAndNoToken() throws Exception {
    ConfiguredGateway gateway = start("  adminAddr: 127.0.0.1:0");
    int port = gateway.gateway().ports().get(0);
    String token = issuer.token().audience("a").subject(EVIL).sign();
    String expired = issuer.token().audience("other").subject("eve").sign();

    assertThat(send(port, Requests.post("/mcp", call("x"), Requests.bearer(token))).status())
        .isEqualTo(200);
    send(port, Requests.post("/mcp", call(EVIL), Requests.bearer(expired)));
    send(port, Requests.request("GET", "/none/'\"><img>"));
    backend.close();
    send(port, Requests.post("/mcp", call(EVIL), Requests.bearer(token)));

    await().until(() -> page(gateway).contains("<td>backend_failed</td>"));
    String page = page(gateway);
    assertThat(page)
        .contains(
            "<td>calculator</td>",
            "<td>invalid_token</td>",
            "<td>401</td>",
            "<td>" + EVIL.replace("<", "&lt;").replace(">", "&gt;") + "</td>",
            issuer.issuer(),
            "X-Key: &quot;***&quot;")
        .doesNotContain("<script", "<img", token, expired, "canary-header");
  }

  @Test
  void page_isLockedToItsOwnStyle() throws Exception {
    ConfiguredGateway gateway = start("  adminAddr: 127.0.0.1:0");

    RawMessage page = admin(gateway, Requests.request("GET", "/?refresh=5"));

    assertThat(page.head()).contains("Content-Security-Policy: default-src 'none'; style-src 'sha");
    assertThat(page.body()).contains("<meta http-equiv=\"refresh\" content=\"5\">");
    assertThat(admin(gateway, Requests.request("GET", "/?refresh=%22x")).body())
        .doesNotContain("http-equiv");
  }

  @Test
  void guard_strangersPage_is403() throws Exception {
    ConfiguredGateway gateway = start("  adminAddr: 127.0.0.1:0");

    String rebound = "GET /config HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    assertThat(admin(gateway, rebound).status()).isEqualTo(403);
    String crossSite =
        Requests.request("POST", "/loglevel?level=trace", "Origin: https://evil.example");
    assertThat(admin(gateway, crossSite).status()).isEqualTo(403);
    RawMessage config = admin(gateway, Requests.request("GET", "/config"));
    assertThat(config.status()).isEqualTo(200);
    assertThat(config.body()).contains("name: calculator").doesNotContain("canary-header");
    assertThat(config.head()).doesNotContain("Access-Control");
  }

  @Test
  void metrics_areThere_butNotForStrangers() throws Exception {
    // Not the address of the health endpoints, which are for everybody.
    ConfiguredGateway gateway = start("  adminAddr: localhost:0");

    RawMessage metrics = admin(gateway, Requests.request("GET", "/metrics"));
    assertThat(metrics.status()).isEqualTo(200);
    assertThat(metrics.body()).contains("# TYPE mcp_gateway_requests_open gauge");
    String rebound = "GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    assertThat(admin(gateway, rebound).status()).isEqualTo(403);
  }

  @Test
  void loglevel_ofTheGateway_isSetAndShown() throws Exception {
    ConfiguredGateway gateway = start("  adminAddr: 127.0.0.1:0");
    String set = "/loglevel?logger=io.mcpgateway.jetty&level=";
    try {
      RawMessage done = admin(gateway, Requests.request("POST", set + "debug"));

      assertThat(done.body()).contains("\"io.mcpgateway.jetty\":\"debug\"");
      assertThat(admin(gateway, Requests.request("GET", "/loglevel")).body())
          .contains("\"io.mcpgateway.jetty\":\"debug\"");
      String asAgentgateway = "/logging?logger=io.mcpgateway.jetty&level=trace";
      assertThat(admin(gateway, Requests.request("POST", asAgentgateway)).body())
          .contains("\"io.mcpgateway.jetty\":\"trace\"");
    } finally {
      admin(gateway, Requests.request("POST", set + "info"));
    }
    for (String bad :
        new String[] {
          "level=loud",
          "level=off",
          "",
          "level=debug&logger=org.eclipse.jetty",
          "level=debug&logger=ROOT",
          "level=error&logger=io.mcpgateway.access",
          "level=error&logger=io.mcpgateway.audit",
          "level=debug&logger=io.mcpgateway.none"
        }) {
      assertThat(admin(gateway, Requests.request("POST", "/loglevel?" + bad)).status())
          .as(bad)
          .isEqualTo(400);
    }
  }
}
