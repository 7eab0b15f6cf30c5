package io.mcpgateway.oauth;

import io.mcpgateway.auth.BearerToken;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerification.Rejected;
import io.mcpgateway.auth.TokenVerification.Unavailable;
import io.mcpgateway.auth.TokenVerification.Verified;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.fetch.AnswerCache;
import io.mcpgateway.fetch.DocumentFetcher;
import io.mcpgateway.fetch.FetchException;
import io.mcpgateway.fetch.FetchedDocument;
import io.mcpgateway.fetch.SecureUrl;
import io.mcpgateway.http.PrintableText;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.json.Json;
import io.mcpgateway.json.MalformedJsonException;
import io.mcpgateway.jwt.JwtSigner;
import io.mcpgateway.jwt.SecretDigest;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies tokens by asking their authorization server (RFC 7662): opaque ones, and others that
 * shall end as soon as they are revoked. What it says is kept for a while ({@code cacheFor}), never
 * beyond the end of the token; a refusal for at most five seconds.
 *
 * <p>While the server cannot be asked, or refuses the gateway itself, tokens count as {@link
 * TokenVerification.Unavailable}, but for those that are known.
 *
 * <p>Thread-safe. Close it: it holds threads and connections.
 */
public final class IntrospectionVerifier implements TokenVerifier {
  private static final Logger LOG = LoggerFactory.getLogger(IntrospectionVerifier.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
  private static final Duration MAX_REFUSAL = Duration.ofSeconds(5);
  private static final int MAX_TOKEN = 16 * 1024;
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final String FINE = "";

  private final String issuer;
  private final URI url;
  private final ClientAuthentication client;
  private final Set<String> audiences;
  private final boolean audienceVerifiedByIssuer;
  private final Duration cacheFor;
  private final Duration clockSkew;
  private final Clock clock;
  private final DocumentFetcher fetcher = new DocumentFetcher();
  private final AnswerCache<Outcome> outcomes;
  private final SecretDigest digest = new SecretDigest();
  private final AtomicReference<String> trouble = new AtomicReference<>(FINE);

  /**
   * An outcome, and for how long it may be told.
   *
   * @param verification the outcome
   * @param until when somebody has to be asked again
   */
  private record Outcome(TokenVerification verification, Instant until) {
    boolean counts(Instant now) {
      return now.isBefore(until);
    }
  }

  private IntrospectionVerifier(
      String issuer, URI url, ClientAuthentication client, Builder builder) {
    this.issuer = issuer;
    this.url = url;
    this.client = client;
    this.audiences = Collections.unmodifiableSet(new LinkedHashSet<>(builder.audiences));
    this.audienceVerifiedByIssuer = builder.audienceVerifiedByIssuer;
    this.cacheFor = builder.cacheFor;
    this.clockSkew = builder.clockSkew;
    this.clock = builder.clock;
    this.outcomes = new AnswerCache<>(Outcome::counts, builder.clock);
  }

  /** {@return a new builder; it needs an issuer, a URL, a client and an audience} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return whose tokens are accepted} */
  public String issuer() {
    return issuer;
  }

  /** {@return where tokens are asked about} */
  public URI url() {
    return url;
  }

  /** {@return as whom the gateway asks} */
  public ClientAuthentication client() {
    return client;
  }

  /** {@return for whom tokens have to be; at least one} */
  public Set<String> audiences() {
    return audiences;
  }

  /** {@return whether an answer may say nothing of audiences} */
  public boolean audienceVerifiedByIssuer() {
    return audienceVerifiedByIssuer;
  }

  /** {@return for how long an answer is kept} */
  public Duration cacheFor() {
    return cacheFor;
  }

  /** {@return how far the issuer's clock may be off} */
  public Duration clockSkew() {
    return clockSkew;
  }

  /** The one issuer. */
  @Override
  public List<String> issuers() {
    return List.of(issuer);
  }

  /**
   * Verifies one token.
   *
   * @param token what the client presented
   * @param clientRequest not looked at
   * @return complete when the answer is known; else it completes on a thread that must not be
   *     blocked. Never exceptionally
   */
  @Override
  public CompletionStage<TokenVerification> verify(BearerToken token, RequestHead clientRequest) {
    if (token.value().length() > MAX_TOKEN) {
      return CompletableFuture.completedStage(new Rejected("the token is malformed"));
    }
    return outcomes
        .get(digest.of(token.value()), () -> ask(token))
        .thenApply(Outcome::verification)
        .exceptionally(this::unavailable);
  }

  private CompletionStage<Outcome> ask(BearerToken token) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("token", token.value());
    form.put("token_type_hint", "access_token");
    return fetcher.send(client.request(url, form)).thenCompose(this::read);
  }

  private CompletionStage<Outcome> read(FetchedDocument document) {
    if (document.status() == UNAUTHORIZED || document.status() == FORBIDDEN) {
      return unusable(
          "status "
              + document.status()
              + ": the server refuses client "
              + client.clientId()
              + " of the gateway itself");
    }
    if (document.status() != OK) {
      return unusable("status " + document.status() + " (expected: 200)");
    }
    try {
      IntrospectionAnswer answer = new IntrospectionAnswer(Json.readObject(document.content()));
      if (!answer.isOne()) {
        return unusable("no answer (expected: active, true or false)");
      }
      recovered();
      return CompletableFuture.completedStage(outcome(answer));
    } catch (MalformedJsonException malformed) {
      return unusable("no JSON object");
    }
  }

