package io.mcpgateway.forward;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * The MCP server behind a route.
 *
 * @param name for logs
 * @param url its MCP endpoint: every request of the route goes there, whatever its own path
 * @param transport which of MCP's transports it speaks
 */
public record Backend(String name, URI url, Transport transport) {
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
   *     has user information, a query or a fragment
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
  }

  /**
   * A backend that speaks Streamable HTTP.
   *
   * @param name for logs
   * @param url its MCP endpoint
   * @throws IllegalArgumentException see the other constructor
   */
  public Backend(String name, URI url) {
    this(name, url, Transport.STREAMABLE_HTTP);
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
    } catch (URISyntaxException malformed) {
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
    return new Backend(name, url, Transport.SSE);
  }

  /** Whether it is of revision 2024-11-05. */
  public boolean isLegacy() {
    return transport == Transport.SSE;
  }

  /** The URL's path; {@code /} where it has none. */
  String path() {
    String path = url.getRawPath();
    return path == null || path.isEmpty() ? "/" : path;
  }

  /** The URL without path, e.g. {@code http://localhost:8000}. */
  String origin() {
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
