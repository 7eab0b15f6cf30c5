package io.mcpgateway.auth;

import io.mcpgateway.benchmarks.Calls;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.TrustedProxies;
import io.mcpgateway.testkit.TestKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Who is calling: the field parsed, its token verified, or found among those seen before. */
@State(Scope.Benchmark)
public class Authenticating {
  private final Calls.Authenticated cached =
      Calls.signedBy(TestKey.rsa("rsa"), TokenCache.DEFAULT_MAX_AGE);
  private final Calls.Authenticated rsa = Calls.signedBy(TestKey.rsa("rsa"), Duration.ZERO);
  private final Calls.Authenticated ec = Calls.signedBy(TestKey.ec("ec"), Duration.ZERO);

  @Benchmark
  public CompletionStage<AuthenticationResult> cached() {
    return authenticate(cached);
  }

  @Benchmark
  public CompletionStage<AuthenticationResult> rs256() {
    return authenticate(rsa);
  }

  @Benchmark
  public CompletionStage<AuthenticationResult> es256() {
    return authenticate(ec);
  }

  private static CompletionStage<AuthenticationResult> authenticate(Calls.Authenticated call) {
    RequestHead request = call.request();
    PublicOrigin origin = PublicOrigin.of(request, TrustedProxies.NONE);
    return call.policy().authenticate(request, origin, List.of());
  }
}
