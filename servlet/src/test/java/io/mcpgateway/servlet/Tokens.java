package io.mcpgateway.servlet;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.auth.BearerToken;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.http.RequestHead;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * Accepts the token {@code good}, whose caller is {@code alice} with the scope {@code mcp:read},
 * and the token {@code bobs}.
 */
final class Tokens implements TokenVerifier {
  static final String GOOD = "good";
  static final String BOBS = "bobs";

  private final UnaryOperator<CompletionStage<TokenVerification>> when;

  private Tokens(UnaryOperator<CompletionStage<TokenVerification>> when) {
    this.when = when;
  }

  /** An authentication that decides at once. */
  static McpAuthentication atOnce() {
    return authentication(stage -> stage);
  }

  /** An authentication that decides later, on another thread. */
  static McpAuthentication later() {
    return authentication(
        stage ->
            stage.thenCompose(
                outcome -> CompletableFuture.supplyAsync(() -> outcome, Tokens::run)));
  }

  /** An authentication that decides at once, or on another thread. */
  static McpAuthentication sometimesLater() {
    AtomicInteger count = new AtomicInteger();
    return authentication(
        stage ->
            count.incrementAndGet() % 3 == 0
                ? stage.thenCompose(outcome -> CompletableFuture.supplyAsync(() -> outcome))
                : stage);
  }

  private static void run(Runnable task) {
    CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS).execute(task);
  }

  private static McpAuthentication authentication(
      UnaryOperator<CompletionStage<TokenVerification>> when) {
    return McpAuthentication.builder().verifier(new Tokens(when)).build();
  }

  @Override
  public CompletionStage<TokenVerification> verify(BearerToken token, RequestHead clientRequest) {
    TokenVerification outcome =
        switch (token.value()) {
          case GOOD -> new TokenVerification.Verified(alice());
          case BOBS -> new TokenVerification.Verified(caller("bob"));
          default -> new TokenVerification.Rejected("not a good token");
        };
    return when.apply(CompletableFuture.completedStage(outcome));
  }

  static AuthenticatedPrincipal alice() {
    return caller("alice");
  }

  private static AuthenticatedPrincipal caller(String subject) {
    return new AuthenticatedPrincipal(
        "https://issuer.test",
        subject,
        Set.of("mcp:read"),
        Map.of("sub", subject, "tenant", "blue"),
        Optional.empty());
  }

  @Override
  public List<String> issuers() {
    return List.of("https://issuer.test");
  }
}
