package io.mcpgateway;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.backendauth.BackendAuth;
import io.mcpgateway.backendauth.BackendCredential;
import io.mcpgateway.forward.ForwardLimits;
import io.mcpgateway.forward.ForwardPlan;
import io.mcpgateway.forward.Forwarder;
import io.mcpgateway.http.Exchange;
import io.mcpgateway.http.ForwardedFields;
import io.mcpgateway.http.HandOver;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import io.mcpgateway.http.TrustedProxies;
import io.mcpgateway.mcp.MessageFilter;
import io.mcpgateway.mcp.MessageReading;
import io.mcpgateway.session.SessionKey;
import io.mcpgateway.telemetry.AccessLog;
import io.mcpgateway.telemetry.GatewayObserver;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway: routes, their policies, and the way to their backends. Immutable and thread-safe;
 * owns its connections to backends and issuers until it is closed.
 */
public final class McpGateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(McpGateway.class);

  /** A token may be accepted a little late; its calls shall have time for their answer. */
  private static final Duration SHORTEST_STREAM = Duration.ofMinutes(1);

  private final List<Listener> listeners;
  private final Settings settings;
  private final RequestPipeline pipeline;
  private final Forwarder forwarder;

  private McpGateway(Builder builder) {
    this.listeners = builder.allListeners();
    this.settings = builder.settings();
    this.pipeline =
        new RequestPipeline(
            new RouteTable(listeners),
            settings.trustedProxies(),
            settings.sessionKey(),
            settings.maxRequestBytes());
    this.forwarder = new Forwarder(settings.forwardLimits());
  }

  /**
   * Handles one request: decides, then acts.
   *
   * @param exchange the request; it is answered, or handed to the application, when this returns or
   *     later, on any thread
   */
  public void handle(Exchange exchange) {
    RecordedExchange recorded =
        new RecordedExchange(exchange, settings.observers(), settings.clock());
    try {
      pipeline
          .decide(exchange.request(), exchange::requestBody)
          .thenAccept(verdict -> act(verdict, recorded))
          .exceptionally(failure -> fail(recorded, failure));
    } catch (RuntimeException | Error failure) {
      fail(recorded, failure);
    }
  }

  private void act(Verdict verdict, RecordedExchange exchange) {
    exchange.decided(verdict);
    if (verdict instanceof Verdict.Answer answer) {
      exchange.respond(answer.response());
    } else if (verdict instanceof Verdict.Forward forward) {
      forwarder.forward(exchange, plan(forward), exchange);
    } else if (verdict instanceof Verdict.Proceed proceed) {
      exchange.proceed(handOver(proceed));
    }
  }

  private ForwardPlan plan(Verdict.Forward forward) {
    Verdict.Passage passage = forward.passage();
    Route route = passage.route();
    Optional<MessageFilter> filter = OperationAccess.filter(forward);
    RequestHead request = forward.request();
    return new ForwardPlan(
        forward.backend(),
        request.with(request.query(), readable(request.headers(), filter)),
        forward.read().map(MessageReading.Message::body),
        forward.target(),
        passage.origin(),
        passage.session(),
        passage.responseHeaders(),
        route.cors().isPresent(),
        route.responseTimeout().orElse(settings.responseTimeout()),
        route.keepAlive(),
        filter,
        streamLifetime(passage),
        route.responseHeaderModifier(),
        forward::isOwnField,
        forward.credential().map(BackendCredential.Supplied::refused));
  }

  /** MCP does not say what becomes of a stream whose token ends; docs/decisions.md does. */
  private Optional<Duration> streamLifetime(Verdict.Passage passage) {
    return passage
        .route()
        .authentication()
        .filter(McpAuthentication::endsStreams)
        .flatMap(any -> passage.caller())
        .flatMap(AuthenticatedPrincipal::expiresAt)
        .map(expiry -> Duration.between(settings.clock().instant(), expiry))
        .map(left -> left.compareTo(SHORTEST_STREAM) < 0 ? SHORTEST_STREAM : left);
  }

  private HandOver handOver(Verdict.Proceed proceed) {
    Verdict.Passage passage = proceed.passage();
    Optional<MessageFilter> filter = OperationAccess.filter(proceed);
    return new HandOver(
        passage.caller(),
        readable(passage.request().headers(), filter),
        proceed.read().map(MessageReading.Message::body),
        passage.responseHeaders(),
        passage.session()::toClient,
        passage.route().keepAlive(),
        filter.map(messages -> messages::begin),
        streamLifetime(passage),
        passage.route().responseHeaderModifier(),
        status -> {});
  }

  /** What is to be filtered has to be asked for in a form that can be read. */
  private static Headers readable(Headers request, Optional<MessageFilter> filter) {
    return filter.isPresent() ? MessageFilter.readable(request) : request;
  }

  private static @Nullable Void fail(RecordedExchange exchange, Throwable failure) {
    LOG.error("a request failed in the gateway itself", failure);
    exchange.failed("internal error: " + failure);
    exchange.respond(Response.json(500, Headers.EMPTY, "{\"error\":\"internal_error\"}"));
    return null;
  }

  /**
   * What holds for all routes.
   *
   * @param trustedProxies whose {@code Forwarded} and {@code X-Forwarded-*} fields count
   * @param sessionKey binds sessions to callers
   * @param maxRequestBytes the largest request body that is forwarded, in bytes
   * @param connectTimeout how long connecting to a backend may take
   * @param responseTimeout how long a backend may take to begin its response
   * @param streamIdleTimeout how long a response may be silent before it is given up
   * @param observers who is told what happens
   * @param clock tells the time
   */
  record Settings(
      TrustedProxies trustedProxies,
      SessionKey sessionKey,
      long maxRequestBytes,
      Duration connectTimeout,
      Duration responseTimeout,
      Duration streamIdleTimeout,
      List<GatewayObserver> observers,
      Clock clock) {
    ForwardLimits forwardLimits() {
      return new ForwardLimits(maxRequestBytes, connectTimeout, streamIdleTimeout);
    }
  }

  /** Returns a new builder; it needs a route. */
  public static Builder builder() {
    return new Builder();
  }

  /** The listeners, in the order they were given; the routes without one come first. */
  public List<Listener> listeners() {
    return listeners;
  }

  /** What holds for all routes. */
  Settings settings() {
    return settings;
  }

  /** Breaks off what is under way, and ends all connections to backends and issuers. */
  @Override
  public void close() {
    forwarder.close();
    listeners.stream()
        .flatMap(listener -> listener.routes().stream())
        .flatMap(route -> route.authentication().stream())
        .distinct()
        .forEach(McpAuthentication::close);
    listeners.stream()
        .flatMap(listener -> listener.routes().stream())
        .flatMap(route -> route.backendAuth().stream())
        .distinct()
        .forEach(BackendAuth::close);
  }

  /**
   * Checks a duration.
   *
   * @param name what it is called
   * @param duration what was given
   * @return the same
   * @throws IllegalArgumentException when it is not positive
   */
  static Duration checkPositive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + ": " + duration + " (expected: > 0)");
    }
    return duration;
  }

  /** Collects a gateway. Not thread-safe. */
  public static final class Builder {
    private final List<Listener> listeners = new ArrayList<>();
    private final Listener.Builder routesOfAnyListener = Listener.builder().name("default");
    private boolean anyRoute;
    private TrustedProxies trustedProxies = TrustedProxies.NONE;
    private SessionKey sessionKey = SessionKey.random();
    private long maxRequestBytes = 4L * 1024 * 1024;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration responseTimeout = Duration.ofMinutes(5);
    private Duration streamIdleTimeout = Duration.ofHours(1);
    private List<GatewayObserver> observers = List.of(AccessLog.text());
    private Clock clock = Clock.systemUTC();

    private Builder() {}

    /**
     * Adds a route for any port and host: all that embedding needs.
     *
     * @param route tried by precedence: host, path, further conditions; then in order
     * @return this
     */
    public Builder route(Route route) {
      routesOfAnyListener.route(route);
      anyRoute = true;
      return this;
    }

    /**
     * Adds a listener with its own routes.
     *
     * @param listener a port, a host name, and their routes
     * @return this
     */
    public Builder listener(Listener listener) {
      listeners.add(listener);
      return this;
    }

    /**
     * Sets the proxies in front of the gateway whose {@code X-Forwarded-*} fields count. Default:
     * none; the fields are dropped.
     *
     * @param networks IP addresses, or networks such as {@code 10.0.0.0/8}
     * @return this
     * @throws IllegalArgumentException when one is malformed
     */
    public Builder trustedProxies(String... networks) {
      return trustedProxies(ForwardedFields.X_FORWARDED, networks);
    }

    /**
     * Sets the proxies in front of the gateway whose word on its clients counts.
     *
     * @param fields that they set; those of the other family are a client's own, and dropped
     * @param networks IP addresses, or networks such as {@code 10.0.0.0/8}
     * @return this
     * @throws IllegalArgumentException when one is malformed
     */
    public Builder trustedProxies(ForwardedFields fields, String... networks) {
      this.trustedProxies = TrustedProxies.of(List.of(networks), fields);
      return this;
    }

    /**
     * Sets the key that binds session ids to callers, where callers are authenticated. Default: a
     * random one, so that sessions end with the process; replicas of one gateway share a key.
     *
     * @param key the same for all replicas
     * @return this
     */
    public Builder sessionKey(SessionKey key) {
      this.sessionKey = key;
      return this;
    }

    /**
     * Limits the request bodies that are forwarded. Default: 4 MiB. A larger one is answered 413.
     *
     * @param bytes at least 1
     * @return this
     * @throws IllegalArgumentException when it is less
     */
    public Builder maxRequestBytes(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("maxRequestBytes: " + bytes + " (expected: >= 1)");
      }
      this.maxRequestBytes = bytes;
      return this;
    }

    /**
     * Limits how long connecting to a backend may take. Default: 10 s. Then 502.
     *
     * @param timeout positive
     * @return this
     * @throws IllegalArgumentException when it is not positive
     */
    public Builder connectTimeout(Duration timeout) {
      this.connectTimeout = checkPositive("connectTimeout", timeout);
      return this;
    }

    /**
     * Limits how long a backend may take to begin its response. Default: 5 min, well above the time
     * after which MCP clients give up. Then 504.
     *
     * @param timeout positive
     * @return this
     * @throws IllegalArgumentException when it is not positive
     */
    public Builder responseTimeout(Duration timeout) {
      this.responseTimeout = checkPositive("responseTimeout", timeout);
      return this;
    }

    /**
     * Limits how long a response may be silent once it began. Default: 1 h. Then it is broken off.
     * How long a response takes in all is not limited.
     *
     * @param timeout positive
     * @return this
     * @throws IllegalArgumentException when it is not positive
     */
    public Builder streamIdleTimeout(Duration timeout) {
      this.streamIdleTimeout = checkPositive("streamIdleTimeout", timeout);
      return this;
    }

    /**
     * Sets who is told what happens. Default: {@link AccessLog#text()}.
     *
     * @param observers none for silence
     * @return this
     */
    public Builder observers(GatewayObserver... observers) {
      this.observers = List.of(observers);
      return this;
    }

    /**
     * Sets what tells the time. Default: the system's clock.
     *
     * @param clock any clock
     * @return this
     */
    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Builds the gateway.
     *
     * @return the gateway, ready to handle requests; close it
     * @throws IllegalStateException when there is no route at all, or a route's policies contradict
     *     each other
     */
    public McpGateway build() {
      if (allListeners().stream().allMatch(listener -> listener.routes().isEmpty())) {
        throw new IllegalStateException("no route (expected: at least one)");
      }
      allListeners().stream()
          .flatMap(listener -> listener.routes().stream())
          .forEach(Route::checkBackendAuth);
      return new McpGateway(this);
    }

    private List<Listener> allListeners() {
      List<Listener> all = new ArrayList<>();
      if (anyRoute) {
        all.add(routesOfAnyListener.build());
      }
      all.addAll(listeners);
      return List.copyOf(all);
    }

    private Settings settings() {
      return new Settings(
          trustedProxies,
          sessionKey,
          maxRequestBytes,
          connectTimeout,
          responseTimeout,
          streamIdleTimeout,
          observers,
          clock);
    }
  }
}
