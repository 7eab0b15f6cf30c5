package io.mcpgateway.metrics;

import io.mcpgateway.telemetry.Outcome;
import io.mcpgateway.telemetry.RefusalCode;
import io.mcpgateway.telemetry.RequestRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts finished requests. Meters are looked up once for each combination of labels. Of what
 * clients send, nothing becomes a label but what is listed here, or by the operator. Thread-safe.
 */
final class RequestMeters {
  private static final String NONE = "none";
  private static final String OTHER = "other";

  /**
   * What clients may send in the revisions of MCP there are, and what the gateway calls batches.
   */
  private static final Set<String> METHODS =
      Set.of(
          "batch",
          "completion/complete",
          "initialize",
          "logging/setLevel",
          "notifications/cancelled",
          "notifications/initialized",
          "notifications/progress",
          "notifications/roots/list_changed",
          "notifications/tasks/status",
          "ping",
          "prompts/get",
          "prompts/list",
          "resources/list",
          "resources/read",
          "resources/subscribe",
          "resources/templates/list",
          "resources/unsubscribe",
          "server/discover",
          "subscriptions/listen",
          "tasks/cancel",
          "tasks/get",
          "tasks/list",
          "tasks/result",
          "tasks/update",
          "tools/call",
          "tools/list");

  private final MeterRegistry registry;
  private final Set<String> tools;
  private final Map<Series, Meters> series = new ConcurrentHashMap<>();
  private final Map<ToolCalls, Timer> toolCalls = new ConcurrentHashMap<>();

  /** What requests have in common that are counted together. */
  private record Series(
      String route,
      String method,
      Outcome outcome,
      String refusal,
      int statusClass,
      boolean upstream,
      boolean stream) {}

  private record Meters(
      Counter requests,
      Optional<Timer> firstByte,
      Timer duration,
      Optional<Timer> upstream,
      Counter requestBytes,
      Counter responseBytes) {}

  private record ToolCalls(String tool, Outcome outcome) {}

  /**
   * Nothing is counted yet.
   *
   * @param registry gets the meters as they are needed
   * @param tools those that are measured by name
   */
  RequestMeters(MeterRegistry registry, Set<String> tools) {
    this.registry = registry;
    this.tools = Set.copyOf(tools);
  }

  /** Counts one. */
  void count(RequestRecord request) {
    Meters meters = series.computeIfAbsent(seriesOf(request), this::metersOf);
    meters.requests.increment();
    meters.firstByte.ifPresent(timer -> timer.record(request.firstByte()));
    meters.duration.record(request.total());
    meters.upstream.ifPresent(timer -> request.upstream().ifPresent(timer::record));
    meters.requestBytes.increment((double) request.requestBytes());
    request.responseBytes().ifPresent(bytes -> meters.responseBytes.increment((double) bytes));
    if (request.isToolCall()) {
      request.mcpName().filter(tools::contains).ifPresent(tool -> countTool(tool, request));
    }
  }

  private void countTool(String tool, RequestRecord request) {
    toolCalls
        .computeIfAbsent(
            new ToolCalls(tool, request.outcome()),
            calls -> GatewayMeter.TOOL_DURATION.timer(registry, calls.tool, calls.outcome.label()))
        .record(request.total());
  }

  private static Series seriesOf(RequestRecord request) {
    return new Series(
        request.route().orElse(NONE),
        request.mcpMethod().map(method -> METHODS.contains(method) ? method : OTHER).orElse(NONE),
        request.outcome(),
        request.refusal().map(RefusalCode::label).orElse(NONE),
        request.status() / 100,
        request.upstream().isPresent(),
        request.eventStream());
  }

  private Meters metersOf(Series of) {
    String outcome = of.outcome.label();
    boolean answered = of.statusClass > 0;
    return new Meters(
        GatewayMeter.REQUESTS.counter(
            registry,
            of.route,
            of.method,
            outcome,
            of.refusal,
            answered ? of.statusClass + "xx" : NONE),
        answered
            ? Optional.of(
                GatewayMeter.REQUEST_FIRST_BYTE.timer(registry, of.route, of.method, outcome))
            : Optional.empty(),
        of.stream
            ? GatewayMeter.STREAM_DURATION.timer(registry, of.route)
            : GatewayMeter.REQUEST_DURATION.timer(registry, of.route, of.method, outcome),
        of.upstream
            ? Optional.of(GatewayMeter.UPSTREAM_DURATION.timer(registry, of.route, of.method))
            : Optional.empty(),
        GatewayMeter.REQUEST_BYTES.counter(registry, of.route),
        GatewayMeter.RESPONSE_BYTES.counter(registry, of.route));
  }
}
