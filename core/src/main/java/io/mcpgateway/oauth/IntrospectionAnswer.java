package io.mcpgateway.oauth;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerification.Rejected;
import io.mcpgateway.auth.TokenVerification.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an authorization server says of a token (RFC 7662, 2.2).
 *
 * @param members of the JSON object
 */
record IntrospectionAnswer(Map<String, Object> members) {
  /** The year 9999: a date beyond it is a mistake. */
  private static final double MAX_SECONDS = 253_402_300_799d;

  private static final String ACTIVE = "active";

  /** Ends the reading. Refused tokens are everyday traffic: it carries no stack trace. */
  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String description) {
      super(description, null, false, false);
    }
  }

  /** Whether it says what it has to. */
  boolean isOne() {
    return members.get(ACTIVE) instanceof Boolean;
  }

  /** When the token ends; empty when that is not said. */
  Optional<Instant> expiry() {
    try {
      return date("exp");
    } catch (RefusedException malformed) {
      return Optional.empty();
    }
  }

  /**
   * Judges the token.
   *
   * @param issuer whose token it has to be
   * @param audiences one of which it has to be for
   * @param audienceMayMiss whether it may say nothing of audiences
   * @param skew how far the clocks may be apart
   */
  TokenVerification judge(
      String issuer, Set<String> audiences, boolean audienceMayMiss, Instant now, Duration skew) {
    try {
      requireActive(issuer);
      requireTime(now, skew);
      requireAudience(audiences, audienceMayMiss);
      Map<String, Object> claims = new LinkedHashMap<>(members);
      claims.remove(ACTIVE);
      return new Verified(
          new AuthenticatedPrincipal(issuer, subject(), scopes(), claims, date("exp")));
    } catch (RefusedException refused) {
      return new Rejected(String.valueOf(refused.getMessage()));
    }
  }

  private void requireActive(String issuer) throws RefusedException {
    if (!Boolean.TRUE.equals(members.get(ACTIVE))) {
      throw new RefusedException("the token is not active");
    }
    if (members.containsKey("iss") && !issuer.equals(members.get("iss"))) {
      throw new RefusedException("the token is from another issuer");
    }
    // RFC 7662, 2.2: of the kind of the token response; a refresh token is of none.
    Object type = members.get("token_type");
    if (type != null
        && !(type instanceof String text
            && (text.equalsIgnoreCase("Bearer") || text.equalsIgnoreCase("DPoP")))) {
      throw new RefusedException("the token type is not an access token");
    }
  }

  private void requireTime(Instant now, Duration skew) throws RefusedException {
    Optional<Instant> expiry = date("exp");
    if (expiry.isPresent() && !now.isBefore(expiry.get().plus(skew))) {
      throw new RefusedException("the token has expired");
    }
    Optional<Instant> start = date("nbf");
    if (start.isPresent() && now.plus(skew).isBefore(start.get())) {
      throw new RefusedException("the token is not valid yet");
    }
  }

  private void requireAudience(Set<String> audiences, boolean mayMiss) throws RefusedException {
    if (!members.containsKey("aud") && mayMiss) {
      return;
    }
    if (strings(members.get("aud")).noneMatch(audiences::contains)) {
      throw new RefusedException("the token is for another audience");
    }
  }

  /**
   * The user where there is one, and else the client: two users of one client are two callers.
   *
   * @throws RefusedException when it is nobody: sessions could not be told apart
   */
  private String subject() throws RefusedException {
    for (String name : List.of("sub", "username", "client_id")) {
      if (members.containsKey(name)) {
        if (members.get(name) instanceof String subject && !subject.isEmpty()) {
          return subject;
        }
        throw malformed();
      }
    }
    throw new RefusedException("the token speaks for nobody");
  }

  private Set<String> scopes() {
    return Set.copyOf(
        strings(members.get("scope"))
            .flatMap(text -> Stream.of(text.split(" ", -1)))
            .filter(scope -> !scope.isEmpty())
            .toList());
  }

  /** None when it is neither a string nor a list of nothing but strings. */
  private static Stream<String> strings(@Nullable Object claim) {
    if (claim instanceof String one) {
      return Stream.of(one);
    }
    return claim instanceof List<?> many && many.stream().allMatch(String.class::isInstance)
        ? many.stream().map(String.class::cast)
        : Stream.empty();
  }

  private Optional<Instant> date(String claim) throws RefusedException {
    Object value = members.get(claim);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Number number && Math.abs(number.doubleValue()) <= MAX_SECONDS) {
      return Optional.of(Instant.ofEpochMilli((long) (number.doubleValue() * 1000)));
    }
    throw malformed();
  }

  private static RefusedException malformed() {
    return new RefusedException("the token is malformed");
  }
}
