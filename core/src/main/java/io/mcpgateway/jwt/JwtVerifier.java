package io.mcpgateway.jwt;

import io.mcpgateway.auth.BearerToken;
import io.mcpgateway.auth.TokenCache;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerification.Unavailable;
import io.mcpgateway.auth.TokenVerification.Verified;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.telemetry.KeyFetch;
import io.mcpgateway.telemetry.KeySetState;
import io.mcpgateway.telemetry.TokenCacheState;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JWT access tokens of one issuer (RFC 9068, RFC 8725): signature by a key of the issuer's
 * JWK set, algorithm by that key, {@code iss}, {@code exp}, {@code nbf} and {@code aud}.
 *
 * <p>Keys are fetched when the first token comes, kept for as long as the issuer's response allows
 * (one minute to 24 hours), refreshed ahead of time, fetched again when a token names an unknown
 * key, and kept while the issuer is unreachable. Tokens count as {@link
 * TokenVerification.Unavailable} only while there never was a key.
 *
 * <p>A token that was found good is not verified again for five minutes, unless told otherwise.
 *
 * <p>Immutable and thread-safe. Close it: it may hold threads and connections.
 */
public final class JwtVerifier implements TokenVerifier {
  private static final Unavailable CLOSED =
      new Unavailable(Duration.ofSeconds(1), "the verifier is closed");

  private final TokenRules rules;
  private final Clock clock;
  private final KeySource keys;
  private final TokenCache cache;
  private final AtomicBoolean closed = new AtomicBoolean();

  private JwtVerifier(TokenRules rules, KeySource keys, TokenCache cache, Clock clock) {
    this.rules = rules;
    this.keys = keys;
    this.cache = cache;
    this.clock = clock;
  }

  /** {@return a new builder; it needs an issuer and an audience} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Whose tokens are accepted.
   *
   * @return the issuer identifier, exactly as tokens spell it
   */
  public String issuer() {
    return rules.issuer();
  }

  /** All spellings of the issuer. */
  Set<String> acceptedIssuers() {
    return rules.issuers();
  }

  /**
   * For whom tokens have to be.
   *
   * @return at least one; a token needs one of them
   */
  public Set<String> audiences() {
    return rules.audiences().names();
  }

  /** {@return how far the issuer's clock may be off: zero to ten minutes} */
  public Duration clockSkew() {
    return rules.clockSkew();
  }

  /**
   * What is remembered of good tokens.
   *
   * @return the cache
   */
  public TokenCache tokenCache() {
    return cache;
  }

  /**
   * What was chosen besides, for people.
   *
   * @return by the names of the builder's methods; without what is as by default
   */
  public Map<String, String> options() {
    return rules.options();
  }

  /**
   * Where the keys come from, for people: a URL, a file, {@code inline}, or {@code metadata of} the
   * issuer.
   *
   * @return one line
   */
  public String keysFrom() {
    return keys.description();
  }

  /** The one issuer. */
  @Override
  public List<String> issuers() {
    return List.of(rules.issuer());
  }

  /**
   * Verifies one token: form, header, issuer, then signature, then time, then audience. The issuer
   * is compared before any key is fetched, so that foreign tokens cost no fetch; nothing is learned
   * from that, the metadata of the resource names the issuer to everybody. A token that was found
   * good a short while ago is not verified again.
   *
   * @param token what the client presented
   * @param clientRequest not looked at
   * @return complete when the keys are at hand; else it completes on a thread that fetches keys,
   *     which must not be blocked. Never exceptionally
   */
  @Override
  public CompletionStage<TokenVerification> verify(BearerToken token, RequestHead clientRequest) {
    return closed.get() ? done(CLOSED) : cache.verify(token, () -> verify(token));
  }

  private CompletionStage<TokenVerification> verify(BearerToken token) {
    try {
      return verify(SignedToken.parse(token.value()));
    } catch (RefusedTokenException refused) {
      return done(refused.refusal().outcome());
    }
  }

  /** Verifies one token, whether it was seen before or not. */
  CompletionStage<TokenVerification> verify(SignedToken token) {
    if (closed.get()) {
      return done(CLOSED);
    }
    try {
      rules.checkUnverified(token);
    } catch (RefusedTokenException refused) {
      return done(refused.refusal().outcome());
    }
    return keys.keys().thenCompose(lookup -> verify(token, lookup));
  }

  private CompletionStage<TokenVerification> verify(SignedToken token, KeyLookup lookup) {
    if (lookup instanceof KeyLookup.Found found
        && !found.keys().knows(token.header())
        && found.keys().check(token).isPresent()) {
      return keys.keysWith(newer -> newer.knows(token.header()))
          .thenApply(newest -> judge(token, newest));
    }
    return done(judge(token, lookup));
  }

