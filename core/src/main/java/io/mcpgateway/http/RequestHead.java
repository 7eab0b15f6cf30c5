package io.mcpgateway.http;

import java.util.Locale;
import java.util.Optional;

/**
 * The head of a request, as the client sent it and the server parsed it.
 *
 * @param method upper case, e.g. {@code POST}
 * @param scheme {@code http} or {@code https}: how this connection is protected, not what a proxy
 *     in front says
 * @param authority the {@code Host} or {@code :authority}: host and, where given, port; lower case
 * @param mountPath where the gateway is mounted in its server (a servlet context path), without a
 *     trailing slash; empty for the root
 * @param path below the mount path, starting with a slash, percent-encoded as it came
 * @param query without the question mark, as it came; empty when there is none
 * @param headers all header fields
 * @param remoteAddress the IP address of the peer, without port or brackets
 * @param localPort the port on which the connection arrived
 * @param clientCertificate the thumbprint ({@code x5t#S256}, RFC 8705, 3.1) of the certificate by
 *     which the peer authenticated its TLS connection; empty without one
 */
public record RequestHead(
    String method,
    String scheme,
    String authority,
    String mountPath,
    String path,
    String query,
    Headers headers,
    String remoteAddress,
    int localPort,
    Optional<String> clientCertificate) {

  /**
   * Normalises case where the standards say it does not matter.
   *
   * @throws IllegalArgumentException when a path does not start with a slash
   */
  public RequestHead {
    scheme = scheme.toLowerCase(Locale.ROOT);
    authority = authority.toLowerCase(Locale.ROOT);
    if (!path.startsWith("/") && !path.equals("*")) {
      throw new IllegalArgumentException("path: " + path + " (expected: a leading slash)");
    }
    if (!mountPath.isEmpty() && (!mountPath.startsWith("/") || mountPath.endsWith("/"))) {
      throw new IllegalArgumentException(
          "mountPath: " + mountPath + " (expected: empty, or /path without trailing slash)");
    }
  }

  /**
   * The head of a request of a client without certificate; the parameters are those of the record.
   *
   * @throws IllegalArgumentException when a path does not start with a slash
   */
  public RequestHead(
      String method,
      String scheme,
      String authority,
      String mountPath,
      String path,
      String query,
      Headers headers,
      String remoteAddress,
      int localPort) {
    this(
        method,
        scheme,
        authority,
        mountPath,
        path,
        query,
        headers,
        remoteAddress,
        localPort,
        Optional.empty());
  }

  /**
   * A builder for a request to {@code http://localhost} from the loopback address.
   *
   * @param method e.g. {@code GET}
   * @param path starting with a slash, percent-encoded
   * @return a new builder
   */
  public static Builder builder(String method, String path) {
    return new Builder(method, path);
  }

  /**
   * The host of the authority, without port; IPv6 literals keep their brackets.
   *
   * @return lower case
   */
  public String host() {
    return hostOf(authority);
  }

  static String hostOf(String authority) {
    int bracket = authority.lastIndexOf(']');
    int colon = authority.indexOf(':', bracket + 1);
    return colon < 0 ? authority : authority.substring(0, colon);
  }

  /**
   * The same request with another query and other header fields.
   *
   * @param query without the question mark; empty for none
   * @param headers all header fields
   */
  public RequestHead with(String query, Headers headers) {
    return new RequestHead(
        method,
        scheme,
        authority,
        mountPath,
        path,
        query,
        headers,
        remoteAddress,
        localPort,
        clientCertificate);
  }

  /** Without the query and the values of header fields: they may be credentials. */
  @Override
  public String toString() {
    return method + " " + scheme + "://" + authority + mountPath + path + " " + headers;
  }

  /** Builds a request head field by field. Not thread-safe. */
  public static final class Builder {
    private final String method;
    private final String path;
    private String scheme = "http";
    private String authority = "localhost";
    private String mountPath = "";
    private String query = "";
    private final Headers.Builder headers = Headers.builder();
    private String remoteAddress = "127.0.0.1";
    private int localPort;
    private Optional<String> clientCertificate = Optional.empty();

    private Builder(String method, String path) {
      this.method = method;
      this.path = path;
    }

    /**
     * Sets the scheme.
     *
     * @param scheme {@code http} or {@code https}
     * @return this
     */
    public Builder scheme(String scheme) {
      this.scheme = scheme;
      return this;
    }

    /**
     * Sets the authority.
     *
     * @param authority host, or host:port
     * @return this
     */
    public Builder authority(String authority) {
      this.authority = authority;
      return this;
    }

    /**
     * Sets the mount path.
     *
     * @param mountPath empty, or a path without trailing slash
     * @return this
     */
    public Builder mountPath(String mountPath) {
      this.mountPath = mountPath;
      return this;
    }

    /**
     * Sets the query.
     *
     * @param query without the question mark
     * @return this
     */
    public Builder query(String query) {
      this.query = query;
      return this;
    }

    /**
     * Adds a header field.
     *
     * @param name the field's name
     * @param value the field's value
     * @return this
     * @throws IllegalArgumentException when the field is malformed
     */
    public Builder header(String name, String value) {
      headers.add(name, value);
      return this;
    }

    /**
     * Sets the address of the peer.
     *
     * @param remoteAddress an IP literal
     * @return this
     */
    public Builder remoteAddress(String remoteAddress) {
      this.remoteAddress = remoteAddress;
      return this;
    }

    /**
     * Sets the port on which the connection arrived.
     *
     * @param localPort a port, or 0 when unknown
     * @return this
     */
    public Builder localPort(int localPort) {
      this.localPort = localPort;
      return this;
    }

    /**
     * Sets the certificate of the peer.
     *
     * @param thumbprint its SHA-256 in base64url
     * @return this
     */
    public Builder clientCertificate(String thumbprint) {
      this.clientCertificate = Optional.of(thumbprint);
      return this;
    }

    /**
     * Builds the head.
     *
     * @return the request head
     * @throws IllegalArgumentException when a path is malformed
     */
    public RequestHead build() {
      return new RequestHead(
          method,
          scheme,
          authority,
          mountPath,
          path,
          query,
          headers.build(),
          remoteAddress,
          localPort,
          clientCertificate);
    }
  }
}
