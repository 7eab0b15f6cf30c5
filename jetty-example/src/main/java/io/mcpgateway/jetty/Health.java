package io.mcpgateway.jetty;

import io.mcpgateway.LiveGateway;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import io.mcpgateway.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether the process shall get requests, and why not. It has to be ready once: that the keys of an
 * issuer cannot be had is no reason later on to send all callers away. Thread-safe.
 */
final class Health {
  private final LiveGateway gateway;
  private final AtomicBoolean readyOnce = new AtomicBoolean();
  private final AtomicBoolean ending = new AtomicBoolean();
  private final AtomicReference<String> refusedChange = new AtomicReference<>("");

  Health(LiveGateway gateway) {
    this.gateway = gateway;
  }

  /**
   * What is known.
   *
   * @param ready whether requests shall come
   * @param notes what is worth knowing, for operators
   * @param json all of it
   */
  record Report(boolean ready, List<String> notes, String json) {}

  /** The end was announced: no more requests shall come. */
  void ending() {
    ending.set(true);
  }

  /**
   * A change of the configuration was refused, or taken.
   *
   * @param problems what is wrong with the file; empty when nothing is
   */
  void changed(String problems) {
    refusedChange.set(problems);
  }

  /** Whether that is the last change that was refused. */
  boolean isRefused(String problems) {
    return problems.equals(refusedChange.get());
  }

  /** What is answered to probes. */
  List<AdminEndpoint> endpoints() {
    return List.of(
        AdminEndpoint.get(
            "/healthz/live", () -> Response.json(200, Headers.EMPTY, "{\"live\":true}")),
        AdminEndpoint.get(
            "/healthz/ready",
            () -> {
              Report report = report();
              return Response.json(report.ready() ? 200 : 503, Headers.EMPTY, report.json());
            }));
  }

  /** Asks what is missing. */
  Report report() {
    List<String> missing = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    List<String> notReady = gateway.current().notReady();
    boolean served = readyOnce.get() || notReady.isEmpty();
    readyOnce.set(served);
    (served ? notes : missing).addAll(notReady);
    if (ending.get()) {
      missing.add("the process is about to end");
    }
    String refused = refusedChange.get();
    if (refused != null && !refused.isEmpty()) {
      notes.add("the configuration on disk is refused, the one before runs on: " + refused);
    }
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("ready", missing.isEmpty());
    report.put("missing", missing);
    report.put("notes", notes);
    report.put("openRequests", gateway.openRequests());
    report.put("openStreams", gateway.openStreams());
    List<String> all = new ArrayList<>(missing);
    all.addAll(notes);
    return new Report(missing.isEmpty(), List.copyOf(all), Json.write(report));
  }
}
