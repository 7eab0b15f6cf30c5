package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.RecordedExchange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which routes refuse what comes from elsewhere, before which other station, and how. */
class ForeignRequestTest {
  private static final String APP = "https://app.example.com";
  private static final String METADATA = "/.well-known/oauth-protected-resource/mcp";

  private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
  private final List<McpGateway> gateways = new ArrayList<>();

  @AfterEach
  void close() {
    gateways.forEach(McpGateway::close);
  }

  private McpGateway gateway(Listener... listeners) {
    McpGateway.Builder builder =
        McpGateway.builder().observers(records::add).trustedProxies("10.0.0.0/8");
    Arrays.stream(listeners).forEach(builder::listener);
    McpGateway gateway = builder.build();
    gateways.add(gateway);
    return gateway;
  }

  private static Listener loopback(Route... routes) {
    Listener.Builder listener = Listener.builder().address("127.0.0.1");
    Arrays.stream(routes).forEach(listener::route);
    return listener.build();
  }

  private static RecordedExchange handled(McpGateway gateway, RequestHead.Builder head) {
    RecordedExchange exchange = new RecordedExchange(head.build());
    gateway.handle(exchange);
    return exchange;
  }

  private static boolean isTaken(McpGateway gateway, RequestHead.Builder head) {
    RecordedExchange exchange = handled(gateway, head);
    assertThat(exchange.heads().size() + exchange.handedOver().size()).isEqualTo(1);
    return exchange.heads().isEmpty();
  }

  private static RequestHead.Builder request(String method, String path) {
    return RequestHead.builder(method, path).remoteAddress("203.0.113.9");
  }

  private static RequestHead.Builder foreign(String method, String path) {
    return request(method, path).authority("evil.example:9000");
  }

