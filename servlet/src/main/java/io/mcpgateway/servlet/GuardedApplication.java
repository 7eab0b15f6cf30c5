package io.mcpgateway.servlet;

import io.mcpgateway.http.HandOver;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application behind the filter, as far as one request goes: it is called with what the gateway
 * lets it see, and whoever wants to know is told when it has answered.
 */
final class GuardedApplication {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedApplication.class);

  private final HandOver handOver;
  private final KeepAliveThreads threads;

  /**
   * An application that has not been called.
   *
   * @param handOver what it sees, and what becomes of its answer
   * @param threads keep its event streams alive
   */
  GuardedApplication(HandOver handOver, KeepAliveThreads threads) {
    this.handOver = handOver;
    this.threads = threads;
  }

  /**
   * Hands the request over.
   *
   * @param from the client's request
   * @param to the response to it
   * @param chain leads to the application
   */
  void enter(HttpServletRequest from, HttpServletResponse to, FilterChain chain)
      throws IOException, ServletException {
    Optional<FilteredResponse> filtered = filtered(to);
    GuardedResponse guarded = guarded(to, filtered);
    guarded.addPolicyHeaders();
    StreamedResponse response = streamed(guarded, filtered);
    GuardedRequest request = new GuardedRequest(from, response, handOver);
    request.setCallerAttributes();
    try {
      chain.doFilter(request, response);
      if (request.isAsynchronous()) {
        request.servletReturned();
      } else {
        request.answered();
        request.completed(response.getStatus());
      }
    } catch (IOException | ServletException | RuntimeException failure) {
      request.completed(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
      if (!guarded.hasPolicy() || response.isCommitted() || request.isAsynchronous()) {
        throw failure;
      }
      // Some containers reset the response on an exception: the browser could not read the 500.
      LOG.error("the application failed", failure);
      response.sendError(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
    } finally {
      if (!request.isAsynchronous()) {
        response.quieten();
        response.ended();
      }
    }
  }

  /**
   * Goes on with a request that the application has already. The wrappers come back by themselves,
   * unless a container or a filter took them off.
   *
   * @param again the request as it comes this time
   * @param answerTo the response as it comes this time
   * @param chain leads on
   */
  void reenter(HttpServletRequest again, HttpServletResponse answerTo, FilterChain chain)
      throws IOException, ServletException {
    Optional<GuardedRequest> known = GuardedRequest.in(again);
    if (known.isPresent()) {
      chain.doFilter(again, answerTo);
      if (again.getDispatcherType() == DispatcherType.ASYNC && !again.isAsyncStarted()) {
        known.get().answered();
      }
      return;
    }
    Optional<FilteredResponse> filtered = filtered(answerTo);
    StreamedResponse response = streamed(guarded(answerTo, filtered), filtered);
    GuardedRequest request = new GuardedRequest(again, response, handOver.completing(status -> {}));
    chain.doFilter(request, response);
    if (!request.isAsynchronous()) {
      request.answered();
    }
  }

  private Optional<FilteredResponse> filtered(HttpServletResponse to) {
    return handOver.filter().map(filter -> new FilteredResponse(to, filter));
  }

  private GuardedResponse guarded(HttpServletResponse to, Optional<FilteredResponse> filtered) {
    return new GuardedResponse(
        filtered.<HttpServletResponse>map(filter -> filter).orElse(to), handOver);
  }

  private StreamedResponse streamed(GuardedResponse guarded, Optional<FilteredResponse> filtered) {
    return new StreamedResponse(
        guarded, handOver, threads, () -> filtered.ifPresent(FilteredResponse::finish));
  }

  /** The request got lost on its way to the application. */
  void lost() {
    handOver.completed().accept(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
  }
}
