package io.mcpgateway;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.auth.AuthenticationMode;
import io.mcpgateway.auth.BearerToken;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.metadata.ResourceMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A verifier that knows three tokens: {@code good} is alice's, {@code bobs} is bob's, for {@code
 * down} there are no keys.
 */
final class Tokens implements TokenVerifier {
  static final AuthenticatedPrincipal ALICE =
      new AuthenticatedPrincipal(
          "https://as.example.com", "alice", Set.of(), Map.of(), Optional.empty());

  static final AuthenticatedPrincipal BOB =
      new AuthenticatedPrincipal(
          "https://as.example.com", "bob", Set.of(), Map.of(), Optional.empty());

  boolean closed;

  /** Strict authentication by these tokens, the resource derived from the request. */
  static McpAuthentication required() {
    return McpAuthentication.builder().verifier(new Tokens()).build();
  }

  static McpAuthentication required(String resource) {
    return McpAuthentication.builder()
        .verifier(new Tokens())
        .resourceMetadata(ResourceMetadata.builder().resource(resource).build())
        .build();
  }

  static McpAuthentication mode(AuthenticationMode mode) {
    return McpAuthentication.builder().verifier(new Tokens()).mode(mode).build();
  }

  @Override
  public CompletionStage<TokenVerification> verify(BearerToken token, RequestHead clientRequest) {
    return CompletableFuture.completedStage(
        switch (token.value()) {
          case "good" -> new TokenVerification.Verified(ALICE);
          case "bobs" -> new TokenVerification.Verified(BOB);
          case "down" -> new TokenVerification.Unavailable(Duration.ofSeconds(3), "refused");
          default -> new TokenVerification.Rejected("the token is not good");
        });
  }

  @Override
  public List<String> issuers() {
    return List.of("https://as.example.com");
  }

  @Override
  public void close() {
    closed = true;
  }
}
