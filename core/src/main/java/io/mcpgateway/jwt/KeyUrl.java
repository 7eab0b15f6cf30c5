package io.mcpgateway.jwt;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** URLs that keys may come from: whoever answers there can sign tokens. */
final class KeyUrl {
  private KeyUrl() {}

  /**
   * Reads a URL.
   *
   * @param text an absolute URL
   * @param allowInsecure whether plain http is fine for every host, not for loopback only
   * @return empty when keys must not come from there
   */
  static Optional<URI> parse(String text, boolean allowInsecure) {
    try {
      URI url = new URI(text).parseServerAuthority();
      boolean complete =
          url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null;
      boolean secure =
          "https".equalsIgnoreCase(url.getScheme())
              || ("http".equalsIgnoreCase(url.getScheme()) && (allowInsecure || isLoopback(url)));
      return complete && secure ? Optional.of(url) : Optional.empty();
    } catch (URISyntaxException malformed) {
      return Optional.empty();
    }
  }

  /** By its spelling: what a name resolves to is decided too late. */
  private static boolean isLoopback(URI url) {
    String host = url.getHost();
    return host.equalsIgnoreCase("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");
  }
}
