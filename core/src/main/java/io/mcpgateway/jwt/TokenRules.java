package io.mcpgateway.jwt;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a token of one issuer has to meet besides its signature.
 *
 * @param issuer its canonical spelling, which callers get
 * @param issuers all spellings of it that tokens may have
 * @param audiences for whom tokens have to be
 * @param algorithms that may have signed
 * @param typed whether a token has to call itself an access token (RFC 9068, 4)
 * @param requiredClaims that a token has to have, besides {@code exp}
 * @param scopeClaims that say what a token grants; empty for {@code scope}, else {@code scp}
 * @param clockSkew how far the issuer's clock may be off
 */
record TokenRules(
    String issuer,
    Set<String> issuers,
    AcceptedAudiences audiences,
    Set<SignatureAlgorithm> algorithms,
    boolean typed,
    List<String> requiredClaims,
    List<String> scopeClaims,
    Duration clockSkew) {

  /**
   * What is checked before a key is asked for, so that foreign tokens cost no fetch.
   *
   * @throws RefusedTokenException when the token is not one to look at any further
   */
  void checkUnverified(SignedToken token) throws RefusedTokenException {
    token.claims().requireIssuer(issuers);
    if (!algorithms.contains(token.header().algorithm())) {
      throw new RefusedTokenException(Refusal.ALGORITHM_NOT_ALLOWED);
    }
    if (typed && !token.header().saysAccessToken()) {
      throw new RefusedTokenException(Refusal.NOT_AN_ACCESS_TOKEN);
    }
  }

  /**
   * Authenticity is settled here; then time, then audience (RFC 9068, 4).
   *
   * @throws RefusedTokenException when the token does not speak for a caller now and here
   */
  AuthenticatedPrincipal principal(SignedToken token, Instant now) throws RefusedTokenException {
    AccessTokenClaims claims = token.claims();
    claims.requireTime(now, clockSkew);
    claims.requireAudience(audiences);
    claims.requireAccessToken(token.header().saysAccessToken());
    claims.require(requiredClaims);
    return claims.principal(issuer, scopeClaims);
  }

  /** What is not as by default, besides audiences and clock skew; by the names of the builder. */
  Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put(
        "issuerAliases",
        issuers.stream().filter(name -> !name.equals(issuer)).collect(Collectors.joining(" ")));
    options.put(
        "algorithms",
        algorithms.equals(SignatureAlgorithm.ALL) ? "" : SignatureAlgorithm.names(algorithms));
    options.put("requireAccessTokenType", typed ? "true" : "");
    options.put("requiredClaims", String.join(" ", requiredClaims));
    options.put("scopeClaims", String.join(" ", scopeClaims));
    options.values().removeIf(String::isEmpty);
    return options;
  }
}
