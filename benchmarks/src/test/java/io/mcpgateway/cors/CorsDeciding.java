package io.mcpgateway.cors;

import io.mcpgateway.http.RequestHead;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a route's CORS policy costs: a call of a script, and the preflight before it. */
@State(Scope.Benchmark)
public class CorsDeciding {
  private static final String ORIGIN = "https://app.example.com";

  private final CorsPolicy policy = CorsPolicy.builder().allowOrigins(ORIGIN).build();
  private final RequestHead request =
      RequestHead.builder("POST", "/mcp")
          .header("Origin", ORIGIN)
          .header("Content-Type", "application/json")
          .build();
  private final RequestHead preflight =
      RequestHead.builder("OPTIONS", "/mcp")
          .header("Origin", ORIGIN)
          .header("Access-Control-Request-Method", "POST")
          .header(
              "Access-Control-Request-Headers",
              "authorization, content-type, mcp-protocol-version, mcp-session-id")
          .build();

  @Benchmark
  public CorsDecision request() {
    return policy.decide(request);
  }

  @Benchmark
  public CorsDecision preflight() {
    return policy.decide(preflight);
  }
}
