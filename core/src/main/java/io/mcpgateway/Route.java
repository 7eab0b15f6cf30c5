package io.mcpgateway;

import io.mcpgateway.auth.AuthenticationMode;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.authorization.McpAuthorization;
import io.mcpgateway.authorization.RequiredScopes;
import io.mcpgateway.backendauth.BackendAuth;
import io.mcpgateway.backendauth.IdentityHeaders;
import io.mcpgateway.backendauth.SignedIdentity;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.cors.OriginValidation;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.forward.ConnectRetry;
import io.mcpgateway.http.HeaderModifier;
import io.mcpgateway.http.OwnedHeaders;
import io.mcpgateway.mcp.HeaderValidation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which requests are treated alike, by which policies, and where they go: to a backend, or, without
 * one, on to the application that the gateway guards. Immutable and thread-safe.
 */
public final class Route {
  /** After how much silence an event stream gets a comment when nothing else is said: 15 s. */
  public static final Optional<Duration> DEFAULT_KEEP_ALIVE = Optional.of(Duration.ofSeconds(15));

  private static final Pattern HOSTNAME = Pattern.compile("(\\*\\.)?[a-z0-9._-]+|\\[[0-9a-f:.]+]");

  private final String name;
  private final List<String> hostnames;
  private final List<RouteMatch> matches;
  private final Optional<CorsPolicy> cors;
  private final Optional<List<String>> allowedOrigins;
  private final Optional<Boolean> dnsRebindingProtection;
  private final Optional<McpAuthentication> authentication;
  private final RequiredScopes requiredScopes;
  private final Optional<McpAuthorization> authorization;
  private final Optional<Backend> backend;
  private final boolean authorizationPassedOn;
  private final Optional<Duration> responseTimeout;
  private final ConnectRetry retry;
  private final HeaderValidation headerValidation;
  private final Optional<Duration> keepAlive;
  private final Optional<BackendAuth> backendAuth;
  private final Optional<IdentityHeaders> identityHeaders;
  private final Optional<SignedIdentity> signedIdentity;
  private final HeaderModifier requestHeaderModifier;
  private final HeaderModifier responseHeaderModifier;

  private Route(Builder builder) {
    this.name = builder.name;
    this.hostnames = builder.hostnames;
    this.matches = builder.matches;
    this.cors = builder.cors;
    this.allowedOrigins = builder.allowedOrigins;
    this.dnsRebindingProtection = builder.dnsRebindingProtection;
    this.authentication = builder.authentication;
    this.requiredScopes = builder.requiredScopes;
    this.authorization = builder.authorization;
    this.backend = builder.backend;
    this.authorizationPassedOn = builder.authorizationPassedOn;
    this.responseTimeout = builder.responseTimeout;
    this.retry = builder.retry;
    this.headerValidation = builder.headerValidation;
    this.keepAlive = builder.keepAlive;
    this.backendAuth = builder.backendAuth;
    this.identityHeaders = builder.identityHeaders;
    this.signedIdentity = builder.signedIdentity;
    this.requestHeaderModifier = builder.requestHeaderModifier;
    this.responseHeaderModifier = builder.responseHeaderModifier;
  }

  /** Returns a new builder: every request, no policy, no backend. */
  public static Builder builder() {
    return new Builder();
  }

  /** The route's name in logs. */
  public String name() {
    return name;
  }

  /** The hosts it is for, lower case; empty for all. */
  public List<String> hostnames() {
    return hostnames;
  }

  /** The conditions, any of which makes a request its own. */
  public List<RouteMatch> matches() {
    return matches;
  }

  /** Which browser origins may read its answers. */
  public Optional<CorsPolicy> cors() {
    return cors;
  }

  /** The origins whose requests are taken; empty when nobody chose. */
  public Optional<List<String>> allowedOrigins() {
    return allowedOrigins;
  }

  /** Whether it is protected against DNS rebinding; empty when its listener's address decides. */
  public Optional<Boolean> dnsRebindingProtection() {
    return dnsRebindingProtection;
  }

  /** Who may call. */
  public Optional<McpAuthentication> authentication() {
    return authentication;
  }

  /** The scopes that callers need. */
  public RequiredScopes requiredScopes() {
    return requiredScopes;
  }

  /** Who may call what. */
  public Optional<McpAuthorization> authorization() {
    return authorization;
  }

  /** Where requests go; empty for the application behind the gateway. */
  public Optional<Backend> backend() {
    return backend;
  }