  private Outcome outcome(IntrospectionAnswer answer) {
    Instant now = clock.instant();
    TokenVerification verification =
        answer.judge(issuer, audiences, audienceVerifiedByIssuer, now, clockSkew);
    Duration keep =
        verification instanceof Verified || cacheFor.compareTo(MAX_REFUSAL) < 0
            ? cacheFor
            : MAX_REFUSAL;
    Instant until = now.plus(keep);
    // RFC 7662, 4: never beyond its end.
    return new Outcome(verification, answer.expiry().filter(until::isAfter).orElse(until));
  }

  private <T> CompletionStage<T> unusable(String problem) {
    return CompletableFuture.failedStage(FetchException.unusableAnswer(url, problem));
  }

  private TokenVerification unavailable(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String problem =
        cause instanceof FetchException
            ? String.valueOf(cause.getMessage())
            : url + ": " + PrintableText.message(cause);
    // Each request may meet the same trouble; it is told when it changes.
    if (!problem.equals(trouble.getAndSet(problem))) {
      LOG.error("introspection: no token can be verified: {}", problem);
    }
    return new Unavailable(RETRY_AFTER, problem);
  }

  private void recovered() {
    if (!Objects.requireNonNull(trouble.getAndSet(FINE)).equals(FINE)) {
      LOG.info("introspection: {} answers again", url);
    }
  }

  /** Stops threads and connections. Tokens that are not known count as unavailable then. */
  @Override
  public void close() {
    fetcher.close();
  }

  /** Collects whom to ask, and what an answer has to say. Not thread-safe. */
  public static final class Builder {
    private static final Duration DEFAULT_CACHE = Duration.ofSeconds(30);
    private static final Duration MAX_CACHE = Duration.ofHours(1);
    private static final Duration DEFAULT_CLOCK_SKEW = Duration.ofSeconds(60);
    private static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(10);

    private @Nullable String issuer;
    private @Nullable String url;
    private @Nullable Function<Builder, ClientAuthentication> client;
    private List<String> audiences = List.of();
    private boolean audienceVerifiedByIssuer;
    private Duration cacheFor = DEFAULT_CACHE;
    private Duration clockSkew = DEFAULT_CLOCK_SKEW;
    private Clock clock = Clock.systemUTC();

    private Builder() {}

    /**
     * Sets whose tokens are accepted. Required.
     *
     * @param issuer the issuer identifier: for the metadata of the resource, and for {@code iss}
     *     where the server says it
     * @return this
     */
    public Builder issuer(String issuer) {
      this.issuer = issuer;
      return this;
    }

    /**
     * Sets where tokens are asked about. Required.
     *
     * @param url https, or http to a loopback address
     * @return this
     */
    public Builder url(String url) {
      this.url = url;
      return this;
    }

    /**
     * Sets as whom the gateway asks. Required.
     *
     * @param client what the server knows the gateway by
     * @return this
     */
    public Builder client(ClientAuthentication client) {
      this.client = unused -> client;
      return this;
    }

    /**
     * Sets as whom the gateway asks: a client that signs each question ({@code private_key_jwt}),
     * for the issuer as its audience (RFC 7523, 3).
     *
     * @param clientId the client's id
     * @param signer has the client's key, whose public half the server knows
     * @return this
     */
    public Builder client(String clientId, JwtSigner signer) {
      this.client =
          built ->
              ClientAuthentication.privateKeyJwt(
                  clientId, signer, Optional.ofNullable(built.issuer), built.clock);
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
     * Takes answers that say nothing of audiences: for servers that tell a client only of tokens
     * that are for it. An audience that is said has to fit all the same. Default: false.
     *
     * @param verified whether the server does that
     * @return this
     */
    public Builder audienceVerifiedByIssuer(boolean verified) {
      this.audienceVerifiedByIssuer = verified;
      return this;
    }

    /**
     * Sets for how long an answer is kept: as long a revoked token may pass still. Default: 30
     * seconds.
     *
     * @param cacheFor zero to one hour
     * @return this
     */
    public Builder cacheFor(Duration cacheFor) {
      this.cacheFor = cacheFor;
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
     * Sets the clock. Default: the system's.
     *
     * @param clock of any zone
     * @return this
     */
    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Builds the verifier. Nothing is asked yet.
     *
     * @return the verifier
     * @throws IllegalStateException when something required is missing
     * @throws IllegalArgumentException when a value is out of range, or the URL is not secure
     */
    public IntrospectionVerifier build() {
      if (issuer == null || issuer.isEmpty()) {
        throw new IllegalStateException("issuer: none (expected: an issuer identifier)");
      }
      if (url == null || client == null) {
        throw new IllegalStateException(
            (url == null ? "url" : "client") + ": none (expected: where and as whom to ask)");
      }
      if (audiences.isEmpty() || audiences.contains("")) {
        throw new IllegalStateException("audiences: none (expected: at least one, none empty)");
      }
      requireRange("cacheFor", cacheFor, MAX_CACHE);
      requireRange("clockSkew", clockSkew, MAX_CLOCK_SKEW);
      Optional<URI> secure = SecureUrl.parse(url, false);
      if (secure.isEmpty()) {
        throw new IllegalArgumentException(
            "url: " + SecureUrl.shown(url) + " (expected: " + SecureUrl.EXPECTED + ")");
      }
      return new IntrospectionVerifier(issuer, secure.get(), client.apply(this), this);
    }

    private static void requireRange(String name, Duration value, Duration max) {
      if (value.isNegative() || value.compareTo(max) > 0) {
        throw new IllegalArgumentException(
            name + ": " + value + " (expected: PT0S to " + max + ")");
      }
    }
  }
}
