package io.mcpgateway;

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
import io.mcpgateway.mcp.McpMessage;
import io.mcpgateway.telemetry.GatewayObserver;
import io.mcpgateway.telemetry.RequestRecord;
import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An exchange that remembers what happened and tells the observers once, at its end. */
final class RecordedExchange implements Exchange, ForwardObserver {
  private static final Logger LOG = LoggerFactory.getLogger(RecordedExchange.class);

  /** MCP 2026-07-28, Subscriptions. */
  private static final String LISTEN = "subscriptions/listen";

  private final Exchange exchange;
  private final UnaryOperator<BodySource> reading;
  private final List<GatewayObserver> observers;
  private final Instant started;
  private final long startedNanos = System.nanoTime();

  private final AtomicReference<@Nullable Verdict> verdict = new AtomicReference<>();
  private final AtomicReference<McpMessage> message;
  private final AtomicReference<@Nullable String> reason = new AtomicReference<>();
  private final AtomicInteger status = new AtomicInteger();
  private final AtomicLong firstByteNanos = new AtomicLong();
  private final AtomicLong responseBytes = new AtomicLong();
  private final AtomicBoolean answered = new AtomicBoolean();
  private final AtomicBoolean finished = new AtomicBoolean();
  private final Queue<Runnable> endings = new ConcurrentLinkedQueue<>();

  /**
   * An exchange that has not begun.
   *
   * @param exchange the client's request
   * @param reading how its body is read
   * @param observers are told of its end
   * @param clock tells when it begins
   */
  RecordedExchange(
      Exchange exchange,
      UnaryOperator<BodySource> reading,
      List<GatewayObserver> observers,
      Clock clock) {
    this.exchange = exchange;
    this.reading = reading;
    this.observers = observers;
    this.started = clock.instant();
    this.message = new AtomicReference<>(McpMessage.declaredIn(exchange.request().headers()));
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
                .anyMatch(type -> type.toLowerCase(Locale.ROOT).startsWith("text/event-stream")))
        || Objects.requireNonNull(message.get()).method().filter(LISTEN::equals).isPresent();
  }

  void decided(Verdict decision) {
    verdict.set(decision);
    if (decision instanceof Verdict.Answer answer) {
      answer.reason().ifPresent(reason::set);
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
  public void message(McpMessage envelope) {
    message.set(envelope);
  }

  @Override
  public void failed(String why) {
    reason.compareAndSet(null, why);
  }

  @Override
  public RequestHead request() {
    return exchange.request();
  }

  @Override
  public BodySource requestBody() {
    return reading.apply(exchange.requestBody());
  }

  @Override
  public void onClientGone(Consumer<Throwable> action) {
    exchange.onClientGone(
        cause -> {
          failed("the client left");
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
    for (GatewayObserver observer : observers) {
      try {
        observer.requestFinished(request);
      } catch (RuntimeException failure) {
        LOG.warn("an observer failed", failure);
      }
    }
  }

  private RequestRecord toRecord() {
    long now = System.nanoTime();
    Verdict decision = verdict.get();
    McpMessage envelope = Objects.requireNonNull(message.get());
    boolean byApplication = decision instanceof Verdict.Proceed;
    return new RequestRecord(
        started,
        request().method(),
        request().path(),
        Optional.ofNullable(decision).flatMap(Verdict::matched).map(Route::name),
        decision instanceof Verdict.Forward forward
            ? Optional.of(forward.backend().name())
            : Optional.empty(),
        envelope.method(),
        envelope.name(),
        status.get(),
        byApplication ? OptionalLong.empty() : OptionalLong.of(responseBytes.get()),
        Duration.ofNanos((status.get() == 0 ? now : firstByteNanos.get()) - startedNanos),
        Duration.ofNanos(now - startedNanos),
        decision == null ? request().remoteAddress() : decision.origin().clientAddress(),
        Optional.ofNullable(decision).flatMap(Verdict::authenticated).map(Principal::getName),
        Optional.ofNullable(reason.get()));
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
        failed(String.valueOf(failed.cause().getMessage()));
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
      failed("the client left");
      finish();
    }
  }
}
