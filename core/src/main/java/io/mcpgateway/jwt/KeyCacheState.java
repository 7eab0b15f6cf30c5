package io.mcpgateway.jwt;

import io.mcpgateway.jwt.KeyLookup.Found;
import io.mcpgateway.jwt.KeyLookup.Unreachable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * What {@link RemoteKeys} knows at one moment. Immutable: each event makes another state.
 *
 * @param cached the last good keys
 * @param flight the fetch under way; its end is that of everybody who waits for it
 * @param outage the failures since the last good fetch
 * @param budget what unknown key ids may still cost
 * @param closed whether nothing is fetched any more
 */
record KeyCacheState(
    Optional<CachedKeys> cached,
    Optional<CompletableFuture<KeyLookup>> flight,
    Optional<Outage> outage,
    RefetchBudget budget,
    boolean closed) {
  static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

  /** With keys at hand an issuer that is down is asked rarely. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** Without, each client waits for it: it is noticed soon that the issuer is back. */
  private static final Duration LONGEST_PAUSE_WITHOUT_KEYS = Duration.ofSeconds(4);

  /**
   * Fetches that failed in a row.
   *
   * @param since when the last of them failed
   * @param pause how long not to try again
   * @param cause of the last
   */
  record Outage(Instant since, Duration pause, String cause) {
    /** The rest of the pause; none when the clock was set back, lest it never ends. */
    Duration pauseAt(Instant now) {
      Duration passed = Duration.between(since, now);
      return passed.isNegative() || passed.compareTo(pause) >= 0
          ? Duration.ZERO
          : pause.minus(passed);
    }
  }

  static KeyCacheState empty(Instant now) {
    return new KeyCacheState(
        Optional.empty(), Optional.empty(), Optional.empty(), RefetchBudget.full(now), false);
  }

  /** Whether it is time to fetch, and the issuer is not to be spared. */
  boolean isRefreshDue(Instant now) {
    return cached.map(keys -> keys.isDue(now)).orElse(true)
        && outage.map(failure -> failure.pauseAt(now).isZero()).orElse(true);
  }

  /**
   * Whether the cached keys cannot be used before the fetch has ended. Expired keys wait for one
   * attempt, so that a withdrawn key is not accepted after a quiet night; in an outage they do not.
   */
  boolean mustWait(Instant now) {
    return cached.isEmpty() || (outage.isEmpty() && cached.get().isExpired(now));
  }

  boolean isEnough(Predicate<VerificationKeys> enough) {
    return cached.filter(keys -> enough.test(keys.keys())).isPresent();
  }

  /** What there is without waiting. */
  KeyLookup lookup(Instant now) {
    if (cached.isPresent()) {
      return new Found(cached.get().keys());
    }
    Duration pause = outage.map(failure -> failure.pauseAt(now)).orElse(Duration.ZERO);
    return new Unreachable(
        pause.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : pause,
        closed ? "closed" : outage.map(Outage::cause).orElse("no keys yet"));
  }

  List<String> skipped() {
    return cached.map(keys -> keys.keys().skipped()).orElse(List.of());
  }

  /** Pays for a fetch; empty when the budget does not allow it. */
  Optional<KeyCacheState> charged(Instant now) {
    return budget.take(now).map(rest -> new KeyCacheState(cached, flight, outage, rest, closed));
  }

  KeyCacheState flying(CompletableFuture<KeyLookup> fetch) {
    return new KeyCacheState(cached, Optional.of(fetch), outage, budget, closed);
  }

  /** With keys that somebody else has fetched. */
  KeyCacheState knowing(Optional<CachedKeys> keys) {
    return new KeyCacheState(keys, flight, outage, budget, closed);
  }

  KeyCacheState landed(CachedKeys fetched) {
    return new KeyCacheState(
        Optional.of(fetched), Optional.empty(), Optional.empty(), budget, closed);
  }

  /** Each failure in a row doubles the pause. */
  KeyCacheState failed(String cause, Instant now) {
    Duration longest = cached.isPresent() ? LONGEST_PAUSE : LONGEST_PAUSE_WITHOUT_KEYS;
    Duration doubled =
        outage.map(failure -> failure.pause().multipliedBy(2)).orElse(SHORTEST_PAUSE);
    Duration pause = doubled.compareTo(longest) > 0 ? longest : doubled;
    return new KeyCacheState(
        cached, Optional.empty(), Optional.of(new Outage(now, pause, cause)), budget, closed);
  }

  KeyCacheState close() {
    return new KeyCacheState(cached, Optional.empty(), outage, budget, true);
  }
}
