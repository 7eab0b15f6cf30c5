package io.mcpgateway.backendauth;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The answers of one token endpoint: each is asked for once, whoever waits for it. Thread-safe. */
final class TokenCache {
  private final Map<String, CompletableFuture<TokenAnswer>> answers = new RecentlyUsed<>();

  /**
   * Finds an answer, or asks.
   *
   * @param key what it is for
   * @param now the time
   * @param question asks the endpoint; its stage does not fail
   */
  CompletionStage<TokenAnswer> get(
      String key, Instant now, Supplier<CompletionStage<TokenAnswer>> question) {
    CompletableFuture<TokenAnswer> mine = new CompletableFuture<>();
    synchronized (answers) {
      CompletableFuture<TokenAnswer> there = answers.get(key);
      if (there != null && (!there.isDone() || there.join().counts(now))) {
        return there;
      }
      answers.put(key, mine);
    }
    question
        .get()
        .whenComplete(
            (answer, failure) ->
                mine.complete(
                    failure == null ? answer : TokenAnswer.unavailable("failed: " + failure, now)));
    return mine;
  }

  /**
   * Forgets an answer, unless there is a newer one.
   *
   * @param key what it is for
   * @param answer what was found
   */
  void drop(String key, TokenAnswer answer) {
    synchronized (answers) {
      CompletableFuture<TokenAnswer> there = answers.get(key);
      if (there != null && there.isDone() && there.join().equals(answer)) {
        answers.remove(key);
      }
    }
  }
}