  private TokenVerification judge(SignedToken token, KeyLookup lookup) {
    if (lookup instanceof KeyLookup.Unreachable unreachable) {
      return new Unavailable(unreachable.retryAfter(), unreachable.cause());
    }
    Optional<Refusal> wrongSignature = ((KeyLookup.Found) lookup).keys().check(token);
    if (wrongSignature.isPresent()) {
      return wrongSignature.get().outcome();
    }
    try {
      return new Verified(rules.principal(token, clock.instant()));
    } catch (RefusedTokenException refused) {
      return refused.refusal().outcome();
    }
  }

  private static CompletionStage<TokenVerification> done(TokenVerification outcome) {
    return CompletableFuture.completedStage(outcome);
  }

  /** Tells whether there are keys. */
  @Override
  public Optional<String> notReady() {
    return keys.notReady();
  }

  @Override
  public void observe(Consumer<KeyFetch> observer) {
    keys.observe(observer);
  }

  @Override
  public List<KeySetState> keySets() {
    return List.of(keys.state());
  }

  @Override
  public List<TokenCacheState> tokenCaches() {
    return List.of(cache.state(issuer()));
  }

  /** Takes over the keys of the same issuer. */
  @Override
  public void takeOver(TokenVerifier previous) {
    if (previous instanceof MultiIssuerVerifier several) {
      several.verifiers().forEach(this::takeOver);
    } else if (previous instanceof JwtVerifier other && other.issuer().equals(issuer())) {
      keys.takeOver(other.keys);
    }
  }

  /** Stops threads and connections. Tokens count as unavailable then. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      keys.close();
    }
  }

  /** Collects what a token has to meet. Not thread-safe. */
  public static final class Builder {
    private static final Duration DEFAULT_CLOCK_SKEW = Duration.ofSeconds(60);

    /** RFC 9068, 4: no more than a few minutes. */
    private static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(10);

    private @Nullable String issuer;
    private List<String> issuerAliases = List.of();
    private List<String> audiences = List.of();
    private Optional<String> resource = Optional.empty();
    private Optional<List<String>> algorithms = Optional.empty();
    private boolean requireAccessTokenType;
    private List<String> requiredClaims = List.of();
    private List<String> scopeClaims = List.of();
    private Duration cacheAge = TokenCache.DEFAULT_MAX_AGE;
    private int cacheEntries = TokenCache.DEFAULT_MAX_ENTRIES;
    private Duration clockSkew = DEFAULT_CLOCK_SKEW;
    private Clock clock = Clock.systemUTC();
    private KeySettings keys = KeySettings.DISCOVERED;

    private Builder() {}

    /**
     * Sets whose tokens are accepted. Required.
     *
     * @param issuer the issuer identifier, compared character by character with {@code iss}: a
     *     trailing slash matters
     * @return this
     */
    public Builder issuer(String issuer) {
      this.issuer = issuer;
      return this;
    }

    /**
     * Sets further spellings of the issuer, for one that is known by several names. Tokens of all
     * are verified with the same keys, and their callers are the same. Default: none.
     *
     * @param aliases compared character by character with {@code iss}
     * @return this
     */
    public Builder issuerAliases(String... aliases) {
      this.issuerAliases = List.of(aliases);
      return this;
    }

    /**
     * Sets for whom tokens have to be. Default: the {@link #resource}; without that, required.
     *
     * @param audiences at least one, compared character by character with {@code aud}
     * @return this
     */
    public Builder audiences(String... audiences) {
      this.audiences = List.of(audiences);
      return this;
    }

    /**
     * Sets the identifier of the protected resource (RFC 8707, 2). Tokens have to be for it where
     * no audiences are set; where it is one of them it is accepted in the same spellings: scheme
     * and host in any case, with or without a default port, and, without a path, with or without a
     * slash.
     *
     * @param resource an http(s) URL
     * @return this
     */
    public Builder resource(String resource) {
      this.resource = Optional.of(resource);
      return this;
    }

    /**
     * Sets which algorithms may have signed (RFC 8725, 3.1); each key still decides for which of
     * them it is. Default: RS256 to RS512, PS256 to PS512, ES256 to ES512, and EdDSA.
     *
     * @param algorithms names as in RFC 7518, 3.1, at least one
     * @return this
     */
    public Builder algorithms(String... algorithms) {
      this.algorithms = Optional.of(List.of(algorithms));
      return this;
    }

    /**
     * Accepts only tokens whose header calls them access tokens, {@code at+jwt} (RFC 9068, 4). Many
     * issuers do not write that. Default: false; then other types, and tokens with claims of ID,
     * refresh and logout tokens, are refused.
     *
     * @param require whether the type is required
     * @return this
     */
    public Builder requireAccessTokenType(boolean require) {
      this.requireAccessTokenType = require;
      return this;
    }

    /**
     * Sets claims that tokens have to have, with any value but null. Default: none. Without {@code
     * exp}, {@code iss} and {@code aud} a token is refused anyway.
     *
     * @param claims names, e.g. {@code sub}
     * @return this
     */
    public Builder requiredClaims(String... claims) {
      this.requiredClaims = List.of(claims);
      return this;
    }

