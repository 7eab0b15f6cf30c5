package io.mcpgateway.jwt;

import io.mcpgateway.http.Loopback;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
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
      return complete && isSecure(url, allowInsecure) ? Optional.of(url) : Optional.empty();
    } catch (URISyntaxException malformed) {
      return Optional.empty();
    }
  }

  private static boolean isSecure(URI url, boolean allowInsecure) {
    return "https".equalsIgnoreCase(url.getScheme())
        || ("http".equalsIgnoreCase(url.getScheme())
            && (allowInsecure || Loopback.isHost(url.getHost().toLowerCase(Locale.ROOT))));
  }
}
