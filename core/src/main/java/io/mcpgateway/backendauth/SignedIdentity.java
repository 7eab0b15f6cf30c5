package io.mcpgateway.backendauth;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.fetch.RecentlyUsed;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.OwnedHeaders;
import io.mcpgateway.jwt.JwtSigner;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Tells who is calling by a short-lived token that the gateway signs: whoever is behind the gateway
 * can believe it without believing the network. What a client sends of this field is taken off in
 * any case. The public key is served at {@link #KEYS_PATH}. Immutable but for its cache, and
 * thread-safe.
 *
 * <p>The claims: {@code iss}, {@code aud}, {@code sub} as the caller's issuer has it, {@code
 * original_iss} for that issuer, {@code scope} and {@code client_id} when the caller's token has
 * them, {@code iat}, {@code exp} and {@code jti}. A token serves for half of its life, so that its
 * {@code jti} may come more than once.
 */
public final class SignedIdentity {
  /** Where the public keys of a gateway are: a JWK set (RFC 7517, 5). */
  public static final String KEYS_PATH = "/.well-known/mcp-gateway/jwks.json";

  /** The field that carries the token when nothing else is said. */
  public static final String DEFAULT_HEADER = "X-Auth-Assertion";

  private final JwtSigner signer;
  private final String issuer;
  private final String audience;
  private final String header;
  private final Duration lifetime;
  private final Clock clock;
  private final Map<AuthenticatedPrincipal, Signed> tokens = new RecentlyUsed<>();

  /**
   * A token.
   *
   * @param token in compact form
   * @param since when it was signed
   */
  private record Signed(String token, Instant since) {}

  private SignedIdentity(Builder builder) {
    this.signer = builder.signer;
    this.issuer = builder.issuer;
    this.audience = builder.audience;
    this.header = builder.header;
    this.lifetime = builder.lifetime;
    this.clock = builder.clock;
  }

  /**
   * Returns a new builder.
   *
   * @param signer has the gateway's key
   * @param issuer what the gateway calls itself, mostly the URL of the resource
   * @param audience whom the tokens are for
   */
  public static Builder builder(JwtSigner signer, String issuer, String audience) {
    return new Builder(signer, issuer, audience);
  }

  /** Has the key. */
  public JwtSigner signer() {
    return signer;
  }

  /**
   * Tells whether a field is this one, so that a client may not send it.
   *
   * @param name any case, hyphens or underscores
   */
  public boolean has(String name) {
    return OwnedHeaders.folded(name).equals(OwnedHeaders.folded(header));
  }

  /**
   * Adds the token of a caller.
   *
   * @param headers the request's
   * @param caller who is calling; empty when nobody proved it: then there is no token
   */
  public Headers applyTo(Headers headers, Optional<AuthenticatedPrincipal> caller) {
    return caller.isEmpty()
        ? headers
        : headers.toBuilder().removeIf(this::has).add(header, token(caller.get())).build();
  }

  private String token(AuthenticatedPrincipal caller) {
    Instant now = clock.instant();
    synchronized (tokens) {
      Signed last = tokens.get(caller);
      if (last != null
          && !now.isBefore(last.since())
          && now.isBefore(last.since().plus(lifetime.dividedBy(2)))) {
        return last.token();
      }
    }
    // Not under the lock: two at once do no harm.
    String token = signer.sign(claims(caller, now));
    synchronized (tokens) {
      tokens.put(caller, new Signed(token, now));
    }
    return token;
  }

  private Map<String, Object> claims(AuthenticatedPrincipal caller, Instant now) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", issuer);
    claims.put("aud", audience);
    claims.put("sub", caller.subject());
    claims.put("original_iss", caller.issuer());
    if (!caller.scopes().isEmpty()) {
      claims.put("scope", String.join(" ", new TreeSet<>(caller.scopes())));
    }
    caller.clientId().ifPresent(client -> claims.put("client_id", client));
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.plus(lifetime).getEpochSecond());
    claims.put("jti", UUID.randomUUID().toString());
    return claims;
  }

  /** What it is, for the operator. */
  @Override
  public String toString() {
    return "iss "
        + issuer
        + ", aud "
        + audience
        + " in "
        + header
        + ", "
        + lifetime.toSeconds()
        + "s, "
        + signer.algorithm()
        + ", kid "
        + signer.keyId();
  }

  /** Collects what the tokens say. Not thread-safe. */
  public static final class Builder {
    private static final Duration MAX_LIFETIME = Duration.ofHours(1);

    private final JwtSigner signer;
    private final String issuer;
    private final String audience;
    private String header = DEFAULT_HEADER;
    private Duration lifetime = Duration.ofSeconds(60);
    private Clock clock = Clock.systemUTC();

    private Builder(JwtSigner signer, String issuer, String audience) {
      this.signer = signer;
      this.issuer = issuer;
      this.audience = audience;
    }

    /**
     * Sets the field that carries the token. Default: {@link SignedIdentity#DEFAULT_HEADER}.
     *
     * @param header the field's name
     * @return this
     * @throws IllegalArgumentException when it is the gateway's own, or known to HTTP
     */
    public Builder header(String header) {
      IdentityHeaders.checkOwn("header", header);
      this.header = header;
      return this;
    }

    /**
     * Sets how long a token is good. Default: 60 s.
     *
     * @param lifetime from 2 s to 1 h
     * @return this
     * @throws IllegalArgumentException when it is shorter or longer
     */
    public Builder lifetime(Duration lifetime) {
      if (lifetime.toSeconds() < 2 || lifetime.compareTo(MAX_LIFETIME) > 0) {
        throw new IllegalArgumentException("lifetime: " + lifetime + " (expected: 2s to 1h)");
      }
      this.lifetime = lifetime;
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

    /** Returns the policy. */
    public SignedIdentity build() {
      return new SignedIdentity(this);
    }
  }
}
