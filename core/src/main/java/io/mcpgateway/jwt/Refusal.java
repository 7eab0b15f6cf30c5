package io.mcpgateway.jwt;

import io.mcpgateway.auth.TokenVerification.Rejected;

/**
 * Why a token is refused. The descriptions go to the client, as {@code error_description}: they
 * hold nothing of the token.
 */
enum Refusal {
  MALFORMED("the token is malformed"),
  ALGORITHM_NOT_ALLOWED("the signature algorithm is not allowed"),
  NOT_AN_ACCESS_TOKEN("the token type is not an access token"),
  OTHER_ISSUER("the token is from another issuer"),
  UNKNOWN_KEY("the signature key is not known"),
  WRONG_SIGNATURE("the signature does not verify"),
  NO_EXPIRY("the token has no expiry"),
  EXPIRED("the token has expired"),
  NOT_YET_VALID("the token is not valid yet"),
  OTHER_AUDIENCE("the token is for another audience"),
  CLAIM_MISSING("the token lacks a required claim");

  private final String description;

  Refusal(String description) {
    this.description = description;
  }

  Rejected outcome() {
    return new Rejected(description);
  }
}
