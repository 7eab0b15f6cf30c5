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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus reads of the launcher after known traffic, and what of it is shown and told. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ProcessMetricsTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Duration OFTEN = Duration.ofMillis(20);
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\"}}";
  private static final String ANSWER = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}";

  @AutoClose private final OpenResources open = new OpenResources();
  @TempDir private Path directory;

  private final int port = FreePort.any();
  private final TestIssuer issuer;
  private final CountDownLatch endOfStream = new CountDownLatch(1);
  private final RawBackend backend = open.add(RawBackend.forEachRequest(this::answer));

  ProcessMetricsTest() throws IOException {
    issuer = open.add(TestIssuer.start());
  }

  private void answer(RawMessage request, RawConnection connection) throws IOException {
    if (request.startLine().startsWith("POST")) {
      connection.write(Responses.ok(ANSWER));
      return;
    }
    connection.write(Responses.STREAM_HEAD);
    connection.writeChunk("data: 1\n\n");
    try {
      endOfStream.await();
    } catch (InterruptedException over) {
      return;
    }
    connection.write(Responses.LAST_CHUNK);
  }

  private String config(String settings) {
    return """
        config:
          readinessAddr: 127.0.0.1:0
        %s  metrics: {toolNames: [echo]}
        binds:
        - port: %d
          address: 127.0.0.1
          listeners:
          - routes:
            - name: tools
              matches: [{path: {pathPrefix: /mcp}}]
              policies:
                dnsRebindingProtection: false
                mcpAuthentication:
                  issuer: %s
                  audiences: [mcp]
                  jwks: {url: "%s"}
              backends:
              - mcp: {targets: [{name: t, mcp: {host: "%s"}}]}
        """
        .formatted(settings, port, issuer.issuer(), issuer.jwksUrl(), backend.url());
  }

  private void write(String yaml) throws IOException {
    Path fresh = Files.writeString(directory.resolve("fresh.yaml"), yaml);
    Files.move(fresh, directory.resolve("gateway.yaml"), StandardCopyOption.REPLACE_EXISTING);
  }

  private ConfiguredGateway start(String settings) throws Exception {
    write(config(settings));
    ConfiguredGateway.Source source =
        ConfiguredGateway.Source.of(directory.resolve("gateway.yaml"));
    return open.add(ConfiguredGateway.start(source, Map.of(), source.read(Map.of()), OFTEN));
  }

  private static RawMessage get(int at, String path, String... fields) throws IOException {
    try (RawConnection client = RawConnection.to(at)) {
      return client.write(Requests.request("GET", path, fields)).readMessage();
    }
  }

  private static Scrape scrape(ConfiguredGateway gateway) throws IOException {
    RawMessage answer = get(gateway.healthPort().orElseThrow(), "/metrics");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.field("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
    return Scrape.of(answer.body());
  }

  private String token() {
    return Requests.bearer(issuer.token().audience("mcp").sign());
  }

  private int post(String path, String json, String... fields) throws IOException {
    try (RawConnection client = RawConnection.to(port)) {
      return client.write(Requests.post(path, json, fields)).readMessage().status();
    }
  }

  /** Two calls, one of them listed; a refusal of each kind; a stream that goes on. */
  private RawConnection traffic() throws IOException {
    String token = token();
    assertThat(post("/mcp", CALL.formatted("echo"), token)).isEqualTo(200);
    assertThat(post("/mcp", CALL.formatted("other"), token)).isEqualTo(200);
    assertThat(post("/mcp", CALL.formatted("echo"))).isEqualTo(401);
    assertThat(post("/nowhere", "{}")).isEqualTo(404);
    RawConnection ended = open.add(RawConnection.to(port));
    ended.write(Requests.request("GET", "/mcp", "Accept: text/event-stream", token)).readHead();
    assertThat(ended.readChunk()).isEqualTo("data: 1\n\n");
    return ended;
  }

  /** Counts are told by a thread of their own. */
  private static void awaitRequests(ConfiguredGateway gateway, double number) {
    await()
        .untilAsserted(
            () -> assertThat(scrape(gateway).sum("mcp_gateway_requests_total")).isEqualTo(number));
  }

  @Test
  void knownTraffic_isCountedExactly() throws Exception {
    ConfiguredGateway gateway = start("");
    RawConnection stream = traffic();
    awaitRequests(gateway, 4);

    Scrape during = scrape(gateway);
    String requests = "mcp_gateway_requests_total";
    assertThat(
            during.sum(
                requests,
                "route",
                "tools",
                "mcp_method",
                "tools/call",
                "outcome",
                "forwarded",
                "refusal",
                "none",
                "status",
                "2xx"))
        .isEqualTo(2);
    assertThat(during.sum(requests, "route", "tools", "outcome", "refused", "refusal", "no_token"))
        .isEqualTo(1);
    assertThat(during.sum(requests, "route", "none", "refusal", "no_route", "status", "4xx"))
        .isEqualTo(1);
    assertThat(during.sum("mcp_gateway_requests_open")).isEqualTo(1);
    assertThat(during.sum("mcp_gateway_streams_open")).isEqualTo(1);
    assertThat(during.sum("mcp_gateway_request_duration_seconds_count", "outcome", "forwarded"))
        .isEqualTo(2);
    assertThat(during.sum("mcp_gateway_request_first_byte_seconds_count", "outcome", "forwarded"))
        .isEqualTo(2);
    assertThat(during.sum("mcp_gateway_upstream_duration_seconds_count", "route", "tools"))
        .isEqualTo(2);
    assertThat(during.sum("mcp_gateway_upstream_duration_seconds_sum"))
        .isPositive()
        .isLessThan(during.sum("mcp_gateway_request_duration_seconds_sum", "route", "tools"));
    assertThat(during.sum("mcp_gateway_tool_duration_seconds_count", "tool", "echo")).isEqualTo(1);
    assertThat(during.sum("mcp_gateway_tool_duration_seconds_count")).isEqualTo(1);
    assertThat(during.sum("mcp_gateway_response_bytes_total", "route", "tools"))
        .isGreaterThanOrEqualTo(2 * ANSWER.length());
    assertThat(during.sum("mcp_gateway_request_bytes_total", "route", "tools"))
        .isEqualTo(CALL.formatted("echo").length() + CALL.formatted("other").length());
    assertThat(during.sum("mcp_gateway_backend_reachable")).isEqualTo(1);
    assertThat(during.sum("mcp_gateway_jwks_fetches_total", "outcome", "ok")).isEqualTo(1);
    assertThat(during.sum("mcp_gateway_jwks_keys")).isEqualTo(1);
    assertThat(during.sum("mcp_gateway_jwks_age_seconds")).isBetween(0.0, 60.0);
    assertThat(during.sum("mcp_gateway_token_cache_misses_total")).isEqualTo(1);
    assertThat(during.sum("mcp_gateway_token_cache_hits_total")).isEqualTo(2);
    assertThat(during.sum("mcp_gateway_token_cache_size")).isEqualTo(1);
    assertThat(during.sum("mcp_gateway_records_dropped_total")).isZero();

    endOfStream.countDown();
    assertThat(stream.readChunk()).isEmpty();
    awaitRequests(gateway, 5);
    Scrape after = scrape(gateway);
    assertThat(after.sum("mcp_gateway_stream_duration_seconds_count", "route", "tools"))
        .isEqualTo(1);
    assertThat(after.sum("mcp_gateway_streams_open")).isZero();
    assertThat(after.sum("mcp_gateway_request_duration_seconds_count", "outcome", "forwarded"))
        .isEqualTo(2);
  }

  @Test
  void changesOfTheConfiguration_areCounted() throws Exception {
    ConfiguredGateway gateway = start("");
    assertThat(scrape(gateway).sum("mcp_gateway_config_loads_total", "outcome", "loaded"))
        .isEqualTo(1);
    double loaded = scrape(gateway).sum("mcp_gateway_config_loaded_timestamp_seconds");

    write("no: configuration\n");
    await()
        .untilAsserted(
            () -> assertThat(scrape(gateway).sum("mcp_gateway_config_refused")).isEqualTo(1));
    write(config("  limits: {streams: 5}\n"));
    await()
        .untilAsserted(
            () -> assertThat(scrape(gateway).sum("mcp_gateway_config_refused")).isZero());

    Scrape after = scrape(gateway);
    assertThat(after.sum("mcp_gateway_config_loads_total", "outcome", "loaded")).isEqualTo(2);
    assertThat(after.sum("mcp_gateway_config_loads_total", "outcome", "refused")).isPositive();
    assertThat(after.sum("mcp_gateway_config_loaded_timestamp_seconds")).isGreaterThan(loaded);
    assertThat(after.sum("mcp_gateway_backend_reachable")).as("one backend").isEqualTo(1);
  }

  @Test
  void clientsThatMakeThingsUp_leaveTheScrapeAsLongAsItIs() throws Exception {
    ConfiguredGateway gateway = start("");
    String token = token();
    made("first", token);
    awaitRequests(gateway, 2);
    int before = scrape(gateway).size();

    for (int i = 0; i < 50; i++) {
      made("m" + i, token);
    }

    awaitRequests(gateway, 102);
    assertThat(scrape(gateway).size()).isEqualTo(before);
  }

  private void made(String word, String token) throws IOException {
    String json = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x/" + word + "\"}";
    assertThat(post("/mcp/" + word, json, token)).isEqualTo(200);
    assertThat(post("/" + word, json)).isEqualTo(404);
  }

  @Test
  void openMetrics_isAnsweredToWhoAsksForIt() throws Exception {
    ConfiguredGateway gateway = start("");

    RawMessage answer =
        get(
            gateway.healthPort().orElseThrow(),
            "/metrics",
            "Accept: application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.3");

    assertThat(answer.field("Content-Type"))
        .hasValueSatisfying(
            type -> assertThat(type).startsWith("application/openmetrics-text; version=1.0.0"));
    assertThat(answer.body()).endsWith("# EOF\n");
  }

  @Test
  void statsAddr_hasMetricsAndNothingElse() throws Exception {
    int stats = FreePort.any();
    start("  statsAddr: 127.0.0.1:" + stats + "\n");

    assertThat(Scrape.of(get(stats, "/metrics").body()).names())
        .contains("mcp_gateway_requests_open", "jvm_memory_used_bytes");
    assertThat(get(stats, "/healthz/live").status()).isEqualTo(404);
  }

  // --- what documents say

  private static final Pattern METRIC = Pattern.compile("\\b(mcp_gateway|jvm|process|system)_\\w+");
  private static final Pattern EXPRESSION = Pattern.compile("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern GROUPED = Pattern.compile("by \\(([^)]*)\\)");

  private Scrape afterEverything() throws Exception {
    ConfiguredGateway gateway = start("");
    RawConnection stream = traffic();
    endOfStream.countDown();
    assertThat(stream.readChunk()).isEmpty();
    awaitRequests(gateway, 5);
    return scrape(gateway);
  }

  @Test
  void dashboard_namesWhatAScrapeHas() throws Exception {
    String dashboard = Files.readString(DOCS.resolve("grafana-dashboard.json"));
    Set<String> expressions = found(EXPRESSION, dashboard, 1);
    Scrape scrape = afterEverything();

    assertThat(expressions).hasSizeGreaterThan(20);
    for (String expression : expressions) {
      Set<String> names = found(METRIC, expression, 0);
      assertThat(names).as(expression).isNotEmpty();
      assertThat(scrape.names()).as(expression).containsAll(names);
      for (String name : names) {
        assertThat(scrape.labels(name)).as(expression).containsAll(labels(expression));
      }
    }
    assertThat(scrape.names()).containsAll(found(METRIC, dashboard, 0));
  }

  private static Set<String> labels(String expression) {
    return found(GROUPED, expression, 1).stream()
        .flatMap(list -> Pattern.compile(", ").splitAsStream(list))
        .collect(Collectors.toSet());
  }

  @Test
  void document_namesWhatAScrapeHas() throws Exception {
    String document = Files.readString(DOCS.resolve("metrics.md"));
    Set<String> documented = found(Pattern.compile("\\| `(mcp_gateway_\\w+)` \\|"), document, 1);
    Set<String> shown =
        afterEverything().names().stream()
            .filter(name -> name.startsWith("mcp_gateway_"))
            .map(name -> name.replaceAll("_seconds_(count|sum|bucket|max)$", "_seconds"))
            .collect(Collectors.toSet());

    assertThat(shown).containsExactlyInAnyOrderElementsOf(documented);
  }

  private static Set<String> found(Pattern pattern, String text, int group) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(group))
        .collect(Collectors.toSet());
  }
}
