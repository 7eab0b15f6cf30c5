package io.mcpgateway.jwt;

import io.mcpgateway.auth.BearerToken;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerification.Rejected;
import io.mcpgateway.auth.TokenVerification.Verified;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.testkit.TestIssuer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;

/** What all tests of verification say. */
final class Verifying {
  static final String AUDIENCE = "https://gateway.example.com/mcp";

  private Verifying() {}

  static RequestHead request() {
    return RequestHead.builder("POST", "/mcp").build();
  }

  /** The verifier of most tests: its keys are in the configuration. */
  static JwtVerifier inline(TestIssuer issuer) {
    return JwtVerifier.builder()
        .issuer(issuer.issuer())
        .audiences(AUDIENCE)
        .jwks(issuer.jwks())
        .build();
  }

  static CompletableFuture<TokenVerification> start(JwtVerifier verifier, String token) {
    return verifier.verify(new BearerToken(token), request()).toCompletableFuture();
  }

  static TokenVerification verify(JwtVerifier verifier, String token) {
    return start(verifier, token).orTimeout(20, TimeUnit.SECONDS).join();
  }

  static void assertVerified(JwtVerifier verifier, String token) {
    Assertions.assertThat(verify(verifier, token)).isInstanceOf(Verified.class);
  }

  static void assertRejected(JwtVerifier verifier, String token, String description) {
    Assertions.assertThat(verify(verifier, token)).isEqualTo(new Rejected(description));
  }
}
