package io.mcpgateway.samples;

import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.forward.ConnectRetry;
import io.mcpgateway.forward.HttpVersion;
import io.mcpgateway.tls.BackendTls;
import java.nio.file.Path;
import java.time.Duration;

/** How backends are reached. */
final class BackendSamples {
  private BackendSamples() {}

  static Backend overTls() {
    Backend backend =
        Backend.of("https://10.0.0.7:8443/mcp")
            .withTls(
                BackendTls.builder()
                    .root(Path.of("ca.pem"))
                    .certificate(Path.of("cert.pem"), Path.of("key.pem"))
                    .hostname("mcp.internal")
                    .build())
            .withHttpVersions(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1);
    return backend;
  }

  static Route triedAgain() {
    Route route =
        Route.builder()
            .backend(Backend.of("http://localhost:8000/mcp"))
            .retry(new ConnectRetry(5, Duration.ofMillis(200)))
            .build();
    return route;
  }
}
