package io.mcpgateway.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.OpenResources;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.Requests;
import io.mcpgateway.testkit.Responses;
import io.mcpgateway.testkit.TestIssuer;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a collector gets of the spans of a process that a configuration, or the environment, has.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TraceExportTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";
  private static final String OTHER = "b7ad6b7169203331";
  private static final String SOON = "OTEL_BSP_SCHEDULE_DELAY";
  private static final String CALL =
      "{\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"add\"}}";

  @AutoClose private final OpenResources open = new OpenResources();
  private final RawBackend backend = open.add(RawBackend.answering(Responses.ok("{}")));
  private TestCollector collector;

  @BeforeEach
  void collect() throws IOException {
    collector = open.add(TestCollector.start());
  }

  private ConfiguredGateway start(String tracing, Map<String, String> environment)
      throws Exception {
    return start(tracing, "", environment);
  }

  private ConfiguredGateway start(String tracing, String policies, Map<String, String> environment)
      throws Exception {
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
            - policies:
                dnsRebindingProtection: false
        %s
              backends:
              - mcp: {targets: [{name: calc, mcp: {host: "%s"}}]}
        """
            .formatted(tracing, FreePort.any(), policies, backend.url());
    ConfiguredGateway.Source source = ConfiguredGateway.Source.of(yaml, "test");
    return open.add(ConfiguredGateway.start(source, environment, source.read(environment)));
  }

  private String tracing(String more) {
    return "  tracing: {otlpEndpoint: \"%s\", otlpProtocol: http%s}"
        .formatted(collector.url(), more);
  }

  private static RawMessage call(ConfiguredGateway gateway, String json, String... fields)
      throws IOException {
    try (RawConnection client = RawConnection.to(gateway.gateway().ports().get(0))) {
      return client.write(Requests.post("/mcp", json, fields)).readMessage();
    }
  }

  private static String traceparent(String span, String flags) {
    return "traceparent: 00-" + TRACE + "-" + span + "-" + flags;
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  private static Optional<String> attribute(Span span, String name) {
    return span.getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals(name))
        .map(attribute -> attribute.getValue().getStringValue())
        .findFirst();
  }

  @Test
  void yaml_clientWithContext_isTracedToTheBackend() throws Exception {
    ConfiguredGateway gateway = start(tracing(""), Map.of(SOON, "20"));

    assertThat(call(gateway, CALL, traceparent(CALLER, "01")).status()).isEqualTo(200);

    Span server = collector.span(SpanKind.SPAN_KIND_SERVER);
    Span client = collector.span(SpanKind.SPAN_KIND_CLIENT);
    assertThat(server.getName()).isEqualTo("tools/call add");
    assertThat(hex(server.getTraceId())).isEqualTo(TRACE);
    assertThat(hex(server.getParentSpanId())).isEqualTo(CALLER);
    assertThat(client.getParentSpanId()).isEqualTo(server.getSpanId());
    assertThat(attribute(client, "mcpgateway.backend")).contains("calc");
    assertThat(backend.requests().get(0).fields("traceparent"))
        .containsExactly("00-" + TRACE + "-" + hex(client.getSpanId()) + "-01");
    assertThat(collector.requests()).allMatch(request -> request.startsWith("POST /v1/traces "));
    assertThat(collector.service()).contains("mcp-gateway");
  }

  @Test
  void yaml_headers_areSentAsTheyAre() throws Exception {
    ConfiguredGateway gateway =
        start(tracing(", headers: {X-Api-Key: \"a b,c=%41\"}"), Map.of(SOON, "20"));
    call(gateway, CALL, traceparent(CALLER, "01"));

    collector.span(SpanKind.SPAN_KIND_SERVER);
    assertThat(collector.requests()).allMatch(request -> request.endsWith(" a b,c=%41"));
  }

  @Test
  void yaml_contextInMessage_isTheParent_andTheOtherIsLinked() throws Exception {
    ConfiguredGateway gateway = start(tracing(""), Map.of(SOON, "20"));
    String json =
        "{\"id\":1,\"method\":\"ping\",\"params\":{\"_meta\":{\"traceparent\":\"00-%s-%s-01\"}}}"
            .formatted(TRACE, CALLER);
    call(gateway, json, traceparent(OTHER, "01"));

    Span server = collector.span(SpanKind.SPAN_KIND_SERVER);
    assertThat(hex(server.getParentSpanId())).isEqualTo(CALLER);
    assertThat(server.getLinksList())
        .singleElement()
        .satisfies(link -> assertThat(hex(link.getSpanId())).isEqualTo(OTHER));
  }

  // As agentgateway: without randomSampling nobody's trace is begun.
  @Test
  void yaml_sampling_isForClientsThatRecord() throws Exception {
    try (ConfiguredGateway gateway = start(tracing(""), Map.of())) {
      call(gateway, CALL);
      call(gateway, CALL, traceparent(CALLER, "00"));
      call(gateway, CALL, traceparent(OTHER, "01"));
    }

    assertThat(collector.spans())
        .as("sent at the latest when the process ends")
        .hasSize(2)
        .allSatisfy(span -> assertThat(hex(span.getTraceId())).isEqualTo(TRACE));
    assertThat(hex(collector.span(SpanKind.SPAN_KIND_SERVER).getParentSpanId())).isEqualTo(OTHER);
    assertThat(backend.requests()).hasSize(3);
    // The second bit says that the id is random (W3C Trace Context 2, 3.2.2.5.2).
    assertThat(backend.requests().get(0).field("traceparent").orElseThrow()).endsWith("-02");
  }

  @Test
  void yaml_samplingOff_isOffForAll() throws Exception {
    try (ConfiguredGateway gateway = start(tracing(", clientSampling: false"), Map.of())) {
      call(gateway, CALL, traceparent(CALLER, "01"));
    }

    assertThat(collector.spans()).isEmpty();
  }

  @Test
  void yaml_clientsLinked_randomSamplingDecides() throws Exception {
    try (ConfiguredGateway gateway =
        start(tracing(", clientContext: link, randomSampling: 1.0"), Map.of())) {
      call(gateway, CALL, traceparent(CALLER, "00"));
    }

    Span server = collector.span(SpanKind.SPAN_KIND_SERVER);
    assertThat(hex(server.getTraceId())).isNotEqualTo(TRACE);
    assertThat(server.getParentSpanId().isEmpty()).isTrue();
    assertThat(hex(server.getLinks(0).getSpanId())).isEqualTo(CALLER);
  }

  @Test
  void yaml_refusal_isOneSpan_andKeysAreAnother() throws Exception {
    TestIssuer issuer = open.add(TestIssuer.start());
    String policies =
        """
                mcpAuthentication:
                  issuer: %s
                  audiences: [mcp]
                  allowInsecureKeyUrls: true
        """
            .formatted(issuer.issuer());
    try (ConfiguredGateway gateway = start(tracing(", randomSampling: true"), policies, Map.of())) {
      assertThat(call(gateway, CALL, "Authorization: Bearer " + issuer.token().sign()).status())
          .isEqualTo(401);
    }

    Span server = collector.span(SpanKind.SPAN_KIND_SERVER);
    assertThat(server.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(attribute(server, "error.type")).contains("invalid_token");
    Span keys = collector.span(SpanKind.SPAN_KIND_CLIENT);
    assertThat(keys.getName()).isEqualTo("fetch keys");
    assertThat(keys.getParentSpanId().isEmpty()).isTrue();
    assertThat(backend.requests()).isEmpty();
  }

  @Test
  void environment_alone_switchesOnWhatTheSdkDoes() throws Exception {
    Map<String, String> environment =
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            collector.url(),
            "OTEL_SERVICE_NAME",
            "front door",
            SOON,
            "20");
    call(start("", environment), CALL);

    assertThat(collector.span(SpanKind.SPAN_KIND_SERVER).getParentSpanId().isEmpty()).isTrue();
    assertThat(collector.service()).contains("front door");
  }

  @Test
  void environment_protocolThatIsNotSpoken_isTold() {
    assertThatThrownBy(
            () ->
                start(
                    "",
                    Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        collector.url(),
                        "OTEL_EXPORTER_OTLP_PROTOCOL",
                        "grpc")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("OTEL_EXPORTER_OTLP_PROTOCOL: grpc is not supported (expected: http/protobuf)");
  }

  @Test
  void environment_malformedVariable_isTold() {
    assertThatThrownBy(() -> start(tracing(""), Map.of(SOON, "soon")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("otel.bsp.schedule.delay");
  }

  @Test
  void noWord_isNoTracing() throws Exception {
    ConfiguredGateway gateway = start("", Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", " "));
    call(gateway, CALL, traceparent(CALLER, "01"));

    assertThat(backend.requests().get(0).fields("traceparent"))
        .containsExactly("00-" + TRACE + "-" + CALLER + "-01");
  }

  @Test
  void collectorThatIsNotThere_harmsNobody() throws Exception {
    collector.close();
    ConfiguredGateway gateway = start(tracing(", randomSampling: true"), Map.of(SOON, "20"));

    for (int i = 0; i < 20; i++) {
      assertThat(call(gateway, CALL).status()).isEqualTo(200);
    }
  }
}
