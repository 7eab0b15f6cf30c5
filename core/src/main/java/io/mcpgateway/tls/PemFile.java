package io.mcpgateway.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of certificates or a key in PEM (RFC 7468); what else it holds is skipped. Read each time
 * it is asked.
 *
 * @param path the file
 */
public record PemFile(Path path) {
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN (CERTIFICATE)-----([^-]+)-----END \\1-----");
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([^-]+)-----END \\1-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");
  // AlgorithmIdentifier {rsaEncryption, NULL} (RFC 8017, A.1), behind version 0.
  private static final byte[] RSA_IDENTIFIER = {
    2, 1, 0, 0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
  };

  /**
   * A certificate and its key, as who has them shows itself.
   *
   * @param certificate the certificate, then its chain
   * @param key the unencrypted private key; may be the same file
   * @return what key stores and key managers take
   * @throws IOException when a file cannot be read, does not hold what it should, or the two do not
   *     belong together; the message begins with the file
   */
  public static PrivateKeyEntry keyEntry(Path certificate, Path key) throws IOException {
    List<X509Certificate> chain = new PemFile(certificate).certificates();
    PrivateKey secret = new PemFile(key).privateKey();
    if (!belongTogether(chain.get(0), secret)) {
      throw new IOException(key + ": not the key of " + certificate);
    }
    return new PrivateKeyEntry(secret, chain.toArray(X509Certificate[]::new));
  }

  private static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
    String kind = key.getAlgorithm();
    String algorithm =
        switch (kind) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> kind;
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      return signature.verify(signed);
    } catch (GeneralSecurityException mismatch) {
      return false;
    }
  }

  /**
   * Reads its certificates.
   *
   * @return at least one, in the order of the file
   * @throws IOException when it cannot be read or holds none; the message begins with the file
   */
  public List<X509Certificate> certificates() throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher pem = CERTIFICATE.matcher(text());
    try {
      CertificateFactory x509 = CertificateFactory.getInstance("X.509");
      while (pem.find()) {
        ByteArrayInputStream der = new ByteArrayInputStream(decoded(pem));
        certificates.add((X509Certificate) x509.generateCertificate(der));
      }
    } catch (GeneralSecurityException | IllegalArgumentException malformed) {
      throw new IOException(path + ": a malformed certificate (expected: PEM, X.509)", malformed);
    }
    if (certificates.isEmpty()) {
      throw new IOException(path + ": no certificate (expected: PEM, X.509)");
    }
    return List.copyOf(certificates);
  }

  /**
   * Reads its first private key.
   *
   * @return an RSA, EC or Ed25519 key
   * @throws IOException when it cannot be read or holds none that can be used; the message begins
   *     with the file
   */
  public PrivateKey privateKey() throws IOException {
    Matcher pem = KEY.matcher(text());
    if (!pem.find()) {
      throw unusable("no private key");
    }
    byte[] der;
    try {
      der = decoded(pem);
    } catch (IllegalArgumentException malformed) {
      throw unusable("a malformed private key");
    }
    return switch (pem.group(1)) {
      case "PRIVATE KEY" -> pkcs8(der);
      case "RSA PRIVATE KEY" -> pkcs8(wrapRsa(der));
      default -> throw unusable("a key of the form " + pem.group(1));
    };
  }

  private String text() throws IOException {
    try {
      return Files.readString(path, StandardCharsets.ISO_8859_1);
    } catch (IOException unreadable) {
      throw new IOException(path + ": cannot be read (expected: a readable file)", unreadable);
    }
  }

  private static byte[] decoded(Matcher pem) {
    return Base64.getMimeDecoder().decode(pem.group(2));
  }

  private PrivateKey pkcs8(byte[] der) throws IOException {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException mismatch) {
        // PKCS#8 does not name its kind where Java could see it: the next one is tried
      } catch (GeneralSecurityException missing) {
        throw new IOException(path + ": " + missing.getMessage(), missing);
      }
    }
    throw unusable("no RSA, EC or Ed25519 key");
  }

  /** The older form is the inner part of the newer one. */
  private static byte[] wrapRsa(byte[] pkcs1) throws IOException {
    ByteArrayOutputStream inner = new ByteArrayOutputStream();
    inner.write(RSA_IDENTIFIER);
    inner.write(der(4, pkcs1));
    return der(0x30, inner.toByteArray());
  }

  private static byte[] der(int tag, byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.length;
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    out.write(content);
    return out.toByteArray();
  }

  private IOException unusable(String what) {
    return new IOException(
        path + ": " + what + " (expected: PEM, unencrypted, PKCS#8: openssl pkcs8 -topk8 -nodes)");
  }
}
