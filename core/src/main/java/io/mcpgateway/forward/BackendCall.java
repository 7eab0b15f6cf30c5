package io.mcpgateway.forward;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.Exchange;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.mcp.FilteredBody;
import io.mcpgateway.mcp.McpMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Scheduler;

/** One request to a backend and its response: sent once, answered once. */
final class BackendCall {
  private final BackendTransport transport;
  private final ForwardLimits limits;
  private final Exchange exchange;
  private final ForwardPlan plan;
  private final ForwardObserver observer;
  private final AtomicBoolean answered = new AtomicBoolean();
  private final CompletableFuture<Chunk> end = new CompletableFuture<>();

  BackendCall(
      BackendTransport transport,
      ForwardLimits limits,
      Exchange exchange,
      ForwardPlan plan,
      ForwardObserver observer) {
    this.transport = transport;
    this.limits = limits;
    this.exchange = exchange;
    this.plan = plan;
    this.observer = observer;
  }

  /**
   * Sends the request.
   *
   * @param message what is known of it, for an error answer
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
    Request backendRequest = newRequest();
    if (body.length() != 0) {
      backendRequest.body(new RelayedRequest(body));
    }
    Scheduler.Task timeout =
        transport
            .scheduler()
            .schedule(
                () -> abort(backendRequest, new TimeoutException("no response in time")),
                plan.responseTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
    backendRequest.onResponseContentSource(
        (backendResponse, content) -> {
          timeout.cancel();
          answer(backendRequest, backendResponse, content, message);
        });
    backendRequest.onResponseSuccess(backendResponse -> end.complete(Chunk.END));
    backendRequest.onResponseFailure(
        (backendResponse, cause) -> end.complete(RelayedResponse.failed(cause)));
    exchange.onClientGone(cause -> abort(backendRequest, cause));
    backendRequest.send(
        result -> {
          timeout.cancel();
          complete(result, message);
        });
  }

  private Request newRequest() {
    BackendRequestHead head = BackendRequestHead.of(plan);
    return transport
        .newRequest(plan.backend(), exchange.request().authority())
        .method(head.method())
        .path(head.target())
        .idleTimeout(limits.streamIdleTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .headers(
            fields -> {
              fields.clear();
              head.headers().forEach(field -> fields.add(field.name(), field.value()));
            });
  }

  private void answer(
      Request backendRequest,
      Response backendResponse,
      Content.Source content,
      McpMessage message) {
    int status = backendResponse.getStatus();
    Headers headers = headers(backendResponse.getHeaders());
    if (ClientResponseHead.revealsBackend(status, headers, plan.backend())) {
      UpstreamFailure.RedirectToBackend redirect =
          new UpstreamFailure.RedirectToBackend(headers.first(HeaderNames.LOCATION).orElse(""));
      fail(redirect, message);
      abort(backendRequest, redirect);
    } else if (EventStream.isUnreadable(status, headers, plan)) {
      UpstreamFailure.UnreadableStream unreadable = new UpstreamFailure.UnreadableStream();
      fail(unreadable, message);
      abort(backendRequest, unreadable);
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
          ClientResponseHead.of(status, headers, plan),
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
    if (result.isFailed()) {
      // A request body that fails shows as the request's failure; the response's is its echo.
      fail(
          result.getRequestFailure() != null
              ? result.getRequestFailure()
              : result.getResponseFailure(),
          message);
    }
  }

  private void fail(Throwable cause, McpMessage message) {
    // Once the response has begun it breaks off by its body's failure; there is nothing to add.
    if (answered.compareAndSet(false, true)) {
      UpstreamFailure failure = UpstreamFailure.of(cause);
      observer.failed(failure.reason());
      exchange.respond(failure.response(message, plan.responseHeaders()));
    }
  }

  /** Whether it came in time does not matter: nobody waits for it. */
  @SuppressWarnings("FutureReturnValueIgnored")
  static void abort(Request backendRequest, Throwable cause) {
    backendRequest.abort(cause);
  }
}
