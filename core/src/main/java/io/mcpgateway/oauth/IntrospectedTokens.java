package io.mcpgateway.oauth;

import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.jwt.SecretDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What was said of tokens lately, and who is being asked about them now: about each token one
 * question at a time. Holds no tokens, only digests of them; the oldest goes when it is full.
 * Thread-safe.
 */
final class IntrospectedTokens {
  /** About 1 KiB each, with the claims. */
  static final int MAX = 10_000;

  private final SecretDigest digest = new SecretDigest();
  private final Clock clock;
  // A question that is under way, or a good answer.
  private final Map<String, CompletableFuture<Outcome>> outcomes = new LinkedHashMap<>();

  IntrospectedTokens(Clock clock) {
    this.clock = clock;
  }

  /**
   * An outcome, and for how long it may be told.
   *
   * @param verification the outcome
   * @param until when somebody has to be asked again
   */
  record Outcome(TokenVerification verification, Instant until) {}

  /**
   * What is known of a token, or is about to be.
   *
   * @param token a secret
   * @param question is asked when nothing is known
   * @return completes exceptionally when the answer does; that is not kept
   */
  CompletionStage<TokenVerification> get(
      String token, Supplier<CompletionStage<Outcome>> question) {
    String key = digest.of(token);
    CompletableFuture<Outcome> mine = new CompletableFuture<>();
    Optional<CompletableFuture<Outcome>> known = knownOrEntered(key, mine);
    if (known.isEmpty()) {
      question
          .get()
          .whenComplete(
              (outcome, failure) -> {
                if (failure == null) {
                  mine.complete(outcome);
                } else {
                  remove(key, mine);
                  mine.completeExceptionally(failure);
                }
              });
    }
    return known.orElse(mine).thenApply(Outcome::verification);
  }

  private synchronized Optional<CompletableFuture<Outcome>> knownOrEntered(
      String key, CompletableFuture<Outcome> mine) {
    CompletableFuture<Outcome> known = outcomes.get(key);
    if (known != null && (!known.isDone() || clock.instant().isBefore(known.join().until()))) {
      return Optional.of(known);
    }
    outcomes.remove(key);
    if (outcomes.size() >= MAX) {
      outcomes.remove(outcomes.keySet().iterator().next());
    }
    outcomes.put(key, mine);
    return Optional.empty();
  }

  /** Compared as it is: another question may have taken the place. */
  private synchronized void remove(String key, CompletableFuture<Outcome> mine) {
    outcomes.remove(key, mine);
  }
}
