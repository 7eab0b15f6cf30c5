package io.mcpgateway.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Which servers are trusted, where that is not the JDK's to say. For engines, not for sockets. */
final class ServerTrust extends X509ExtendedTrustManager {
  // RFC 5280, 4.2.1.6
  private static final int DNS_NAME = 2;
  private static final int URI = 6;
  private static final int IP_ADDRESS = 7;

  private final Check check;

  /** Throws where a server is not trusted. */
  private interface Check {
    void of(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException;
  }

  private ServerTrust(Check check) {
    this.check = check;
  }

  /** Trusts whoever answers. */
  static ServerTrust any() {
    return new ServerTrust((chain, authType, engine) -> {});
  }

  /**
   * Trusts servers whose certificate is good and has one of some names.
   *
   * @param authorities knows whether it is good
   * @param names host names, IP addresses, URIs
   */
  static ServerTrust named(X509ExtendedTrustManager authorities, List<String> names) {
    return new ServerTrust(
        (chain, authType, engine) -> {
          authorities.checkServerTrusted(chain, authType, engine);
          Collection<List<?>> alternatives = chain[0].getSubjectAlternativeNames();
          if (alternatives == null || alternatives.stream().noneMatch(name -> isOne(name, names))) {
            throw new CertificateException("no subjectAltName is one of " + names);
          }
        });
  }

  private static boolean isOne(List<?> alternative, List<String> names) {
    String name = String.valueOf(alternative.get(1));
    return switch ((int) alternative.get(0)) {
      case DNS_NAME -> names.stream().anyMatch(wanted -> covers(name, wanted));
      case URI, IP_ADDRESS -> names.contains(name);
      default -> false;
    };
  }

  /**
   * RFC 9525, 6.3: a wildcard is the whole first label of a certificate's name, and is one label.
   */
  private static boolean covers(String name, String wanted) {
    int dot = wanted.indexOf('.');
    boolean parted = dot > 0 && wanted.indexOf('.', dot + 1) > 0;
    return name.equalsIgnoreCase(wanted)
        || (parted && name.equalsIgnoreCase("*" + wanted.substring(dot)));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check.of(chain, authType, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType) {
    throw new UnsupportedOperationException();
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