    /**
     * Sets the claims that say what a token grants: strings with blanks, or lists; all of them
     * together. Default: {@code scope}, or {@code scp} where that is missing.
     *
     * @param claims names; a dot leads into an object, as in {@code realm_access.roles}
     * @return this
     */
    public Builder scopeClaims(String... claims) {
      this.scopeClaims = List.of(claims);
      return this;
    }

    /**
     * Sets how long, and how many, good tokens are remembered; for so long a token outlives the
     * withdrawal of its key. Default: five minutes, 10,000.
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
     * Sets the URL of the issuer's JWK set. Default: the {@code jwks_uri} of the issuer's metadata
     * (RFC 8414, OpenID Connect Discovery), found by the issuer identifier.
     *
     * @param url https, or http to a loopback address
     * @return this
     */
    public Builder jwksUrl(String url) {
      this.keys = keys.withUrl(url);
      return this;
    }

    /**
     * Sets the issuer's JWK set itself (RFC 7517, 5).
     *
     * @param jwkSet JSON
     * @return this
     */
    public Builder jwks(String jwkSet) {
      this.keys = keys.withInline(jwkSet);
      return this;
    }

    /**
     * Sets a file that holds the issuer's JWK set. It is read once, when the verifier is built.
     *
     * @param file JSON in UTF-8
     * @return this
     */
    public Builder jwksFile(Path file) {
      this.keys = keys.withFile(file);
      return this;
    }

    /**
     * Lets keys come by plain http from other hosts than loopback ones too. Whoever is on the way
     * can then replace them, and sign tokens. Default: false.
     *
     * @param allow whether that is accepted
     * @return this
     */
    public Builder allowInsecureKeyUrls(boolean allow) {
      this.keys = keys.allowingInsecure(allow);
      return this;
    }

    /**
     * Sets how far the issuer's clock may be off. Default: 60 seconds.
     *
     * @param clockSkew zero to ten minutes
     * @return this
     */
    public Builder clockSkew(Duration clockSkew) {
      this.clockSkew = clockSkew;
      return this;
    }

    /**
     * Sets the clock for tokens and keys. Default: the system's.
     *
     * @param clock of any zone
     * @return this
     */
    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Builds the verifier. Nothing is fetched yet.
     *
     * @return the verifier
     * @throws IllegalStateException when issuer or audiences are missing, or keys come from more
     *     than one place
     * @throws IllegalArgumentException when a value is out of range, a URL is not secure, or a
     *     given JWK set cannot be used
     */
    public JwtVerifier build() {
      if (issuer == null || issuer.isEmpty()) {
        throw new IllegalStateException("issuer: none (expected: the identifier in iss)");
      }
      if (audiences.isEmpty() && resource.isEmpty()) {
        throw new IllegalStateException("audiences: none (expected: at least one)");
      }
      requireNames("issuerAliases", issuerAliases);
      requireNames("audiences", audiences);
      requireNames("resource", resource.stream().toList());
      requireNames("requiredClaims", requiredClaims);
      requireNames("scopeClaims", scopeClaims);
      if (clockSkew.isNegative() || clockSkew.compareTo(MAX_CLOCK_SKEW) > 0) {
        throw new IllegalArgumentException(
            "clockSkew: " + clockSkew + " (expected: PT0S to " + MAX_CLOCK_SKEW + ")");
      }
      Set<String> issuers = new LinkedHashSet<>(List.of(issuer));
      issuers.addAll(issuerAliases);
      TokenRules rules =
          new TokenRules(
              issuer,
              Collections.unmodifiableSet(issuers),
              AcceptedAudiences.of(audiences, resource),
              allowed(),
              requireAccessTokenType,
              requiredClaims,
              scopeClaims,
              clockSkew);
      TokenCache cache = TokenCache.of(cacheAge, cacheEntries, clock);
      return new JwtVerifier(rules, keys.open(issuer, clock), cache, clock);
    }

    private static void requireNames(String setting, List<String> names) {
      if (names.contains("")) {
        throw new IllegalArgumentException(setting + ": an empty one (expected: identifiers)");
      }
    }

    private Set<SignatureAlgorithm> allowed() {
      if (algorithms.isEmpty()) {
        return SignatureAlgorithm.ALL;
      }
      Set<SignatureAlgorithm> allowed = EnumSet.noneOf(SignatureAlgorithm.class);
      for (String name : algorithms.get()) {
        allowed.add(SignatureAlgorithm.named(name).orElseThrow(() -> notAllowed(name)));
      }
      if (allowed.isEmpty()) {
        throw notAllowed("none");
      }
      return Collections.unmodifiableSet(allowed);
    }

    private static IllegalArgumentException notAllowed(String name) {
      return new IllegalArgumentException(
          "algorithms: "
              + name
              + " (expected: some of "
              + SignatureAlgorithm.names(SignatureAlgorithm.ALL)
              + ")");
    }
  }
}
