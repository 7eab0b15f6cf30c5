package io.mcpgateway.auth;

import io.mcpgateway.auth.TokenVerification.Verified;
import io.mcpgateway.telemetry.TokenCacheState;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Tokens that were found good, for a while: one that comes again costs a hash and a look into a
 * map. It holds outcomes only, by the hash of salt and token, never a token; the salt is random and
 * dies with the process.
 *
 * <p>An entry counts until the token ends, and no longer than {@link #maxAge}. So that is how long
 * a token may go on after its issuer took it, or the key that signed it, back. Refusals are not
 * kept. When the cache is full, the entry goes that was not asked for longest.
 *
 * <p>Of use to verifiers whose answer depends on nothing but the token. Thread-safe.
 */
public final class TokenCache {
  /** How long an entry counts unless told otherwise: five minutes. */
  public static final Duration DEFAULT_MAX_AGE = Duration.ofMinutes(5);

  /** How many entries there are unless told otherwise. */
  public static final int DEFAULT_MAX_ENTRIES = 10_000;

  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int MOST = 1_000_000;
  private static final int SALT_BYTES = 32;

  private final Duration maxAge;
  private final int maxEntries;
  private final Clock clock;
  private final byte[] salt = new byte[SALT_BYTES];
  private final Map<Sha256, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long hits;
  private long misses;

  /**
   * A token that was found good.
   *
   * @param outcome what was found
   * @param since when it was asked
   * @param until from when on it has to be asked again
   */
  private record Entry(Verified outcome, Instant since, Instant until) {
    /** A clock that was set back must not make entries live longer: then they count as old. */
    boolean counts(Instant now) {
      return !now.isBefore(since) && now.isBefore(until);
    }
  }

  private TokenCache(Duration maxAge, int maxEntries, Clock clock) {
    this.maxAge = maxAge;
    this.maxEntries = maxEntries;
    this.clock = clock;
    new SecureRandom().nextBytes(salt);
  }

  /**
   * An empty cache.
   *
   * @param maxAge how long an entry counts at most: up to an hour; zero keeps nothing
   * @param maxEntries how many entries there are at most: 1 to 1,000,000
   * @param clock for the end of tokens and entries
   * @return the cache
   * @throws IllegalArgumentException when a value is out of range
   */
  public static TokenCache of(Duration maxAge, int maxEntries, Clock clock) {
    if (maxAge.isNegative() || maxAge.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "tokenCache: maxAge " + maxAge + " (expected: PT0S to " + LONGEST + ")");
    }
    if (maxEntries < 1 || maxEntries > MOST) {
      throw new IllegalArgumentException(
          "tokenCache: maxEntries " + maxEntries + " (expected: 1 to " + MOST + ")");
    }
    return new TokenCache(maxAge, maxEntries, clock);
  }

  /**
   * How long an entry counts at most.
   *
   * @return zero when nothing is kept
   */
  public Duration maxAge() {
    return maxAge;
  }

  /**
   * How many entries there are at most.
   *
   * @return at least one
   */
  public int maxEntries() {
    return maxEntries;
  }

  /**
   * How much it is of use.
   *
   * @param issuer whose tokens these are, for people
   */
  public TokenCacheState state(String issuer) {
    synchronized (entries) {
      return new TokenCacheState(issuer, entries.size(), hits, misses);
    }
  }

  /**
   * Answers from memory, or has the token verified and remembers it if it is good.
   *
   * @param token what the client presented
   * @param verification asked for tokens that are not known
   * @return complete when the token is known; else as the verification completes
   */
  public CompletionStage<TokenVerification> verify(
      BearerToken token, Supplier<CompletionStage<TokenVerification>> verification) {
    if (maxAge.isZero()) {
      return verification.get();
    }
    Sha256 key = Sha256.of(salt, token.value().getBytes(StandardCharsets.UTF_8));
    Instant now = clock.instant();
    Optional<Verified> known = find(key, now);
    if (known.isPresent()) {
      return CompletableFuture.completedStage(known.get());
    }
    return verification
        .get()
        .thenApply(
            outcome -> {
              if (outcome instanceof Verified verified) {
                keep(key, verified, now);
              }
              return outcome;
            });
  }

  private Optional<Verified> find(Sha256 key, Instant now) {
    synchronized (entries) {
      Entry entry = entries.get(key);
      if (entry != null && entry.counts(now)) {
        hits++;
        return Optional.of(entry.outcome());
      }
      misses++;
      entries.remove(key);
      return Optional.empty();
    }
  }

  /** Its time runs from the question: the answer may have been true only then. */
  private void keep(Sha256 key, Verified verified, Instant asked) {
    Instant oldest = asked.plus(maxAge);
    Instant until =
        verified.principal().expiresAt().filter(end -> end.isBefore(oldest)).orElse(oldest);
    Entry entry = new Entry(verified, asked, until);
    if (!entry.counts(clock.instant())) {
      return;
    }
    synchronized (entries) {
      entries.put(key, entry);
      if (entries.size() > maxEntries) {
        Iterator<Entry> longestUnused = entries.values().iterator();
        longestUnused.next();
        longestUnused.remove();
      }
    }
  }
}
