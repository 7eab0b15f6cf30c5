package io.mcpgateway.auth;

import io.mcpgateway.auth.AuthenticationResult.Passed;
import io.mcpgateway.auth.AuthenticationResult.Refused;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PrintableText;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import io.mcpgateway.json.Json;
import io.mcpgateway.metadata.ResourceMetadata;
import io.mcpgateway.provider.IdentityProvider;
import io.mcpgateway.telemetry.RefusalCode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Lets only callers with a good access token through, and tells the others where to get one (MCP
 * authorization; RFC 6750; RFC 9728). Immutable and thread-safe.
 */
public final class McpAuthentication implements AutoCloseable {
  private static final Duration RETRY_AFTER_FAILURE = Duration.ofSeconds(5);

  private final TokenVerifier verifier;
  private final ResourceMetadata resourceMetadata;
  private final AuthenticationMode mode;
  private final Optional<IdentityProvider> provider;
  private final boolean endsStreams;
  private final TokenBindings bindings;

  private McpAuthentication(TokenVerifier verifier, Builder builder) {
    this.verifier = verifier;
    this.bindings = builder.bindings;
    this.resourceMetadata = builder.resourceMetadata.withDefaults(bindings.resourceMetadata());
    this.mode = builder.mode;
    this.provider = builder.provider;
    this.endsStreams = builder.endsStreams;
  }

  /** Returns a new builder; it needs a verifier. */
  public static Builder builder() {
    return new Builder();
  }

  /** The metadata of the protected resource, with what its bindings add. */
  public ResourceMetadata resourceMetadata() {
    return resourceMetadata;
  }

  /** What happens to callers that are not known. */
  public AuthenticationMode mode() {
    return mode;
  }

  /** The authorization server that the gateway presents to clients; empty without one. */
  public Optional<IdentityProvider> provider() {
    return provider;
  }

  /** Whether an event stream ends with the token that it was opened with. */
  public boolean endsStreams() {
    return endsStreams;
  }

  /** Decides whether tokens are good. */
  public TokenVerifier verifier() {
    return verifier;
  }

  /** What tokens may or have to be bound to. */
  public List<TokenBinding> bindings() {
    return bindings.all();
  }

  /**
   * Takes over what the policy of the configuration before has learned and remembers: keys, and
   * proofs that must not be used again.
   *
   * @param previous stays as it is
   */
  public void takeOver(McpAuthentication previous) {
    verifier.takeOver(previous.verifier);
    for (TokenBinding binding : bindings.all()) {
      previous.bindings.all().forEach(binding::takeOver);
    }
  }

  /**
   * Finds out who is calling.
   *
   * @param clientRequest the request
   * @param origin how the client sees the gateway
   * @param baseScopes what every request needs: what a challenge names; empty for the scopes that
   *     the resource's metadata names
   * @return completes, exceptionally never, at once unless keys have to be fetched
   */
  public CompletionStage<AuthenticationResult> authenticate(
      RequestHead clientRequest, PublicOrigin origin, List<String> baseScopes) {
    TokenBindings.Presented presented = bindings.presented(clientRequest.headers());
    Challenger challenger = new Challenger(clientRequest, origin, baseScopes, presented.scheme());
    BearerCredentials credentials = presented.credentials();
    if (credentials instanceof BearerToken token) {
      return verify(token, clientRequest).thenApply(outcome -> judge(outcome, token, challenger));
    }
    if (mode == AuthenticationMode.PERMISSIVE) {
      return done(new Passed(Optional.empty()));
    }
    if (credentials instanceof BearerCredentials.Malformed malformed) {
      return done(challenger.refuse(BearerError.invalidRequest(malformed.description())));
    }
    return done(
        mode == AuthenticationMode.OPTIONAL
            ? new Passed(Optional.empty())
            : challenger.challenge());
  }

