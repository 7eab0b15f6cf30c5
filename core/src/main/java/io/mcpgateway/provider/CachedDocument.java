package io.mcpgateway.provider;

import io.mcpgateway.fetch.IssuerDocument;
import io.mcpgateway.http.PrintableText;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata of one authorization server: fetched when first asked for, kept as long as it says,
 * and beyond that while no newer one can be had. One fetch at a time; after one that failed there
 * is a pause. Thread-safe without locks: who replaces the state acts.
 */
final class CachedDocument {
  private static final Logger LOG = LoggerFactory.getLogger(CachedDocument.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final String issuer;
  private final Supplier<CompletionStage<IssuerDocument>> source;
  private final Clock clock;
  private final AtomicReference<State> state;

  /**
   * What is known at one moment.
   *
   * @param document the last good one
   * @param problem why the last fetch failed
   * @param since when the last fetch ended
   * @param until when the next one is due
   * @param flight the fetch under way
   */
  private record State(
      Optional<IssuerDocument> document,
      Optional<Throwable> problem,
      Instant since,
      Instant until,
      Optional<CompletableFuture<IssuerDocument>> flight) {
    /** A clock that was set back must not keep a document for longer. */
    boolean isDue(Instant now) {
      return now.isBefore(since) || !now.isBefore(until);
    }

    CompletionStage<IssuerDocument> answer() {
      return document
          .<CompletionStage<IssuerDocument>>map(CompletableFuture::completedStage)
          .orElseGet(() -> CompletableFuture.failedStage(problem.orElseThrow()));
    }
  }

  CachedDocument(String issuer, Supplier<CompletionStage<IssuerDocument>> source, Clock clock) {
    this.issuer = issuer;
    this.source = source;
    this.clock = clock;
    this.state =
        new AtomicReference<>(
            new State(
                Optional.empty(), Optional.empty(), Instant.MIN, Instant.MIN, Optional.empty()));
  }

  /** The document; completes exceptionally when there never was one. */
  CompletionStage<IssuerDocument> get() {
    while (true) {
      State seen = Objects.requireNonNull(state.get());
      if (seen.flight().isPresent()) {
        return seen.flight().get();
      }
      if (!seen.isDue(clock.instant())) {
        return seen.answer();
      }
      CompletableFuture<IssuerDocument> flight = new CompletableFuture<>();
      State flying =
          new State(
              seen.document(), seen.problem(), seen.since(), seen.until(), Optional.of(flight));
      if (state.compareAndSet(seen, flying)) {
        fetch(seen, flight);
        return flight;
      }
    }
  }

  private void fetch(State before, CompletableFuture<IssuerDocument> flight) {
    // Started by a stage, so that nothing can be thrown past the end of the flight.
    CompletableFuture.completedStage(source)
        .thenCompose(Supplier::get)
        .whenComplete(
            (fetched, failure) -> {
              Instant now = clock.instant();
              State after =
                  failure == null
                      ? new State(
                          Optional.of(fetched),
                          Optional.empty(),
                          now,
                          now.plus(fetched.lifetime()),
                          Optional.empty())
                      : new State(
                          before.document(),
                          Optional.of(cause(failure)),
                          now,
                          now.plus(PAUSE),
                          Optional.empty());
              state.set(after);
              after.problem().ifPresent(problem -> warn(problem, after.document().isPresent()));
              after
                  .answer()
                  .whenComplete(
                      (document, problem) -> {
                        if (problem == null) {
                          flight.complete(document);
                        } else {
                          flight.completeExceptionally(problem);
                        }
                      });
            });
  }

  private void warn(Throwable problem, boolean served) {
    LOG.warn(
        "metadata of {}: not fetched, {}: {}",
        issuer,
        served ? "the last good one serves on" : "clients cannot find it",
        PrintableText.message(problem));
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
