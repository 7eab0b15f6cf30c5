package io.mcpgateway.tracing;

import io.mcpgateway.http.Headers;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request's place in a trace before its message is.
 *
 * @param around the context that the request came in: that of the server's thread, else that of its
 *     header fields
 * @param own whether it is the process's own, and not a client's
 * @param clientsTrusted whether clients' spans are parents
 */
record IncomingContext(Context around, boolean own, boolean clientsTrusted) {
  /** MCP knows no others (MCP 2026-07-28, {@code _meta}). */
  private static final TextMapPropagator W3C =
      TextMapPropagator.composite(
          W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance());

  /**
   * The context of a request that has just arrived; called on the server's thread.
   *
   * @param fields its header fields
   * @param clientsTrusted whether clients' spans are parents
   */
  static IncomingContext of(Headers fields, boolean clientsTrusted) {
    Context current = Context.current();
    return Span.fromContext(current).getSpanContext().isValid()
        ? new IncomingContext(current, true, clientsTrusted)
        : new IncomingContext(
            W3C.extract(Context.root(), fields, IncomingContext::joined), false, clientsTrusted);
  }

  // Of two traceparent fields this makes a malformed one; the others are lists.
  private static @Nullable String joined(Headers fields, String name) {
    List<String> values = fields.all(name);
    return values.isEmpty() ? null : String.join(",", values);
  }

  /**
   * Where the server span stands.
   *
   * @param parent the context that it is begun in
   * @param links to spans that have to do with it
   */
  record Place(Context parent, List<SpanContext> links) {}

  /**
   * Where the server span stands once its message is known. The context in the message is the
   * caller's, and the parent; the one around it is the transport's, and linked (semantic
   * conventions for MCP, Context propagation).
   *
   * @param trace what the message says of it
   */
  Place place(Map<String, String> trace) {
    Context inMessage = W3C.extract(around, trace, Map::get);
    SpanContext caller = Span.fromContext(inMessage).getSpanContext();
    SpanContext transport = Span.fromContext(around).getSpanContext();
    boolean callerIsSaid = !caller.equals(transport);
    if (clientsTrusted) {
      return new Place(inMessage, callerIsSaid ? valid(transport) : List.of());
    }
    List<SpanContext> clients = new ArrayList<>(callerIsSaid ? valid(caller) : List.of());
    if (!own) {
      clients.addAll(valid(transport));
    }
    return new Place(own ? around : Context.root(), List.copyOf(clients));
  }

  private static List<SpanContext> valid(SpanContext span) {
    return span.isValid() ? List.of(span) : List.of();
  }

  /**
   * The fields that carry a context on.
   *
   * @param context the context of a span
   */
  static Headers fieldsOf(Context context) {
    Headers.Builder fields = Headers.builder();
    W3C.inject(context, fields, (into, name, value) -> fields.set(name, value));
    return fields.build();
  }
}
