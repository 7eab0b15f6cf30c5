package io.mcpgateway.forward;

import io.mcpgateway.http.EndSignal;
import io.mcpgateway.http.HeaderModifier;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.StreamLife;
import io.mcpgateway.session.SessionBinding;
import io.mcpgateway.session.SessionKey;
import java.time.Duration;
import java.util.Optional;

/** Plans of requests that no policy touched. */
final class Plans {
  private Plans() {}

  static ForwardPlan of(
      Backend backend,
      RequestHead request,
      PublicOrigin origin,
      boolean originConsumed,
      Headers responseHeaders) {
    return new ForwardPlan(
        backend,
        request,
        Optional.empty(),
        Optional.empty(),
        origin,
        SessionBinding.ofAnybody(SessionKey.random()),
        responseHeaders,
        originConsumed,
        Duration.ofSeconds(30),
        ConnectRetry.NONE,
        Optional.empty(),
        Optional.empty(),
        new StreamLife(Optional.empty(), new EndSignal()),
        HeaderModifier.NONE,
        name -> false,
        Optional.empty());
  }
}
