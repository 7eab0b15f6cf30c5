package io.mcpgateway.servlet;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Exchange;
import io.mcpgateway.http.HandOver;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.ResponseHead;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request in a servlet container.
 *
 * <p>While the filter's thread is still with the gateway, decisions are only noted; then that
 * thread acts on them: it goes on to the application, or writes a small answer, without the cost of
 * asynchronous mode. What is decided or comes later is done in asynchronous mode, on any thread,
 * under one lock.
 *
 * <p>Two things need the container's own thread and go there by an ASYNC dispatch, which comes back
 * to the filter: handing a request to the application late; and breaking a response off, by an
 * exception, which tells containers not to end a response as if it were whole.
 */
final class ServletExchange implements Exchange, AsyncListener {
  private static final Logger LOG = LoggerFactory.getLogger(ServletExchange.class);

  private enum Phase {
    /** The filter's thread is with the gateway. */
    DECIDING,
    /** In asynchronous mode, the request is the gateway's. */
    ASYNCHRONOUS,
    /** An ASYNC dispatch is under way, to hand the request over. */
    DISPATCHED,
    /** The application has the request. */
    HANDED_OVER,
    /** An ASYNC dispatch is under way, to break the response off. */
    BREAKING_OFF,
    /** Request and response are the container's again. */
    ENDED
  }

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final KeepAliveThreads threads;
  private final int maxResponseHeadBytes;
  private final RequestHead head;
  private final ExchangeLock lock = new ExchangeLock();
  private final @Nullable RequestBody requestBody;

  private Phase phase = Phase.DECIDING;
  private @Nullable Answer answer;
  private @Nullable GuardedApplication application;
  private @Nullable AsyncContext async;
  private @Nullable ResponsePump pump;
  private @Nullable Consumer<Throwable> goneAction;
  private @Nullable Throwable gone;

  /**
   * An exchange that has not begun.
   *
   * @param request the client's
   * @param response to the client
   * @param threads keep event streams of the application alive
   * @param maxResponseHeadBytes how large a head the container writes
   * @throws IllegalArgumentException when the request deserves a 400
   */
  ServletExchange(
      HttpServletRequest request,
      HttpServletResponse response,
      KeepAliveThreads threads,
      int maxResponseHeadBytes) {
    this.request = request;
    this.response = response;
    this.threads = threads;
    this.maxResponseHeadBytes = maxResponseHeadBytes;
    this.head = ServletRequestHead.of(request);
    this.requestBody = RequestBody.isIn(request) ? new RequestBody(request, lock) : null;
  }

  @Override
  public RequestHead request() {
    return head;
  }

  @Override
  public BodySource requestBody() {
    return requestBody == null ? BodySource.empty() : requestBody;
  }

  @Override
  public int maxResponseHeadBytes() {
    return maxResponseHeadBytes;
  }

  @Override
  public void respond(ResponseHead responseHead, BodySource body) {
    Answer given = new Answer(responseHead, body);
    lock.act(() -> take(given));
  }

  private void take(Answer given) {
    if (phase == Phase.DECIDING && answer == null) {
      answer = given;
    } else if (phase == Phase.ASYNCHRONOUS && answer == null) {
      answer = given;
      preparePump();
      lock.later(() -> startPump(given));
    } else {
      Throwable cause = gone == null ? new IOException("answered already") : gone;
      lock.later(() -> given.body().cancel(cause));
    }
  }

  @Override
  public void proceed(HandOver given) {
    GuardedApplication guarded = new GuardedApplication(given, threads);
    lock.act(() -> handOver(guarded));
  }

  private void handOver(GuardedApplication guarded) {
    if (phase == Phase.DECIDING) {
      application = guarded;
    } else if (phase == Phase.ASYNCHRONOUS && async != null) {
      application = guarded;
      phase = Phase.DISPATCHED;
      try {
        async.dispatch();
      } catch (IllegalStateException over) {
        LOG.debug("a request ended before the application got it", over);
        phase = Phase.ENDED;
        lock.later(guarded::lost);
      }
    } else {
      lock.later(guarded::lost);
    }
  }

