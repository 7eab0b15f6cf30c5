package io.mcpgateway.servlet;

import io.mcpgateway.http.HandOver;
import io.mcpgateway.http.HeaderModifier;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The response of an application behind the gateway: whatever the application sets, the fields of
 * the route's policy stand, and no CORS field but the policy's. Two CORS policies in one answer
 * contradict each other, and an application's {@code *} would let in the origin that the gateway
 * refused. A session's id goes out as the client may use it. Fields that the route takes off or
 * replaces do not come from the application.
 */
final class GuardedResponse extends HttpServletResponseWrapper {
  private static final String CORS_PREFIX = "access-control-";

  private final Headers policy;
  private final HeaderModifier modifier;
  private final UnaryOperator<String> sessionId;
  private final Map<String, String> ownSessionIds = new HashMap<>(1);

  /**
   * Wraps a response.
   *
   * @param response to the client
   * @param handOver what becomes of it
   */
  GuardedResponse(HttpServletResponse response, HandOver handOver) {
    super(response);
    this.policy = handOver.responseHeaders();
    this.modifier = handOver.responseModifier();
    this.sessionId = handOver.sessionId();
  }

  /** Whether the route says anything about the application's answers. */
  boolean hasPolicy() {
    return policy.size() > 0;
  }

  void addPolicyHeaders() {
    policy.forEach(field -> super.addHeader(field.name(), field.value()));
    modifier.set().forEach(field -> super.addHeader(field.name(), field.value()));
    modifier.added().forEach(field -> super.addHeader(field.name(), field.value()));
  }

  @Override
  public void reset() {
    super.reset();
    addPolicyHeaders();
  }

  @Override
  public void setHeader(String name, @Nullable String value) {
    if (isVary(name) && !modifier.replaces(name)) {
      super.setHeader(name, value);
      policy.all(name).forEach(own -> super.addHeader(name, own));
    } else if (isFree(name)) {
      super.setHeader(name, forClient(name, value));
    } else {
      return;
    }
    modifier.added().all(name).forEach(own -> super.addHeader(name, own));
  }

  @Override
  public void addHeader(String name, @Nullable String value) {
    if ((isVary(name) && !modifier.replaces(name)) || isFree(name)) {
      super.addHeader(name, forClient(name, value));
    }
  }

  @Override
  public void setIntHeader(String name, int value) {
    if (isSessionId(name) || modifier.added().contains(name)) {
      setHeader(name, Integer.toString(value));
    } else if (isFree(name)) {
      super.setIntHeader(name, value);
    }
  }

  @Override
  public void addIntHeader(String name, int value) {
    if (isSessionId(name)) {
      addHeader(name, Integer.toString(value));
    } else if (isFree(name)) {
      super.addIntHeader(name, value);
    }
  }

  @Override
  public void setDateHeader(String name, long date) {
    if (isFree(name)) {
      super.setDateHeader(name, date);
    }
  }

  @Override
  public void addDateHeader(String name, long date) {
    if (isFree(name)) {
      super.addDateHeader(name, date);
    }
  }

  /** The application finds what it has set. */
  @Override
  public @Nullable String getHeader(String name) {
    return isSessionId(name)
        ? getHeaders(name).stream().findFirst().orElse(null)
        : super.getHeader(name);
  }

  @Override
  public Collection<String> getHeaders(String name) {
    Collection<String> values = super.getHeaders(name);
    return isSessionId(name)
        ? values.stream().map(value -> ownSessionIds.getOrDefault(value, value)).toList()
        : values;
  }

  private @Nullable String forClient(String name, @Nullable String value) {
    if (value == null || !isSessionId(name)) {
      return value;
    }
    String given = sessionId.apply(value);
    ownSessionIds.put(given, value);
    return given;
  }

  private static boolean isSessionId(String name) {
    return name.equalsIgnoreCase(HeaderNames.MCP_SESSION_ID);
  }

  private static boolean isVary(String name) {
    return name.equalsIgnoreCase(HeaderNames.VARY);
  }

  /** A route with a CORS policy has a field of it in every answer: Vary at the least. */
  private boolean isFree(String name) {
    return !modifier.replaces(name)
        && (!hasPolicy()
            || !(name.toLowerCase(Locale.ROOT).startsWith(CORS_PREFIX) || policy.contains(name)));
  }
}
