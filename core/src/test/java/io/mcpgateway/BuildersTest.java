package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.auth.McpAuthentication;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What gateways, listeners and routes are by default, and what they refuse to be. */
class BuildersTest {

  record Refusal(ThrowingCallable build, String message) {
    @Override
    public String toString() {
      return message;
    }
  }

  static List<Refusal> refusals() {
    return List.of(
        new Refusal(
            () -> McpGateway.builder().maxRequestBytes(0), "maxRequestBytes: 0 (expected: >= 1)"),
        new Refusal(
            () -> McpGateway.builder().connectTimeout(Duration.ZERO),
            "connectTimeout: PT0S (expected: > 0)"),
        new Refusal(
            () -> McpGateway.builder().responseTimeout(Duration.ofSeconds(-1)),
            "responseTimeout: PT-1S (expected: > 0)"),
        new Refusal(
            () -> McpGateway.builder().streamIdleTimeout(Duration.ZERO),
            "streamIdleTimeout: PT0S (expected: > 0)"),
        new Refusal(
            () -> McpGateway.builder().trustedProxies("10.0.0.0/8", "proxy"),
            "proxy (expected: an IP address or a network such as 10.0.0.0/8)"),
        new Refusal(
            () -> Route.builder().responseTimeout(Duration.ZERO),
            "responseTimeout: PT0S (expected: > 0)"),
        new Refusal(
            () -> Route.builder().hostnames("a.example.com", "B.example.com"),
            "hostname: B.example.com (expected: a lower-case host name, or *.domain)"),
        new Refusal(
            () -> Route.builder().hostnames("a.example.com:80"),
            "hostname: a.example.com:80 (expected: a lower-case host name, or *.domain)"),
        new Refusal(
            () -> Route.builder().hostnames("a.*.com"),
            "hostname: a.*.com (expected: a lower-case host name, or *.domain)"),
        new Refusal(
            () -> Route.builder().hostnames("*"),
            "hostname: * (expected: a lower-case host name, or *.domain)"),
        new Refusal(
            () -> Route.builder().allowedOrigins("https://app.example.com", "*"),
            "allowedOrigins: * (expected: scheme://host[:port] without a path, * only in the"
                + " host)"),
        new Refusal(
            () -> Listener.builder().hostname("a/b"),
            "hostname: a/b (expected: a lower-case host name, or *.domain)"),
        new Refusal(() -> Listener.builder().port(-1), "port: -1 (expected: 0 to 65535)"),
        new Refusal(() -> Listener.builder().port(65536), "port: 65536 (expected: 0 to 65535)"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void build_wrongValue_isRefusedWithTheExpectation(Refusal refusal) {
    assertThatThrownBy(refusal.build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(refusal.message());
  }

  @Test
  void buildGateway_noRoute_isRefused() {
    assertThatThrownBy(() -> McpGateway.builder().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no route (expected: at least one)");
    assertThatThrownBy(() -> McpGateway.builder().listener(Listener.builder().build()).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no route (expected: at least one)");
  }

  @Test
  void buildGateway_defaults_areThoseOfTheDocumentation() {
    try (McpGateway gateway = McpGateway.builder().route(Route.builder().build()).build()) {
      McpGateway.Settings settings = gateway.settings();

      assertThat(settings.trustedProxies().trusts("127.0.0.1")).isFalse();
      assertThat(settings.maxRequestBytes()).isEqualTo(64 * 1024 * 1024);
      assertThat(settings.limits()).isEqualTo(GatewayLimits.DEFAULT);
      assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
      assertThat(settings.responseTimeout()).isEqualTo(Duration.ofMinutes(5));
      assertThat(settings.streamIdleTimeout()).isEqualTo(Duration.ofHours(1));
      assertThat(settings.observers()).hasSize(1);
      assertThat(settings.clock()).isEqualTo(Clock.systemUTC());
    }
  }

  @Test
  void buildGateway_listeners_comeBehindTheRoutesWithoutOne() {
    Route first = Route.builder().name("first").build();
    Route second = Route.builder().name("second").build();
    Listener listener = Listener.builder().name("l").port(8080).route(second).build();

    try (McpGateway gateway = McpGateway.builder().listener(listener).route(first).build()) {
      assertThat(gateway.listeners()).extracting(Listener::name).containsExactly("default", "l");
      assertThat(gateway.listeners().get(0).routes()).containsExactly(first);
      assertThat(gateway.listeners().get(1)).isSameAs(listener);
    }
  }

  @Test
  void close_gateway_closesEachVerifierOnce() {
    Tokens tokens = new Tokens();
    var authentication = McpAuthentication.builder().verifier(tokens).build();
    McpGateway gateway =
        McpGateway.builder()
            .route(Route.builder().authentication(authentication).build())
            .route(Route.builder().authentication(authentication).build())
            .build();
    assertThat(tokens.closed).isFalse();

    gateway.close();

    assertThat(tokens.closed).isTrue();
  }

  @Test
  void buildListener_everything_isKept() {
    Listener.Tls tls = new Listener.Tls(Path.of("cert.pem"), Path.of("key.pem"));
    Listener listener =
        Listener.builder()
            .name("tls")
            .address("127.0.0.1")
            .port(65535)
            .hostname("*.Example.com")
            .tls(tls)
            .build();

    assertThat(listener.name()).isEqualTo("tls");
    assertThat(listener.address()).contains("127.0.0.1");
    assertThat(listener.port()).isEqualTo(65535);
    assertThat(listener.hostname()).isEqualTo("*.example.com");
    assertThat(listener.tls()).contains(tls);
    assertThat(listener.routes()).isEmpty();
  }

  @Test
  void buildRoute_defaults_areEveryRequestAndNoPolicy() {
    Route route = Route.builder().build();

    assertThat(route.name()).isEqualTo("default");
    assertThat(route.hostnames()).isEmpty();
    assertThat(route.matches()).containsExactly(RouteMatch.ANY);
    assertThat(Route.builder().matches().build().matches()).containsExactly(RouteMatch.ANY);
    assertThat(route.cors()).isEmpty();
    assertThat(route.allowedOrigins()).isEmpty();
    assertThat(route.dnsRebindingProtection()).isEmpty();
    assertThat(route.authentication()).isEmpty();
    assertThat(route.backend()).isEmpty();
    assertThat(route.authorizationPassedOn()).isFalse();
    assertThat(route.responseTimeout()).isEmpty();
    assertThat(route).hasToString("Route[default]");
  }
}
