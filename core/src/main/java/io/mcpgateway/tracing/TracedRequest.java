package io.mcpgateway.tracing;

import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.json.Json;
import io.mcpgateway.mcp.McpMessage;
import io.mcpgateway.telemetry.Outcome;
import io.mcpgateway.telemetry.RefusalCode;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.telemetry.RequestTrace;
import io.mcpgateway.telemetry.TraceIds;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The two spans of a request. The parent of the first may stand in the message: so it is begun when
 * that is known, or will not be, and says itself that it began when the request arrived.
 */
final class TracedRequest implements RequestTrace {
  private final Tracer tracer;
  private final RequestHead request;
  private final Instant started;
  private final IncomingContext incoming;
  private final AtomicReference<@Nullable Context> server = new AtomicReference<>();
  private final AtomicReference<@Nullable Span> client = new AtomicReference<>();

  TracedRequest(Tracer tracer, RequestHead request, Instant started, IncomingContext incoming) {
    this.tracer = tracer;
    this.request = request;
    this.started = started;
    this.incoming = incoming;
  }

  @Override
  public Optional<TraceIds> ids() {
    Span span = Span.fromContext(server(McpMessage.declaredIn(request.headers())));
    SpanContext context = span.getSpanContext();
    return span.isRecording()
        ? Optional.of(new TraceIds(context.getTraceId(), context.getSpanId()))
        : Optional.empty();
  }

  @Override
  public Headers sending(String backend, URI url, McpMessage message) {
    Context around = server(message);
    Span span =
        begin(SpanKind.CLIENT, message, around)
            .setAttribute(Conventions.BACKEND, backend)
            .setAttribute(Conventions.SERVER_ADDRESS, url.getHost())
            .setAttribute(Conventions.SERVER_PORT, (long) port(url))
            .startSpan();
    client.set(span);
    return IncomingContext.fieldsOf(around.with(span));
  }

  private static int port(URI url) {
    boolean secure = url.getScheme().equalsIgnoreCase("https");
    return url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
  }

  /** Nothing: the span lasts until the response has ended. */
  @Override
  public void answered() {}

  /** The context of the server span, which is begun by whoever needs it first. */
  private Context server(McpMessage message) {
    Context known = server.get();
    if (known != null) {
      return known;
    }
    IncomingContext.Place place = incoming.place(message.trace());
    SpanBuilder builder =
        begin(SpanKind.SERVER, message, place.parent()).setStartTimestamp(started);
    place.links().forEach(builder::addLink);
    Context begun = place.parent().with(builder.startSpan());
    Context first = server.compareAndExchange(null, begun);
    return first == null ? begun : first;
  }

  private SpanBuilder begin(SpanKind kind, McpMessage message, Context parent) {
    SpanBuilder builder =
        tracer
            .spanBuilder(Conventions.spanName(request.method(), message.method(), message.name()))
            .setSpanKind(kind)
            .setParent(parent)
            .setAttribute(Conventions.HTTP_METHOD, Conventions.knownMethod(request.method()));
    message.method().ifPresent(method -> builder.setAttribute(Conventions.MCP_METHOD, method));
    return builder;
  }

  @Override
  public void finished(RequestRecord record) {
    Instant end = record.started().plus(record.total());
    Span sent = client.get();
    if (sent != null && sent.isRecording()) {
      describe(sent, record);
      if (record.outcome() == Outcome.FORWARDED || brokeOff(record)) {
        sent.setAttribute(Conventions.HTTP_STATUS, (long) record.status());
      }
      // A server says so that it has no stream to listen to (MCP, Streamable HTTP).
      boolean noStream = record.status() == 405 && record.method().equals("GET");
      fail(sent, record, noStream ? 500 : 400);
      sent.end(end);
    }
    Span span = Span.fromContext(server(McpMessage.declaredIn(request.headers())));
    if (span.isRecording()) {
      describe(span, record);
      describeArrival(span, record);
      fail(span, record, 500);
      span.end(end);
    }
  }

  private static boolean brokeOff(RequestRecord record) {
    return record.refusal().filter(RefusalCode.RESPONSE_BROKE_OFF::equals).isPresent();
  }

  /** What both spans say. */
  private static void describe(Span span, RequestRecord record) {
    span.setAttribute(Conventions.PROTOCOL, "http");
    span.setAttribute(Conventions.TRANSPORT, "tcp");
    record.mcpMethod().ifPresent(method -> describeMessage(span, method, record));
    record
        .protocolVersion()
        .ifPresent(version -> span.setAttribute(Conventions.MCP_VERSION, version));
  }

  private static void describeMessage(Span span, String method, RequestRecord record) {
    // A policy may have learned more of the message than was known when the span began.
    span.updateName(Conventions.spanName(record.method(), record.mcpMethod(), record.mcpName()));
    span.setAttribute(Conventions.MCP_METHOD, method);
    Conventions.subject(method)
        .ifPresent(
            subject ->
                record
                    .mcpName()
                    .ifPresent(
                        name ->
                            span.setAttribute(subject, Conventions.withoutSecrets(subject, name))));
    if (method.equals(McpMessage.TOOL_CALL)) {
      span.setAttribute(Conventions.OPERATION, Conventions.EXECUTE_TOOL);
    }
    record
        .rpcId()
        .filter(id -> !id.equals("null"))
        .ifPresent(id -> span.setAttribute(Conventions.REQUEST_ID, text(id)));
  }

  /** The id as a text, whether it is one in the message or a number. */
  private static String text(String id) {
    return id.startsWith("\"") ? Json.readString(id).orElse(id) : id;
  }

  private void describeArrival(Span span, RequestRecord record) {
    span.setAttribute(Conventions.SCHEME, request.scheme());
    span.setAttribute(Conventions.PATH, record.path());
    span.setAttribute(Conventions.SERVER_ADDRESS, request.host());
    String port = request.authority().substring(request.host().length());
    if (port.matches(":[0-9]{1,5}")) {
      span.setAttribute(Conventions.SERVER_PORT, Long.parseLong(port.substring(1)));
    }
    span.setAttribute(Conventions.CLIENT_ADDRESS, record.clientAddress());
    span.setAttribute(Conventions.OUTCOME, record.outcome().label());
    record.route().ifPresent(route -> span.setAttribute(Conventions.ROUTE, route));
    if (record.status() > 0) {
      span.setAttribute(Conventions.HTTP_STATUS, (long) record.status());
    }
  }

  /**
   * Says whether the request has failed. A client that leaves an event stream has heard enough.
   *
   * @param firstError the first status that is an error
   */
  private static void fail(Span span, RequestRecord record, int firstError) {
    boolean leftStream = record.outcome() == Outcome.CLIENT_LEFT && record.eventStream();
    if (record.refusal().isPresent() && !leftStream) {
      span.setAttribute(Conventions.ERROR_TYPE, record.refusal().get().label());
      span.setStatus(StatusCode.ERROR, record.reason().orElse(""));
    } else if (record.status() >= firstError) {
      span.setAttribute(Conventions.ERROR_TYPE, String.valueOf(record.status()));
      span.setStatus(StatusCode.ERROR);
    }
  }
}
