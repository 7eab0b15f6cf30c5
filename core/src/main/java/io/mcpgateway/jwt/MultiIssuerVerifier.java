package io.mcpgateway.jwt;

import io.mcpgateway.auth.BearerToken;
import io.mcpgateway.auth.TokenCache;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.telemetry.KeyFetch;
import io.mcpgateway.telemetry.KeySetState;
import io.mcpgateway.telemetry.TokenCacheState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Verifies JWT access tokens of several issuers. Which of them a token has to satisfy is what its
 * {@code iss} says; keys of one are never tried for another (RFC 8725, 3.8), and an issuer that is
 * down is down for its own tokens alone.
 *
 * <p>Immutable and thread-safe. Close it: it closes the verifiers.
 */
public final class MultiIssuerVerifier implements TokenVerifier {
  private final List<JwtVerifier> verifiers;
  private final Map<String, JwtVerifier> byIssuer;
  private final TokenCache cache;

  private MultiIssuerVerifier(
      List<JwtVerifier> verifiers, Map<String, JwtVerifier> byIssuer, TokenCache cache) {
    this.verifiers = List.copyOf(verifiers);
    this.byIssuer = Map.copyOf(byIssuer);
    this.cache = cache;
  }

  /**
   * Begins a verifier.
   *
   * @return a new builder; it needs a verifier of an issuer
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The verifiers, one for each issuer.
   *
   * @return in the order in which they were added
   */
  public List<JwtVerifier> verifiers() {
    return verifiers;
  }

  /**
   * What is remembered of good tokens of all issuers.
   *
   * @return the cache
   */
  public TokenCache tokenCache() {
    return cache;
  }

  /** All issuers, in the order in which they were added; without aliases. */
  @Override
  public List<String> issuers() {
    return verifiers.stream().map(JwtVerifier::issuer).toList();
  }

  /**
   * Verifies one token by the rules and keys of the issuer that it names.
   *
   * @param token what the client presented
   * @param clientRequest not looked at
   * @return complete when the keys are at hand; never exceptionally
   */
  @Override
  public CompletionStage<TokenVerification> verify(BearerToken token, RequestHead clientRequest) {
    return cache.verify(token, () -> verify(token));
  }

  private CompletionStage<TokenVerification> verify(BearerToken token) {
    try {
      SignedToken signed = SignedToken.parse(token.value());
      // Nothing is believed yet: it only chooses whose keys have to prove it.
      JwtVerifier verifier = byIssuer.get(signed.claims().issuer());
      return verifier == null
          ? CompletableFuture.completedStage(Refusal.OTHER_ISSUER.outcome())
          : verifier.verify(signed);
    } catch (RefusedTokenException refused) {
      return CompletableFuture.completedStage(refused.refusal().outcome());
    }
  }

  /** Tells whether there are keys of any issuer: one that is down is down for its own tokens. */
  @Override
  public Optional<String> notReady() {
    List<Optional<String>> missing = verifiers.stream().map(JwtVerifier::notReady).toList();
    return missing.stream().anyMatch(Optional::isEmpty)
        ? Optional.empty()
        : missing.stream().flatMap(Optional::stream).findFirst();
  }

  @Override
  public void observe(Consumer<KeyFetch> observer) {
    verifiers.forEach(verifier -> verifier.observe(observer));
  }

  @Override
  public List<KeySetState> keySets() {
    return verifiers.stream().flatMap(verifier -> verifier.keySets().stream()).toList();
  }

  /** One, of the tokens of all issuers. */
  @Override
  public List<TokenCacheState> tokenCaches() {
    return List.of(cache.state(String.join(" ", issuers())));
  }

  /** Takes over the keys of the same issuers. */
  @Override
  public void takeOver(TokenVerifier previous) {
    verifiers.forEach(verifier -> verifier.takeOver(previous));
  }

  /** Closes the verifiers. */
  @Override
  public void close() {
    verifiers.forEach(JwtVerifier::close);
  }

  /** Collects the verifiers. Not thread-safe. */
  public static final class Builder {
    private final List<JwtVerifier> verifiers = new ArrayList<>();
    private Duration cacheAge = TokenCache.DEFAULT_MAX_AGE;
    private int cacheEntries = TokenCache.DEFAULT_MAX_ENTRIES;
    private Clock clock = Clock.systemUTC();

    private Builder() {}

    /**
     * Adds an issuer.
     *
     * @param verifier of its tokens; its own cache is not used
     * @return this
     */
    public Builder verifier(JwtVerifier verifier) {
      verifiers.add(verifier);
      return this;
    }

    /**
     * Sets how long, and how many, good tokens are remembered. Default: five minutes, 10,000.
     *
     * @param maxAge up to an hour; zero for not at all
     * @param maxEntries 1 to 1,000,000
     * @return this
     */
    public Builder tokenCache(Duration maxAge, int maxEntries) {
      this.cacheAge = maxAge;
      this.cacheEntries = maxEntries;
      return this;
    }

    /**
     * Sets the clock for what is remembered. Default: the system's.
     *
     * @param clock of any zone
     * @return this
     */
    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Builds the verifier.
     *
     * @return the verifier
     * @throws IllegalStateException when there is no issuer
     * @throws IllegalArgumentException when two verifiers accept the same {@code iss}, or a value
     *     is out of range
     */
    public MultiIssuerVerifier build() {
      if (verifiers.isEmpty()) {
        throw new IllegalStateException("issuers: none (expected: at least one)");
      }
      Map<String, JwtVerifier> byIssuer = new LinkedHashMap<>();
      for (JwtVerifier verifier : verifiers) {
        for (String issuer : verifier.acceptedIssuers()) {
          if (byIssuer.putIfAbsent(issuer, verifier) != null) {
            throw new IllegalArgumentException("issuers: " + issuer + " twice (expected: once)");
          }
        }
      }
      return new MultiIssuerVerifier(
          verifiers, byIssuer, TokenCache.of(cacheAge, cacheEntries, clock));
    }
  }
}