  /**
   * Refuses a caller whose token does not grant enough (RFC 6750, 3.1; MCP authorization, Scope
   * Challenge Handling); one without a token is asked for it.
   *
   * @param caller who is calling; empty when nobody proved it
   * @param clientRequest the request
   * @param origin how the client sees the gateway
   * @param scopes all that the request needs
   * @return the refusal: 403 and what to ask for, or 401
   */
  public Refused insufficientScope(
      Optional<AuthenticatedPrincipal> caller,
      RequestHead clientRequest,
      PublicOrigin origin,
      List<String> scopes) {
    // The request may be the one that goes on, whose credentials are off already.
    String scheme =
        caller.map(known -> bindings.schemeOf(known.claims())).orElse(BearerToken.SCHEME);
    Challenger challenger = new Challenger(clientRequest, origin, scopes, scheme);
    return caller.isPresent()
        ? challenger.refuse(
            new BearerError("insufficient_scope", "the token does not grant what this needs"))
        : challenger.challenge();
  }

  private CompletionStage<TokenVerification> verify(BearerToken token, RequestHead clientRequest) {
    try {
      return verifier.verify(token, clientRequest).exceptionally(McpAuthentication::unavailable);
    } catch (RuntimeException failure) {
      return CompletableFuture.completedStage(unavailable(failure));
    }
  }

  /** A verifier that breaks opens no door: nobody is let in on its word. */
  private static TokenVerification unavailable(Throwable failure) {
    return new TokenVerification.Unavailable(
        RETRY_AFTER_FAILURE, "the token verifier failed: " + PrintableText.kind(failure));
  }

  private AuthenticationResult judge(
      TokenVerification outcome, BearerToken token, Challenger challenger) {
    if (outcome instanceof TokenVerification.Verified verified) {
      return confirm(verified.principal(), token, challenger);
    }
    if (mode == AuthenticationMode.PERMISSIVE) {
      return new Passed(Optional.empty());
    }
    if (outcome instanceof TokenVerification.Rejected rejected) {
      return challenger.refuse(BearerError.invalidToken(rejected.description()));
    }
    return unavailable((TokenVerification.Unavailable) outcome);
  }

  /** A good token is good for its holder only: what it is bound to has to be proved. */
  private AuthenticationResult confirm(
      AuthenticatedPrincipal caller, BearerToken token, Challenger challenger) {
    BindingOutcome outcome;
    try {
      outcome =
          bindings.judge(
              token,
              challenger.scheme,
              caller.claims(),
              challenger.clientRequest,
              challenger.origin);
    } catch (RuntimeException failure) {
      outcome =
          new BindingOutcome.Unavailable(
              RETRY_AFTER_FAILURE, "the binding cannot be checked: " + PrintableText.kind(failure));
    }
    if (outcome instanceof BindingOutcome.Confirmed) {
      return new Passed(Optional.of(caller));
    }
    if (mode == AuthenticationMode.PERMISSIVE) {
      return new Passed(Optional.empty());
    }
    if (outcome instanceof BindingOutcome.Refused refused) {
      Refused refusal = challenger.refuse(refused.error());
      return new Refused(
          refusal.response().with(refused.headers()), refusal.code(), refusal.reason());
    }
    BindingOutcome.Unavailable unavailable = (BindingOutcome.Unavailable) outcome;
    return unavailable(
        new TokenVerification.Unavailable(unavailable.retryAfter(), unavailable.cause()));
  }

  /** What a refusal of one request says. */
  private final class Challenger {
    private final RequestHead clientRequest;
    private final PublicOrigin origin;
    private final List<String> scopes;
    private final String scheme;

    Challenger(RequestHead clientRequest, PublicOrigin origin, List<String> scopes, String scheme) {
      this.clientRequest = clientRequest;
      this.origin = origin;
      this.scopes = scopes;
      this.scheme = scheme;
    }

    /** RFC 6750, 3.1: a request without credentials is told no error code. */
    Refused challenge() {
      return refused(401, null, "no " + kindOfToken() + " token");
    }

    Refused refuse(BearerError error) {
      return refused(error.status(), error, error.code() + ": " + error.description());
    }

    private Refused refused(int status, @Nullable BearerError error, String reason) {
      BearerChallenge challenge =
          new BearerChallenge(
              resourceMetadata.urlFor(clientRequest, origin),
              scopes.isEmpty() ? resourceMetadata.scopesSupported() : scopes,
              Optional.ofNullable(error));
      return new Refused(
          Response.json(
              status,
              Headers.of(HeaderNames.WWW_AUTHENTICATE, bindings.challenge(challenge, scheme)),
              body(
                  error == null ? "unauthorized" : error.code(),
                  error == null
                      ? "a " + kindOfToken() + " token is required"
                      : error.description())),
          error == null ? RefusalCode.NO_TOKEN : error.refusalCode(),
          reason);
    }
  }

