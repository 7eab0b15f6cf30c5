package io.mcpgateway.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;

/**
 * A certificate that nobody else knows (RFC 5280), and its key: an authority's, or issued by one.
 *
 * @param certificate the certificate
 * @param key its private key
 */
public record TestCertificate(X509Certificate certificate, PrivateKey key) {
  private static final char[] NO_PASSWORD = {};
  private static final AtomicInteger SERIAL = new AtomicInteger(1);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final int BOOLEAN = 1;
  private static final int INTEGER = 2;
  private static final int BIT_STRING = 3;
  private static final int OCTET_STRING = 4;
  private static final int OBJECT_IDENTIFIER = 6;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int TAG_0 = 0xa0;
  private static final int TAG_3 = 0xa3;
  private static final byte[] ECDSA_WITH_SHA256 = {
    0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2
  };
  private static final byte[] SUBJECT_ALT_NAME = {0x55, 0x1d, 0x11};
  private static final byte[] BASIC_CONSTRAINTS = {0x55, 0x1d, 0x13};

  /** A new authority. */
  public static TestCertificate authority() {
    byte[] isAuthority = der(SEQUENCE, der(BOOLEAN, new byte[] {-1}));
    KeyPair keys = newKeys();
    X500Principal name = new X500Principal("CN=authority " + SERIAL.incrementAndGet());
    return signed(
        keys, name, keys.getPrivate(), name, Duration.ofDays(1), BASIC_CONSTRAINTS, isAuthority);
  }

  /**
   * Issues a certificate.
   *
   * @param names host names, IP addresses or URIs
   */
  public TestCertificate issue(String... names) {
    return issue(Duration.ofDays(1), names);
  }

  /** Issues a certificate whose time is over. */
  public TestCertificate issueExpired(String... names) {
    return issue(Duration.ofMinutes(-1), names);
  }

  private TestCertificate issue(Duration validity, String... names) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String name : names) {
      all.writeBytes(generalName(name));
    }
    return signed(
        newKeys(),
        new X500Principal("CN=issued " + SERIAL.incrementAndGet()),
        key,
        certificate.getSubjectX500Principal(),
        validity,
        SUBJECT_ALT_NAME,
        der(SEQUENCE, all.toByteArray()));
  }

  private static byte[] generalName(String name) {
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    if (name.contains("://")) {
      return der(0x86, text);
    }
    return name.contains(":") || name.matches("[0-9.]+")
        ? der(0x87, address(name))
        : der(0x82, text);
  }

  private static byte[] address(String literal) {
    try {
      return InetAddress.getByName(literal).getAddress();
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static TestCertificate signed(
      KeyPair keys,
      X500Principal subject,
      PrivateKey authority,
      X500Principal issuer,
      Duration validity,
      byte[] extension,
      byte[] value) {
    Instant now = Instant.now();
    byte[] algorithm = der(SEQUENCE, der(OBJECT_IDENTIFIER, ECDSA_WITH_SHA256));
    byte[] content =
        der(
            SEQUENCE,
            der(TAG_0, der(INTEGER, new byte[] {2})),
            der(INTEGER, BigInteger.valueOf(SERIAL.incrementAndGet()).toByteArray()),
            algorithm,
            issuer.getEncoded(),
            der(SEQUENCE, time(now.minus(Duration.ofDays(1))), time(now.plus(validity))),
            subject.getEncoded(),
            keys.getPublic().getEncoded(),
            der(
                TAG_3,
                der(
                    SEQUENCE,
                    der(SEQUENCE, der(OBJECT_IDENTIFIER, extension), der(OCTET_STRING, value)))));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(authority);
      signature.update(content);
      byte[] whole =
          der(SEQUENCE, content, algorithm, der(BIT_STRING, new byte[] {0}, signature.sign()));
      return new TestCertificate(
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(whole)),
          keys.getPrivate());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] time(Instant time) {
    return der(GENERALIZED_TIME, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(tag);
    if (content.size() >= 0x100) {
      all.write(0x82);
      all.write(content.size() >> 8);
    } else if (content.size() >= 0x80) {
      all.write(0x81);
    }
    all.write(content.size());
    all.writeBytes(content.toByteArray());
    return all.toByteArray();
  }

  /** Writes the certificate to a PEM file of its own. */
  public Path file(Path directory) {
    try {
      return write(directory, "CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Writes the key to a PEM file of its own. */
  public Path keyFile(Path directory) {
    return write(directory, "PRIVATE KEY", key.getEncoded());
  }

  private static Path write(Path directory, String label, byte[] der) {
    String pem =
        "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
            .formatted(label, Base64.getMimeEncoder().encodeToString(der));
    try {
      return Files.writeString(Files.createTempFile(directory, "test", ".pem"), pem);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** What a server shows itself with. */
  public SSLContext server() {
    return context(this::addKey, trusted -> {});
  }

  /** Listens on loopback, and shows itself with this. */
  public SSLServerSocket listen() {
    return listen(server(), InetAddress.getLoopbackAddress());
  }

  /** Listens on an address, and shows itself with this. */
  public SSLServerSocket listen(InetAddress address) {
    return listen(server(), address);
  }

  /**
   * Listens on loopback for clients with certificates of an authority, and shows itself with this.
   */
  public SSLServerSocket listenFor(TestCertificate clients) {
    SSLServerSocket socket =
        listen(context(this::addKey, clients::addTrusted), InetAddress.getLoopbackAddress());
    socket.setNeedClientAuth(true);
    return socket;
  }

  private static SSLServerSocket listen(SSLContext context, InetAddress address) {
    try {
      return (SSLServerSocket)
          context.getServerSocketFactory().createServerSocket(0, 1000, address);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** What a client needs that trusts this certificate only. */
  public SSLContext client() {
    return context(keys -> {}, this::addTrusted);
  }

  private void addKey(KeyStore store) throws GeneralSecurityException {
    store.setKeyEntry("key", key, NO_PASSWORD, new Certificate[] {certificate});
  }

  private void addTrusted(KeyStore store) throws GeneralSecurityException {
    store.setCertificateEntry("trusted", certificate);
  }

  /** Puts something into a key store. */
  private interface Filling {
    void addTo(KeyStore store) throws GeneralSecurityException;
  }

  private static SSLContext context(Filling keys, Filling trusted) {
    try {
      KeyManagerFactory keyManagers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keyManagers.init(store(keys), NO_PASSWORD);
      TrustManagerFactory trustManagers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trustManagers.init(store(trusted));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static KeyStore store(Filling filling) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    filling.addTo(store);
    return store;
  }
}
