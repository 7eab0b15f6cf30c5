package io.mcpgateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcpgateway.LiveGateway;
import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.RouteMatch;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.jwt.JwtVerifier;
import io.mcpgateway.telemetry.KeyFetch;
import io.mcpgateway.telemetry.Outcome;
import io.mcpgateway.telemetry.RefusalCode;
import io.mcpgateway.testkit.OpenResources;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Exact numbers, and labels that clients cannot make up. */
class GatewayMetricsTest {
  private static final Optional<String> NOWHERE = Optional.empty();

  @AutoClose private final OpenResources open = new OpenResources();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final GatewayMetrics metrics =
      GatewayMetrics.builder(registry).tools(Set.of("echo")).build();

  private double value(String name, String... labels) {
    return registry
        .get("mcp.gateway." + name)
        .tags(labels)
        .meter()
        .measure()
        .iterator()
        .next()
        .getValue();
  }

  private Timer timer(String name, String... labels) {
    return registry.get("mcp.gateway." + name).tags(labels).timer();
  }

  private long count(String name) {
    return registry.find("mcp.gateway." + name).meters().size();
  }

  // --- requests

  @Test
  void requests_areCountedByRouteMethodOutcomeRefusalAndStatus() {
    metrics.requestFinished(FinishedRequest.call("tools/call", "a").record());
    metrics.requestFinished(FinishedRequest.call("tools/call", "b").record());
    metrics.requestFinished(FinishedRequest.call("tools/list", "").record());
    metrics.requestFinished(
        FinishedRequest.refused(Optional.of("r"), 401, RefusalCode.NO_TOKEN).record());
    metrics.requestFinished(FinishedRequest.refused(NOWHERE, 404, RefusalCode.NO_ROUTE).record());

    assertThat(
            value(
                "requests",
                "route",
                "r",
                "mcp.method",
                "tools/call",
                "outcome",
                "forwarded",
                "refusal",
                "none",
                "status",
                "2xx"))
        .isEqualTo(2);
    assertThat(value("requests", "route", "r", "refusal", "no_token", "status", "4xx"))
        .isEqualTo(1);
    assertThat(value("requests", "route", "none", "outcome", "refused", "refusal", "no_route"))
        .isEqualTo(1);
    assertThat(count("requests")).isEqualTo(4);
  }

