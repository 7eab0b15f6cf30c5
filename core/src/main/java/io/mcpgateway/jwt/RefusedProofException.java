package io.mcpgateway.jwt;

import io.mcpgateway.auth.BearerError;

/** Ends the check of a DPoP proof. Bad proofs are everyday traffic: it carries no stack trace. */
final class RefusedProofException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient BearerError error;

  private RefusedProofException(BearerError error) {
    super(error.description(), null, false, false);
    this.error = error;
  }

  /** RFC 9449, 7.1: something is wrong with the proof itself. */
  static RefusedProofException proof(String description) {
    return new RefusedProofException(new BearerError("invalid_dpop_proof", description));
  }

  /** RFC 9449, 7.1: the proof is fine, and of another key than the token's. */
  static RefusedProofException otherKey() {
    return new RefusedProofException(
        new BearerError("invalid_token", "the token is bound to another key than the proof's"));
  }

  /** RFC 9449, 9: the client has to come again, with the nonce it is told. */
  static RefusedProofException nonce() {
    return new RefusedProofException(
        new BearerError("use_dpop_nonce", "a proof with the nonce of this server is required"));
  }

  BearerError error() {
    return error;
  }
}
