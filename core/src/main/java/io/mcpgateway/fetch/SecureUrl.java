package io.mcpgateway.fetch;

import io.mcpgateway.http.Loopback;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** URLs that may be asked about trust: whoever answers there can let anybody in. */
public final class SecureUrl {
  private SecureUrl() {}

  /**
   * Reads a URL.
   *
   * @param text an absolute URL
   * @param allowInsecure whether plain http is fine for every host, not for loopback only
   * @return empty when it must not be asked
   */
  public static Optional<URI> parse(String text, boolean allowInsecure) {
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
