package io.mcpgateway.jetty;

import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A collector of traces on loopback: what it is sent by OTLP over HTTP (OTLP 1.x, 4.2). */
final class TestCollector implements AutoCloseable {
  private final HttpServer server;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<ExportTraceServiceRequest> exports = new CopyOnWriteArrayList<>();

  private TestCollector(HttpServer server) {
    this.server = server;
  }

  static TestCollector start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    TestCollector collector = new TestCollector(server);
    server.createContext("/", collector::take);
    server.start();
    return collector;
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      exports.add(ExportTraceServiceRequest.parseFrom(exchange.getRequestBody()));
      requests.add(
          "%s %s %s"
              .formatted(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI(),
                  exchange.getRequestHeaders().getFirst("X-Api-Key")));
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Method, target and key of each request. */
  List<String> requests() {
    return requests;
  }

  /** All spans that have come. */
  List<Span> spans() {
    return exports.stream()
        .flatMap(export -> export.getResourceSpansList().stream())
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .toList();
  }

  /** The one span of a kind, as soon as it has come. */
  Span span(Span.SpanKind kind) {
    await().until(() -> spans().stream().anyMatch(span -> span.getKind() == kind));
    return spans().stream().filter(span -> span.getKind() == kind).findFirst().orElseThrow();
  }

  /** What the first spans say of who made them. */
  Optional<String> service() {
    return exports.stream()
        .flatMap(export -> export.getResourceSpansList().stream())
        .flatMap(resource -> resource.getResource().getAttributesList().stream())
        .filter(attribute -> attribute.getKey().equals("service.name"))
        .map(KeyValue::getValue)
        .map(value -> value.getStringValue())
        .findFirst();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
