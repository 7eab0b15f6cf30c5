package io.mcpgateway.forward;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.Exchange;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.ResponseHead;
import io.mcpgateway.mcp.FilteredBody;
import io.mcpgateway.mcp.McpMessage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * One request to a backend and its response: sent once, answered once. There may be several
 * attempts to get a connection for it.
 */
final class BackendCall {
  /** Half of one context and half of another is none (W3C Trace Context, 3.3; Baggage, 3). */
  private static final List<String> OF_A_TRACE = List.of("traceparent", "tracestate", "baggage");

  private final BackendTransport transport;
  private final ForwardLimits limits;
  private final Exchange exchange;
  private final ForwardPlan plan;
  private final ForwardObserver observer;
  private final Circuit circuit;
  private final AtomicBoolean answered = new AtomicBoolean();
  private final CompletableFuture<Throwable> over = new CompletableFuture<>();

  BackendCall(
      BackendTransport transport,
      ForwardLimits limits,
      Circuit circuit,
      Exchange exchange,
      ForwardPlan plan,
      ForwardObserver observer) {
    this.transport = transport;
    this.limits = limits;
    this.circuit = circuit;
    this.exchange = exchange;
    this.plan = plan;
    this.observer = observer;
  }

  /**
   * Sends the request.
   *
   * @param message what is known of it
   * @param body its body from the first byte
   */
  void send(McpMessage message, BodySource body) {
    if (body.length() > limits.maxRequestBytes()) {
      UpstreamFailure.RequestTooLarge tooLarge =
          new UpstreamFailure.RequestTooLarge(limits.maxRequestBytes());
      body.cancel(tooLarge);
      fail(tooLarge, message);
      return;
    }
    Scheduler.Task deadline =
        transport
            .scheduler()
            .schedule(
                () -> over.complete(new TimeoutException("no response in time")),
                plan.responseTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
    exchange.onClientGone(over::complete);
    attempt(new Sending(message, body, observer.sending(message), deadline), 0);
  }

  /**
   * What is sent.
   *
   * @param message what is known of it, for an error answer
   * @param body its body from the first byte
   * @param carried fields that take the place of the client's
   * @param deadline is cancelled when the response begins
   */
  private record Sending(
      McpMessage message, BodySource body, Headers carried, Scheduler.Task deadline) {}

  private void attempt(Sending sending, int number) {
    Optional<Circuit.Attempt> allowed = circuit.attempt();
    if (allowed.isEmpty()) {
      notConnected(new UpstreamFailure.CircuitOpen(circuit.state()), sending, number);
      return;
    }
    Circuit.Attempt attempt = allowed.get();
    AtomicBoolean begun = new AtomicBoolean();
    Request backendRequest = newRequest(sending.carried);
    if (sending.body.length() != 0) {
      backendRequest.body(new RelayedRequest(sending.body));
    }
    backendRequest.onRequestBegin(
        request -> {
          begun.set(true);
          attempt.connected();
        });
    CompletableFuture<Chunk> end = new CompletableFuture<>();
    backendRequest.onResponseContentSource(
        (backendResponse, content) -> {
          sending.deadline.cancel();
          answer(backendRequest, backendResponse, content, sending.message, end);
        });
    backendRequest.onResponseSuccess(backendResponse -> end.complete(Chunk.END));
    backendRequest.onResponseFailure(
        (backendResponse, cause) -> end.complete(RelayedResponse.failed(cause)));
    whenOver(cause -> abort(backendRequest, cause));
    backendRequest.send(
        result -> {
          // Others may wait for the same connection: what has begun was sent, whatever has failed.
          if (cause(result) instanceof UpstreamFailure.NotConnected failure && !begun.get()) {
            attempt.failed(UpstreamFailure.reason(failure));
            notConnected(failure, sending, number);
          } else {
            attempt.abandoned();
            sending.deadline.cancel();
            complete(result, sending.message);
          }
        });
  }

  /** No byte was sent: the request, and its body, may wait for the next attempt. */
  private void notConnected(Throwable cause, Sending sending, int number) {
    if (number >= plan.retry().attempts()) {
      giveUp(cause, sending);
      return;
    }
    AtomicBoolean waiting = new AtomicBoolean(true);
    Scheduler.Task next =
        transport
            .scheduler()
            .schedule(
                () -> {
                  if (waiting.compareAndSet(true, false)) {
                    attempt(sending, number + 1);
                  }
                },
                plan.retry().backoff().toMillis(),
                TimeUnit.MILLISECONDS);
    whenOver(
        ended -> {
          if (waiting.compareAndSet(true, false)) {
            next.cancel();
            giveUp(ended, sending);
          }
        });
  }

  private void giveUp(Throwable cause, Sending sending) {
    sending.deadline.cancel();
    circuit.lost();
    sending.body.cancel(cause);
    fail(cause, sending.message);
  }

  /** Who waits for the answer does so no more, or has waited too long. */
  @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
  private void whenOver(Consumer<Throwable> action) {
    over.thenAccept(action);
  }

  private Request newRequest(Headers carried) {
    BackendRequestHead head = BackendRequestHead.of(plan);
    Request backendRequest =
        transport.newRequest(plan.backend(), exchange.request().authority()).method(head.method());
    if (!head.target().equals(backendRequest.getPath())) {
      backendRequest.path(head.target()); // which Jetty parses
    }
    return backendRequest
        .idleTimeout(limits.streamIdleTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .headers(
            fields -> {
              head.headers().forEach(field -> fields.add(field.name(), field.value()));
              if (carried.size() > 0) {
                OF_A_TRACE.forEach(fields::remove);
                carried.forEach(field -> fields.add(field.name(), field.value()));
              }
            });
  }

  private void answer(
      Request backendRequest,
      Response backendResponse,
      Content.Source content,
      McpMessage message,
      CompletableFuture<Chunk> end) {
    int status = backendResponse.getStatus();
    Headers headers = headers(backendResponse.getHeaders());
    Optional<String> flaw = ClientResponseHead.flaw(status, headers);
    ResponseHead head = ClientResponseHead.of(status, headers, plan);
    if (flaw.isPresent()) {
      UpstreamFailure.MalformedHead malformed = new UpstreamFailure.MalformedHead(flaw.get());
      fail(malformed, message);
      abort(backendRequest, malformed);
    } else if (status == HttpStatus.UNAUTHORIZED_401 && plan.credentialRefused().isPresent()) {
      // Its challenge is for the gateway: the client would throw its good token away.
      plan.credentialRefused().get().run();
      UpstreamFailure.CredentialRefused refused = new UpstreamFailure.CredentialRefused();
      fail(refused, message);
      abort(backendRequest, refused);
    } else if (ClientResponseHead.revealsBackend(status, headers, plan.backend())) {
      UpstreamFailure.RedirectToBackend redirect =
          new UpstreamFailure.RedirectToBackend(headers.first(HeaderNames.LOCATION).orElse(""));
      fail(redirect, message);
      abort(backendRequest, redirect);
    } else if (EventStream.isUnreadable(status, headers, plan)) {
      UpstreamFailure.UnreadableStream unreadable = new UpstreamFailure.UnreadableStream();
      fail(unreadable, message);
      abort(backendRequest, unreadable);
    } else if (head.size() > exchange.maxResponseHeadBytes()) {
      UpstreamFailure.ResponseHeadTooLarge tooLarge =
          new UpstreamFailure.ResponseHeadTooLarge(head.size(), exchange.maxResponseHeadBytes());
      fail(tooLarge, message);
      abort(backendRequest, tooLarge);
    } else if (answered.compareAndSet(false, true)) {
      BodySource relayed = new RelayedResponse(content, cause -> abort(backendRequest, cause));
      BodySource whole =
          backendResponse.getVersion() == org.eclipse.jetty.http.HttpVersion.HTTP_2
              ? new ConfirmedBody(relayed, end)
              : relayed;
      BodySource body =
          plan.filters(status)
              ? new FilteredBody(whole, plan.filter().orElseThrow().begin(EventStream.is(headers)))
              : whole;
      exchange.respond(
          head,
          EventStream.isReadable(status, headers, plan)
              ? EventStream.of(body, plan, transport.scheduler())
              : body);
    }
  }

  private static Headers headers(HttpFields fields) {
    Headers.Builder headers = Headers.builder();
    for (HttpField field : fields) {
      headers.add(field.getName(), field.getValue() == null ? "" : field.getValue());
    }
    return headers.build();
  }

  private void complete(Result result, McpMessage message) {
    Throwable cause = cause(result);
    if (cause != null) {
      fail(cause, message);
    }
  }

  /** A request body that fails shows as the request's failure; the response's is its echo. */
  private static @Nullable Throwable cause(Result result) {
    return result.getRequestFailure() != null
        ? result.getRequestFailure()
        : result.getResponseFailure();
  }

  private void fail(Throwable cause, McpMessage message) {
    // Once the response has begun it breaks off by its body's failure; there is nothing to add.
    if (answered.compareAndSet(false, true)) {
      UpstreamFailure failure = UpstreamFailure.of(cause);
      observer.failed(failure.code(), failure.reason());
      exchange.respond(failure.response(message, plan.responseHeaders()));
    }
  }

  /** Whether it came in time does not matter: nobody waits for it. */
  @SuppressWarnings("FutureReturnValueIgnored")
  static void abort(Request backendRequest, Throwable cause) {
    backendRequest.abort(cause);
  }
}