  /** Whether the backend gets the caller's {@code Authorization} although the gateway used it. */
  public boolean authorizationPassedOn() {
    return authorizationPassedOn;
  }

  /** How long the backend may take to begin its response; empty for the gateway's default. */
  public Optional<Duration> responseTimeout() {
    return responseTimeout;
  }

  /** What happens when there is no connection to the backend. */
  public ConnectRetry retry() {
    return retry;
  }

  /** When header fields are compared with the message. */
  public HeaderValidation headerValidation() {
    return headerValidation;
  }

  /** After how much silence an event stream gets a comment; empty for never. */
  public Optional<Duration> keepAlive() {
    return keepAlive;
  }

  /** What the gateway proves itself to the backend with; empty for nothing. */
  public Optional<BackendAuth> backendAuth() {
    return backendAuth;
  }

  /** The header fields that tell who is calling. */
  public Optional<IdentityHeaders> identityHeaders() {
    return identityHeaders;
  }

  /** The token that tells who is calling. */
  public Optional<SignedIdentity> signedIdentity() {
    return signedIdentity;
  }

  /** Changes to the fields of requests. */
  public HeaderModifier requestHeaderModifier() {
    return requestHeaderModifier;
  }

  /** Changes to the fields of responses. */
  public HeaderModifier responseHeaderModifier() {
    return responseHeaderModifier;
  }

  /** Whether requests get a field of that name, other than what the client says. */
  boolean addsToRequests(String header) {
    return identityHeaders.filter(own -> own.has(header)).isPresent()
        || signedIdentity.filter(own -> own.has(header)).isPresent()
        || requestHeaderModifier.set().contains(header)
        || requestHeaderModifier.added().contains(header);
  }

  /**
   * Checks what can be told of the whole route only.
   *
   * @throws IllegalStateException when there is nobody to prove anything to, or two credentials, or
   *     none to exchange
   */
  void checkBackendAuth() {
    if (backendAuth.isEmpty()) {
      return;
    }
    if (backend.isEmpty()) {
      throw new IllegalStateException("backendAuth: route " + name + " has no backend");
    }
    if (authorizationPassedOn) {
      throw new IllegalStateException(
          "backendAuth: route " + name + " passes the caller's Authorization on");
    }
    if (backendAuth.get().needsCaller()
        && authentication.filter(policy -> policy.mode() == AuthenticationMode.STRICT).isEmpty()) {
      throw new IllegalStateException(
          "backendAuth: route " + name + " lets callers in without a token to exchange");
    }
  }

  /** Whether messages are read before they go on. */
  boolean readsMessages() {
    return headerValidation == HeaderValidation.ALWAYS || decidesByMessages();
  }

  /** Whether messages decide what may go on. */
  boolean decidesByMessages() {
    return authorization.isPresent() || requiredScopes.dependOnMessage();
  }

  @Override
  public String toString() {
    return "Route[" + name + "]";
  }

  /**
   * Checks a host name as routes and listeners take it.
   *
   * @param hostname lower case; may begin with {@code *.}
   * @return the same
   * @throws IllegalArgumentException when it is malformed
   */
  static String checkHostname(String hostname) {
    if (!HOSTNAME.matcher(hostname).matches()) {
      throw new IllegalArgumentException(
          "hostname: " + hostname + " (expected: a lower-case host name, or *.domain)");
    }
    return hostname;
  }

  /** Collects a route. Not thread-safe. */
  public static final class Builder {
    private String name = "default";
    private List<String> hostnames = List.of();
    private List<RouteMatch> matches = List.of(RouteMatch.ANY);
    private Optional<CorsPolicy> cors = Optional.empty();
    private Optional<List<String>> allowedOrigins = Optional.empty();
    private Optional<Boolean> dnsRebindingProtection = Optional.empty();
    private Optional<McpAuthentication> authentication = Optional.empty();
    private RequiredScopes requiredScopes = RequiredScopes.NONE;
    private Optional<McpAuthorization> authorization = Optional.empty();
    private Optional<Backend> backend = Optional.empty();
    private boolean authorizationPassedOn;
    private Optional<Duration> responseTimeout = Optional.empty();
    private ConnectRetry retry = ConnectRetry.NONE;
    private HeaderValidation headerValidation = HeaderValidation.AUTO;
    private Optional<Duration> keepAlive = DEFAULT_KEEP_ALIVE;
    private Optional<BackendAuth> backendAuth = Optional.empty();
    private Optional<IdentityHeaders> identityHeaders = Optional.empty();
    private Optional<SignedIdentity> signedIdentity = Optional.empty();
    private HeaderModifier requestHeaderModifier = HeaderModifier.NONE;
    private HeaderModifier responseHeaderModifier = HeaderModifier.NONE;

