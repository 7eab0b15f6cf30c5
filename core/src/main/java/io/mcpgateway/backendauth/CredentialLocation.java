package io.mcpgateway.backendauth;

import io.mcpgateway.http.OwnedHeaders;

/**
 * Where the gateway's credential stands in the request to the backend.
 *
 * @param header the name of a header field
 * @param prefix what stands before the credential, with its space; may be empty
 */
public record CredentialLocation(String header, String prefix) {
  /** {@code Authorization: Bearer} (RFC 6750, 2.1). */
  public static final CredentialLocation BEARER =
      new CredentialLocation("Authorization", "Bearer ");

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException when it is no field that can carry a credential
   */
  public CredentialLocation {
    OwnedHeaders.checkNotOfRequest("header", header);
    if (!prefix.matches("[\\x20-\\x7E]*")) {
      throw new IllegalArgumentException(
          "prefix: not printable ASCII (expected: e.g. \"Bearer \")");
    }
  }

  BackendCredential.Supplied of(String credential, Runnable refused) {
    return new BackendCredential.Supplied(header, prefix + credential, refused);
  }

  /** Whether a text can stand in a header field, and is more than blanks. */
  static boolean isCredential(String text) {
    return text.matches("[\\x21-\\x7E]([\\x20-\\x7E]*[\\x21-\\x7E])?");
  }

  @Override
  public String toString() {
    return prefix.isBlank() ? header : header + ": " + prefix.strip();
  }
}
