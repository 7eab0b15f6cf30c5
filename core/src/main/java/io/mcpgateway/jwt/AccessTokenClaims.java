package io.mcpgateway.jwt;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The claims of an access token (RFC 7519, 4.1; RFC 9068, 2.2). What a claim says counts only once
 * the signature is verified.
 *
 * @param members all claims, as JSON values
 */
record AccessTokenClaims(Map<String, Object> members) {
  /** The year 9999. A date beyond it is a mistake (milliseconds) or an attempt to overflow. */
  private static final double MAX_SECONDS = 253_402_300_799d;

  /**
   * RFC 9068, 4; RFC 8414, 2: identical, character by character.
   *
   * @throws RefusedTokenException when the token is from another issuer, or does not say
   */
  void requireIssuer(String issuer) throws RefusedTokenException {
    if (!issuer.equals(members.get("iss"))) {
      throw new RefusedTokenException(Refusal.OTHER_ISSUER);
    }
  }

  /**
   * RFC 7519, 4.1.4 and 4.1.5. A token that does not say when it ends is refused.
   *
   * @param skew how far the issuer's clock may be off
   * @throws RefusedTokenException when it is too late, or too early
   */
  void requireTime(Instant now, Duration skew) throws RefusedTokenException {
    Optional<Instant> expiry = date("exp");
    Optional<Instant> start = date("nbf");
    if (expiry.isEmpty()) {
      throw new RefusedTokenException(Refusal.NO_EXPIRY);
    }
    if (!now.isBefore(expiry.get().plus(skew))) {
      throw new RefusedTokenException(Refusal.EXPIRED);
    }
    if (start.isPresent() && now.plus(skew).isBefore(start.get())) {
      throw new RefusedTokenException(Refusal.NOT_YET_VALID);
    }
    if (start.isPresent() && start.get().isAfter(expiry.get())) {
      throw new RefusedTokenException(Refusal.MALFORMED);
    }
  }

  /**
   * RFC 7519, 4.1.3: a string or a list of strings, one of them ours, compared character by
   * character.
   *
   * @throws RefusedTokenException when the token is for somebody else, or does not say
   */
  void requireAudience(Set<String> audiences) throws RefusedTokenException {
    List<String> named = strings(members.get("aud")).orElse(List.of());
    if (named.stream().noneMatch(audiences::contains)) {
      throw new RefusedTokenException(Refusal.OTHER_AUDIENCE);
    }
  }

  /**
   * The caller. Without a user ({@code sub}) it is the client itself.
   *
   * @throws RefusedTokenException when the subject is not a string
   */
  AuthenticatedPrincipal principal(String issuer) throws RefusedTokenException {
    return new AuthenticatedPrincipal(issuer, subject(), scopes(), members, date("exp"));
  }

  private String subject() throws RefusedTokenException {
    if (members.containsKey("sub")) {
      if (members.get("sub") instanceof String subject) {
        return subject;
      }
      // Not the client instead: that would be another identity.
      throw new RefusedTokenException(Refusal.MALFORMED);
    }
    return Stream.of("client_id", "azp")
        .map(members::get)
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .findFirst()
        .orElse("");
  }

  /** RFC 9068, 2.2.3 and RFC 8693, 4.2: a list in one string. Some issuers write {@code scp}. */
  private Set<String> scopes() {
    Object claim = members.containsKey("scope") ? members.get("scope") : members.get("scp");
    return Set.copyOf(
        strings(claim).orElse(List.of()).stream()
            .flatMap(text -> Stream.of(text.split(" ", -1)))
            .filter(scope -> !scope.isEmpty())
            .toList());
  }

  /** Empty when it is neither a string nor a list of nothing but strings. */
  private static Optional<List<String>> strings(@Nullable Object claim) {
    if (claim instanceof String one) {
      return Optional.of(List.of(one));
    }
    if (claim instanceof List<?> many && many.stream().allMatch(String.class::isInstance)) {
      return Optional.of(many.stream().map(String.class::cast).toList());
    }
    return Optional.empty();
  }

  /**
   * RFC 7519, 2: a NumericDate is seconds since the epoch, perhaps with a fraction.
   *
   * @return empty when the claim is absent or null
   * @throws RefusedTokenException when it is something else, or far from any calendar
   */
  private Optional<Instant> date(String claim) throws RefusedTokenException {
    Object value = members.get(claim);
    if (value == null) {
      return Optional.empty();
    }
    // NaN and the infinities fail the comparison too.
    if (value instanceof Number number && Math.abs(number.doubleValue()) <= MAX_SECONDS) {
      return Optional.of(Instant.ofEpochMilli((long) (number.doubleValue() * 1000)));
    }
    throw new RefusedTokenException(Refusal.MALFORMED);
  }
}
