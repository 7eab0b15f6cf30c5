package io.mcpgateway.auth;

import io.mcpgateway.telemetry.RefusalCode;

/**
 * Why credentials were refused (RFC 6750, 3.1).
 *
 * @param code {@code invalid_request}, {@code invalid_token} or {@code insufficient_scope}
 * @param description for developers; never holds the credentials
 */
public record BearerError(String code, String description) {
  /**
   * Checks the characters that RFC 6750 allows.
   *
   * @throws IllegalArgumentException when code or description hold others
   */
  public BearerError {
    if (!code.matches("[a-z_]+")) {
      throw new IllegalArgumentException("error (expected: a code of RFC 6750, 3.1)");
    }
    checkDescription(description);
  }

  /** RFC 6750, 3: what a quoted string of a challenge can hold. */
  static void checkDescription(String description) {
    if (!description.matches("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]+")) {
      throw new IllegalArgumentException(
          "error_description (expected: printable ASCII without quote and backslash)");
    }
  }

  static BearerError invalidRequest(String description) {
    return new BearerError("invalid_request", description);
  }

  static BearerError invalidToken(String description) {
    return new BearerError("invalid_token", description);
  }

  /** What operators are told. */
  RefusalCode refusalCode() {
    return switch (code) {
      case "invalid_request" -> RefusalCode.BAD_CREDENTIALS;
      case "insufficient_scope" -> RefusalCode.INSUFFICIENT_SCOPE;
      default -> RefusalCode.INVALID_TOKEN;
    };
  }

  /** The HTTP status that goes with the code. */
  int status() {
    return switch (code) {
      case "invalid_request" -> 400;
      case "insufficient_scope" -> 403;
      default -> 401;
    };
  }
}
