package io.mcpgateway.metrics;

import io.mcpgateway.telemetry.Outcome;
import io.mcpgateway.telemetry.RefusalCode;
import io.mcpgateway.telemetry.RequestRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an observer is told of, as far as metrics care.
 *
 * @param route empty when none matched
 * @param method of the message
 * @param name that the message names
 * @param path of the request
 * @param outcome what became of it
 * @param status of the response
 * @param stream whether the response is an event stream
 * @param refusal why not
 */
record FinishedRequest(
    Optional<String> route,
    Optional<String> method,
    Optional<String> name,
    String path,
    Outcome outcome,
    int status,
    boolean stream,
    Optional<RefusalCode> refusal) {
  static final int FIRST_BYTE_MS = 20;
  static final int TOTAL_MS = 30;
  static final int UPSTREAM_MS = 10;
  static final int REQUEST_BYTES = 100;
  static final int RESPONSE_BYTES = 1000;

  /** A call that was forwarded and answered. */
  static FinishedRequest call(String method, String name) {
    return new FinishedRequest(
        Optional.of("r"),
        Optional.of(method),
        Optional.of(name),
        "/mcp",
        Outcome.FORWARDED,
        200,
        false,
        Optional.empty());
  }

  /** One that the gateway answered with a refusal. */
  static FinishedRequest refused(Optional<String> route, int status, RefusalCode code) {
    return new FinishedRequest(
        route,
        Optional.empty(),
        Optional.empty(),
        "/mcp",
        Outcome.REFUSED,
        status,
        false,
        Optional.of(code));
  }

  FinishedRequest at(String otherPath) {
    return new FinishedRequest(route, method, name, otherPath, outcome, status, stream, refusal);
  }

  FinishedRequest ending(Outcome other, int otherStatus, boolean asStream) {
    return new FinishedRequest(route, method, name, path, other, otherStatus, asStream, refusal);
  }

  RequestRecord record() {
    boolean forwarded = outcome == Outcome.FORWARDED;
    return new RequestRecord(
        Instant.EPOCH,
        "POST",
        path,
        route,
        forwarded ? Optional.of("t") : Optional.empty(),
        method,
        name,
        Optional.of("1"),
        Optional.empty(),
        outcome,
        status,
        REQUEST_BYTES,
        OptionalLong.of(RESPONSE_BYTES),
        stream,
        Duration.ofMillis(FIRST_BYTE_MS),
        Duration.ofMillis(TOTAL_MS),
        forwarded ? Optional.of(Duration.ofMillis(UPSTREAM_MS)) : Optional.empty(),
        "127.0.0.1",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        refusal,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
