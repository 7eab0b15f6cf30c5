package io.mcpgateway.backendauth;

import io.mcpgateway.fetch.AnswerCache;
import io.mcpgateway.fetch.DocumentFetcher;
import io.mcpgateway.fetch.FetchRequest;
import io.mcpgateway.fetch.SecureUrl;
import io.mcpgateway.http.PrintableText;
import io.mcpgateway.jwt.SecretDigest;
import io.mcpgateway.oauth.ClientAuthentication;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An access token of a token endpoint: the gateway's own (client credentials, RFC 6749, 4.4), or
 * one for each caller, in exchange for the caller's (RFC 8693). Kept until shortly before its end,
 * or until the backend refuses it. Thread-safe; prints without secrets.
 */
public final class AcquiredToken implements BackendAuth {
  private static final Logger LOG = LoggerFactory.getLogger(AcquiredToken.class);
  private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

  /** A backend that refuses a token that fresh refuses the next one too. */
  private static final Duration SHORTEST_USE = Duration.ofSeconds(5);

  private final URI tokenUrl;
  private final ClientAuthentication client;
  private final List<String> scopes;
  private final List<String> audiences;
  private final List<String> resources;
  private final Optional<String> requestedTokenType;
  private final CredentialLocation location;
  private final Clock clock;
  private final boolean exchange;
  private final DocumentFetcher fetcher = new DocumentFetcher();
  private final AnswerCache<TokenAnswer> cache;
  private final SecretDigest digest = new SecretDigest();

  private AcquiredToken(Builder builder, boolean exchange) {
    this.tokenUrl = builder.checkedUrl();
    this.client = builder.client.apply(builder.clock);
    this.scopes = builder.scopes;
    this.audiences = builder.audiences;
    this.resources = builder.resources;
    this.requestedTokenType = builder.requestedTokenType;
    this.location = builder.location;
    this.clock = builder.clock;
    this.exchange = exchange;
    this.cache = new AnswerCache<>(TokenAnswer::counts, clock);
  }

  /**
   * Returns a new builder.
   *
   * @param tokenUrl the token endpoint: https, or http on this machine
   * @param client how the gateway proves there which client it is
   */
  public static Builder builder(String tokenUrl, ClientAuthentication client) {
    return new Builder(tokenUrl, clock -> client);
  }

  /**
   * Returns a new builder, for a client that needs to know the time.
   *
   * @param tokenUrl the token endpoint: https, or http on this machine
   * @param client makes the client by the builder's clock
   */
  public static Builder builder(String tokenUrl, Function<Clock, ClientAuthentication> client) {
    return new Builder(tokenUrl, client);
  }

  @Override
  public boolean needsCaller() {
    return exchange;
  }

  @Override
  public CompletionStage<BackendCredential> credential(Optional<String> callerToken) {
    if (exchange && callerToken.isEmpty()) {
      return CompletableFuture.completedStage(
          new BackendCredential.Denied("no token of a caller to exchange"));
    }
    String key = exchange ? digest.of(callerToken.orElseThrow()) : "";
    return cache.get(key, () -> ask(callerToken)).thenApply(answer -> credential(key, answer));
  }

  private BackendCredential credential(String key, TokenAnswer answer) {
    return answer.token().isPresent()
        ? location.of(answer.token().get(), () -> refused(key, answer))
        : answer.failure().orElseThrow();
  }

  private void refused(String key, TokenAnswer answer) {
    if (!clock.instant().isBefore(answer.since().plus(SHORTEST_USE))) {
      cache.drop(key, answer);
    }
  }

  private CompletionStage<TokenAnswer> ask(Optional<String> callerToken) {
    return fetcher
        .send(request(callerToken))
        .handle(
            (answer, failure) ->
                failure == null
                    ? TokenAnswer.of(answer, exchange, clock.instant())
                    : TokenAnswer.unavailable(cause(failure), clock.instant()))
        .thenApply(this::logged);
  }