  @Override
  public void onClientGone(Consumer<Throwable> action) {
    lock.act(() -> watch(action));
  }

  private void watch(Consumer<Throwable> action) {
    if (gone != null) {
      Throwable cause = gone;
      lock.later(() -> action.accept(cause));
    } else if (phase != Phase.ENDED) {
      goneAction = action;
      if (phase == Phase.ASYNCHRONOUS) {
        preparePump(); // the gateway itself is about to answer
      }
    }
  }

  /**
   * Acts on what was decided so far; called once, by the filter's thread, back from the gateway.
   *
   * @param chain leads to the application
   * @throws AsyncUnsupportedException when it takes asynchronous mode and there is none; the
   *     exchange has ended, and the caller answers
   */
  void settle(FilterChain chain) throws IOException, ServletException, AsyncUnsupportedException {
    GuardedApplication entered;
    Answer atOnce = null;
    lock.acquire();
    try {
      entered = application;
      if (entered != null) {
        phase = Phase.HANDED_OVER;
      } else if (answer != null && answer.isSmall()) {
        phase = Phase.ENDED;
        atOnce = answer;
      } else {
        becomeAsynchronous();
      }
    } finally {
      lock.release();
    }
    if (entered != null) {
      entered.enter(request, response, chain);
    } else if (atOnce != null) {
      if (requestBody != null) {
        requestBody.fail(new IOException("answered already"));
      }
      atOnce.write(head.method(), response);
    }
  }

  private void becomeAsynchronous() throws AsyncUnsupportedException {
    if (!request.isAsyncSupported()) {
      AsyncUnsupportedException unsupported = new AsyncUnsupportedException();
      end(unsupported);
      throw unsupported;
    }
    async = request.startAsync(request, response);
    // A stream has no total time limit; that a backend is silent for too long is seen elsewhere.
    async.setTimeout(0);
    async.addListener(this);
    phase = Phase.ASYNCHRONOUS;
    if (answer != null || goneAction != null) {
      preparePump();
    }
    Answer given = answer;
    if (given != null) {
      lock.later(() -> startPump(given));
    }
    if (requestBody != null) {
      requestBody.becomeAsynchronous(async);
    }
  }

  /**
   * Not sooner than it is known that the gateway will answer: the application could not write to a
   * response that is non-blocking.
   */
  private void preparePump() {
    if (pump != null) {
      return;
    }
    try {
      if (ContainerQuirk.POOLS_BUFFERS_IN_USE.isOf(request.getServletContext())) {
        response.setBufferSize(response.getBufferSize()); // one of its own, not from the pool
      }
      ResponsePump prepared = new ResponsePump(this, lock, response);
      pump = prepared;
      lock.later(prepared::listen);
    } catch (IOException | RuntimeException failure) {
      end(failure);
    }
  }

  private void startPump(Answer given) {
    ResponsePump prepared = pump;
    if (prepared == null) {
      given.body().cancel(new IOException("the response cannot be written"));
    } else {
      prepared.start(given, head.method());
    }
  }

  /**
   * Goes on with a request that was decided before: after an ASYNC dispatch of this exchange or of
   * the application, or when the application or the container forwards.
   *
   * @param again the request as it comes this time
   * @param answerTo the response as it comes this time
   * @param chain leads on
   * @throws ResponseBrokeOffException when that is what the dispatch is for
   */
  void dispatched(HttpServletRequest again, HttpServletResponse answerTo, FilterChain chain)
      throws IOException, ServletException {
    GuardedApplication guarded;
    boolean entering;
    boolean onward;
    lock.acquire();
    try {
      if (phase == Phase.BREAKING_OFF) {
        phase = Phase.ENDED;
        breakOff(again);
        return;
      }
      guarded = application;
      entering = phase == Phase.DISPATCHED;
      if (entering) {
        phase = Phase.HANDED_OVER;
      }
      onward = phase == Phase.HANDED_OVER || again.getDispatcherType() == DispatcherType.ERROR;
    } finally {
      lock.release();
    }
    if (guarded == null) {
      if (onward) {
        chain.doFilter(again, answerTo); // somebody's error page
      }
    } else if (entering) {
      guarded.enter(again, answerTo, chain);
    } else if (onward) {
      guarded.reenter(again, answerTo, chain);
    }
  }

