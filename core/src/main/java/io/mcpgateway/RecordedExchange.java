package io.mcpgateway;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.forward.ForwardObserver;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.BodyWrapper;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.Exchange;
import io.mcpgateway.http.HandOver;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.ResponseHead;
import io.mcpgateway.mcp.CallArguments;
import io.mcpgateway.mcp.McpMessage;
import io.mcpgateway.telemetry.GatewayTracer;
import io.mcpgateway.telemetry.OpenRequest;
import io.mcpgateway.telemetry.Outcome;
import io.mcpgateway.telemetry.RefusalCode;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.telemetry.RequestTrace;
import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An exchange that remembers what happened and tells the observers once, at its end. */
final class RecordedExchange implements Exchange, ForwardObserver {
  private static final Logger LOG = LoggerFactory.getLogger(RecordedExchange.class);

  /** MCP 2026-07-28, Subscriptions. */
  private static final String LISTEN = "subscriptions/listen";

  private static final String EVENT_STREAM = "text/event-stream";

  private final Exchange exchange;
  private final UnaryOperator<BodySource> reading;
  private final Observers observers;
  private final Optional<CallArguments> arguments;
  private final Optional<RequestTrace> trace;
  private final Instant started;
  private final long startedNanos = System.nanoTime();

  private final AtomicReference<@Nullable Verdict> verdict = new AtomicReference<>();
  private final AtomicReference<McpMessage> message;
  private final AtomicReference<Verdict.@Nullable Refusal> refusal = new AtomicReference<>();
  private final AtomicInteger status = new AtomicInteger();
  private final AtomicLong sentNanos = new AtomicLong();
  private final AtomicLong firstByteNanos = new AtomicLong();
  private final AtomicLong requestBytes = new AtomicLong();
  private final AtomicLong responseBytes = new AtomicLong();
  private final AtomicBoolean answered = new AtomicBoolean();
  private final AtomicBoolean eventStream = new AtomicBoolean();
  private final AtomicBoolean finished = new AtomicBoolean();
  private final Queue<Runnable> endings = new ConcurrentLinkedQueue<>();

  /**
   * An exchange that has not begun.
   *
   * @param exchange the client's request
   * @param reading how its body is read
   * @param observers are told of its end
   * @param tracer makes it part of a trace; empty for none
   * @param clock tells when it begins
   */
  RecordedExchange(
      Exchange exchange,
      UnaryOperator<BodySource> reading,
      Observers observers,
      Optional<GatewayTracer> tracer,
      Clock clock) {
    this.exchange = exchange;
    this.reading = reading;
    this.observers = observers;
    this.arguments =
        observers.wantArguments() ? Optional.of(new CallArguments()) : Optional.empty();
    this.started = clock.instant();
    this.message = new AtomicReference<>(McpMessage.declaredIn(exchange.request().headers()));
    this.trace = tracer.flatMap(any -> harmless(() -> any.begin(exchange.request(), started)));
  }

  private void trace(Consumer<RequestTrace> step) {
    if (trace.isPresent()) {
      try {
        step.accept(trace.get());
      } catch (RuntimeException | LinkageError failure) {
        LOG.warn("the tracer failed", failure);
      }
    }
  }

  /** A tracer that breaks is no reason not to serve a request. */
  private static <T> Optional<T> harmless(Supplier<T> tracing) {
    try {
      return Optional.of(tracing.get());
    } catch (RuntimeException | LinkageError failure) {
      LOG.warn("the tracer failed", failure);
      return Optional.empty();
    }
  }

  /**
   * Has something done when the exchange is over; called before it is answered or handed over.
   *
   * @param action what
   */
  void atEnd(Runnable action) {
    endings.add(action);
  }

  /** Whether it asks for a stream of whatever comes, rather than for an answer. */
  boolean isListening() {
    return (request().method().equals("GET")
            && request().headers().list(HeaderNames.ACCEPT).stream()
                .anyMatch(RecordedExchange::isEventStream))
        || Objects.requireNonNull(message.get()).method().filter(LISTEN::equals).isPresent();
  }

