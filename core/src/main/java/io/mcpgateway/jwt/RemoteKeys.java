package io.mcpgateway.jwt;

import io.mcpgateway.fetch.DocumentFetcher;
import io.mcpgateway.fetch.DocumentLifetime;
import io.mcpgateway.fetch.FetchException;
import io.mcpgateway.fetch.FetchRequest;
import io.mcpgateway.fetch.FetchedDocument;
import io.mcpgateway.http.PrintableText;
import io.mcpgateway.jwt.KeyLookup.Found;
import io.mcpgateway.jwt.KeyLookup.Unreachable;
import io.mcpgateway.telemetry.KeyFetch;
import io.mcpgateway.telemetry.KeySetState;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The keys behind a URL: fetched when first needed, kept for as long as the response says, fetched
 * again ahead of time, and kept without limit while the issuer is unreachable. The last is a
 * choice: an issuer that is down cannot tell of withdrawn keys, and refusing everybody would make
 * its outage ours; tokens still expire.
 *
 * <p>At most one fetch is under way at any time. Thread-safe without locks: each step replaces the
 * state, and who replaced it acts.
 */
final class RemoteKeys implements KeySource {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteKeys.class);
  private static final String JWK_SET = "application/json, application/jwk-set+json";

  private final KeyLocation location;
  private final DocumentFetcher fetcher;
  private final Clock clock;
  private final AtomicReference<KeyCacheState> state;
  private final List<Consumer<KeyFetch>> observers = new CopyOnWriteArrayList<>();

  RemoteKeys(KeyLocation location, DocumentFetcher fetcher, Clock clock) {
    this.location = location;
    this.fetcher = fetcher;
    this.clock = clock;
    this.state = new AtomicReference<>(KeyCacheState.empty(clock.instant()));
  }

  @Override
  public CompletionStage<KeyLookup> keys() {
    Instant now = clock.instant();
    Optional<CachedKeys> cached = current().cached();
    if (cached.isPresent() && !cached.get().isDue(now)) {
      return now(new Found(cached.get().keys()));
    }
    KeyCacheState current =
        launch(seen -> seen.isRefreshDue(now) ? Optional.of(seen) : Optional.empty());
    return current.flight().isPresent() && current.mustWait(now)
        ? current.flight().get()
        : now(current.lookup(now));
  }

  @Override
  public CompletionStage<KeyLookup> keysWith(Predicate<VerificationKeys> enough) {
    Optional<CompletableFuture<KeyLookup>> underWay = current().flight();
    // A fetch that began before the rotation may bring the old keys: then there is one more.
    return underWay.isPresent()
        ? underWay.get().thenCompose(ignored -> refetch(enough))
        : refetch(enough);
  }

  private CompletionStage<KeyLookup> refetch(Predicate<VerificationKeys> enough) {
    Instant now = clock.instant();
    KeyCacheState current =
        launch(seen -> seen.isEnough(enough) ? Optional.empty() : seen.charged(now));
    return current.flight().isPresent() && !current.isEnough(enough)
        ? current.flight().get()
        : now(current.lookup(now));
  }

  /**
   * Starts a fetch unless one is under way.
   *
   * @param permission the state to fetch from; empty when there is no reason, or no budget
   * @return the state afterwards
   */
  private KeyCacheState launch(Function<KeyCacheState, Optional<KeyCacheState>> permission) {
    while (true) {
      KeyCacheState seen = current();
      if (seen.closed() || seen.flight().isPresent()) {
        return seen;
      }
      Optional<KeyCacheState> permitted = permission.apply(seen);
      if (permitted.isEmpty()) {
        return seen;
      }
      CompletableFuture<KeyLookup> flight = new CompletableFuture<>();
      KeyCacheState flying = permitted.get().flying(flight);
      if (state.compareAndSet(seen, flying)) {
        fetch(flight);
        return flying;
      }
    }
  }

  private void fetch(CompletableFuture<KeyLookup> flight) {
    Instant started = clock.instant();
    long startedNanos = System.nanoTime();
    // Started by a stage, so that nothing can be thrown past the end of the flight.
    CompletableFuture.completedStage(location)
        .thenCompose(KeyLocation::url)
        .thenCompose(
            url ->
                fetcher
                    .fetch(FetchRequest.get(url, JWK_SET))
                    .thenCompose(document -> read(url, document)))
        .whenComplete(
            (fetched, failure) -> {
              try {
                if (failure == null) {
                  landed(fetched);
                } else {
                  failed(cause(failure));
                }
                tell(
                    new KeyFetch(
                        description(),
                        started,
                        Duration.ofNanos(System.nanoTime() - startedNanos),
                        failure == null ? fetched.keys().size() : 0,
                        Optional.ofNullable(failure).map(RemoteKeys::cause)));
              } finally {
                flight.complete(current().lookup(clock.instant()));
              }
            });
  }

  private void tell(KeyFetch fetch) {
    observers.forEach(observer -> observer.accept(fetch));
  }

  private CompletionStage<CachedKeys> read(URI url, FetchedDocument document) {
    try {
      return CompletableFuture.completedStage(
          new CachedKeys(
              VerificationKeys.parse(document.content()),
              clock.instant(),
              DocumentLifetime.of(document.headers())));
    } catch (UnusableKeyException unusable) {
      return CompletableFuture.failedStage(
          FetchException.unusableAnswer(url, String.valueOf(unusable.getMessage())));
    }
  }

  private void landed(CachedKeys fetched) {
    KeyCacheState before = state.getAndUpdate(seen -> seen.landed(fetched));
    LOG.atLevel(before.cached().isEmpty() || before.outage().isPresent() ? Level.INFO : Level.DEBUG)
        .log(
            "keys of {}: {} usable, fresh for {}",
            location.description(),
            fetched.keys().size(),
            fetched.lifetime());
    // The same odd keys come with each refresh; they are told of once.
    if (!before.skipped().equals(fetched.keys().skipped())) {
      fetched
          .keys()
          .skipped()
          .forEach(key -> LOG.warn("keys of {}: skipped {}", location.description(), key));
    }
  }

  private void failed(String cause) {
    location.forget();
    KeyCacheState after = state.updateAndGet(seen -> seen.failed(cause, clock.instant()));
    if (!after.closed()) {
      LOG.warn(
          "keys of {}: not fetched, {}: {}",
          location.description(),
          after.cached().isPresent() ? "the last good keys serve on" : "no token can be verified",
          cause);
    }
  }

  private static String cause(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof FetchException
        ? String.valueOf(cause.getMessage())
        : PrintableText.message(cause);
  }

  private static CompletionStage<KeyLookup> now(KeyLookup lookup) {
    return CompletableFuture.completedStage(lookup);
  }

  private KeyCacheState current() {
    return Objects.requireNonNull(state.get());
  }

  @Override
  public void observe(Consumer<KeyFetch> observer) {
    observers.add(observer);
  }

  @Override
  public KeySetState state() {
    KeyCacheState now = current();
    return new KeySetState(
        description(),
        now.cached().map(known -> known.keys().keyIds()).orElse(List.of()),
        now.cached().map(CachedKeys::fetchedAt),
        now.outage().map(KeyCacheState.Outage::cause));
  }

  @Override
  public void takeOver(KeySource previous) {
    if (previous instanceof RemoteKeys other && other.description().equals(description())) {
      KeyCacheState known = other.current();
      state.getAndUpdate(own -> own.cached().isPresent() ? own : own.knowing(known.cached()));
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the state tells what comes of it
  public Optional<String> notReady() {
    keys();
    return current().lookup(clock.instant()) instanceof Unreachable missing
        ? Optional.of("keys of " + description() + ": " + missing.cause())
        : Optional.empty();
  }

  @Override
  public String description() {
    return location.description();
  }

  /** Stops fetching; whoever waits for keys is told that there are none. */
  @Override
  public void close() {
    KeyCacheState before = state.getAndUpdate(KeyCacheState::close);
    before
        .flight()
        .ifPresent(
            flight -> flight.complete(new Unreachable(KeyCacheState.SHORTEST_PAUSE, "closed")));
    fetcher.close();
  }
}
