package io.mcpgateway.jwt;

/** A JWK, or a set of them, cannot verify tokens. The message is fit for a log. */
final class UnusableKeyException extends Exception {
  private static final long serialVersionUID = 1;

  UnusableKeyException(String message) {
    super(message);
  }
}