  private static boolean isEventStream(String mediaType) {
    return mediaType.regionMatches(true, 0, EVENT_STREAM, 0, EVENT_STREAM.length());
  }

  void decided(Verdict decision) {
    verdict.set(decision);
    if (decision instanceof Verdict.Answer answer) {
      answer.refusal().ifPresent(refusal::set);
    } else if (decision instanceof Verdict.Passed passed) {
      passed.read().ifPresent(read -> message.set(read.message()));
    }
  }

  /** Fields that every answer carries, as far as anything is decided. */
  Headers responseHeaders() {
    return verdict.get() instanceof Verdict.Passed passed
        ? passed.passage().responseHeaders()
        : Headers.EMPTY;
  }

  @Override
  public Headers sending(McpMessage envelope) {
    if (envelope.method().isPresent()) {
      message.set(envelope);
    }
    sentNanos.set(System.nanoTime());
    return trace.flatMap(part -> harmless(() -> sending(part, envelope))).orElse(Headers.EMPTY);
  }

  private Headers sending(RequestTrace part, McpMessage envelope) {
    return verdict.get() instanceof Verdict.Forward forward
        ? part.sending(forward.backend().name(), forward.backend().url(), envelope)
        : Headers.EMPTY;
  }

  @Override
  public void failed(RefusalCode code, String why) {
    refusal.compareAndSet(null, new Verdict.Refusal(code, why));
  }

  private Optional<String> backend() {
    return verdict.get() instanceof Verdict.Forward forward
        ? Optional.of(forward.backend().name())
        : Optional.empty();
  }

  /** What is known so far. */
  OpenRequest soFar() {
    Verdict decision = verdict.get();
    McpMessage envelope = Objects.requireNonNull(message.get());
    return new OpenRequest(
        started,
        request().method(),
        request().path(),
        Optional.ofNullable(decision).flatMap(Verdict::matched).map(Route::name),
        envelope.method(),
        envelope.name(),
        Optional.ofNullable(decision).flatMap(Verdict::authenticated).map(Principal::getName),
        decision == null ? request().remoteAddress() : decision.origin().clientAddress(),
        status.get(),
        responseBytes.get(),
        isListening());
  }

  @Override
  public RequestHead request() {
    return exchange.request();
  }

  @Override
  public BodySource requestBody() {
    return new CountedBody(reading.apply(exchange.requestBody()));
  }

  @Override
  public void onClientGone(Consumer<Throwable> action) {
    exchange.onClientGone(
        cause -> {
          failed(RefusalCode.CLIENT_LEFT, "the client left");
          action.accept(cause);
          finish();
        });
  }

  @Override
  public void respond(ResponseHead response, BodySource body) {
    if (!answered.compareAndSet(false, true)) {
      return; // what fails while an answer is under way shows as that answer's end
    }
    answeredWith(response.status());
    eventStream.set(
        response
            .headers()
            .first(HeaderNames.CONTENT_TYPE)
            .filter(RecordedExchange::isEventStream)
            .isPresent());
    if (sentNanos.get() != 0) {
      trace(RequestTrace::answered);
    }
    exchange.respond(response, new RecordedBody(body));
  }

  @Override
  public int maxResponseHeadBytes() {
    return exchange.maxResponseHeadBytes();
  }

  @Override
  public void proceed(HandOver handOver) {
    exchange.proceed(
        handOver.completing(
            code -> {
              answeredWith(code);
              eventStream.set(code == 200 && isListening());
              handOver.completed().accept(code);
              finish();
            }));
  }

  private void answeredWith(int code) {
    status.set(code);
    firstByteNanos.set(System.nanoTime());
  }

  private void finish() {
    if (!finished.compareAndSet(false, true)) {
      return;
    }
    endings.forEach(Runnable::run);
    RequestRecord request = toRecord();
    trace(part -> part.finished(request));
    observers.requestFinished(request);
  }

