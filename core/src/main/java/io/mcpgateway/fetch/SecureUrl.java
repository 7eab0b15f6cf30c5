package io.mcpgateway.fetch;

import io.mcpgateway.http.Loopback;
import io.mcpgateway.http.PrintableText;
import io.mcpgateway.http.SpecialAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** URLs that may be asked about trust: whoever answers there can let anybody in. */
public final class SecureUrl {
  /** What {@link #parse} takes, for the message about what it does not. */
  public static final String EXPECTED =
      "an https URL, or http to a loopback address; no user, fragment or link-local address";

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
    } catch (URISyntaxException | NumberFormatException malformed) {
      return Optional.empty();
    }
  }

  private static boolean isSecure(URI url, boolean allowInsecure) {
    String host = url.getHost().toLowerCase(Locale.ROOT);
    return !SpecialAddress.isHost(host)
        && ("https".equalsIgnoreCase(url.getScheme())
            || ("http".equalsIgnoreCase(url.getScheme())
                && (allowInsecure || Loopback.isHost(host))));
  }

  /**
   * Writes what was not taken for the message that says so.
   *
   * @param text maybe a URL
   * @return without user and password, and fit for a log
   */
  public static String shown(String text) {
    return PrintableText.of(text.replaceFirst("//.*@", "//***@"));
  }
}