  private String kindOfToken() {
    String scheme = bindings.offered().get(0);
    return scheme.equals(BearerToken.SCHEME) ? "bearer" : scheme;
  }

  /**
   * Not a 401, which would make the client throw its good token away and log in again.
   *
   * @param outcome why there is no telling
   */
  private static Refused unavailable(TokenVerification.Unavailable outcome) {
    long seconds = Math.max(1, outcome.retryAfter().toSeconds());
    return new Refused(
        Response.json(
            503,
            Headers.of(HeaderNames.RETRY_AFTER, Long.toString(seconds)),
            body("temporarily_unavailable", "tokens cannot be verified at the moment")),
        RefusalCode.ISSUER_UNAVAILABLE,
        "tokens cannot be verified: " + outcome.cause());
  }

  private static String body(String error, String description) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("error", error);
    members.put("error_description", description);
    return Json.write(members);
  }

  private static CompletionStage<AuthenticationResult> done(AuthenticationResult result) {
    return CompletableFuture.completedStage(result);
  }

  /** Closes the verifier and the provider. */
  @Override
  public void close() {
    verifier.close();
    provider.ifPresent(IdentityProvider::close);
  }

  /** Collects the policy. Not thread-safe. */
  public static final class Builder {
    private @Nullable TokenVerifier verifier;
    private ResourceMetadata resourceMetadata = ResourceMetadata.builder().build();
    private AuthenticationMode mode = AuthenticationMode.STRICT;
    private Optional<IdentityProvider> provider = Optional.empty();
    private boolean endsStreams = true;
    private TokenBindings bindings = new TokenBindings(List.of());

    private Builder() {}

    /**
     * Sets what decides whether a token is good. Required. The gateway closes it.
     *
     * @param verifier mostly a {@code JwtVerifier}
     * @return this
     */
    public Builder verifier(TokenVerifier verifier) {
      this.verifier = verifier;
      return this;
    }

    /**
     * Sets the metadata of the protected resource. Default: the resource is derived from each
     * request, its authorization servers are the verifier's issuers.
     *
     * @param metadata what clients are told
     * @return this
     */
    public Builder resourceMetadata(ResourceMetadata metadata) {
      this.resourceMetadata = metadata;
      return this;
    }

    /**
     * Sets what happens to callers that are not known. Default: {@link AuthenticationMode#STRICT}.
     *
     * @param mode the mode
     * @return this
     */
    public Builder mode(AuthenticationMode mode) {
      this.mode = mode;
      return this;
    }

    /**
     * Sets what tokens may or have to be bound to. Default: nothing; bound tokens are refused.
     *
     * @param bindings one of each kind; challenges name them in this order
     * @return this
     * @throws IllegalArgumentException when two are of the same kind
     */
    public Builder bindings(TokenBinding... bindings) {
      this.bindings = new TokenBindings(List.of(bindings));
      return this;
    }

    /**
     * Sets the authorization server whose metadata the gateway serves, adapted to what MCP clients
     * need. Default: none; clients go by the issuer's own metadata. The gateway closes it.
     *
     * @param provider of the verifier's issuer
     * @return this
     */
    public Builder provider(IdentityProvider provider) {
      this.provider = Optional.of(provider);
      return this;
    }

    /**
     * Sets whether an event stream ends when the token that it was opened with does: cleanly,
     * between two events, and not within its first minute. Its client then comes back with a newer
     * token. Default: true.
     *
     * @param end false to let streams run on
     * @return this
     */
    public Builder endStreamsAtExpiry(boolean end) {
      this.endsStreams = end;
      return this;
    }

    /**
     * Builds the policy.
     *
     * @return the policy
     * @throws IllegalStateException when no verifier is set
     */
    public McpAuthentication build() {
      if (verifier == null) {
        throw new IllegalStateException("verifier is missing (expected: a TokenVerifier)");
      }
      return new McpAuthentication(verifier, this);
    }
  }
}
