package io.mcpgateway.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.jwt.JwtVerifier;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.telemetry.TraceIds;
import io.mcpgateway.testkit.ClientExchange;
import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.OpenResources;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.Requests;
import io.mcpgateway.testkit.Responses;
import io.mcpgateway.testkit.TestIssuer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The spans of requests, as an SDK gets them; and what their backends see of the trace. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OpenTelemetryTracerTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";
  private static final String TRANSPORT = "b7ad6b7169203331";
  private static final String NONE = "0000000000000000";
  private static final String CALL = "{\"id\":\"r-1\",\"method\":\"tools/call\",\"params\":{%s}}";

  @AutoClose private final OpenResources open = new OpenResources();
  private final InMemorySpanExporter exported = InMemorySpanExporter.create();
  private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
  private final RawBackend backend = open.add(RawBackend.answering(Responses.ok("{}")));

  private OpenTelemetrySdk sdk(Sampler sampler) {
    return open.add(
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setSampler(sampler)
                    .addSpanProcessor(SimpleSpanProcessor.create(exported))
                    .build())
            .build());
  }

  private OpenTelemetryTracer tracer() {
    return OpenTelemetryTracer.of(sdk(Sampler.alwaysOn()));
  }

  private McpGateway gateway(OpenTelemetryTracer tracer, Route.Builder route) {
    return open.add(
        McpGateway.builder()
            .tracer(tracer)
            .observers(records::add, tracer)
            .route(route.name("weather").build())
            .build());
  }

  private McpGateway gateway(OpenTelemetryTracer tracer, String url) {
    return gateway(tracer, Route.builder().backend(Backend.of(url)));
  }

  private static String traceparent(String span) {
    return "00-" + TRACE + "-" + span + "-01";
  }

  private static String traceparent(SpanContext span) {
    return "00-%s-%s-%s"
        .formatted(span.getTraceId(), span.getSpanId(), span.getTraceFlags().asHex());
  }

  private static ClientExchange post(String json, String... fields) {
    RequestHead.Builder head =
        RequestHead.builder("POST", "/mcp")
            .authority("mcp.example.com:8443")
            .header("Content-Type", "application/json");
    for (int i = 0; i < fields.length; i += 2) {
      head.header(fields[i], fields[i + 1]);
    }
    return new ClientExchange(head.build(), BodySource.of(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static String call(String meta) {
    return CALL.formatted(
        "\"name\":\"get_forecast\"" + (meta.isEmpty() ? "" : ",\"_meta\":" + meta));
  }

  /** Handles a request, and reads its answer to the end. */
  private static void handled(McpGateway gateway, ClientExchange client) throws IOException {
    gateway.handle(client);
    client.rest();
  }

  /** The spans that have ended, by their kind. */
  private Map<SpanKind, SpanData> spans(int count) {
    await().untilAsserted(() -> assertThat(exported.getFinishedSpanItems()).hasSize(count));
    return exported.getFinishedSpanItems().stream()
        .collect(Collectors.toMap(SpanData::getKind, span -> span));
  }

  private SpanData server(int count) {
    return Objects.requireNonNull(spans(count).get(SpanKind.SERVER));
  }

  private SpanData client() {
    return Objects.requireNonNull(spans(2).get(SpanKind.CLIENT));
  }

  private RawMessage sent() {
    assertThat(backend.requests()).hasSize(1);
    return backend.requests().get(0);
  }

  private static String attributes(SpanData span) {
    return span.getAttributes().asMap().entrySet().stream()
        .map(entry -> entry.getKey().getKey() + "=" + entry.getValue())
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static Optional<String> attribute(SpanData span, String name) {
    return Optional.ofNullable(span.getAttributes().get(AttributeKey.stringKey(name)));
  }

  // --- the spans, and how they hang together

  @Test
  void call_withoutContext_isATraceOfTwoSpans() throws IOException {
    handled(
        gateway(tracer(), backend.url()),
        post(call(""), "MCP-Protocol-Version", "2025-11-25", "Mcp-Session-Id", "canary-1"));

    SpanData server = server(2);
    assertThat(server.getName()).isEqualTo("tools/call get_forecast");
    assertThat(server.getParentSpanId()).isEqualTo(NONE);
    assertThat(server.getLinks()).isEmpty();
    assertThat(server.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(attributes(server))
        .isEqualTo(
            """
            client.address=127.0.0.1
            gen_ai.operation.name=execute_tool
            gen_ai.tool.name=get_forecast
            http.request.method=POST
            http.response.status_code=200
            jsonrpc.request.id=r-1
            mcp.method.name=tools/call
            mcp.protocol.version=2025-11-25
            mcpgateway.outcome=forwarded
            mcpgateway.route=weather
            network.protocol.name=http
            network.transport=tcp
            server.address=mcp.example.com
            server.port=8443
            url.path=/mcp
            url.scheme=http""");
    SpanData client = client();
    assertThat(client.getName()).isEqualTo("tools/call get_forecast");
    assertThat(client.getParentSpanId()).isEqualTo(server.getSpanId());
    assertThat(client.getTraceId()).isEqualTo(server.getTraceId());
    assertThat(attributes(client))
        .isEqualTo(
            """
            gen_ai.operation.name=execute_tool
            gen_ai.tool.name=get_forecast
            http.request.method=POST
            http.response.status_code=200
            jsonrpc.request.id=r-1
            mcp.method.name=tools/call
            mcp.protocol.version=2025-11-25
            mcpgateway.backend=127.0.0.1:%d
            network.protocol.name=http
            network.transport=tcp
            server.address=127.0.0.1
            server.port=%d"""
                .formatted(backend.port(), backend.port()));
    assertThat(sent().fields("traceparent")).containsExactly(traceparent(client.getSpanContext()));
    assertThat(server.getStartEpochNanos()).isLessThanOrEqualTo(client.getStartEpochNanos());
    assertThat(client.getEndEpochNanos()).isLessThanOrEqualTo(server.getEndEpochNanos());
    await().untilAsserted(() -> assertThat(records).hasSize(1));
    assertThat(records.get(0).trace())
        .contains(new TraceIds(server.getTraceId(), server.getSpanId()));
  }

  @Test
  void contextInHeaderFields_isTheParent_andGoesOnAsOurs() throws IOException {
    handled(
        gateway(tracer(), backend.url()),
        post(
            call(""),
            "traceparent",
            traceparent(CALLER),
            "tracestate",
            "rojo=1,congo=2",
            "baggage",
            "user=alice"));

    SpanData server = server(2);
    assertThat(server.getTraceId()).isEqualTo(TRACE);
    assertThat(server.getParentSpanId()).isEqualTo(CALLER);
    assertThat(server.getLinks()).isEmpty();
    assertThat(sent().fields("traceparent")).containsExactly(traceparent(client().getSpanId()));
    assertThat(sent().fields("tracestate")).containsExactly("rojo=1,congo=2");
    assertThat(sent().fields("baggage")).containsExactly("user=alice");
  }

  // MCP M1, SEP-414; semantic conventions for MCP, Context propagation.
  @Test
  void contextInMessage_isTheParent() throws IOException {
    String body =
        call("{\"traceparent\":\"%s\",\"baggage\":\"user=bob\"}".formatted(traceparent(CALLER)));
    handled(gateway(tracer(), backend.url()), post(body));

    assertThat(server(2).getTraceId()).isEqualTo(TRACE);
    assertThat(server(2).getParentSpanId()).isEqualTo(CALLER);
    assertThat(sent().fields("traceparent")).containsExactly(traceparent(client().getSpanId()));
    assertThat(sent().fields("baggage")).containsExactly("user=bob");
    assertThat(sent().body()).as("the message goes on as it came").isEqualTo(body);
  }

  @Test
  void contextInBoth_thatOfTheMessageIsTheParent_theOtherIsLinked() throws IOException {
    handled(
        gateway(tracer(), backend.url()),
        post(
            call("{\"traceparent\":\"%s\"}".formatted(traceparent(CALLER))),
            "traceparent",
            "00-0af7651916cd43dd8448eb211c80319c-" + TRANSPORT + "-01",
            "tracestate",
            "stale=1"));

    assertThat(server(2).getTraceId()).isEqualTo(TRACE);
    assertThat(server(2).getParentSpanId()).isEqualTo(CALLER);
    assertThat(server(2).getLinks())
        .extracting(link -> link.getSpanContext().getSpanId())
        .containsExactly(TRANSPORT);
    assertThat(sent().fields("traceparent")).containsExactly(traceparent(client().getSpanId()));
    assertThat(sent().fields("tracestate")).as("the other context's").isEmpty();
  }

  @Test
  void sameContextInBoth_isNotLinked() throws IOException {
    handled(
        gateway(tracer(), backend.url()),
        post(
            call("{\"traceparent\":\"%s\"}".formatted(traceparent(CALLER))),
            "traceparent",
            traceparent(CALLER)));

    assertThat(server(2).getParentSpanId()).isEqualTo(CALLER);
    assertThat(server(2).getLinks()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"traceparent\":\"00-00000000000000000000000000000000-00f067aa0ba902b7-01\"}",
        "{\"traceparent\":\"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"}",
        "{\"traceparent\":\"\\r\\nX-Forged: 1\"}",
        "{\"traceparent\":7}",
        "{\"traceparent\":null}",
        "{\"TraceParent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b8-01\"}",
        "{\"baggage\":\"a=\\r\\nX-Forged: 1\"}",
        "[]"
      })
  void malformedContextInMessage_doesNotCount(String meta) throws IOException {
    handled(gateway(tracer(), backend.url()), post(call(meta), "traceparent", traceparent(CALLER)));

    assertThat(server(2).getParentSpanId()).isEqualTo(CALLER);
    assertThat(sent().fields("traceparent")).containsExactly(traceparent(client().getSpanId()));
    assertThat(sent().fields("X-Forged")).isEmpty();
  }

  @Test
  void twoTraceparents_areNone() throws IOException {
    handled(
        gateway(tracer(), backend.url()),
        post(
            call(""),
            "traceparent",
            traceparent(CALLER),
            "Traceparent",
            traceparent(TRANSPORT),
            "tracestate",
            "stale=1"));

    assertThat(server(2).getParentSpanId()).isEqualTo(NONE);
    assertThat(server(2).getTraceId()).isNotEqualTo(TRACE);
    assertThat(sent().fields("traceparent")).hasSize(1);
    assertThat(sent().fields("tracestate")).isEmpty();
  }

  // Where the application's own agent has a span for the request, that is the transport's.
  @Test
  void spanOfTheServersThread_isTheParent_orLinked() throws IOException {
    OpenTelemetrySdk sdk = sdk(Sampler.alwaysOn());
    McpGateway gateway = gateway(OpenTelemetryTracer.of(sdk), backend.url());
    Span around = sdk.getTracer("container").spanBuilder("POST /mcp").startSpan();
    try (Scope here = around.makeCurrent()) {
      assertThat(here).isNotNull();
      handled(gateway, post(call(""), "traceparent", traceparent(CALLER)));
    }
    assertThat(server(2).getParentSpanId()).isEqualTo(around.getSpanContext().getSpanId());

    exported.reset();
    try (Scope here = around.makeCurrent()) {
      assertThat(here).isNotNull();
      handled(gateway, post(call("{\"traceparent\":\"%s\"}".formatted(traceparent(CALLER)))));
    }
    assertThat(server(2).getParentSpanId()).isEqualTo(CALLER);
    assertThat(server(2).getLinks())
        .extracting(LinkData::getSpanContext)
        .containsExactly(around.getSpanContext());
  }

  @Test
  void clientsNotTrusted_theirContextIsLinkedOnly() throws IOException {
    handled(
        gateway(tracer().withClientsTrusted(false), backend.url()),
        post(
            call("{\"traceparent\":\"%s\"}".formatted(traceparent(CALLER))),
            "traceparent",
            traceparent(TRANSPORT),
            "tracestate",
            "stale=1",
            "baggage",
            "user=mallory"));

    assertThat(server(2).getTraceId()).isNotEqualTo(TRACE);
    assertThat(server(2).getParentSpanId()).isEqualTo(NONE);
    assertThat(server(2).getLinks())
        .extracting(link -> link.getSpanContext().getSpanId())
        .containsExactly(CALLER, TRANSPORT);
    assertThat(sent().fields("traceparent"))
        .containsExactly(traceparent(client().getSpanContext()));
    assertThat(sent().fields("tracestate")).isEmpty();
    assertThat(sent().fields("baggage")).isEmpty();
  }

  // --- sampling

  @Test
  void requestThatIsNotSampled_leavesNoSpan_andSaysSoToItsBackend() throws IOException {
    handled(
        gateway(OpenTelemetryTracer.of(sdk(Sampler.alwaysOff())), backend.url()),
        post(call(""), "traceparent", traceparent(CALLER)));

    await().untilAsserted(() -> assertThat(records).hasSize(1));
    assertThat(exported.getFinishedSpanItems()).isEmpty();
    assertThat(records.get(0).trace()).isEmpty();
    assertThat(sent().fields("traceparent"))
        .singleElement()
        .satisfies(field -> assertThat(field).matches("00-" + TRACE + "-[0-9a-f]{16}-00"))
        .isNotEqualTo("00-" + TRACE + "-" + CALLER + "-00");
  }

  @Test
  void withoutTracer_whatTheClientSaysGoesOn() throws IOException {
    try (McpGateway gateway =
        McpGateway.builder()
            .route(Route.builder().backend(Backend.of(backend.url())).build())
            .build()) {
      handled(gateway, post(call(""), "traceparent", traceparent(CALLER), "tracestate", "a=1"));
    }

    assertThat(sent().fields("traceparent")).containsExactly(traceparent(CALLER));
    assertThat(sent().fields("tracestate")).containsExactly("a=1");
  }

  // --- names and attributes

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "{\"id\":1,\"method\":\"prompts/get\",\"params\":{\"name\":\"greet\"}} | prompts/get greet | gen_ai.prompt.name | greet",
        "{\"id\":1,\"method\":\"resources/read\",\"params\":{\"uri\":\"db://u:p@h/t?sig=s#f\"}} | resources/read | mcp.resource.uri | db://REDACTED@h/t",
        "{\"id\":1,\"method\":\"tools/list\",\"params\":{\"name\":\"x\"}} | tools/list | jsonrpc.request.id | 1",
        "{\"id\":null,\"method\":\"ping\"} | ping | jsonrpc.request.id | -",
        "{\"method\":\"notifications/initialized\"} | notifications/initialized | jsonrpc.request.id | -",
        "{\"id\":7,\"result\":{}} | POST | mcp.method.name | -",
      })
  void span_isNamedAfterItsMessage(String message, String name, String attribute, String value)
      throws IOException {
    handled(gateway(tracer(), backend.url()), post(message));

    for (SpanData span : spans(2).values()) {
      assertThat(span.getName()).isEqualTo(name);
      assertThat(attribute(span, attribute)).isEqualTo(Optional.ofNullable(value));
    }
  }

  @Test
  void spans_holdNoSecrets() throws IOException {
    handled(
        gateway(tracer(), backend.url()),
        new ClientExchange(
            RequestHead.builder("POST", "/mcp")
                .query("access_token=canary-1")
                .header("Authorization", "Bearer canary-2")
                .header("Mcp-Session-Id", "canary-3")
                .header("Content-Type", "application/json")
                .build(),
            BodySource.of(
                CALL.formatted("\"name\":\"a\",\"arguments\":{\"password\":\"canary-4\"}")
                    .getBytes(StandardCharsets.UTF_8))));

    assertThat(spans(2).values()).extracting(Object::toString).noneMatch(s -> s.contains("canary"));
  }

  // --- what goes wrong

  @Test
  void refusedRequest_isOneSpanWithTheReason() throws IOException {
    TestIssuer issuer = open.add(TestIssuer.start());
    McpGateway gateway =
        gateway(
            tracer(),
            Route.builder()
                .backend(Backend.of(backend.url()))
                .authentication(
                    McpAuthentication.builder()
                        .verifier(
                            JwtVerifier.builder()
                                .issuer(issuer.issuer())
                                .audiences("https://mcp.example.com/mcp")
                                .allowInsecureKeyUrls(true)
                                .build())
                        .build()));
    handled(gateway, post(call(""), "traceparent", traceparent(CALLER)));

    SpanData server = server(1);
    assertThat(server.getName()).isEqualTo("POST");
    assertThat(server.getParentSpanId()).isEqualTo(CALLER);
    assertThat(server.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(attribute(server, "error.type")).contains("no_token");
    assertThat(server.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(401);
  }

  @Test
  void keyFetch_isASpanOfItsOwn() throws IOException {
    TestIssuer issuer = open.add(TestIssuer.start());
    McpGateway gateway =
        gateway(
            tracer(),
            Route.builder()
                .backend(Backend.of(backend.url()))
                .authentication(
                    McpAuthentication.builder()
                        .verifier(
                            JwtVerifier.builder()
                                .issuer(issuer.issuer())
                                .audiences("https://mcp.example.com/mcp")
                                .allowInsecureKeyUrls(true)
                                .build())
                        .build()));
    String token = issuer.token().audience("https://mcp.example.com/mcp").sign();
    handled(gateway, post(call(""), "Authorization", "Bearer " + token));

    await()
        .untilAsserted(
            () ->
                assertThat(exported.getFinishedSpanItems())
                    .filteredOn(span -> span.getName().equals("fetch keys"))
                    .hasSize(1));
    SpanData fetch =
        exported.getFinishedSpanItems().stream()
            .filter(span -> span.getName().equals("fetch keys"))
            .findFirst()
            .orElseThrow();
    assertThat(fetch.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(fetch.getParentSpanId()).isEqualTo(NONE);
    assertThat(fetch.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(fetch.getEndEpochNanos()).isGreaterThan(fetch.getStartEpochNanos());
    assertThat(attributes(fetch)).contains("mcpgateway.keys.count=1").contains(issuer.issuer());
  }

  @Test
  void backendThatCannotBeReached_isAnErrorOfBothSpans() throws IOException {
    handled(gateway(tracer(), "http://127.0.0.1:" + FreePort.any() + "/mcp"), post(call("")));

    for (SpanData span : spans(2).values()) {
      assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(attribute(span, "error.type")).contains("backend_failed");
    }
    assertThat(client().getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .as("the backend said nothing")
        .isNull();
  }

  @Test
  void responseThatBreaksOff_isAnErrorOfBothSpans() throws IOException {
    RawBackend breaking =
        open.add(
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.write(Responses.chunked("application/json")).writeChunk("{");
                }));
    ClientExchange client = post(call(""));
    gateway(tracer(), breaking.url()).handle(client);
    try {
      client.rest();
    } catch (EOFException brokeOff) {
      // as it should
    }

    for (SpanData span : spans(2).values()) {
      assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(attribute(span, "error.type")).contains("response_broke_off");
      assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, 500, ERROR, ERROR",
    "POST, 404, UNSET, ERROR",
    "GET, 405, UNSET, UNSET",
    "DELETE, 405, UNSET, ERROR",
    "POST, 202, UNSET, UNSET",
  })
  void statusOfTheBackend_isAnErrorAsHttpHasIt(
      String method, int status, StatusCode server, StatusCode client) throws IOException {
    RawBackend answering = open.add(RawBackend.answering(Responses.json(status + " Status", "{}")));
    handled(
        gateway(tracer(), answering.url()),
        new ClientExchange(RequestHead.builder(method, "/mcp").build(), BodySource.empty()));

    assertThat(server(2).getName()).isEqualTo(method);
    assertThat(server(2).getStatus().getStatusCode()).isEqualTo(server);
    assertThat(client().getStatus().getStatusCode()).isEqualTo(client);
    assertThat(attribute(client(), "error.type"))
        .isEqualTo(
            client == StatusCode.ERROR ? Optional.of(String.valueOf(status)) : Optional.empty());
  }

  // --- streams

  @Test
  void stream_isASpanUntilItsEnd() throws IOException {
    RawBackend streaming =
        open.add(
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.write(Responses.STREAM_HEAD).writeChunk("data: 1\n\n");
                  connection.readByte(); // until the gateway leaves
                }));
    ClientExchange listening =
        new ClientExchange(
            RequestHead.builder("GET", "/mcp").header("Accept", "text/event-stream").build(),
            BodySource.empty());
    gateway(tracer(), streaming.url()).handle(listening);
    assertThat(listening.next()).isEqualTo("data: 1\n\n");
    assertThat(exported.getFinishedSpanItems()).isEmpty();

    listening.leave();

    for (SpanData span : spans(2).values()) {
      assertThat(span.getName()).isEqualTo("GET");
      assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }
  }

  @Test
  void clientThatDoesNotAwaitItsAnswer_isAnError() throws IOException {
    RawBackend silent = open.add(RawBackend.start(connection -> connection.readToEnd()));
    ClientExchange client = post(Requests.TOOLS_LIST);
    gateway(tracer(), silent.url()).handle(client);
    await().untilAsserted(() -> assertThat(silent.connections()).isEqualTo(1));

    client.leave();

    for (SpanData span : spans(2).values()) {
      assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(attribute(span, "error.type")).contains("client_left");
    }
  }
}
