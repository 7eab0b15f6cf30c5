package io.mcpgateway.telemetry;

import io.mcpgateway.json.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line per request to the logger {@code io.mcpgateway.access}, at level INFO. Times are
 * milliseconds. Thread-safe.
 */
public final class AccessLog implements GatewayObserver {
  private static final Logger LOG = LoggerFactory.getLogger("io.mcpgateway.access");

  // JSON lets these stand in a string; a terminal obeys them, and to some they end a line.
  private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

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
    Map<String, Object> fields = fields(request);
    String line = json ? Json.write(fields) : text(fields);
    // They can only stand in quoted strings, where this is an escape.
    return INVISIBLE.matcher(line).replaceAll(AccessLog::escape);
  }

  private static String text(Map<String, Object> fields) {
    StringBuilder line = new StringBuilder(256);
    fields.forEach(
        (name, value) -> {
          line.append(line.isEmpty() ? "" : " ").append(name).append('=').append(quoted(value));
        });
    return line.toString();
  }

  private static String escape(MatchResult invisible) {
    StringBuilder escaped = new StringBuilder();
    for (char c : invisible.group().toCharArray()) {
      escaped.append("\\\\u%04x".formatted((int) c)); // twice: for the replacement, too
    }
    return escaped.toString();
  }

  private Map<String, Object> fields(RequestRecord request) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (json) {
      fields.put("time", request.started().toString());
    }
    fields.put("method", request.method());
    fields.put("path", request.path());
    fields.put("status", request.status());
    put(fields, "route", request.route());
    put(fields, "backend", request.backend());
    put(fields, "mcp.method", request.mcpMethod());
    put(fields, "mcp.name", request.mcpName());
    request.responseBytes().ifPresent(bytes -> fields.put("bytes", bytes));
    fields.put("first_byte_ms", milliseconds(request.firstByte()));
    fields.put("total_ms", milliseconds(request.total()));
    fields.put("client", request.clientAddress());
    put(fields, "sub", request.subject());
    put(fields, "refusal", request.refusal().map(RefusalCode::label));
    put(fields, "reason", request.reason());
    request
        .trace()
        .ifPresent(
            trace -> {
              fields.put("trace_id", trace.traceId());
              fields.put("span_id", trace.spanId());
            });
    return fields;
  }

  private static void put(Map<String, Object> fields, String name, Optional<String> value) {
    value.ifPresent(text -> fields.put(name, text));
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
