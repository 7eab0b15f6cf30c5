package io.mcpgateway.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The line of a call in the access log, without the writing of it. */
@State(Scope.Benchmark)
public class AccessLogLine {
  private final AccessLog text = AccessLog.text();
  private final AccessLog json = AccessLog.json();
  private final RequestRecord request =
      new RequestRecord(
          Instant.parse("2026-11-24T00:00:00Z"),
          "POST",
          "/mcp",
          Optional.of("mcp"),
          Optional.of("echo"),
          Optional.of("tools/call"),
          Optional.of("echo"),
          200,
          OptionalLong.of(300),
          Duration.ofNanos(1_234_567),
          Duration.ofNanos(1_345_678),
          "203.0.113.9",
          Optional.of("alice"),
          Optional.empty());

  @Benchmark
  public String text() {
    return text.format(request);
  }

  @Benchmark
  public String json() {
    return json.format(request);
  }
}
