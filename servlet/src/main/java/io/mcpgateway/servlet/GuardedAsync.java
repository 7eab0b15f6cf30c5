package io.mcpgateway.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous mode of an application behind the gateway. With its end the response is the
 * container's again: nothing is written to it meanwhile. Where it has ended, because the client
 * left a quiet stream, the application may end it all the same.
 */
final class GuardedAsync implements AsyncContext {
  private final AsyncContext async;
  private final StreamedResponse response;

  /**
   * Wraps an asynchronous mode.
   *
   * @param async the container's
   * @param response the one that ends with it
   */
  GuardedAsync(AsyncContext async, StreamedResponse response) {
    this.async = async;
    this.response = response;
  }

  private void end(Runnable how) {
    response.quieten();
    if (response.isOver()) {
      response.endAsynchronousMode();
    } else {
      how.run();
    }
  }

  @Override
  public void complete() {
    end(
        () -> {
          response.finish();
          async.complete();
        });
  }

  @Override
  public void dispatch() {
    end(async::dispatch);
  }

  @Override
  public void dispatch(String path) {
    end(() -> async.dispatch(path));
  }

  @Override
  public void dispatch(ServletContext context, String path) {
    end(() -> async.dispatch(context, path));
  }

  @Override
  public void addListener(AsyncListener listener) {
    async.addListener(new Relay(listener));
  }

  @Override
  public void addListener(
      AsyncListener listener, ServletRequest request, ServletResponse answerTo) {
    async.addListener(new Relay(listener), request, answerTo);
  }

  @Override
  public ServletRequest getRequest() {
    return async.getRequest();
  }

  @Override
  public ServletResponse getResponse() {
    return async.getResponse();
  }

  @Override
  public boolean hasOriginalRequestAndResponse() {
    return async.hasOriginalRequestAndResponse();
  }

  @Override
  public void start(Runnable task) {
    async.start(task);
  }

  @Override
  public <T extends AsyncListener> T createListener(Class<T> type) throws ServletException {
    return async.createListener(type);
  }

  @Override
  public void setTimeout(long millis) {
    async.setTimeout(millis);
  }

  @Override
  public long getTimeout() {
    return async.getTimeout();
  }

  /** A listener of the application: many end the asynchronous mode that an event names. */
  private final class Relay implements AsyncListener {
    private final AsyncListener listener;

    Relay(AsyncListener listener) {
      this.listener = listener;
    }

    private AsyncEvent guarded(AsyncEvent event) {
      @Nullable AsyncContext of = event.getAsyncContext();
      return new AsyncEvent(
          of == null ? GuardedAsync.this : new GuardedAsync(of, response),
          event.getSuppliedRequest(),
          event.getSuppliedResponse(),
          event.getThrowable());
    }

    @Override
    public void onComplete(AsyncEvent event) throws IOException {
      listener.onComplete(guarded(event));
    }

    @Override
    public void onTimeout(AsyncEvent event) throws IOException {
      listener.onTimeout(guarded(event));
    }

    @Override
    public void onError(AsyncEvent event) throws IOException {
      listener.onError(guarded(event));
    }

    @Override
    public void onStartAsync(AsyncEvent event) throws IOException {
      listener.onStartAsync(guarded(event));
    }
  }
}
