package io.mcpgateway.forward;

import io.mcpgateway.benchmarks.Calls;
import io.mcpgateway.http.EndSignal;
import io.mcpgateway.http.HeaderModifier;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.ResponseHead;
import io.mcpgateway.http.StreamLife;
import io.mcpgateway.http.TrustedProxies;
import io.mcpgateway.session.SessionBinding;
import io.mcpgateway.session.SessionKey;
import java.time.Duration;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The header fields of a call that go on to the backend, and those of its answer. */
@State(Scope.Benchmark)
public class HeaderFiltering {
  private final ForwardPlan plan = plan(Calls.toolCall().build());
  private final Headers response =
      Headers.of(
          "Content-Type", "application/json",
          "Content-Length", "300",
          "Date", "Tue, 24 Nov 2026 00:00:00 GMT",
          "Server", "backend",
          "Connection", "keep-alive",
          "Cache-Control", "no-store");

  private static ForwardPlan plan(RequestHead request) {
    return new ForwardPlan(
        Backend.of("http://localhost:8000/mcp"),
        request,
        Optional.empty(),
        Optional.empty(),
        PublicOrigin.of(request, TrustedProxies.NONE),
        SessionBinding.ofAnybody(SessionKey.random()),
        Headers.of("Vary", "Origin"),
        true,
        Duration.ofSeconds(30),
        ConnectRetry.NONE,
        Optional.empty(),
        Optional.empty(),
        new StreamLife(Optional.empty(), new EndSignal()),
        HeaderModifier.NONE,
        name -> false,
        Optional.empty());
  }

  @Benchmark
  public BackendRequestHead toBackend() {
    return BackendRequestHead.of(plan);
  }

  @Benchmark
  public ResponseHead toClient() {
    return ClientResponseHead.of(200, response, plan);
  }
}
