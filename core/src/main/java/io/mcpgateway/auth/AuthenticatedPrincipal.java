package io.mcpgateway.auth;

import java.security.Principal;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The caller that a token speaks for. Immutable and thread-safe; prints without claims.
 *
 * @param issuer who vouches for the caller
 * @param subject the caller at that issuer; the client itself where no user is involved
 * @param scopes what the token grants
 * @param claims all claims of the token, as JSON values
 * @param expiresAt when the token ends; empty when it does not say
 */
public record AuthenticatedPrincipal(
    String issuer,
    String subject,
    Set<String> scopes,
    Map<String, Object> claims,
    Optional<Instant> expiresAt)
    implements Principal {

  /** Copies the collections; claims keep their order. */
  public AuthenticatedPrincipal {
    scopes = Set.copyOf(scopes);
    claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
  }

  /** The subject. */
  @Override
  public String getName() {
    return subject;
  }

  /**
   * The client that the token was issued to, where it says so: {@code client_id} (RFC 9068, 2.2),
   * or {@code azp}, as it is called in tokens that are older than that.
   */
  public Optional<String> clientId() {
    return text("client_id").or(() -> text("azp"));
  }

  private Optional<String> text(String claim) {
    return claims.get(claim) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  @Override
  public String toString() {
    return "AuthenticatedPrincipal[issuer=" + issuer + ", subject=" + subject + "]";
  }
}
