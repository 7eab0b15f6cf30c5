package io.mcpgateway.forward;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import java.util.Locale;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * What the gateway does with event streams: it says where messages go, keeps streams alive, and
 * ends them in time.
 */
final class EventStream {
  private EventStream() {}

  /**
   * Tells whether a response is an event stream (WHATWG HTML, 9.2).
   *
   * @param backendResponse its header fields
   */
  static boolean is(Headers backendResponse) {
    return backendResponse
        .first(HeaderNames.CONTENT_TYPE)
        .filter(type -> type.toLowerCase(Locale.ROOT).startsWith("text/event-stream"))
        .isPresent();
  }

  /**
   * Tells whether a response is an event stream that bytes can be put into.
   *
   * @param status its status
   * @param backendResponse its header fields
   * @param plan what was decided about the request
   */
  static boolean isReadable(int status, Headers backendResponse, ForwardPlan plan) {
    return is(backendResponse)
        && status == 200
        && !plan.request().method().equals("HEAD")
        && !isEncoded(backendResponse)
        && !backendResponse.contains(HeaderNames.CONTENT_LENGTH);
  }

  /**
   * Tells whether a response has to be read on the way, and cannot be.
   *
   * @param status its status
   * @param backendResponse its header fields
   * @param plan what was decided about the request
   */
  static boolean isUnreadable(int status, Headers backendResponse, ForwardPlan plan) {
    if (plan.filters(status) && isEncoded(backendResponse)) {
      return true;
    }
    return plan.backend().isLegacy()
        && plan.request().method().equals("GET")
        && status == 200
        && !isReadable(status, backendResponse, plan);
  }

  private static boolean isEncoded(Headers backendResponse) {
    return backendResponse.list(HeaderNames.CONTENT_ENCODING).stream()
        .anyMatch(coding -> !coding.equalsIgnoreCase("identity"));
  }

  /**
   * The stream as the client gets it.
   *
   * @param events the backend's bytes
   * @param plan what was decided about the request
   * @param scheduler calls back in time
   */
  static BodySource of(BodySource events, ForwardPlan plan, Scheduler scheduler) {
    BodySource stream =
        plan.request().method().equals("GET")
            ? new LegacyStream(events, new EndpointEvent(plan), plan.backend().isLegacy())
            : events;
    return new TimedStream(stream, plan.keepAlive(), plan.streamLife(), scheduler);
  }
}
