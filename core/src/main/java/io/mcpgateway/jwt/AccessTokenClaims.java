package io.mcpgateway.jwt;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

  /** OpenID Connect Core, 3.1.3.6 and 3.3.2.11; FAPI 1.0, part 2, 5.1. */
  private static final List<String> ID_TOKEN_HASHES = List.of("at_hash", "c_hash", "s_hash");

  /** What Keycloak says in its claim {@code typ}, in lower case. */
  private static final Set<String> ACCESS_TOKEN_KINDS = Set.of("bearer", "dpop");

  private static final Set<String> OTHER_KINDS =
      Set.of("id", "id_token", "refresh", "offline", "logout");

  /** What {@code iss} says; nothing that is the name of an issuer when it is no string. */
  String issuer() {
    return members.get("iss") instanceof String issuer ? issuer : "";
  }

  /**
   * RFC 9068, 4; RFC 8414, 2: identical, character by character.
   *
   * @param issuers the spellings of the one issuer; none is empty
   * @throws RefusedTokenException when the token is from another issuer, or does not say
   */
  void requireIssuer(Set<String> issuers) throws RefusedTokenException {
    if (!issuers.contains(issuer())) {
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
   * RFC 7519, 4.1.3: a string or a list of strings, one of them ours.
   *
   * @throws RefusedTokenException when the token is for somebody else, or does not say
   */
  void requireAudience(AcceptedAudiences audiences) throws RefusedTokenException {
    List<String> named = strings(members.get("aud")).orElse(List.of());
    if (named.stream().noneMatch(audiences::accepts)) {
      throw new RefusedTokenException(Refusal.OTHER_AUDIENCE);
    }
  }

  /**
   * RFC 8725, 3.12: other tokens of the same issuer have claims that give them away where their
   * header says nothing. A {@code nonce} alone does not: some issuers copy it into access tokens,
   * which have scopes, or say {@code typ}.
   *
   * @param typed whether the header calls it an access token
   * @throws RefusedTokenException when it is an ID, refresh or logout token, or a security event
   */
  void requireAccessToken(boolean typed) throws RefusedTokenException {
    String kind =
        members.get("typ") instanceof String type ? type.toLowerCase(Locale.ROOT) : "unknown";
    boolean access = typed || ACCESS_TOKEN_KINDS.contains(kind);
    boolean scoped = members.containsKey("scope") || members.containsKey("scp");
    if (OTHER_KINDS.contains(kind)
        || "id".equals(members.get("token_use"))
        || members.get("events") instanceof Map
        || (!access && ID_TOKEN_HASHES.stream().anyMatch(members::containsKey))
        || (!access && !scoped && members.containsKey("nonce"))) {
      throw new RefusedTokenException(Refusal.NOT_AN_ACCESS_TOKEN);
    }
  }

  /**
   * Has the token say more than it has to anyway.
   *
   * @param claims names of claims
   * @throws RefusedTokenException when one is not there, or null
   */
  void require(List<String> claims) throws RefusedTokenException {
    if (claims.stream().anyMatch(claim -> members.get(claim) == null)) {
      throw new RefusedTokenException(Refusal.CLAIM_MISSING);
    }
  }

  /**
   * The caller. Without a user ({@code sub}) it is the client itself.
   *
   * @param issuer its canonical spelling
   * @param scopeClaims the claims that say what is granted, all of them together; a dot leads into
   *     an object. When empty, {@code scope}, or without it {@code scp}
   * @throws RefusedTokenException when the subject is not a string
   */
  AuthenticatedPrincipal principal(String issuer, List<String> scopeClaims)
      throws RefusedTokenException {
    Stream<Object> granted =
        scopeClaims.isEmpty()
            ? Stream.ofNullable(members.get(members.containsKey("scope") ? "scope" : "scp"))
            : scopeClaims.stream().flatMap(claim -> find(members, claim).stream());
    return new AuthenticatedPrincipal(issuer, subject(), scopes(granted), members, date("exp"));
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

  /** RFC 9068, 2.2.3 and RFC 8693, 4.2: a list in one string. Some issuers write a list. */
  private static Set<String> scopes(Stream<Object> granted) {
    return granted
        .flatMap(claim -> strings(claim).orElse(List.of()).stream())
        .flatMap(text -> Stream.of(text.split(" ", -1)))
        .filter(scope -> !scope.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** A name that has dots itself, as URLs do, comes before the way into objects. */
  private static Optional<Object> find(Map<?, ?> object, String path) {
    Object value = object.get(path);
    if (value != null) {
      return Optional.of(value);
    }
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      if (object.get(path.substring(0, dot)) instanceof Map<?, ?> inner) {
        Optional<Object> found = find(inner, path.substring(dot + 1));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
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