  private FetchRequest request(Optional<String> callerToken) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", exchange ? EXCHANGE : "client_credentials");
    if (exchange) {
      form.put("subject_token", callerToken.orElseThrow());
      form.put("subject_token_type", ACCESS_TOKEN);
      requestedTokenType.ifPresent(type -> form.put("requested_token_type", type));
    }
    if (!scopes.isEmpty()) {
      form.put("scope", String.join(" ", scopes));
    }
    FetchRequest request = client.request(tokenUrl, form);
    // RFC 8693, 2.1, and RFC 8707, 2: these may be repeated.
    for (String audience : audiences) {
      request = request.withField("audience", audience);
    }
    for (String resource : resources) {
      request = request.withField("resource", resource);
    }
    return request;
  }

  private static String cause(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return PrintableText.message(cause);
  }

  /** A refusal of the caller's token shows with the caller's request; the rest is ours. */
  private TokenAnswer logged(TokenAnswer answer) {
    if (answer.failure().orElse(null) instanceof BackendCredential.Unavailable unavailable) {
      LOG.error("no token for a backend from {}: {}", tokenUrl, unavailable.cause());
    }
    return answer;
  }

  @Override
  public String description() {
    return (exchange ? "oauthTokenExchange at " : "clientCredentials at ")
        + tokenUrl
        + ", client "
        + client.clientId()
        + " by "
        + client.method()
        + listed("audiences", audiences)
        + listed("resources", resources)
        + listed("scopes", scopes)
        + requestedTokenType.map(type -> ", " + type).orElse("")
        + (location.equals(CredentialLocation.BEARER) ? "" : ", in " + location);
  }

  private static String listed(String name, List<String> values) {
    return values.isEmpty() ? "" : ", " + name + " " + String.join(" ", values);
  }

  @Override
  public String toString() {
    return "AcquiredToken[" + description() + "]";
  }

  @Override
  public void close() {
    fetcher.close();
  }

  /** Collects what a token endpoint is asked. Not thread-safe. */
  public static final class Builder {
    private final String tokenUrl;
    private final Function<Clock, ClientAuthentication> client;
    private List<String> scopes = List.of();
    private List<String> audiences = List.of();
    private List<String> resources = List.of();
    private Optional<String> requestedTokenType = Optional.empty();
    private CredentialLocation location = CredentialLocation.BEARER;
    private boolean allowInsecureTokenUrl;
    private Clock clock = Clock.systemUTC();

    private Builder(String tokenUrl, Function<Clock, ClientAuthentication> client) {
      this.tokenUrl = tokenUrl;
      this.client = client;
    }

    /**
     * Sets the scopes to ask for. Default: none, which mostly means the client's usual ones.
     *
     * @param scopes scope tokens
     * @return this
     */
    public Builder scopes(String... scopes) {
      this.scopes = List.of(scopes);
      return this;
    }

    /**
     * Sets for whom the token shall be, by the names that the authorization server has for them.
     * Default: not said.
     *
     * @param audiences logical names
     * @return this
     */
    public Builder audiences(String... audiences) {
      this.audiences = List.of(audiences);
      return this;
    }

    /**
     * Sets for whom the token shall be, by URL (RFC 8707). Default: not said.
     *
     * @param resources absolute URIs without fragment
     * @return this
     * @throws IllegalArgumentException when one is anything else
     */
    public Builder resources(String... resources) {
      for (String resource : resources) {
        checkUri("resources", resource);
      }
      this.resources = List.of(resources);
      return this;
    }

    /**
     * Sets what kind of token an exchange shall give (RFC 8693, 3). Default: not said.
     *
     * @param type a URI, mostly {@code urn:ietf:params:oauth:token-type:access_token}
     * @return this
     * @throws IllegalArgumentException when it is no URI
     */
    public Builder requestedTokenType(String type) {
      checkUri("requestedTokenType", type);
      this.requestedTokenType = Optional.of(type);
      return this;
    }

    /**
     * Sets where the token stands in requests. Default: {@link CredentialLocation#BEARER}.
     *
     * @param location the place
     * @return this
     */
    public Builder location(CredentialLocation location) {
      this.location = location;
      return this;
    }

    /**
     * Lets the token endpoint be asked by plain http on other hosts than this one. Default: false.
     * Whoever is on the way gets the client's secret, and the callers' tokens.
     *
     * @param allow whether to
     * @return this
     */
    public Builder allowInsecureTokenUrl(boolean allow) {
      this.allowInsecureTokenUrl = allow;
      return this;
    }

    /**
     * Sets what tells the time. Default: the system's clock.
     *
     * @param clock any clock
     * @return this
     */
    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /**
     * A token of the gateway's own, the same for all callers (RFC 6749, 4.4).
     *
     * @return the policy; close it, or the gateway that has it
     * @throws IllegalArgumentException when the URL must not be asked
     */
    public AcquiredToken clientCredentials() {
      return new AcquiredToken(this, false);
    }

    /**
     * A token for each caller, in exchange for the caller's (RFC 8693). The route has to know its
     * callers.
     *
     * @return the policy; close it, or the gateway that has it
     * @throws IllegalArgumentException when the URL must not be asked
     */
    public AcquiredToken tokenExchange() {
      return new AcquiredToken(this, true);
    }

    private URI checkedUrl() {
      return SecureUrl.parse(tokenUrl, allowInsecureTokenUrl)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "tokenUrl: "
                          + SecureUrl.shown(tokenUrl)
                          + " (expected: "
                          + SecureUrl.EXPECTED
                          + ")"));
    }

    private static void checkUri(String key, String text) {
      boolean uri;
      try {
        URI parsed = URI.create(text);
        uri = parsed.isAbsolute() && parsed.getRawFragment() == null;
      } catch (IllegalArgumentException malformed) {
        uri = false;
      }
      if (!uri) {
        throw new IllegalArgumentException(
            key + ": " + PrintableText.of(text) + " (expected: an absolute URI, no fragment)");
      }
    }
  }
}
