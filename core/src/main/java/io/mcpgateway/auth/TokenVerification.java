package io.mcpgateway.auth;

import java.time.Duration;

/** The outcome of verifying a token. */
public sealed interface TokenVerification {
  /**
   * The token is good.
   *
   * @param principal whom it speaks for
   */
  record Verified(AuthenticatedPrincipal principal) implements TokenVerification {}

  /**
   * The token is not good.
   *
   * @param description for the client's developer: printable ASCII without quote and backslash,
   *     nothing of the token
   */
  record Rejected(String description) implements TokenVerification {
    /**
     * Checks that the description can stand in a challenge.
     *
     * @throws IllegalArgumentException when it cannot
     */
    public Rejected {
      BearerError.checkDescription(description);
    }
  }

  /**
   * There is no telling now, and it is not the client's fault.
   *
   * @param retryAfter when to try again
   * @param cause for the operator's log
   */
  record Unavailable(Duration retryAfter, String cause) implements TokenVerification {}
}
