package io.mcpgateway.jetty;

import io.mcpgateway.telemetry.GatewayObserver;
import io.mcpgateway.telemetry.Outcome;
import io.mcpgateway.telemetry.RefusalCode;
import io.mcpgateway.telemetry.RequestRecord;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Remembers the last requests that were refused or failed, in bounded memory. Thread-safe. */
final class RecentProblems implements GatewayObserver {
  private static final int MOST = 100;
  private static final int LONGEST_TEXT = 200;

  private final Deque<Problem> last = new ArrayDeque<>();

  /**
   * A request that was refused or failed; texts are cut.
   *
   * @param at when it arrived
   * @param request its HTTP method and path
   * @param route the route; empty when none matched
   * @param call the MCP method, and what it names
   * @param subject the authenticated caller
   * @param client the client's address
   * @param status the HTTP status
   * @param code why, in a word
   * @param reason why, in detail
   */
  record Problem(
      Instant at,
      String request,
      String route,
      String call,
      String subject,
      String client,
      int status,
      String code,
      String reason) {}

  @Override
  public synchronized void requestFinished(RequestRecord request) {
    if (request.outcome() != Outcome.REFUSED && request.outcome() != Outcome.FAILED) {
      return;
    }
    if (last.size() == MOST) {
      last.removeFirst();
    }
    last.addLast(
        new Problem(
            request.started(),
            cut(request.method() + " " + request.path()),
            cut(request.route()),
            cut(request.mcpMethod().orElse("") + " " + request.mcpName().orElse("")),
            cut(request.subject()),
            cut(request.clientAddress()),
            request.status(),
            cut(request.refusal().map(RefusalCode::label)),
            cut(request.reason())));
  }

  private static String cut(Optional<String> text) {
    return cut(text.orElse(""));
  }

  /** A text as long as it may be shown. */
  static String cut(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
  }

  /** What is remembered, the last one first. */
  synchronized List<Problem> all() {
    List<Problem> all = new ArrayList<>(last);
    Collections.reverse(all);
    return all;
  }
}
