package io.mcpgateway.provider;

import io.mcpgateway.fetch.DocumentFetcher;
import io.mcpgateway.fetch.IssuerDocument;
import io.mcpgateway.fetch.SecureUrl;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PrintableText;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import io.mcpgateway.metadata.PublicEndpoint;
import java.net.URI;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An authorization server whose metadata the gateway serves at its own origin, with what its kind
 * needs changed, so that MCP clients can use it (RFC 8414, RFC 7591). The gateway issues no token,
 * and sees no login: clients still go to the authorization server itself.
 *
 * <p>Metadata is fetched when a client first asks, kept for as long as its response allows (one
 * minute to 24 hours), and served on while the authorization server is unreachable. Immutable and
 * thread-safe. Close it: it may hold threads and connections.
 */
public final class IdentityProvider implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IdentityProvider.class);

  private final ProviderKind kind;
  private final String issuer;
  private final Optional<String> audience;
  private final Optional<String> clientId;
  private final boolean hasClientSecret;
  private final DocumentFetcher fetcher = new DocumentFetcher();
  private final Map<String, Endpoint> endpoints;

  private IdentityProvider(Builder builder, String described, URI url) {
    this.kind = builder.kind;
    this.issuer = builder.issuer;
    this.audience = builder.audience;
    this.clientId = builder.clientId;
    this.hasClientSecret = builder.clientSecret.isPresent();
    CachedDocument metadata =
        new CachedDocument(
            described,
            () -> IssuerDocument.find(fetcher, described, url, document -> document),
            builder.clock);
    this.endpoints = endpoints(builder, metadata, fetcher);
  }

  private static Map<String, Endpoint> endpoints(
      Builder builder, CachedDocument metadata, DocumentFetcher fetcher) {
    Map<String, Endpoint> all = new HashMap<>();
    all.put(
        "",
        new MetadataDocument(
            builder.kind, builder.audience, builder.clientId.isPresent(), metadata));
    if (builder.clientId.isPresent() || builder.kind.registersThroughGateway()) {
      all.put(
          AuthorizationServerPath.REGISTRATION,
          new ClientRegistration(
              builder.clientId,
              new RemoteEndpoint(
                  "registration_endpoint", metadata, fetcher, builder.allowInsecure)));
    }
    if (builder.kind == ProviderKind.ENTRA) {
      all.put(
          AuthorizationServerPath.AUTHORIZE,
          new EntraAuthorization(
              new RemoteEndpoint(
                  "authorization_endpoint", metadata, fetcher, builder.allowInsecure)));
      all.put(
          AuthorizationServerPath.TOKEN,
          new EntraToken(
              builder.clientId,
              builder.clientSecret,
              new RemoteEndpoint("token_endpoint", metadata, fetcher, builder.allowInsecure)));
    }
    return Map.copyOf(all);
  }

  /**
   * A builder.
   *
   * @param kind what it is
   * @param issuer its identifier, exactly as tokens spell it
   * @return a new builder
   */
  public static Builder builder(ProviderKind kind, String issuer) {
    return new Builder(kind, issuer);
  }

  /** What it is. */
  public ProviderKind kind() {
    return kind;
  }

  /** Its identifier, exactly as tokens spell it. */
  public String issuer() {
    return issuer;
  }

  /** The audience that clients ask for; empty when that is left to them. */
  public Optional<String> audience() {
    return audience;
  }

  /** The client that is registered already; empty when clients register themselves. */
  public Optional<String> clientId() {
    return clientId;
  }

  /** Whether tokens are asked for with a client secret. */
  public boolean hasClientSecret() {
    return hasClientSecret;
  }

  /**
   * The authorization servers that a resource's metadata names: the gateway's identifier in place
   * of this server's, where something has to be changed.
   *
   * @param issuers those that the metadata would name otherwise
   * @param metadataRequest the request to the resource's metadata
   * @param resourcePath the path of the resource it asks about
   * @param origin how the client sees the gateway
   * @param resource the configured resource identifier; empty when it is derived
   */
  public List<String> standIn(
      List<String> issuers,
      RequestHead metadataRequest,
      String resourcePath,
      PublicOrigin origin,
      Optional<URI> resource) {
    if (kind == ProviderKind.PLAIN) {
      return issuers;
    }
    String own = GatewayIssuer.of(resource, origin, metadataRequest).ofResource(resourcePath);
    return issuers.contains(issuer)
        ? issuers.stream().map(other -> other.equals(issuer) ? own : other).toList()
        : Stream.concat(Stream.of(own), issuers.stream()).toList();
  }

  /**
   * Answers a request for this server's metadata, or to one of the endpoints that the gateway has
   * in its stead. Without CORS header fields: they are the route's.
   *
   * @param clientRequest the request
   * @param path its path
   * @param origin how the client sees the gateway
   * @param resource the configured resource identifier; empty when it is derived
   * @param body the request's body; asked for only when it is read
   * @return completes, exceptionally never, on a thread of the fetcher when there is something to
   *     fetch; 502 when that fails
   */
  public CompletionStage<Response> answer(
      RequestHead clientRequest,
      AuthorizationServerPath path,
      PublicOrigin origin,
      Optional<URI> resource,
      Supplier<BodySource> body) {
    Endpoint endpoint = endpoints.get(path.endpoint());
    if (endpoint == null) {
      return CompletableFuture.completedStage(
          Response.json(404, Headers.EMPTY, "{\"error\":\"not_found\"}"));
    }
    if (clientRequest.method().equals("OPTIONS")) {
      return CompletableFuture.completedStage(
          PublicEndpoint.options(clientRequest, endpoint.methods()));
    }
    List<String> methods = Arrays.asList(endpoint.methods().split(", ", -1));
    if (!methods.contains(clientRequest.method())) {
      return CompletableFuture.completedStage(PublicEndpoint.methodNotAllowed(endpoint.methods()));
    }
    GatewayIssuer gateway = GatewayIssuer.of(resource, origin, clientRequest);
    Endpoint.Call call =
        new Endpoint.Call(clientRequest, gateway.ofDocument(path), gateway.endpoints(path), body);
    return CompletableFuture.completedStage(call)
        .thenCompose(endpoint::answer)
        .exceptionally(this::unavailable);
  }

  private Response unavailable(Throwable failure) {
    LOG.warn("{}: {}", issuer, PrintableText.message(failure));
    return OAuthAnswer.unavailable();
  }

  /** Stops threads and connections; what is under way fails. */
  @Override
  public void close() {
    fetcher.close();
  }

  /** Collects what the gateway needs to know of a provider. Not thread-safe. */
  public static final class Builder {
    private final ProviderKind kind;
    private final String issuer;
    private Optional<String> audience = Optional.empty();
    private Optional<String> clientId = Optional.empty();
    private Optional<String> clientSecret = Optional.empty();
    private boolean allowInsecure;
    private Clock clock = Clock.systemUTC();

    private Builder(ProviderKind kind, String issuer) {
      this.kind = kind;
      this.issuer = issuer;
    }

    /**
     * Sets the audience that clients ask for at Auth0 and Okta, which do not know {@code resource}
     * (RFC 8707). Default: none.
     *
     * @param audience as the provider knows it
     * @return this
     */
    public Builder audience(String audience) {
      this.audience = Optional.of(audience);
      return this;
    }

    /**
     * Sets a client that is registered already: whoever registers gets it. Default: none; clients
     * register themselves, where the provider lets them.
     *
     * @param clientId its identifier
     * @return this
     */
    public Builder clientId(String clientId) {
      this.clientId = Optional.of(clientId);
      return this;
    }

    /**
     * Sets the secret of that client, for {@link ProviderKind#ENTRA} only: the gateway adds it when
     * a code with its PKCE verifier, or a refresh token, is exchanged. Default: none.
     *
     * @param clientSecret kept in memory, and shown to nobody but the provider
     * @return this
     */
    public Builder clientSecret(String clientSecret) {
      this.clientSecret = Optional.of(clientSecret);
      return this;
    }

    /**
     * Lets metadata come by plain http from other hosts than loopback ones too. Whoever is on the
     * way can then send users to another login page. Default: false.
     *
     * @param allow whether that is accepted
     * @return this
     */
    public Builder allowInsecureUrls(boolean allow) {
      this.allowInsecure = allow;
      return this;
    }

    /**
     * Sets the clock for what is kept. Default: the system's.
     *
     * @param clock of any zone
     * @return this
     */
    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Builds the provider. Nothing is fetched yet.
     *
     * @return the provider
     * @throws IllegalArgumentException when the issuer is no URL that metadata may come from
     * @throws IllegalStateException when a client secret is set without a client of Entra
     */
    public IdentityProvider build() {
      if (clientSecret.isPresent() && (kind != ProviderKind.ENTRA || clientId.isEmpty())) {
        throw new IllegalStateException(
            "clientSecret: without use (expected: with entra and clientId only)");
      }
      String described = kind == ProviderKind.ENTRA ? EntraIssuer.ofMetadata(issuer) : issuer;
      URI url =
          SecureUrl.parse(described, allowInsecure)
              .filter(parsed -> parsed.getRawQuery() == null)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "issuer: "
                              + SecureUrl.shown(issuer)
                              + " (expected: "
                              + SecureUrl.EXPECTED
                              + ", no query)"));
      return new IdentityProvider(this, described, url);
    }
  }
}