  private RequestRecord toRecord() {
    long now = System.nanoTime();
    Verdict decision = verdict.get();
    McpMessage envelope = Objects.requireNonNull(message.get());
    Optional<AuthenticatedPrincipal> caller =
        Optional.ofNullable(decision).flatMap(Verdict::authenticated);
    boolean byApplication = decision instanceof Verdict.Proceed;
    Optional<Verdict.Refusal> wrong = Optional.ofNullable(refusal.get());
    return new RequestRecord(
        started,
        request().method(),
        request().path(),
        Optional.ofNullable(decision).flatMap(Verdict::matched).map(Route::name),
        backend(),
        envelope.method(),
        envelope.name(),
        envelope.id(),
        request().headers().first(HeaderNames.MCP_PROTOCOL_VERSION),
        outcome(decision, wrong),
        status.get(),
        requestBytes.get(),
        byApplication ? OptionalLong.empty() : OptionalLong.of(responseBytes.get()),
        eventStream.get(),
        Duration.ofNanos((status.get() == 0 ? now : firstByteNanos.get()) - startedNanos),
        Duration.ofNanos(now - startedNanos),
        upstream(),
        decision == null ? request().remoteAddress() : decision.origin().clientAddress(),
        caller.map(AuthenticatedPrincipal::subject),
        caller.map(AuthenticatedPrincipal::issuer),
        caller.flatMap(AuthenticatedPrincipal::clientId),
        wrong.map(Verdict.Refusal::code),
        wrong.map(Verdict.Refusal::reason),
        trace.flatMap(part -> harmless(part::ids)).flatMap(ids -> ids),
        envelope.method().filter(McpMessage.TOOL_CALL::equals).flatMap(any -> argumentsAsJson()));
  }

  private Optional<String> argumentsAsJson() {
    return requestBytes.get() == 0 ? Optional.empty() : arguments.flatMap(CallArguments::toJson);
  }

  private Optional<Duration> upstream() {
    boolean both = sentNanos.get() != 0 && status.get() != 0;
    return both
        ? Optional.of(Duration.ofNanos(firstByteNanos.get() - sentNanos.get()))
        : Optional.empty();
  }

  private static Outcome outcome(@Nullable Verdict decision, Optional<Verdict.Refusal> wrong) {
    if (wrong.isPresent() && wrong.get().code() == RefusalCode.CLIENT_LEFT) {
      return Outcome.CLIENT_LEFT;
    }
    if (decision instanceof Verdict.Answer) {
      return wrong.isPresent() ? Outcome.REFUSED : Outcome.ANSWERED;
    }
    if (wrong.isPresent() || decision == null) {
      return Outcome.FAILED;
    }
    return decision instanceof Verdict.Forward ? Outcome.FORWARDED : Outcome.HANDED_OVER;
  }

  /** Counts what is read. */
  private final class CountedBody extends BodyWrapper {
    CountedBody(BodySource body) {
      super(body);
    }

    @Override
    public Chunk read() {
      Chunk chunk = body.read();
      if (chunk instanceof Chunk.Data data) {
        requestBytes.addAndGet(data.bytes().remaining());
        arguments.ifPresent(kept -> kept.add(data.bytes()));
      }
      return chunk;
    }
  }

  /** Counts what is sent, and sees the end. */
  private final class RecordedBody extends BodyWrapper {
    RecordedBody(BodySource body) {
      super(body);
    }

    @Override
    public Chunk read() {
      Chunk chunk = body.read();
      if (chunk instanceof Chunk.Failed failed) {
        failed(RefusalCode.RESPONSE_BROKE_OFF, String.valueOf(failed.cause().getMessage()));
        finish();
        return chunk;
      }
      if (chunk instanceof Chunk.Data data) {
        responseBytes.addAndGet(data.bytes().remaining());
        return data.last() ? new Chunk.Data(data.bytes(), true, () -> sent(data)) : chunk;
      }
      return chunk;
    }

    private void sent(Chunk.Data last) {
      last.release();
      finish();
    }

    @Override
    public void cancel(Throwable cause) {
      super.cancel(cause);
      failed(RefusalCode.CLIENT_LEFT, "the client left");
      finish();
    }
  }
}
