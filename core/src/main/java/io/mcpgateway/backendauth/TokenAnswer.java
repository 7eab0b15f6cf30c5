package io.mcpgateway.backendauth;

import io.mcpgateway.fetch.FetchedDocument;
import io.mcpgateway.json.Json;
import io.mcpgateway.json.MalformedJsonException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token endpoint said, for as long as it counts. Prints without the token.
 *
 * @param token the access token; empty when there is none
 * @param failure why there is none; empty when there is one
 * @param since when it was said
 * @param until from when on the endpoint is asked again
 */
record TokenAnswer(
    Optional<String> token, Optional<BackendCredential> failure, Instant since, Instant until) {
  /** A server that fails, or refuses, is not asked again for so long. */
  static final Duration PAUSE = Duration.ofSeconds(5);

  /** RFC 6749, 5.1: expires_in is only recommended. */
  private static final Duration USUAL_LIFETIME = Duration.ofMinutes(5);

  private static final Duration LONGEST_MARGIN = Duration.ofSeconds(30);

  /** Beyond a day a number is no lifetime, but a mistake. */
  private static final long MAX_SECONDS = Duration.ofDays(1).toSeconds();

  /**
   * What is wrong with the token that was to be exchanged (RFC 8693, 2.2.2; RFC 6749, 5.2); the
   * last two are what servers say besides.
   */
  private static final Set<String> CALLERS_FAULT =
      Set.of("invalid_request", "invalid_grant", "invalid_token", "access_denied");

  /** The codes that are registered besides (RFC 6749, 5.2; RFC 8693, 2.2.2). */
  private static final Set<String> OTHER_FAULTS =
      Set.of(
          "invalid_client",
          "unauthorized_client",
          "unsupported_grant_type",
          "invalid_scope",
          "invalid_target",
          "server_error",
          "temporarily_unavailable");

  static TokenAnswer of(FetchedDocument answer, boolean exchange, Instant now) {
    Map<String, Object> members;
    try {
      members = Json.readObject(answer.content());
    } catch (MalformedJsonException malformed) {
      return answer.status() >= 500
          ? unavailable("status " + answer.status(), now)
          : unavailable("status " + answer.status() + ", " + malformed.getMessage(), now);
    }
    if (answer.status() == 200) {
      return token(members, exchange, now);
    }
    String error = members.get("error") instanceof String code ? told(code) : "";
    if (answer.status() < 500 && exchange && CALLERS_FAULT.contains(error)) {
      return failed(
          new BackendCredential.Denied("the caller's token cannot be exchanged: " + error), now);
    }
    return unavailable(
        "status " + answer.status() + (error.isEmpty() ? "" : ", error " + error), now);
  }

  /** What is no code may quote what was sent: a secret. */
  private static String told(String code) {
    return CALLERS_FAULT.contains(code) || OTHER_FAULTS.contains(code) ? code : "not registered";
  }

  private static TokenAnswer token(Map<String, Object> members, boolean exchange, Instant now) {
    String type = members.get("token_type") instanceof String text ? text : "";
    // RFC 8693, 2.2.1: N_A for what is no access token by its form.
    if (!type.equalsIgnoreCase("Bearer") && !(exchange && type.equalsIgnoreCase("N_A"))) {
      return unavailable("another token_type (expected: Bearer)", now);
    }
    if (!(members.get("access_token") instanceof String token)
        || !CredentialLocation.isCredential(token)) {
      return unavailable("no access_token (expected: printable ASCII)", now);
    }
    Duration lifetime = lifetime(members.get("expires_in"));
    Duration fifth = lifetime.dividedBy(5);
    Duration margin = fifth.compareTo(LONGEST_MARGIN) > 0 ? LONGEST_MARGIN : fifth;
    return new TokenAnswer(
        Optional.of(token), Optional.empty(), now, now.plus(lifetime.minus(margin)));
  }

  private static Duration lifetime(@Nullable Object expiresIn) {
    // A string is what some servers make of the number.
    String text = String.valueOf(expiresIn);
    return text.matches("[0-9]{1,9}")
        ? Duration.ofSeconds(Math.min(Long.parseLong(text), MAX_SECONDS))
        : USUAL_LIFETIME;
  }

  static TokenAnswer unavailable(String cause, Instant now) {
    return failed(new BackendCredential.Unavailable(PAUSE, cause), now);
  }

  private static TokenAnswer failed(BackendCredential failure, Instant now) {
    return new TokenAnswer(Optional.empty(), Optional.of(failure), now, now.plus(PAUSE));
  }

  /** Whether it need not be asked for again; a clock that was set back makes nothing older. */
  boolean counts(Instant now) {
    return now.isBefore(until);
  }

  @Override
  public String toString() {
    return "TokenAnswer[" + (token.isPresent() ? "token" : failure) + ", until=" + until + "]";
  }
}
