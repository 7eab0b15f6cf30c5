package io.mcpgateway.telemetry;

import io.mcpgateway.json.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line per request to the logger {@code io.mcpgateway.access}, at level INFO. Times are
 * milliseconds. Thread-safe.
 */
public final class AccessLog implements GatewayObserver {
  private static final Logger LOG = LoggerFactory.getLogger("io.mcpgateway.access");

  private final boolean json;

  private AccessLog(boolean json) {
    this.json = json;
  }

  /** Lines of {@code name=value}, values quoted where they need it. */
  public static AccessLog text() {
    return new AccessLog(false);
  }

  /** Lines of one JSON object each. */
  public static AccessLog json() {
    return new AccessLog(true);
  }

  @Override
  public void requestFinished(RequestRecord request) {
    if (LOG.isInfoEnabled()) {
      LOG.info("{}", format(request));
    }
  }

  /**
   * The line of one request.
   *
   * @param request what happened
   */
  String format(RequestRecord request) {
    // They can only stand in quoted strings, where this is an escape.
    return InvisibleCharacters.escaped(json ? asJson(request) : asText(request));
  }

  private static String asJson(RequestRecord request) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("time", request.started().toString());
    tell(request, object::put);
    return Json.write(object);
  }

  private static String asText(RequestRecord request) {
    StringBuilder line = new StringBuilder(256);
    tell(
        request,
        (name, value) -> {
          line.append(line.isEmpty() ? "" : " ").append(name).append('=').append(quoted(value));
        });
    return line.toString();
  }

  private static void tell(RequestRecord request, BiConsumer<String, Object> field) {
    field.accept("method", request.method());
    field.accept("path", request.path());
    field.accept("status", request.status());
    request.route().ifPresent(name -> field.accept("route", name));
    request.backend().ifPresent(name -> field.accept("backend", name));
    request.mcpMethod().ifPresent(name -> field.accept("mcp.method", name));
    request.mcpName().ifPresent(name -> field.accept("mcp.name", name));
    request.responseBytes().ifPresent(bytes -> field.accept("bytes", bytes));
    field.accept("first_byte_ms", milliseconds(request.firstByte()));
    field.accept("total_ms", milliseconds(request.total()));
    field.accept("client", request.clientAddress());
    request.subject().ifPresent(name -> field.accept("sub", name));
    request.refusal().ifPresent(code -> field.accept("refusal", code.label()));
    request.reason().ifPresent(text -> field.accept("reason", text));
    request.trace().ifPresent(trace -> field.accept("trace_id", trace.traceId()));
    request.trace().ifPresent(trace -> field.accept("span_id", trace.spanId()));
  }

  private static double milliseconds(Duration duration) {
    return Math.round(duration.toNanos() / 1e4) / 1e2;
  }

  /** A value can come from a client: it must not be able to end its field or its line. */
  private static String quoted(Object value) {
    String text = value.toString();
    return isPlain(text) ? text : Json.write(text);
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '"' || c == '=' || c == '\\') {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