  @Test
  void times_areThoseOfTheRecord() {
    metrics.requestFinished(FinishedRequest.call("tools/call", "a").record());

    String[] labels = {"route", "r", "mcp.method", "tools/call"};
    assertThat(timer("request.first.byte", labels).totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(FinishedRequest.FIRST_BYTE_MS);
    assertThat(timer("request.duration", labels).totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(FinishedRequest.TOTAL_MS);
    assertThat(timer("upstream.duration", labels).totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(FinishedRequest.UPSTREAM_MS);
    assertThat(value("request.bytes", "route", "r")).isEqualTo(FinishedRequest.REQUEST_BYTES);
    assertThat(value("response.bytes", "route", "r")).isEqualTo(FinishedRequest.RESPONSE_BYTES);
  }

  @Test
  void eventStream_hasADurationOfItsOwn() {
    metrics.requestFinished(
        FinishedRequest.call("tools/call", "a").ending(Outcome.FORWARDED, 200, true).record());

    assertThat(timer("stream.duration", "route", "r").count()).isEqualTo(1);
    assertThat(timer("request.first.byte", "route", "r").count()).isEqualTo(1);
    assertThat(count("request.duration")).isZero();
  }

  @Test
  void clientThatLeftBeforeTheResponse_hasNoFirstByte() {
    metrics.requestFinished(
        FinishedRequest.call("tools/call", "a").ending(Outcome.CLIENT_LEFT, 0, false).record());

    assertThat(count("request.first.byte")).isZero();
    assertThat(value("requests", "outcome", "client_left", "status", "none")).isEqualTo(1);
  }

  @Test
  void tools_areMeasuredByNameWhereTheyAreListed() {
    metrics.requestFinished(FinishedRequest.call("tools/call", "echo").record());
    metrics.requestFinished(FinishedRequest.call("tools/call", "other").record());
    metrics.requestFinished(FinishedRequest.call("prompts/get", "echo").record());

    assertThat(timer("tool.duration", "tool", "echo", "outcome", "forwarded").count()).isEqualTo(1);
    assertThat(count("tool.duration")).isEqualTo(1);
  }

  @Test
  void whateverClientsMakeUp_isNoLabel() {
    metrics.requestFinished(FinishedRequest.call("made/up", "x").record());
    metrics.requestFinished(FinishedRequest.call("tools/call", "x").record());
    int before = registry.getMeters().size();
    Random random = new Random(1);

    for (int i = 0; i < 50_000; i++) {
      String word = Long.toHexString(random.nextLong());
      metrics.requestFinished(FinishedRequest.call(word, word).at("/" + word).record());
      metrics.requestFinished(FinishedRequest.call("tools/call", word).at("/" + word).record());
    }

    assertThat(registry.getMeters()).hasSize(before);
    assertThat(value("requests", "mcp.method", "other")).isEqualTo(50_001);
  }

  // --- what the gateway can be asked for

  private McpGateway gateway(String backend, String issuer) {
    return open.add(
        McpGateway.builder()
            .route(
                Route.builder()
                    .matches(RouteMatch.pathPrefix("/mcp"))
                    .authentication(
                        McpAuthentication.builder()
                            .verifier(JwtVerifier.builder().issuer(issuer).audiences("mcp").build())
                            .build())
                    .backend(Backend.of(backend))
                    .build())
            .build());
  }

  @Test
  void watch_gaugesAreThere() {
    metrics.watch(gateway("http://127.0.0.1:1/mcp", "https://id.example.com"));

    assertThat(value("requests.open")).isZero();
    assertThat(value("streams.open")).isZero();
    assertThat(value("records.dropped")).isZero();
    assertThat(value("backend.reachable", "backend", "http://127.0.0.1:1")).isEqualTo(1);
    assertThat(value("jwks.keys")).isZero();
    assertThat(value("jwks.age")).isNaN();
    assertThat(value("token.cache.size", "issuer", "https://id.example.com")).isZero();
    assertThat(value("token.cache.hits", "issuer", "https://id.example.com")).isZero();
    assertThat(value("token.cache.misses", "issuer", "https://id.example.com")).isZero();
  }

  @Test
  void liveGatewayThatIsReplaced_gaugesFollowAndDoNotPileUp() {
    LiveGateway live = open.add(new LiveGateway(gateway("http://127.0.0.1:1", "https://issuer1")));
    metrics.watch(live);
    Set<String> before = names();

    for (int i = 2; i < 20; i++) {
      live.replace(
          gateway("http://127.0.0.1:" + i, "https://issuer" + i), LiveGateway.Streams.GO_ON);
      metrics.configurationLoaded(Instant.EPOCH);
      assertThat(value("backend.reachable", "backend", "http://127.0.0.1:" + i)).isEqualTo(1);
      assertThat(count("backend.reachable")).isEqualTo(1);
      assertThat(count("jwks.age")).isEqualTo(1);
      assertThat(count("token.cache.hits")).isEqualTo(1);
    }

    assertThat(names()).containsAll(before);
    assertThat(
            registry.find("mcp.gateway.token.cache.size").tag("issuer", "https://issuer1").meter())
        .isNull();
  }

  private Set<String> names() {
    return registry.getMeters().stream()
        .map(Meter::getId)
        .map(Meter.Id::getName)
        .collect(Collectors.toSet());
  }

  @Test
  void liveGatewayThatIsReplaced_isFollowedWithTheNextRequest() {
    LiveGateway live = open.add(new LiveGateway(gateway("http://127.0.0.1:1", "https://issuer1")));
    metrics.watch(live);

    live.replace(gateway("http://127.0.0.1:2", "https://issuer2"), LiveGateway.Streams.GO_ON);
    metrics.requestFinished(FinishedRequest.call("ping", "").record());

    assertThat(value("backend.reachable", "backend", "http://127.0.0.1:2")).isEqualTo(1);
    assertThat(count("backend.reachable")).isEqualTo(1);
  }

  @Test
  void watch_anotherGateway_takesThePlaceOfTheFirst() {
    metrics.watch(gateway("http://127.0.0.1:1", "https://issuer1"));
    metrics.watch(gateway("http://127.0.0.1:2", "https://issuer2"));

    assertThat(count("requests.open")).isEqualTo(1);
    assertThat(count("backend.reachable")).isEqualTo(1);
    assertThat(value("backend.reachable", "backend", "http://127.0.0.1:2")).isEqualTo(1);
  }

  // --- keys and configuration

  @Test
  void keyFetches_areCountedByOutcome() {
    metrics.keysFetched(fetch(Optional.empty()));
    metrics.keysFetched(fetch(Optional.of("refused")));
    metrics.keysFetched(fetch(Optional.of("refused")));

    assertThat(value("jwks.fetches", "source", "https://issuer", "outcome", "ok")).isEqualTo(1);
    assertThat(value("jwks.fetches", "source", "https://issuer", "outcome", "failed")).isEqualTo(2);
  }

  private static KeyFetch fetch(Optional<String> problem) {
    return new KeyFetch("https://issuer", Instant.EPOCH, Duration.ZERO, 1, problem);
  }

  @Test
  void configuration_loadsAndRefusalsAreToldApart() {
    metrics.configurationLoaded(Instant.ofEpochMilli(1500));
    metrics.configurationRefused();
    assertThat(value("config.refused")).isEqualTo(1);

    metrics.configurationLoaded(Instant.ofEpochMilli(2500));

    assertThat(value("config.refused")).isZero();
    assertThat(value("config.loaded.timestamp")).isEqualTo(2.5, within(1e-9));
    assertThat(value("config.loads", "outcome", "loaded")).isEqualTo(2);
    assertThat(value("config.loads", "outcome", "refused")).isEqualTo(1);
  }
}
