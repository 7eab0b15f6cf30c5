package io.mcpgateway.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStore.PasswordProtection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * How a backend proves over TLS that it is the one that was meant and, where it asks for that, how
 * the gateway proves who it is. Files are read once, when it is built. Immutable and thread-safe;
 * two that say the same are equal.
 */
public final class BackendTls {
  private static final char[] NO_PASSWORD = {};
  private static final Pattern HOSTNAME =
      Pattern.compile("\\w([\\w.-]*\\w)?|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*");

  private final Settings settings;
  private final SSLContext context;

  private record Settings(
      Optional<Path> root,
      Optional<Path> certificate,
      Optional<Path> key,
      Optional<String> hostname,
      List<String> subjectAltNames,
      Verification verification) {}

  private BackendTls(Settings settings, SSLContext context) {
    this.settings = settings;
    this.context = context;
  }

  /** How much of a backend's certificate is verified. */
  public enum Verification {
    /** A trusted authority issued it, for the host that is called (RFC 9110, 4.3.4). */
    AUTHORITY_AND_HOST,
    /** A trusted authority issued it, for whatever host. */
    AUTHORITY,
    /** Nothing: whoever is on the way can be the backend. */
    NONE
  }

  /** Returns a new builder: the JVM's authorities, the URL's host, no certificate to show. */
  public static Builder builder() {
    return new Builder();
  }

  /** The file with the only authorities that are trusted; empty for the JVM's. */
  public Optional<Path> root() {
    return settings.root;
  }

  /** The file with the certificate that the gateway shows; empty when it has none. */
  public Optional<Path> certificate() {
    return settings.certificate;
  }

  /** The name that is asked for and verified; empty for the URL's host. */
  public Optional<String> hostname() {
    return settings.hostname;
  }

  /** The names that a certificate may be for instead of the host; empty for the host. */
  public List<String> subjectAltNames() {
    return settings.subjectAltNames;
  }

  /** How much is verified. */
  public Verification verification() {
    return settings.verification;
  }

  /** What engines verify and show certificates with; the host is {@link #comparesHost}'s. */
  public SSLContext context() {
    return context;
  }

  /**
   * Whether the connection has to compare its host with the certificate ({@link
   * javax.net.ssl.SSLParameters#setEndpointIdentificationAlgorithm}).
   */
  public boolean comparesHost() {
    return settings.verification == Verification.AUTHORITY_AND_HOST
        && settings.subjectAltNames.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BackendTls tls && settings.equals(tls.settings);
  }

  @Override
  public int hashCode() {
    return settings.hashCode();
  }

  @Override
  public String toString() {
    return "BackendTls" + settings.toString().substring("Settings".length());
  }

  /** Collects the settings. Not thread-safe. */
  public static final class Builder {
    private Optional<Path> root = Optional.empty();
    private Optional<Path> certificate = Optional.empty();
    private Optional<Path> key = Optional.empty();
    private Optional<String> hostname = Optional.empty();
    private List<String> subjectAltNames = List.of();
    private Verification verification = Verification.AUTHORITY_AND_HOST;

    private Builder() {}

    /**
     * Sets who is trusted. Default: the JVM's authorities ({@code javax.net.ssl.trustStore}).
     *
     * @param file the certificates of the only authorities that count, in PEM
     * @return this
     */
    public Builder root(Path file) {
      this.root = Optional.of(file);
      return this;
    }

    /**
     * Sets what the gateway shows to a backend that asks for a client certificate. Default: none.
     *
     * @param certificate the certificate, then its chain, in PEM
     * @param key its unencrypted key, in PEM; may be the same file
     * @return this
     */
    public Builder certificate(Path certificate, Path key) {
      this.certificate = Optional.of(certificate);
      this.key = Optional.of(key);
      return this;
    }

    /**
     * Sets the name that is asked for (SNI) and that the certificate has to be for. Default: the
     * URL's host.
     *
     * @param hostname a host name or an IP address
     * @return this
     * @throws IllegalArgumentException when it is malformed
     */
    public Builder hostname(String hostname) {
      if (!HOSTNAME.matcher(hostname).matches()) {
        throw new IllegalArgumentException(
            "hostname: " + hostname + " (expected: a host name or an IP address)");
      }
      this.hostname = Optional.of(hostname);
      return this;
    }

    /**
     * Sets the names, any of which the certificate may be for instead of the host. Default: the
     * host counts.
     *
     * @param names host names, IP addresses (IPv6 in full: {@code 0:0:0:0:0:0:0:1}), or URIs; none
     *     for the host
     * @return this
     */
    public Builder subjectAltNames(String... names) {
      this.subjectAltNames = List.of(names);
      return this;
    }

    /**
     * Sets how much is verified. Default: all, {@link Verification#AUTHORITY_AND_HOST}.
     *
     * @param verification anything less only in a network where nobody can step between
     * @return this
     */
    public Builder verification(Verification verification) {
      this.verification = verification;
      return this;
    }

    /**
     * Reads the files.
     *
     * @return the settings
     * @throws IllegalArgumentException when a file cannot be used; the message begins with {@code
     *     root}, {@code cert} or {@code key}, then names the file
     */
    public BackendTls build() {
      Settings settings =
          new Settings(root, certificate, key, hostname, subjectAltNames, verification);
      try {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers(), new TrustManager[] {trustManager()}, null);
        return new BackendTls(settings, context);
      } catch (GeneralSecurityException | IOException failure) {
        throw new IllegalArgumentException(
            "TLS cannot be set up: " + failure.getMessage(), failure);
      }
    }

    private KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
      KeyStore store = newStore();
      if (certificate.isPresent() && key.isPresent()) {
        Path shown = certificate.get();
        Path secret = key.get();
        read("cert", () -> new PemFile(shown).certificates());
        store.setEntry(
            "shown",
            read("key", () -> PemFile.keyEntry(shown, secret)),
            new PasswordProtection(NO_PASSWORD));
      }
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, NO_PASSWORD);
      return factory.getKeyManagers();
    }

    private TrustManager trustManager() throws GeneralSecurityException, IOException {
      KeyStore trusted = null; // the JVM's
      if (root.isPresent()) {
        PemFile file = new PemFile(root.get());
        trusted = newStore();
        for (var authority : read("root", file::certificates)) {
          trusted.setCertificateEntry("authority" + trusted.size(), authority);
        }
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      X509ExtendedTrustManager manager = (X509ExtendedTrustManager) factory.getTrustManagers()[0];
      return switch (verification) {
        case NONE -> ServerTrust.any();
        case AUTHORITY -> manager;
        case AUTHORITY_AND_HOST ->
            subjectAltNames.isEmpty() ? manager : ServerTrust.named(manager, subjectAltNames);
      };
    }

    private static KeyStore newStore() throws GeneralSecurityException, IOException {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    }

    /** Reads a file of a setting. */
    private interface Reading<T> {
      T read() throws IOException;
    }

    private static <T> T read(String setting, Reading<T> reading) {
      try {
        return reading.read();
      } catch (IOException unusable) {
        throw new IllegalArgumentException(setting + ": " + unusable.getMessage(), unusable);
      }
    }
  }
}
