package io.mcpgateway.fetch;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

/**
 * Answers of another party, for as long as they count: for each one question at a time, whoever
 * waits for it. What failed is not kept. Thread-safe.
 *
 * @param <T> an answer
 */
public final class AnswerCache<T> {
  private final BiPredicate<T, Instant> counts;
  private final Clock clock;
  // A question that is under way, or its good answer.
  private final Map<String, CompletableFuture<T>> answers = new RecentlyUsed<>();

  /**
   * An empty cache.
   *
   * @param counts tells whether an answer is still good at a time
   * @param clock tells the time
   */
  public AnswerCache(BiPredicate<T, Instant> counts, Clock clock) {
    this.counts = counts;
    this.clock = clock;
  }

  /**
   * What is known, or is about to be.
   *
   * @param key what it is about; no secret
   * @param question asks the other party, where nothing is known
   * @return completes exceptionally when the question fails
   */
  public CompletionStage<T> get(String key, Supplier<CompletionStage<T>> question) {
    CompletableFuture<T> mine = new CompletableFuture<>();
    Optional<CompletableFuture<T>> known = knownOrEntered(key, mine);
    if (known.isEmpty()) {
      // By a stage, so that nothing can be thrown past those who wait.
      CompletableFuture.completedStage(question)
          .thenCompose(Supplier::get)
          .whenComplete((answer, failure) -> landed(key, mine, answer, failure));
    }
    return known.orElse(mine);
  }

  private synchronized Optional<CompletableFuture<T>> knownOrEntered(
      String key, CompletableFuture<T> mine) {
    CompletableFuture<T> known = answers.get(key);
    if (known != null && (!known.isDone() || counts.test(known.join(), clock.instant()))) {
      return Optional.of(known);
    }
    answers.put(key, mine);
    return Optional.empty();
  }

  private void landed(String key, CompletableFuture<T> mine, T answer, Throwable failure) {
    if (failure == null) {
      mine.complete(answer);
      return;
    }
    synchronized (this) {
      answers.remove(key, mine); // another question may have taken the place
    }
    mine.completeExceptionally(failure);
  }

  /**
   * Forgets an answer, unless there is a newer one.
   *
   * @param key what it is about
   * @param answer what was found
   */
  public synchronized void drop(String key, T answer) {
    CompletableFuture<T> known = answers.get(key);
    if (known != null && known.isDone() && known.join().equals(answer)) {
      answers.remove(key);
    }
  }
}