    private Builder() {}

    /**
     * Sets the name. Default: {@code default}.
     *
     * @param name for logs
     * @return this
     */
    public Builder name(String name) {
      this.name = name;
      return this;
    }

    /**
     * Limits the route to hosts. Default: all.
     *
     * @param hostnames lower case, without port; {@code *.example.com} for all below
     * @return this
     * @throws IllegalArgumentException when one is malformed
     */
    public Builder hostnames(String... hostnames) {
      this.hostnames = Arrays.stream(hostnames).map(Route::checkHostname).toList();
      return this;
    }

    /**
     * Sets the conditions, any of which makes a request the route's own. Default: every request.
     *
     * @param matches the conditions; none for every request
     * @return this
     */
    public Builder matches(RouteMatch... matches) {
      this.matches = matches.length == 0 ? List.of(RouteMatch.ANY) : List.of(matches);
      return this;
    }

    /**
     * Sets which browser origins may read answers. Default: no CORS headers; a backend's own pass.
     *
     * @param policy the policy
     * @return this
     */
    public Builder cors(CorsPolicy policy) {
      this.cors = Optional.of(policy);
      return this;
    }

    /**
     * Sets the origins whose requests are taken, besides those that may read answers by {@link
     * #cors}; a request of another one is answered 403. A request without {@code Origin} passes:
     * from a page of another site it is a GET whose answer no script can read. Default: all; with
     * {@link #dnsRebindingProtection}, this machine's.
     *
     * @param origins {@code scheme://host[:port]}, or the same with {@code *} in the host; none to
     *     refuse every origin
     * @return this
     * @throws IllegalArgumentException when one is malformed
     */
    public Builder allowedOrigins(String... origins) {
      List<String> all = List.copyOf(Arrays.asList(origins));
      OriginValidation.of(Optional.of(all), Optional.empty());
      this.allowedOrigins = Optional.of(all);
      return this;
    }

    /**
     * Protects the route against DNS rebinding: pages that give a name of their own to this
     * machine's address. {@code Host} must be {@linkplain io.mcpgateway.http.Loopback this
     * machine}, a host name of the route or its listener, or the host of the resource that the
     * metadata names; {@code Origin} must be this machine's, or one that {@link #allowedOrigins} or
     * {@link #cors} allows. Default: on where the listener's address is a loopback one, else off.
     *
     * @param protect whether to check
     * @return this
     */
    public Builder dnsRebindingProtection(boolean protect) {
      this.dnsRebindingProtection = Optional.of(protect);
      return this;
    }

    /**
     * Sets who may call. Default: everybody, credentials untouched. The gateway closes it.
     *
     * @param policy the policy
     * @return this
     */
    public Builder authentication(McpAuthentication policy) {
      this.authentication = Optional.of(policy);
      return this;
    }

    /**
     * Sets the scopes that callers need. Default: none. Who lacks one is answered 403, with all
     * that the request needs. Takes {@link #authentication}.
     *
     * @param scopes for all requests, and more for some
     * @return this
     */
    public Builder requiredScopes(RequiredScopes scopes) {
      this.requiredScopes = scopes;
      return this;
    }

    /**
     * Sets who may call which tool, prompt, resource or method. Default: whoever gets here, all.
     *
     * @param policy the policy
     * @return this
     */
    public Builder authorization(McpAuthorization policy) {
      this.authorization = Optional.of(policy);
      return this;
    }

    /**
     * Sets where requests go. Default: on to the application behind the filter.
     *
     * @param backend the MCP server
     * @return this
     */
    public Builder backend(Backend backend) {
      this.backend = Optional.of(backend);
      return this;
    }

    /**
     * Passes the caller's verified {@code Authorization} on to the backend. Default: it is taken
     * off, as MCP demands (authorization, Access Token Privilege Restriction); only for a backend
     * that is the same resource as the gateway.
     *
     * @param passOn whether the backend gets it
     * @return this
     */
    public Builder passAuthorizationOn(boolean passOn) {
      this.authorizationPassedOn = passOn;
      return this;
    }