  // --- where it is on

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "127.0.0.2, true",
    "::1, true",
    "0:0:0:0:0:0:0:1, true",
    "::ffff:127.0.0.1, true",
    "localhost, true",
    "LocalHost, true",
    ", false",
    "0.0.0.0, false",
    "::, false",
    "192.168.0.7, false",
    "gateway.internal, false",
    "localhost.evil.example, false",
  })
  void default_followsTheAddressOfTheListener(String address, boolean isProtected) {
    Listener.Builder listener = Listener.builder().route(Route.builder().build());
    Optional.ofNullable(address).ifPresent(listener::address);
    McpGateway gateway = gateway(listener.build());

    assertThat(isTaken(gateway, foreign("POST", "/mcp"))).isEqualTo(!isProtected);
    assertThat(isTaken(gateway, request("POST", "/mcp").header("Origin", "https://evil.example")))
        .isEqualTo(!isProtected);
    assertThat(isTaken(gateway, request("POST", "/mcp"))).isTrue();
  }

  @Test
  void choiceOfTheRoute_comesBeforeTheAddress() {
    McpGateway chosen =
        gateway(
            loopback(
                Route.builder()
                    .matches(RouteMatch.exactPath("/off"))
                    .dnsRebindingProtection(false)
                    .build(),
                Route.builder().matches(RouteMatch.exactPath("/default")).build()),
            Listener.builder()
                .port(8080)
                .route(Route.builder().dnsRebindingProtection(true).build())
                .build());

    assertThat(isTaken(chosen, foreign("POST", "/off"))).isTrue();
    assertThat(isTaken(chosen, foreign("POST", "/default"))).isFalse();
    assertThat(isTaken(chosen, foreign("POST", "/default").localPort(8080))).isFalse();
    assertThat(isTaken(chosen, request("POST", "/default").localPort(8080))).isTrue();
  }

  @Test
  void routeOfTwoListeners_isProtectedOnTheLoopbackOne() {
    Route route = Route.builder().build();
    McpGateway gateway =
        gateway(
            Listener.builder().address("127.0.0.1").port(9000).route(route).build(),
            Listener.builder().port(9001).route(route).build());

    assertThat(isTaken(gateway, foreign("POST", "/mcp").localPort(9000))).isFalse();
    assertThat(isTaken(gateway, foreign("POST", "/mcp").localPort(9001))).isTrue();
  }

  @Test
  void routeWithoutListener_isLeftToWhoeverEmbedsIt() {
    McpGateway embedded = McpGateway.builder().route(Route.builder().build()).build();
    gateways.add(embedded);

    assertThat(isTaken(embedded, foreign("POST", "/mcp").header("Origin", "null"))).isTrue();
  }

  @Test
  void allowedOrigins_holdWhateverTheAddressAndHost() {
    McpGateway gateway =
        gateway(Listener.builder().route(Route.builder().allowedOrigins(APP).build()).build());

    assertThat(isTaken(gateway, foreign("POST", "/mcp"))).isTrue();
    assertThat(isTaken(gateway, foreign("POST", "/mcp").header("Origin", APP))).isTrue();
    assertThat(isTaken(gateway, foreign("POST", "/mcp").header("Origin", "null"))).isFalse();
    assertThat(isTaken(gateway, request("GET", "/mcp").header("Origin", "http://localhost")))
        .isFalse();
  }

  // --- the names that a configuration gives

  @ParameterizedTest
  @CsvSource({
    "a.example.com, true",
    "A.example.com:9000, true",
    "a.example.com., true",
    "x.wild.example.com, true",
    "resource.example.com, true",
    "localhost:9000, true",
    "evil.example, false",
  })
  void hostnamesAndResource_areOwnHosts(String authority, boolean taken) {
    McpGateway gateway =
        gateway(
            loopback(
                Route.builder().hostnames("a.example.com", "*.wild.example.com").build(),
                Route.builder()
                    .authentication(Tokens.required("https://Resource.example.com:8443/mcp"))
                    .build()));

    assertThat(
            isTaken(
                gateway,
                request("POST", "/mcp")
                    .authority(authority)
                    .header("Authorization", "Bearer good")))
        .isEqualTo(taken);
  }

  @Test
  void hostnameOfTheListener_isAnOwnHost() {
    McpGateway gateway =
        gateway(
            Listener.builder()
                .address("::1")
                .hostname("*.example.com")
                .route(Route.builder().build())
                .build());

    assertThat(isTaken(gateway, request("POST", "/mcp").authority("a.example.com"))).isTrue();
    assertThat(handled(gateway, foreign("POST", "/mcp")).heads().get(0).status())
        .as("no route is for that host")
        .isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:9000, a.example.com, true",
    "a.example.com, a.example.com, true",
    "127.0.0.1:9000, evil.example, false",
    "evil.example, a.example.com, false",
    "evil.example, localhost, false",
  })
  void trustedProxy_bothNamesMustBeOwn(String authority, String reported, boolean taken) {
    McpGateway gateway =
        gateway(
            loopback(
                Route.builder()
                    .authentication(Tokens.required("https://a.example.com/mcp"))
                    .build()));

    assertThat(
            isTaken(
                gateway,
                request("POST", "/mcp")
                    .remoteAddress("10.1.2.3")
                    .authority(authority)
                    .header("X-Forwarded-Host", reported)
                    .header("Authorization", "Bearer good")))
        .isEqualTo(taken);
  }

  // --- the order, and the answer

  private McpGateway everything(boolean forwards) {
    McpAuthentication authentication = Tokens.required();
    Route.Builder route =
        Route.builder()
            .name("mcp")
            .cors(CorsPolicy.builder().allowOrigins(APP).build())
            .authentication(authentication);
    if (forwards) {
      route.backend(Backend.of("http://127.0.0.1:1/mcp"));
    }
    return gateway(loopback(route.build()));
  }

  private void isForbidden(RecordedExchange exchange, String field, String reason) {
    assertThat(exchange.handedOver()).isEmpty();
    assertThat(exchange.heads()).hasSize(1);
    assertThat(exchange.heads().get(0).status()).isEqualTo(403);
    assertThat(exchange.heads().get(0).headers())
        .extracting(Headers.Field::name)
        .as("no challenge, no CORS")
        .containsExactlyInAnyOrder("Content-Type", "Content-Length");
    assertThat(exchange.heads().get(0).headers().first("Content-Type"))
        .contains("application/json");
    exchange.sendBody();
    assertThat(exchange.bodySent())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600,\"message\":\"%s is not allowed\"}}"
                .formatted(field));
    await().until(() -> records.size() == 1);
    assertThat(records.get(0).route()).contains("mcp");
    assertThat(records.get(0).backend()).isEmpty();
    assertThat(records.get(0).subject()).isEmpty();
    assertThat(records.get(0).reason()).contains(reason);
    records.clear();
  }

  @ParameterizedTest
  @CsvSource({
    // without a token: not 401
    "POST, /mcp, ",
    "GET, /mcp, ",
    "DELETE, /mcp, ",
    "PUT, /mcp, ",
    "OPTIONS, /mcp, ",
    // with one: not verified
    "POST, /mcp, Bearer good",
    "POST, /mcp, Bearer bad",
    "POST, /mcp, Bearer down",
    "POST, /mcp, Bearer a b",
    // what is public for others
    "GET, /.well-known/oauth-protected-resource/mcp, ",
    "GET, /.well-known/oauth-protected-resource, ",
    "OPTIONS, /.well-known/oauth-protected-resource/mcp, ",
    "POST, /.well-known/oauth-protected-resource/mcp, ",
    "GET, /.well-known/oauth-authorization-server, ",
  })
  void foreign_isForbiddenBeforeAnythingElse(String method, String path, String authorization) {
    for (boolean forwards : List.of(true, false)) {
      McpGateway gateway = everything(forwards);
      RequestHead.Builder byHost = foreign(method, path);
      RequestHead.Builder byOrigin = request(method, path).header("Origin", "https://evil.example");
      if (authorization != null) {
        byHost.header("Authorization", authorization);
        byOrigin.header("Authorization", authorization);
      }

      isForbidden(handled(gateway, byHost), "Host", "Host is not allowed: evil.example");
      isForbidden(
          handled(gateway, byOrigin), "Origin", "Origin is not allowed: https://evil.example");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/mcp", METADATA})
  void foreign_preflight_isForbiddenInsteadOfAnswered(String path) {
    RequestHead.Builder preflight =
        request("OPTIONS", path)
            .header("Origin", "https://evil.example")
            .header("Access-Control-Request-Method", "POST");

    isForbidden(
        handled(everything(true), preflight),
        "Origin",
        "Origin is not allowed: https://evil.example");
  }

  @Test
  void rebinding_preflightOfAnAllowedOrigin_isForbiddenByItsHost() {
    RequestHead.Builder preflight =
        foreign("OPTIONS", "/mcp")
            .header("Origin", APP)
            .header("Access-Control-Request-Method", "POST");

    isForbidden(handled(everything(true), preflight), "Host", "Host is not allowed: evil.example");
  }

  @Test
  void foreign_targetsThatReachNobody_areToldSoFirst() {
    McpGateway gateway = everything(true);

    assertThat(handled(gateway, foreign("POST", "/mcp/../x")).heads().get(0).status())
        .isEqualTo(400);
    assertThat(handled(gateway, foreign("TRACE", "/mcp")).heads().get(0).status()).isEqualTo(501);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /mcp, https://app.example.com, 401",
    "POST, /mcp, http://localhost:6274, 401",
    "POST, /mcp, , 401",
    "GET, /.well-known/oauth-protected-resource/mcp, https://app.example.com, 200",
    "GET, /.well-known/oauth-protected-resource/mcp, , 200",
  })
  void own_goesOnToTheNextStation(String method, String path, String origin, int status) {
    RequestHead.Builder head = request(method, path).authority("localhost:9000");
    Optional.ofNullable(origin).ifPresent(from -> head.header("Origin", from));

    assertThat(handled(everything(true), head).heads().get(0).status()).isEqualTo(status);
  }

  @Test
  void own_preflight_isAnsweredWithItsCorsFields() {
    RequestHead.Builder preflight =
        request("OPTIONS", "/mcp")
            .header("Origin", APP)
            .header("Access-Control-Request-Method", "POST");

    var head = handled(everything(true), preflight).heads().get(0);

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.headers().first("Access-Control-Allow-Origin")).contains(APP);
  }
}