  /** Breaks a response off that has begun: by an exception, or by its time. */
  private static void breakOff(HttpServletRequest request) throws ResponseBrokeOffException {
    if (!ContainerQuirk.ENDS_BROKEN_RESPONSES.isOf(request.getServletContext())) {
      throw new ResponseBrokeOffException();
    }
    request.startAsync().setTimeout(1);
  }

  /** The response went out whole; called while the lock is held. */
  void responseSent() {
    end(null);
  }

  /**
   * The response cannot be sent whole, and has begun; called while the lock is held.
   *
   * @param cause why
   */
  void responseBroke(Throwable cause) {
    if (phase != Phase.ASYNCHRONOUS || async == null) {
      return;
    }
    gone = cause;
    goneAction = null;
    phase = Phase.BREAKING_OFF;
    endRequestBody(cause);
    try {
      async.dispatch();
    } catch (IllegalStateException over) {
      LOG.debug("a response that broke off had ended already", over);
      phase = Phase.ENDED;
    }
  }

  /**
   * The client left.
   *
   * @param cause what was seen
   */
  void clientGone(Throwable cause) {
    lock.act(() -> end(cause));
  }

  /**
   * The container gives the request up: it is not touched any more when this returns.
   *
   * @param cause what was seen
   */
  void containerFailed(Throwable cause) {
    lock.actLast(() -> end(cause));
  }

  /** From here on request and response are not touched any more. */
  private void end(@Nullable Throwable cause) {
    if (phase != Phase.DECIDING && phase != Phase.ASYNCHRONOUS) {
      gone = gone == null ? cause : gone;
      return;
    }
    phase = Phase.ENDED;
    endRequestBody(cause == null ? new IOException("the request was answered") : cause);
    if (cause != null) {
      gone = cause;
      Consumer<Throwable> action = goneAction;
      if (action != null) {
        lock.later(() -> action.accept(cause));
      }
      if (pump != null) {
        pump.abandon(cause);
      } else if (answer != null) {
        BodySource unsent = answer.body();
        lock.later(() -> unsent.cancel(cause));
      }
    }
    goneAction = null;
    if (async != null) {
      try {
        async.complete();
      } catch (RuntimeException over) {
        LOG.debug("a request had ended already", over);
      }
    }
  }

  /** Whether the request's body broke off; called while the lock is held. */
  boolean requestBrokeOff() {
    return requestBody != null && requestBody.brokeOff();
  }

  private void endRequestBody(Throwable cause) {
    if (requestBody != null) {
      requestBody.fail(cause);
    }
  }

  @Override
  public void onError(AsyncEvent event) {
    Throwable seen = event.getThrowable();
    containerFailed(seen == null ? new IOException("the connection failed") : seen);
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    containerFailed(new IOException("the container's time limit for asynchronous requests"));
  }

  @Override
  public void onComplete(AsyncEvent event) {
    lock.actLast(this::completed);
  }

  private void completed() {
    boolean lostOnTheWay = phase == Phase.DISPATCHED && gone == null;
    if (lostOnTheWay || phase == Phase.BREAKING_OFF) {
      LOG.error(
          "an ASYNC dispatch did not come back to the gateway's filter (expected: a filter"
              + " mapping with the dispatcher types REQUEST and ASYNC)");
    }
    if (phase == Phase.DISPATCHED && application != null) {
      lock.later(application::lost);
    }
    if (phase == Phase.DISPATCHED || phase == Phase.BREAKING_OFF) {
      phase = Phase.ENDED;
    }
    end(new IOException("the container ended the request"));
  }

  /** The application's own asynchronous mode, after a dispatch: not this exchange's any more. */
  @Override
  public void onStartAsync(AsyncEvent event) {}
}
