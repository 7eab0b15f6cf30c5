package io.mcpgateway.tracing;

import io.mcpgateway.http.RequestHead;
import io.mcpgateway.telemetry.GatewayObserver;
import io.mcpgateway.telemetry.GatewayTracer;
import io.mcpgateway.telemetry.KeyFetch;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.telemetry.RequestTrace;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.time.Instant;

/**
 * Traces requests by OpenTelemetry: a server span for each, a client span for what is sent to its
 * backend, by the semantic conventions for MCP. As an observer it also makes a span of each fetch
 * of an issuer's keys: give it to {@code McpGateway.Builder.tracer} and to {@code observers}.
 *
 * <p>The context comes from {@code params._meta} of the message, else from the span that is current
 * on the server's thread, else from the header fields of the request (W3C Trace Context and
 * Baggage); it goes on in header fields. What is sampled is the SDK's to decide. Immutable and
 * thread-safe.
 */
public final class OpenTelemetryTracer implements GatewayTracer, GatewayObserver {
  private static final String SCOPE = "io.mcpgateway";

  private final Tracer tracer;
  private final boolean clientsTrusted;

  private OpenTelemetryTracer(Tracer tracer, boolean clientsTrusted) {
    this.tracer = tracer;
    this.clientsTrusted = clientsTrusted;
  }

  /**
   * A tracer whose spans belong to the traces of clients.
   *
   * @param openTelemetry makes the spans; who built it closes it, after the gateway
   */
  // Transitively, every module that needs this one would need the library, too.
  @SuppressWarnings("exports")
  public static OpenTelemetryTracer of(OpenTelemetry openTelemetry) {
    return new OpenTelemetryTracer(openTelemetry.getTracer(SCOPE), true);
  }

  /**
   * The same by what the process has set as global, its agent for instance.
   *
   * @throws IllegalStateException when {@code io.opentelemetry:opentelemetry-api} is absent
   */
  public static OpenTelemetryTracer ofGlobal() {
    try {
      return of(GlobalOpenTelemetry.get());
    } catch (NoClassDefFoundError absent) {
      throw new IllegalStateException(
          "tracing needs a library that is not there"
              + " (expected: io.opentelemetry:opentelemetry-api on the class path)",
          absent);
    }
  }

  /**
   * The same with another view of the context that clients send. Default: trusted, their spans are
   * the parents of the gateway's. Otherwise each request begins a trace, which has a link to the
   * client's, and the client's baggage stays at the gateway: what strangers send decides neither
   * about sampling nor about anything that reads baggage.
   *
   * @param trusted whether clients' spans are parents
   * @return a copy
   */
  public OpenTelemetryTracer withClientsTrusted(boolean trusted) {
    return new OpenTelemetryTracer(tracer, trusted);
  }

  @Override
  public RequestTrace begin(RequestHead request, Instant started) {
    return new TracedRequest(
        tracer, request, started, IncomingContext.of(request.headers(), clientsTrusted));
  }

  /** Nothing: its spans end with {@link RequestTrace#finished}. */
  @Override
  public void requestFinished(RequestRecord request) {}

  @Override
  public void keysFetched(KeyFetch fetch) {
    Span span =
        tracer
            .spanBuilder("fetch keys")
            .setNoParent()
            .setSpanKind(SpanKind.CLIENT)
            .setStartTimestamp(fetch.started())
            .setAttribute(Conventions.KEY_SOURCE, fetch.source())
            .setAttribute(Conventions.KEYS, (long) fetch.keys())
            .startSpan();
    fetch
        .problem()
        .ifPresent(
            problem -> {
              span.setAttribute(Conventions.ERROR_TYPE, Conventions.OTHER);
              span.setStatus(StatusCode.ERROR, problem);
            });
    span.end(fetch.started().plus(fetch.took()));
  }
}
