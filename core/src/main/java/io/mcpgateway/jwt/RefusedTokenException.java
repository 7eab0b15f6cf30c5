package io.mcpgateway.jwt;

/** Ends the verification of a token. Bad tokens are everyday traffic: it carries no stack trace. */
final class RefusedTokenException extends Exception {
  private static final long serialVersionUID = 1;

  private final Refusal refusal;

  RefusedTokenException(Refusal refusal) {
    super(refusal.outcome().description(), null, false, false);
    this.refusal = refusal;
  }

  Refusal refusal() {
    return refusal;
  }
}
