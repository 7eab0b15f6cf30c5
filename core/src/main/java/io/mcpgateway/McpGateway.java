package io.mcpgateway;

import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.backendauth.BackendAuth;
import io.mcpgateway.forward.BackendState;
import io.mcpgateway.forward.ForwardLimits;
import io.mcpgateway.forward.Forwarder;
import io.mcpgateway.http.Exchange;
import io.mcpgateway.http.ForwardedFields;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import io.mcpgateway.http.TrustedProxies;
import io.mcpgateway.session.SessionKey;
import io.mcpgateway.telemetry.AccessLog;
import io.mcpgateway.telemetry.GatewayObserver;
import io.mcpgateway.telemetry.GatewayTracer;
import io.mcpgateway.telemetry.KeySetState;
import io.mcpgateway.telemetry.OpenRequest;
import io.mcpgateway.telemetry.RefusalCode;
import io.mcpgateway.telemetry.TokenCacheState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The gateway: routes, their policies, and the way to their backends. Immutable and thread-safe;
 * owns its connections to backends and issuers until it is closed.
 */
public final class McpGateway implements AutoCloseable {

  private final List<Listener> listeners;
  private final Settings settings;
  private final RequestPipeline pipeline;
  private final Forwarder forwarder;
  private final Admission admission;
  private final MessageMemory messages;
  private final ScheduledThreadPoolExecutor timer;
  private final OnwardPlans plans;
  private final Observers observers;
  private final Set<RecordedExchange> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  private McpGateway(Builder builder) {
    this.listeners = builder.allListeners();
    this.settings = builder.settings();
    this.pipeline =
        new RequestPipeline(
            new RouteTable(listeners),
            settings.trustedProxies(),
            settings.sessionKey(),
            settings.limits(),
            Math.min(settings.limits().messageBytes(), settings.maxRequestBytes()));
    this.forwarder =
        new Forwarder(settings.forwardLimits(), settings.clock(), settings.nonBlocking());
    this.admission = new Admission(settings.limits());
    this.messages = new MessageMemory(settings.limits().messageBytesInAll());
    this.timer = newTimer();
    this.plans = new OnwardPlans(settings);
    this.observers = new Observers(settings.observers());
    authentications().forEach(policy -> policy.verifier().observe(observers::keysFetched));
  }