    /**
     * Sets how long the backend may take to begin its response. Default: the gateway's. The
     * response itself, a stream for instance, may take any time.
     *
     * @param timeout positive
     * @return this
     * @throws IllegalArgumentException when it is not positive
     */
    public Builder responseTimeout(Duration timeout) {
      this.responseTimeout = Optional.of(McpGateway.checkPositive("responseTimeout", timeout));
      return this;
    }

    /**
     * Sets what happens when there is no connection to the backend. Default: {@link
     * ConnectRetry#NONE}. What was sent, if only a byte of it, is never sent again.
     *
     * @param further how often, and when, the gateway tries again
     * @return this
     */
    public Builder retry(ConnectRetry further) {
      this.retry = further;
      return this;
    }

    /**
     * Sets when the mirrored header fields of revision 2026-07-28 are compared with the message.
     * Default: {@link HeaderValidation#AUTO}. A request whose fields say something else is answered
     * 400, with the JSON-RPC error -32020.
     *
     * @param when see there
     * @return this
     */
    public Builder headerValidation(HeaderValidation when) {
      this.headerValidation = when;
      return this;
    }

    /**
     * Sets after how much silence an event stream gets a comment, between two events. Default: 15
     * s. It keeps proxies in front from giving up a quiet stream, and shows servers that cannot see
     * it otherwise that a client has left.
     *
     * @param interval zero for never
     * @return this
     * @throws IllegalArgumentException when it is negative
     */
    public Builder keepAlive(Duration interval) {
      if (interval.isNegative()) {
        throw new IllegalArgumentException("keepAlive: " + interval + " (expected: >= 0)");
      }
      this.keepAlive = interval.isZero() ? Optional.empty() : Optional.of(interval);
      return this;
    }

    /**
     * Sets what the gateway proves itself to the backend with. Default: nothing. The caller's own
     * credentials are then taken off in any case, and a 401 of the backend becomes a 502: its
     * challenge is not for the client. The gateway closes it.
     *
     * @param policy a key, client credentials, or a token exchange, which needs callers that are
     *     authenticated strictly
     * @return this
     */
    public Builder backendAuth(BackendAuth policy) {
      this.backendAuth = Optional.of(policy);
      return this;
    }

    /**
     * Sets header fields that tell the backend, or the application behind the filter, who is
     * calling. Default: none.
     *
     * @param headers the fields
     * @return this
     */
    public Builder identityHeaders(IdentityHeaders headers) {
      this.identityHeaders = Optional.of(headers);
      return this;
    }

    /**
     * Sets a token of the gateway's that tells who is calling. Default: none.
     *
     * @param identity the token
     * @return this
     */
    public Builder signedIdentity(SignedIdentity identity) {
      this.signedIdentity = Optional.of(identity);
      return this;
    }

    /**
     * Sets changes to the fields of requests, after the client's own were cleaned, and before the
     * gateway adds who is calling and its credential. Default: none.
     *
     * @param modifier the changes
     * @return this
     * @throws IllegalArgumentException when they are to fields of the gateway's own, or put a
     *     credential on, which {@link #backendAuth} is for
     */
    public Builder requestHeaderModifier(HeaderModifier modifier) {
      modifier.check(OwnedHeaders::checkNotOfRequest);
      modifier.check(
          (key, header) -> {
            if (!key.equals("remove") && OwnedHeaders.folded(header).equals("authorization")) {
              throw new IllegalArgumentException(
                  key + ": " + header + " is a credential (expected: backendAuth, with a key)");
            }
          });
      this.requestHeaderModifier = modifier;
      return this;
    }

    /**
     * Sets changes to the fields of the backend's responses, or of the application's behind the
     * filter. What the gateway answers itself stays as it is. Default: none.
     *
     * @param modifier the changes
     * @return this
     * @throws IllegalArgumentException when they are to fields of the gateway's own
     */
    public Builder responseHeaderModifier(HeaderModifier modifier) {
      modifier.check(OwnedHeaders::checkNotOfResponse);
      this.responseHeaderModifier = modifier;
      return this;
    }

    /**
     * Returns the route.
     *
     * @throws IllegalStateException when scopes are required of callers that nobody authenticates
     */
    public Route build() {
      if (!requiredScopes.isEmpty() && authentication.isEmpty()) {
        throw new IllegalStateException("requiredScopes without authentication");
      }
      return new Route(this);
    }
  }
}
