package io.mcpgateway.auth;

import io.mcpgateway.auth.BindingOutcome.Confirmed;
import io.mcpgateway.auth.BindingOutcome.Refused;
import io.mcpgateway.http.Headers;
import io.mcpgateway.tls.CertificateThumbprint;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens that are bound to the certificate by which the client authenticates its TLS connection
 * (RFC 8705, 3). Where a trusted proxy ends TLS, the certificate comes in a header field of the
 * proxy's (RFC 9440). Immutable and thread-safe.
 *
 * @param required whether every token has to be so bound
 * @param proxyHeader the field in which trusted proxies pass the certificate on; the word of
 *     others, and the certificate of the proxy itself, do not count. Empty when the gateway's
 *     server ends TLS
 */
public record CertificateBinding(boolean required, Optional<String> proxyHeader)
    implements TokenBinding {
  /** The field of RFC 9440, 2.2. */
  public static final String CLIENT_CERT = "Client-Cert";

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException when it is no name of a header field
   */
  public CertificateBinding {
    if (!proxyHeader.map(Headers::isToken).orElse(true)) {
      throw new IllegalArgumentException(
          "header: " + proxyHeader.get() + " (expected: a field name, e.g. " + CLIENT_CERT + ")");
    }
  }

  /** Certificates of the server's own connections; nothing is required. */
  public CertificateBinding() {
    this(false, Optional.empty());
  }

  /** The same, with every token to be bound to a certificate. */
  public CertificateBinding requiring() {
    return new CertificateBinding(true, proxyHeader);
  }

  /**
   * The same behind trusted proxies that end TLS.
   *
   * @param header the field in which they pass the certificate on, as RFC 9440 spells it. They have
   *     to take it off what clients send
   * @throws IllegalArgumentException when it is no name of a header field
   */
  public CertificateBinding behindProxy(String header) {
    return new CertificateBinding(required, Optional.of(header));
  }

  /** {@return {@code x5t#S256}} */
  @Override
  public String confirmationMethod() {
    return "x5t#S256";
  }

  @Override
  public Map<String, Object> resourceMetadata() {
    return Map.of("tls_client_certificate_bound_access_tokens", true);
  }

  /** Compares the certificates. */
  @Override
  public BindingOutcome confirm(BoundToken token) {
    Optional<String> certificate = certificate(token);
    if (certificate.isEmpty()) {
      return refused("the token is bound to a client certificate, and there is none");
    }
    return certificate.get().equals(token.confirmation())
        ? new Confirmed()
        : refused("the token is bound to another client certificate");
  }

  private Optional<String> certificate(BoundToken token) {
    if (proxyHeader.isEmpty() || !token.origin().proxied()) {
      return token.request().clientCertificate();
    }
    List<String> fields = token.request().headers().all(proxyHeader.get());
    return fields.size() == 1 ? CertificateThumbprint.ofField(fields.get(0)) : Optional.empty();
  }

  private static BindingOutcome refused(String description) {
    return new Refused(BearerError.invalidToken(description));
  }
}
