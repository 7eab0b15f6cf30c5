package io.mcpgateway.forward;

import io.mcpgateway.tls.BackendTls;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The MCP server behind a route, and how it is reached.
 *
 * @param name for logs
 * @param url its MCP endpoint: every request of the route goes there, whatever its own path
 * @param transport which of MCP's transports it speaks
 * @param tls how it proves who it is; there if, and only if, the URL is https
 * @param httpVersions what may be spoken, in order of preference; over TLS it is negotiated (ALPN,
 *     RFC 7301), in clear it is one
 * @param hostPreserved whether it gets the {@code Host} that the client sent, not its own
 */
public record Backend(
    String name,
    URI url,
    Transport transport,
    Optional<BackendTls> tls,
    List<HttpVersion> httpVersions,
    boolean hostPreserved) {
  /** MCP's transports over HTTP. */
  public enum Transport {
    /** One endpoint for messages and streams: all revisions since 2025-03-26. */
    STREAMABLE_HTTP,
    /** A stream, and a place for messages that its first event names: revision 2024-11-05. */
    SSE
  }

  /**
   * Checks the URL.
   *
   * @throws IllegalArgumentException when it is not an absolute http or https URL with a host, or
   *     has user information, a query or a fragment; or when the settings are not for it
   */
  public Backend {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    boolean plain =
        (scheme.equals("http") || scheme.equals("https"))
            && url.getHost() != null
            && url.getRawUserInfo() == null
            && url.getRawQuery() == null
            && url.getRawFragment() == null;
    if (!plain) {
      throw new IllegalArgumentException(
          "backend: "
              + withoutPassword(url.toString())
              + " (expected: http://host[:port]/path or https://..., no underscore in the host)");
    }
    if (scheme.equals("https") && tls.isEmpty()) {
      tls = Optional.of(BackendTls.builder().build());
    } else if (scheme.equals("http") && tls.isPresent()) {
      throw new IllegalArgumentException(
          "backend: " + url + " with TLS settings (expected: https://...)");
    }
    httpVersions = List.copyOf(httpVersions);
    if (httpVersions.isEmpty() || (tls.isEmpty() && httpVersions.size() > 1)) {
      throw new IllegalArgumentException(
          "backend: "
              + url
              + " with HTTP versions "
              + httpVersions
              + " (expected: one, without TLS)");
    }
  }

  /**
   * A backend that speaks Streamable HTTP, with the usual settings: with https the JVM's
   * authorities, and HTTP/2 where the backend speaks it; with http HTTP/1.1.
   *
   * @param name for logs
   * @param url its MCP endpoint
   * @throws IllegalArgumentException as above
   */
  public Backend(String name, URI url) {
    this(name, url, Transport.STREAMABLE_HTTP, Optional.empty(), usualVersions(url), false);
  }

  private static List<HttpVersion> usualVersions(URI url) {
    return "https".equalsIgnoreCase(url.getScheme())
        ? List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1)
        : List.of(HttpVersion.HTTP_1_1);
  }

  private static String withoutPassword(String url) {
    return url.replaceAll("//[^/]*@", "//...@");
  }

  /**
   * A backend that is called like its URL's authority.
   *
   * @param url the MCP endpoint, e.g. {@code http://localhost:8000/mcp}
   * @return the backend
   * @throws IllegalArgumentException when the URL is malformed
   */
  public static Backend of(String url) {
    try {
      URI uri = new URI(url);
      return new Backend(String.valueOf(uri.getRawAuthority()), uri);
    } catch (URISyntaxException | NumberFormatException malformed) {
      throw new IllegalArgumentException(
          "backend: " + withoutPassword(url) + " (expected: http://host[:port]/path)");
    }
  }

  /**
   * The same backend, of revision 2024-11-05: {@link #url} is where its stream is.
   *
   * @return for {@code Route.Builder.backend}
   */
  public Backend speakingSse() {
    return new Backend(name, url, Transport.SSE, tls, httpVersions, hostPreserved);
  }

  /** Whether it is of revision 2024-11-05. */
  public boolean isLegacy() {
    return transport == Transport.SSE;
  }

  /**
   * The same backend with other TLS settings.
   *
   * @param settings how it proves who it is
   * @return a copy
   * @throws IllegalArgumentException when the URL is not https
   */
  public Backend withTls(BackendTls settings) {
    return new Backend(name, url, transport, Optional.of(settings), httpVersions, hostPreserved);
  }

  /**
   * The same backend with other versions of HTTP. Default: HTTP/2 and HTTP/1.1 over TLS, HTTP/1.1
   * in clear; there HTTP/2 is spoken with prior knowledge (RFC 9113, 3.3).
   *
   * @param inOrderOfPreference at least one; just one without TLS
   * @return a copy
   * @throws IllegalArgumentException when there is none, or more than one without TLS
   */
  public Backend withHttpVersions(HttpVersion... inOrderOfPreference) {
    return new Backend(name, url, transport, tls, List.of(inOrderOfPreference), hostPreserved);
  }

  /**
   * The same backend with another {@code Host}. Default: that of its URL. The client's own is in
   * {@code Forwarded} and {@code X-Forwarded-Host} either way.
   *
   * @param preserved whether it gets the one that the client sent
   * @return a copy
   */
  public Backend withHostPreserved(boolean preserved) {
    return new Backend(name, url, transport, tls, httpVersions, preserved);
  }

  /** The URL's path; {@code /} where it has none. */
  String path() {
    String path = url.getRawPath();
    return path == null || path.isEmpty() ? "/" : path;
  }

  /** The URL's port, also where it has none. */
  int port() {
    return portOf(url);
  }

  private int usualPort() {
    return tls.isPresent() ? 443 : 80;
  }

  /** What names it in {@code Host} and {@code :authority} (RFC 9110, 7.2). */
  String authority() {
    return port() == usualPort() ? url.getHost() : url.getHost() + ":" + port();
  }

  /** The URL without path, e.g. {@code http://localhost:8000}. */
  public String origin() {
    return url.getScheme() + "://" + url.getRawAuthority();
  }

  /**
   * The port that a URL means.
   *
   * @param url of http or https
   */
  static int portOf(URI url) {
    return url.getPort() >= 0
        ? url.getPort()
        : url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }
}
