package io.mcpgateway.jwt;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.auth.BearerToken;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerification.Unavailable;
import io.mcpgateway.auth.TokenVerification.Verified;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.http.RequestHead;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * <p>Immutable and thread-safe. Close it: it may hold threads and connections.
 */
public final class JwtVerifier implements TokenVerifier {
  private static final Duration RETRY_AFTER_CLOSE = Duration.ofSeconds(1);

  private final String issuer;
  private final Set<String> audiences;
  private final Duration clockSkew;
  private final Clock clock;
  private final KeySource keys;
  private final AtomicBoolean closed = new AtomicBoolean();

  private JwtVerifier(String issuer, KeySource keys, Builder builder) {
    this.issuer = issuer;
    this.audiences = Collections.unmodifiableSet(new LinkedHashSet<>(builder.audiences));
    this.clockSkew = builder.clockSkew;
    this.clock = builder.clock;
    this.keys = keys;
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
    return issuer;
  }

  /**
   * For whom tokens have to be.
   *
   * @return at least one; a token needs one of them
   */
  public Set<String> audiences() {
    return audiences;
  }

  /** {@return how far the issuer's clock may be off: zero to ten minutes} */
  public Duration clockSkew() {
    return clockSkew;
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
    return List.of(issuer);
  }

  /**
   * Verifies one token: form, header, issuer, then signature, then time, then audience. The issuer
   * is compared before any key is fetched, so that foreign tokens cost no fetch; nothing is learned
   * from that, the metadata of the resource names the issuer to everybody.
   *
   * @param token what the client presented
   * @param clientRequest not looked at
   * @return complete when the keys are at hand; else it completes on a thread that fetches keys,
   *     which must not be blocked. Never exceptionally
   */
  @Override
  public CompletionStage<TokenVerification> verify(BearerToken token, RequestHead clientRequest) {
    if (closed.get()) {
      return done(new Unavailable(RETRY_AFTER_CLOSE, "the verifier is closed"));
    }
    SignedToken signed;
    try {
      signed = SignedToken.parse(token.value());
      signed.claims().requireIssuer(issuer);
    } catch (RefusedTokenException refused) {
      return done(refused.refusal().outcome());
    }
    return keys.keys().thenCompose(lookup -> verify(signed, lookup));
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
      return new Verified(principal(token.claims()));
    } catch (RefusedTokenException refused) {
      return refused.refusal().outcome();
    }
  }

  /** Authenticity is settled here; then time, then audience (RFC 9068, 4). */
  private AuthenticatedPrincipal principal(AccessTokenClaims claims) throws RefusedTokenException {
    claims.requireTime(clock.instant(), clockSkew);
    claims.requireAudience(audiences);
    return claims.principal(issuer);
  }

  private static CompletionStage<TokenVerification> done(TokenVerification outcome) {
    return CompletableFuture.completedStage(outcome);
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
    private List<String> audiences = List.of();
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
     * Sets for whom tokens have to be. Required.
     *
     * @param audiences at least one, compared character by character with {@code aud}
     * @return this
     */
    public Builder audiences(String... audiences) {
      this.audiences = List.of(audiences);
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
     * @throws IllegalStateException when the issuer or the audiences are missing, or keys come from
     *     more than one place
     * @throws IllegalArgumentException when a value is out of range, a URL is not secure, or a
     *     given JWK set cannot be used
     */
    public JwtVerifier build() {
      if (issuer == null || issuer.isEmpty()) {
        throw new IllegalStateException("issuer: none (expected: the identifier in iss)");
      }
      if (audiences.isEmpty()) {
        throw new IllegalStateException("audiences: none (expected: at least one)");
      }
      if (audiences.contains("")) {
        throw new IllegalArgumentException("audiences: an empty one (expected: identifiers)");
      }
      if (clockSkew.isNegative() || clockSkew.compareTo(MAX_CLOCK_SKEW) > 0) {
        throw new IllegalArgumentException(
            "clockSkew: " + clockSkew + " (expected: PT0S to " + MAX_CLOCK_SKEW + ")");
      }
      return new JwtVerifier(issuer, keys.open(issuer, clock), this);
    }
  }
}