  private static ScheduledThreadPoolExecutor newTimer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "mcp-gateway-timer");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  /**
   * Handles one request: decides, then acts.
   *
   * @param exchange the request; it is answered, or handed to the application, when this returns or
   *     later, on any thread
   */
  public void handle(Exchange exchange) {
    if (!tryHandle(exchange)) {
      overloaded(record(exchange), Headers.EMPTY, "the gateway is closed");
    }
  }

  /**
   * The same, unless the gateway is retired.
   *
   * @return whether it takes care of the exchange
   */
  boolean tryHandle(Exchange exchange) {
    Admission.Entry entry = admission.enter();
    if (entry == Admission.Entry.CLOSED) {
      return false;
    }
    RecordedExchange recorded = record(exchange);
    try {
      if (entry == Admission.Entry.FULL) {
        overloaded(recorded, pipeline.corsHeaders(exchange.request()), "too many requests");
        return true;
      }
      MessageMemory.Share memory = messages.new Share();
      recorded.atEnd(memory::release);
      recorded.atEnd(() -> underWay.remove(recorded));
      recorded.atEnd(admission::leave);
      underWay.add(recorded);
      pipeline
          .decide(exchange.request(), () -> memory.hold(recorded.requestBody()))
          .thenAccept(verdict -> act(admitted(verdict, recorded), recorded))
          .exceptionally(failure -> fail(recorded, failure));
    } catch (RuntimeException | Error failure) {
      fail(recorded, failure);
    }
    return true;
  }

  private RecordedExchange record(Exchange exchange) {
    return new RecordedExchange(
        exchange,
        body -> new PatientBody(body, settings.limits().requestBodyPatience(), timer),
        observers,
        settings.tracer(),
        settings.clock());
  }

  private static void overloaded(RecordedExchange exchange, Headers cors, String reason) {
    exchange.failed(RefusalCode.OVERLOADED, reason);
    Headers headers = cors.toBuilder().set(HeaderNames.RETRY_AFTER, "1").build();
    exchange.respond(Response.json(503, headers, "{\"error\":\"overloaded\"}"));
  }

  /** A stream stays for long: there may be no room for another one. */
  private Verdict admitted(Verdict verdict, RecordedExchange exchange) {
    if (!(verdict instanceof Verdict.Passed passed)) {
      return verdict;
    }
    exchange.decided(verdict);
    if (!exchange.isListening()) {
      return verdict;
    }
    Verdict.Passage passage = passed.passage();
    Optional<Admission.StreamRefusal> refusal =
        admission.openStream(passage.route(), passage.caller());
    if (refusal.isEmpty()) {
      exchange.atEnd(() -> admission.closeStream(passage.route(), passage.caller()));
      return verdict;
    }
    return refusal.get().answer(passed);
  }

  private void act(Verdict verdict, RecordedExchange exchange) {
    exchange.decided(verdict);
    if (verdict instanceof Verdict.Answer answer) {
      exchange.respond(answer.response());
    } else if (verdict instanceof Verdict.Forward forward) {
      forwarder.forward(exchange, plans.plan(forward, exchange.isListening()), exchange);
    } else if (verdict instanceof Verdict.Proceed proceed) {
      exchange.proceed(plans.handOver(proceed, exchange.isListening()));
    }
  }

  private static @Nullable Void fail(RecordedExchange exchange, Throwable failure) {
    exchange.failed(RefusalCode.INTERNAL_ERROR, GatewayFault.reason(failure));
    exchange.respond(GatewayFault.answer(failure, exchange.responseHeaders()));
    return null;
  }

  /**
   * What holds for all routes.
   *
   * @param trustedProxies whose {@code Forwarded} and {@code X-Forwarded-*} fields count
   * @param sessionKey binds sessions to callers
   * @param limits how much is taken on
   * @param maxRequestBytes the largest request body that is forwarded, in bytes
   * @param connectTimeout how long connecting to a backend may take
   * @param responseTimeout how long a backend may take to begin its response
   * @param streamIdleTimeout how long a response may be silent before it is given up
   * @param nonBlocking whether exchanges block no thread
   * @param observers who is told what happens
   * @param tracer makes requests part of traces; empty for none
   * @param clock tells the time
   */
  record Settings(
      TrustedProxies trustedProxies,
      SessionKey sessionKey,
      GatewayLimits limits,
      long maxRequestBytes,
      Duration connectTimeout,
      Duration responseTimeout,
      Duration streamIdleTimeout,
      boolean nonBlocking,
      List<GatewayObserver> observers,
      Optional<GatewayTracer> tracer,
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

  /** How much is taken on. */
  public GatewayLimits limits() {
    return settings.limits();
  }

  /** What is known of the backends that requests went to, by their origin. */
  public List<BackendState> backends() {
    return forwarder.backends();
  }

  /** What holds for all routes. */
  Settings settings() {
    return settings;
  }

  /**
   * Takes over what the gateway before has learned and remembers: the keys of issuers, and proofs
   * that must not be used again.
   *
   * @param previous stays as it is
   */
  void takeOver(McpGateway previous) {
    List<McpAuthentication> known = previous.authentications().toList();
    authentications().forEach(own -> known.forEach(own::takeOver));
  }

  private Stream<McpAuthentication> authentications() {
    return listeners.stream()
        .flatMap(listener -> listener.routes().stream())
        .flatMap(route -> route.authentication().stream())
        .distinct();
  }

  /**
   * Takes no request from now on.
   *
   * @return completes when all are over that are under way, on the thread of the last one
   */
  CompletionStage<Void> retire() {
    return admission.close();
  }

  /** Opens no listening stream from now on, and ends those that are open, between two events. */
  void endListening() {
    admission.closeStreams();
    plans.endListening();
  }

  /** Ends all event streams, between two events, also those that still owe an answer. */
  void endStreams() {
    endListening();
    plans.endAnswering();
  }

  /**
   * Tells what is missing before all routes can be served, and begins to get it: keys of issuers.
   * Does not wait; for readiness probes.
   *
   * @return reasons, for operators; empty when nothing is missing
   */
  public List<String> notReady() {
    return authentications()
        .flatMap(policy -> policy.verifier().notReady().stream())
        .distinct()
        .toList();
  }

  /** How many requests are under way, streams included. */
  public int openRequests() {
    return admission.requests();
  }

  /** How many listening streams are open. */
  public int openStreams() {
    return admission.streams();
  }

  /** The requests that are under way, streams included, in no order. */
  public List<OpenRequest> requests() {
    return underWay.stream().map(RecordedExchange::soFar).toList();
  }

  /** What is known of the issuers' keys. */
  public List<KeySetState> keySets() {
    return authentications()
        .flatMap(policy -> policy.verifier().keySets().stream())
        .distinct()
        .toList();
  }

  /** How much the memories of good tokens are of use. */
  public List<TokenCacheState> tokenCaches() {
    return authentications().flatMap(policy -> policy.verifier().tokenCaches().stream()).toList();
  }

  /** How many records the observers have missed, because they were too slow. */
  public long droppedRecords() {
    return observers.dropped();
  }

  /** Breaks off what is under way, and ends all connections to backends and issuers. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    timer.shutdownNow();
    forwarder.close();
    authentications().forEach(McpAuthentication::close);
    listeners.stream()
        .flatMap(listener -> listener.routes().stream())
        .flatMap(route -> route.backendAuth().stream())
        .distinct()
        .forEach(BackendAuth::close);
    observers.close(); // the last, so that it tells of what was broken off
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
    private GatewayLimits limits = GatewayLimits.DEFAULT;
    private long maxRequestBytes = 64L * 1024 * 1024;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration responseTimeout = Duration.ofMinutes(5);
    private Duration streamIdleTimeout = Duration.ofHours(1);
    private boolean nonBlocking;
    private List<GatewayObserver> observers = List.of(AccessLog.text());
    private Optional<GatewayTracer> tracer = Optional.empty();
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
     * Sets how much is taken on. Default: {@link GatewayLimits#DEFAULT}.
     *
     * @param limits of one request, and of all together
     * @return this
     */
    public Builder limits(GatewayLimits limits) {
      this.limits = limits;
      return this;
    }

    /**
     * Limits the request bodies that are forwarded. They are not held, so that it may be much: for
     * no limit, {@link Long#MAX_VALUE}. Default: 64 MiB. A larger one is answered 413.
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
     * Says that exchanges never block a thread, whatever is done with them. Responses are then
     * passed on by the few threads that receive them, without a change of threads; one exchange
     * that blocks delays others. Default: they may block, as servlet responses do that an
     * application wraps.
     *
     * @return this
     */
    public Builder nonBlockingExchanges() {
      this.nonBlocking = true;
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
     * Adds one to those who are told what happens.
     *
     * @param more is told last
     * @return this
     */
    public Builder observer(GatewayObserver more) {
      observers = Stream.concat(observers.stream(), Stream.of(more)).toList();
      return this;
    }

    /**
     * Sets what makes requests part of distributed traces. Default: nothing does; what clients say
     * of traces is forwarded as it comes.
     *
     * @param tracer is asked with each request
     * @return this
     */
    public Builder tracer(GatewayTracer tracer) {
      this.tracer = Optional.of(tracer);
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
          limits,
          maxRequestBytes,
          connectTimeout,
          responseTimeout,
          streamIdleTimeout,
          nonBlocking,
          observers,
          tracer,
          clock);
    }
  }
}
