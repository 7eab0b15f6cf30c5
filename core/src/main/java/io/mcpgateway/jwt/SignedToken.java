package io.mcpgateway.jwt;

/** An access token, taken apart and not yet verified. */
final class SignedToken {
  /** Longer tokens are refused before anything is decoded. */
  private static final int MAX_LENGTH = 16 * 1024;

  private final SignatureHeader header;
  private final AccessTokenClaims claims;
  private final CompactJws jws;

  private SignedToken(SignatureHeader header, AccessTokenClaims claims, CompactJws jws) {
    this.header = header;
    this.claims = claims;
    this.jws = jws;
  }

  /**
   * Takes a token apart.
   *
   * @param token as the client presented it
   * @throws RefusedTokenException when it is malformed, or its header is not allowed
   */
  static SignedToken parse(String token) throws RefusedTokenException {
    CompactJws jws =
        CompactJws.parse(token, MAX_LENGTH)
            .orElseThrow(() -> new RefusedTokenException(Refusal.MALFORMED));
    return new SignedToken(
        SignatureHeader.of(jws.header()), new AccessTokenClaims(jws.payload()), jws);
  }

  SignatureHeader header() {
    return header;
  }

  AccessTokenClaims claims() {
    return claims;
  }

  /**
   * Tells whether a key made the signature.
   *
   * @param key one that fits the header
   */
  boolean isSignedBy(VerificationKey key) {
    return jws.isSignedBy(key, header.algorithm());
  }
}
