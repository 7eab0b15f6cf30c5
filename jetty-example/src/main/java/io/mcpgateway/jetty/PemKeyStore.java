package io.mcpgateway.jetty;

import io.mcpgateway.Listener.Tls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys from PEM files (RFC 7468), as the TLS engine takes them. */
final class PemKeyStore {
  /** The store lives in memory only, and has no secret of its own. */
  static final String NO_PASSWORD = "";

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([^-]+)-----END \\1-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");
  // AlgorithmIdentifier {rsaEncryption, NULL} (RFC 8017, A.1), behind version 0.
  private static final byte[] RSA_IDENTIFIER = {
    2, 1, 0, 0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
  };

  private PemKeyStore() {}

  /**
   * Reads the certificates and keys of the listeners that share a port.
   *
   * @throws IOException when a file cannot be read or does not hold what it should; names the file
   */
  static KeyStore of(List<Tls> listeners) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (Tls tls : listeners) {
        store.setKeyEntry(
            "listener" + store.size(),
            key(tls.key()),
            NO_PASSWORD.toCharArray(),
            certificates(tls.certificate()));
      }
      return store;
    } catch (GeneralSecurityException failure) {
      throw new IOException("TLS keys cannot be used: " + failure.getMessage(), failure);
    }
  }

  private static Certificate[] certificates(Path file) throws IOException {
    try {
      Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
              .toArray(Certificate[]::new);
      if (chain.length > 0) {
        return chain;
      }
    } catch (GeneralSecurityException malformed) {
      throw new IOException(file + ": no certificate (expected: PEM, X.509)", malformed);
    }
    throw new IOException(file + ": no certificate (expected: PEM, X.509)");
  }

  private static PrivateKey key(Path file) throws IOException {
    Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
    if (!pem.find()) {
      throw unusable(file, "no private key");
    }
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(pem.group(2));
    } catch (IllegalArgumentException malformed) {
      throw unusable(file, "a malformed private key");
    }
    return switch (pem.group(1)) {
      case "PRIVATE KEY" -> pkcs8(der, file);
      case "RSA PRIVATE KEY" -> pkcs8(wrapRsa(der), file);
      default -> throw unusable(file, "a key of the form " + pem.group(1));
    };
  }

  private static PrivateKey pkcs8(byte[] der, Path file) throws IOException {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException mismatch) {
        // PKCS#8 does not name its kind where Java could see it: the next one is tried
      } catch (GeneralSecurityException missing) {
        throw new IOException(file + ": " + missing.getMessage(), missing);
      }
    }
    throw unusable(file, "no RSA, EC or Ed25519 key");
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

  private static IOException unusable(Path file, String what) {
    return new IOException(
        file + ": " + what + " (expected: PEM, unencrypted, PKCS#8: openssl pkcs8 -topk8 -nodes)");
  }
}
