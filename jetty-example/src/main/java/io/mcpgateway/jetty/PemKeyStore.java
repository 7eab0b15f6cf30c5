package io.mcpgateway.jetty;

import io.mcpgateway.Listener.Tls;
import io.mcpgateway.tls.PemFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStore.PasswordProtection;
import java.security.cert.X509Certificate;
import java.util.List;

/** The certificates and keys of listeners, as the TLS engine takes them. */
final class PemKeyStore {
  /** The store lives in memory only, and has no secret of its own. */
  static final String NO_PASSWORD = "";

  private PemKeyStore() {}

  /**
   * Reads the certificates and keys of the listeners that share a port.
   *
   * @throws IOException when a file cannot be read or does not hold what it should; names the file
   */
  static KeyStore of(List<Tls> listeners) throws IOException {
    try {
      KeyStore store = empty();
      for (Tls tls : listeners) {
        store.setEntry(
            "listener" + store.size(),
            PemFile.keyEntry(tls.certificate(), tls.key()),
            new PasswordProtection(NO_PASSWORD.toCharArray()));
      }
      return store;
    } catch (GeneralSecurityException failure) {
      throw new IOException("TLS keys cannot be used: " + failure.getMessage(), failure);
    }
  }

  /**
   * Reads the authorities whose certificates clients show.
   *
   * @throws IOException when the file cannot be read or holds none; names the file
   */
  static KeyStore ofAuthorities(Path root) throws IOException {
    try {
      KeyStore store = empty();
      for (X509Certificate authority : new PemFile(root).certificates()) {
        store.setCertificateEntry("authority" + store.size(), authority);
      }
      return store;
    } catch (GeneralSecurityException failure) {
      throw new IOException(root + ": cannot be used: " + failure.getMessage(), failure);
    }
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
