package io.mcpgateway.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;

/** The name of a certificate that follows from its bytes: {@code x5t#S256} (RFC 8705, 3.1). */
public final class CertificateThumbprint {
  private CertificateThumbprint() {}

  /**
   * The thumbprint of a certificate.
   *
   * @param certificate of the client, not of its issuers
   * @return SHA-256 of its DER encoding, in base64url without padding
   * @throws IllegalArgumentException when it has no encoding
   */
  public static String of(X509Certificate certificate) {
    try {
      return of(certificate.getEncoded());
    } catch (CertificateEncodingException malformed) {
      throw new IllegalArgumentException("a certificate without DER encoding", malformed);
    }
  }

  /**
   * The thumbprint of a certificate in a header field (RFC 9440, 2.1): DER as a byte sequence,
   * base64 between colons. What the bytes say is not looked at.
   *
   * @param field the value of the field
   * @return empty when it is none
   */
  public static Optional<String> ofField(String field) {
    if (field.length() < 3 || !field.startsWith(":") || !field.endsWith(":")) {
      return Optional.empty();
    }
    try {
      return Optional.of(of(Base64.getDecoder().decode(field.substring(1, field.length() - 1))));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static String of(byte[] der) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(der);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
