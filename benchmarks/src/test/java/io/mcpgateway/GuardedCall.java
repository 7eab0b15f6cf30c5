package io.mcpgateway;

import io.mcpgateway.auth.TokenCache;
import io.mcpgateway.benchmarks.Calls;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Exchange;
import io.mcpgateway.http.HandOver;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.ResponseHead;
import io.mcpgateway.http.TrustedProxies;
import io.mcpgateway.mcp.HeaderValidation;
import io.mcpgateway.session.SessionKey;
import io.mcpgateway.testkit.TestKey;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A whole call in memory: all that the gateway does besides the sockets. It is let in without a
 * policy, by a token, and by a token with its message read; {@code decide} leads to a backend.
 */
@State(Scope.Benchmark)
public class GuardedCall {
  private final Calls.Authenticated call =
      Calls.signedBy(TestKey.rsa("rsa"), TokenCache.DEFAULT_MAX_AGE);
  private final byte[] message = Calls.message(16);
  private final McpGateway open = gateway(Route.builder());
  private final McpGateway byToken = gateway(guarded());
  private final McpGateway byMessage = gateway(guarded().headerValidation(HeaderValidation.ALWAYS));
  private final RequestPipeline pipeline =
      new RequestPipeline(
          new RouteTable(
              List.of(
                  Listener.builder()
                      .route(guarded().backend(Backend.of("http://localhost:8000/mcp")).build())
                      .build())),
          TrustedProxies.NONE,
          SessionKey.random(),
          GatewayLimits.DEFAULT,
          1024 * 1024);

  private Route.Builder guarded() {
    return Route.builder()
        .matches(RouteMatch.pathPrefix("/mcp"))
        .cors(CorsPolicy.builder().allowOrigins("https://app.example.com").build())
        .authentication(call.policy());
  }

  private static McpGateway gateway(Route.Builder route) {
    return McpGateway.builder().route(route.build()).observers().build();
  }

  @TearDown
  public void close() {
    open.close();
    byToken.close();
    byMessage.close();
  }

  @Benchmark
  public CompletionStage<Verdict> decide() {
    return pipeline.decide(call.request(), () -> BodySource.of(message));
  }

  @Benchmark
  public void open(Blackhole application) {
    open.handle(new InMemory(application));
  }

  @Benchmark
  public void byToken(Blackhole application) {
    byToken.handle(new InMemory(application));
  }

  @Benchmark
  public void byTokenAndMessage(Blackhole application) {
    byMessage.handle(new InMemory(application));
  }

  /** A server with an application that takes what it gets, and is done. */
  private final class InMemory implements Exchange {
    private final Blackhole application;

    InMemory(Blackhole application) {
      this.application = application;
    }

    @Override
    public RequestHead request() {
      return call.request();
    }

    @Override
    public BodySource requestBody() {
      return BodySource.of(message);
    }

    @Override
    public void respond(ResponseHead head, BodySource body) {
      throw new IllegalStateException("refused: " + head);
    }

    @Override
    public void proceed(HandOver handOver) {
      application.consume(handOver);
      handOver.completed().accept(200);
    }

    @Override
    public void onClientGone(Consumer<Throwable> action) {}
  }
}
