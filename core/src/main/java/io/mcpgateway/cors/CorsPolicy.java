package io.mcpgateway.cors;

import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which browser origins may read the answers of a route (the Fetch standard's CORS protocol). A
 * list that is left out is filled with what MCP clients need, so that {@code allowOrigins} alone
 * makes a browser client work. Immutable and thread-safe.
 */
public final class CorsPolicy {
  private static final List<String> MCP_METHODS = List.of("GET", "POST", "DELETE", "OPTIONS");
  private static final List<String> MCP_REQUEST_HEADERS =
      List.of(
          "Authorization",
          "Content-Type",
          "Accept",
          "Mcp-Session-Id",
          "MCP-Protocol-Version",
          "Mcp-Method",
          "Mcp-Name",
          "Last-Event-ID",
          HeaderNames.DPOP);
  private static final String MCP_PARAMETER_PREFIX = "mcp-param-";
  private static final List<String> MCP_RESPONSE_HEADERS =
      List.of(
          HeaderNames.MCP_SESSION_ID,
          HeaderNames.MCP_PROTOCOL_VERSION,
          HeaderNames.WWW_AUTHENTICATE,
          HeaderNames.DPOP_NONCE);
  private static final String ANY = "*";

  private final List<AllowedOrigin> allowedOrigins;
  private final List<String> allowOrigins;
  private final List<String> allowHeaders;
  private final List<String> allowMethods;
  private final List<String> exposeHeaders;
  private final boolean allowCredentials;
  private final Optional<Duration> maxAge;

  private CorsPolicy(Builder builder) {
    this.allowOrigins = builder.allowOrigins;
    this.allowedOrigins = builder.allowOrigins.stream().map(AllowedOrigin::parse).toList();
    this.allowHeaders = builder.allowHeaders;
    this.allowMethods = builder.allowMethods;
    this.exposeHeaders = builder.exposeHeaders;
    this.allowCredentials = builder.allowCredentials;
    this.maxAge = builder.maxAge;
  }

  /** Returns a new builder; it allows no origin until told. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Judges one request. No field of an origin that is not allowed reaches a decision.
   *
   * @param clientRequest the request
   * @return what to add to its answer, and whether it is a preflight
   */
  public CorsDecision decide(RequestHead clientRequest) {
    List<String> origins = clientRequest.headers().all(HeaderNames.ORIGIN);
    boolean preflight =
        clientRequest.method().equals("OPTIONS")
            && !origins.isEmpty()
            && clientRequest
                .headers()
                .first(HeaderNames.ACCESS_CONTROL_REQUEST_METHOD)
                .filter(method -> !method.isBlank())
                .isPresent();
    Headers.Builder answer = Headers.builder();
    // Also without Origin: a shared cache must not serve this answer to another origin.
    answer.add(HeaderNames.VARY, preflight ? preflightVary() : HeaderNames.ORIGIN);
    if (origins.size() != 1 || !allows(origins.get(0))) {
      return new CorsDecision(preflight, answer.build());
    }
    answer.add(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origins.get(0));
    if (allowCredentials) {
      answer.add(HeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    if (preflight) {
      addPreflight(clientRequest.headers(), answer);
    } else {
      answer.add(HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, exposed());
    }
    return new CorsDecision(preflight, answer.build());
  }

  private static String preflightVary() {
    return String.join(
        ", ",
        HeaderNames.ORIGIN,
        HeaderNames.ACCESS_CONTROL_REQUEST_METHOD,
        HeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
  }

  /** Whether the origin of that name may read answers. */
  boolean allows(String origin) {
    for (AllowedOrigin allowed : allowedOrigins) {
      if (allowed.allows(origin)) {
        return true;
      }
    }
    return false;
  }

  private void addPreflight(Headers clientRequest, Headers.Builder answer) {
    List<String> methods = allowMethods.isEmpty() ? MCP_METHODS : allowMethods;
    answer.add(
        HeaderNames.ACCESS_CONTROL_ALLOW_METHODS,
        methods.contains(ANY)
            ? clientRequest.first(HeaderNames.ACCESS_CONTROL_REQUEST_METHOD).orElseThrow()
            : String.join(", ", methods));
    List<String> headers = allowedHeaders(clientRequest);
    if (!headers.isEmpty()) {
      answer.add(HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, String.join(", ", headers));
    }
    maxAge.ifPresent(
        age -> answer.add(HeaderNames.ACCESS_CONTROL_MAX_AGE, Long.toString(age.toSeconds())));
  }

  private List<String> allowedHeaders(Headers clientRequest) {
    List<String> requested = clientRequest.list(HeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
    if (allowHeaders.contains(ANY)) {
      // Mirrored: the literal * does not cover Authorization (Fetch, CORS-preflight fetch).
      return requested;
    }
    if (!allowHeaders.isEmpty()) {
      return allowHeaders;
    }
    // MCP 2026-07-28: the names of Mcp-Param-* are the tools' own, no list can hold them.
    return Stream.concat(
            MCP_REQUEST_HEADERS.stream(),
            requested.stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).startsWith(MCP_PARAMETER_PREFIX)))
        .toList();
  }

  private String exposed() {
    return String.join(", ", exposeHeaders.isEmpty() ? MCP_RESPONSE_HEADERS : exposeHeaders);
  }

  /** The origins as configured. */
  public List<String> allowOrigins() {
    return allowOrigins;
  }

  /** The request headers as configured; empty for MCP's own. */
  public List<String> allowHeaders() {
    return allowHeaders;
  }

  /** The methods as configured; empty for MCP's own. */
  public List<String> allowMethods() {
    return allowMethods;
  }

  /** The readable response headers as configured; empty for MCP's own. */
  public List<String> exposeHeaders() {
    return exposeHeaders;
  }

  /** Whether browsers may send cookies and the like. */
  public boolean allowCredentials() {
    return allowCredentials;
  }

  /** How long a browser may keep a preflight's answer; empty for the browser's default. */
  public Optional<Duration> maxAge() {
    return maxAge;
  }

  /** Collects a policy. Not thread-safe. */
  public static final class Builder {
    private List<String> allowOrigins = List.of();
    private List<String> allowHeaders = List.of();
    private List<String> allowMethods = List.of();
    private List<String> exposeHeaders = List.of();
    private boolean allowCredentials;
    private Optional<Duration> maxAge = Optional.empty();

    private Builder() {}

    /**
     * Sets the origins that may read answers. Default: none.
     *
     * @param origins {@code *}, {@code scheme://host[:port]}, or the same with {@code *} in the
     *     host for any run of characters ({@code https://*.example.com})
     * @return this
     */
    public Builder allowOrigins(String... origins) {
      this.allowOrigins = List.copyOf(Arrays.asList(origins));
      return this;
    }

    /**
     * Sets the request headers that a browser may send. Default: those of MCP, {@code Mcp-Param-*}
     * included.
     *
     * @param names header names, or {@code *} for whatever is asked for
     * @return this
     */
    public Builder allowHeaders(String... names) {
      this.allowHeaders = List.copyOf(Arrays.asList(names));
      return this;
    }

    /**
     * Sets the methods that a browser may use. Default: GET, POST, DELETE, OPTIONS.
     *
     * @param methods upper case, or {@code *} for whatever is asked for
     * @return this
     */
    public Builder allowMethods(String... methods) {
      this.allowMethods = List.copyOf(Arrays.asList(methods));
      return this;
    }

    /**
     * Sets the response headers that a script may read. Default: {@code Mcp-Session-Id}, {@code
     * MCP-Protocol-Version} and {@code WWW-Authenticate}.
     *
     * @param names header names, or {@code *} for all
     * @return this
     */
    public Builder exposeHeaders(String... names) {
      this.exposeHeaders = List.copyOf(Arrays.asList(names));
      return this;
    }

    /**
     * Allows requests with cookies and TLS client certificates. Default: not. MCP's bearer tokens
     * do not need it.
     *
     * @param allow whether to allow them
     * @return this
     */
    public Builder allowCredentials(boolean allow) {
      this.allowCredentials = allow;
      return this;
    }

    /**
     * Sets how long a browser may keep a preflight's answer. Default: the browser's own.
     *
     * @param maxAge whole seconds are sent; 0 for not at all
     * @return this
     */
    public Builder maxAge(Duration maxAge) {
      this.maxAge = Optional.of(maxAge);
      return this;
    }

    /**
     * Builds the policy.
     *
     * @return the policy
     * @throws IllegalArgumentException when an origin, method or header name is malformed, the
     *     maximum age is negative, or {@code *} is combined with credentials
     */
    public CorsPolicy build() {
      if (allowCredentials) {
        // Fetch, HTTP responses: with credentials * is no wildcard, and echoing every origin
        // instead would hand the user's cookies to any site.
        rejectWildcard("allowOrigins", allowOrigins);
        rejectWildcard("allowHeaders", allowHeaders);
        rejectWildcard("allowMethods", allowMethods);
        rejectWildcard("exposeHeaders", exposeHeaders);
      }
      maxAge
          .filter(Duration::isNegative)
          .ifPresent(
              age -> {
                throw new IllegalArgumentException("maxAge: " + age + " (expected: >= 0)");
              });
      checkTokens("allowHeaders", allowHeaders);
      checkTokens("allowMethods", allowMethods);
      checkTokens("exposeHeaders", exposeHeaders);
      return new CorsPolicy(this);
    }

    private static void rejectWildcard(String key, List<String> values) {
      if (values.contains(ANY)) {
        throw new IllegalArgumentException(
            key + ": * together with allowCredentials (expected: the names one by one)");
      }
    }

    private static void checkTokens(String key, List<String> values) {
      for (String value : values) {
        if (!Headers.isToken(value)) {
          throw new IllegalArgumentException(key + ": " + value + " (expected: a name, or *)");
        }
      }
    }
  }
}
