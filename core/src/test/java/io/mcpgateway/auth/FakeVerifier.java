package io.mcpgateway.auth;

import io.mcpgateway.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A verifier that says what it is told, and remembers what it was asked. */
final class FakeVerifier implements TokenVerifier {
  final List<BearerToken> asked = new ArrayList<>();
  boolean closed;
  private final Supplier<CompletionStage<TokenVerification>> outcome;

  FakeVerifier(Supplier<CompletionStage<TokenVerification>> outcome) {
    this.outcome = outcome;
  }

  static FakeVerifier saying(TokenVerification outcome) {
    return new FakeVerifier(() -> CompletableFuture.completedStage(outcome));
  }

  @Override
  public CompletionStage<TokenVerification> verify(BearerToken token, RequestHead clientRequest) {
    asked.add(token);
    return outcome.get();
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
