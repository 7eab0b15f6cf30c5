package io.mcpgateway.cors;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An entry of {@code allowOrigins}, and in each further line the {@code Origin} of a request: one
 * that is allowed is of the entry's scheme, host and port as a URL reads them.
 */
public final class AllowedOriginFuzz {
  private AllowedOriginFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    List<String> lines = new String(input, StandardCharsets.ISO_8859_1).lines().toList();
    if (lines.size() < 2) {
      return;
    }
    AllowedOrigin entry;
    try {
      entry = AllowedOrigin.parse(lines.get(0));
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageStartingWith("allowOrigins: ");
      return;
    }
    if (!(entry instanceof AllowedOrigin.Any)) {
      lines.stream().skip(1).filter(entry::allows).forEach(origin -> isOf(lines.get(0), origin));
    }
  }

  private static void isOf(String entry, String origin) {
    assertThat(origin).matches("(?i)https?://[^/?#@\\\\,\\s]+");
    assertThat(scheme(origin)).isEqualTo(scheme(entry));
    assertThat(port(origin)).isEqualTo(port(entry));
    String host = host(origin);
    URI url = url(origin);
    if (url != null && url.getHost() != null) {
      assertThat(url.getHost().toLowerCase(Locale.ROOT)).isEqualTo(host);
    }
    String allowed = host(entry);
    int star = allowed.indexOf('*');
    if (star < 0) {
      assertThat(host).isEqualTo(allowed);
    } else {
      assertThat(host).startsWith(allowed.substring(0, star));
      assertThat(host).endsWith(allowed.substring(allowed.lastIndexOf('*') + 1));
    }
  }

  private static String scheme(String origin) {
    return origin.substring(0, origin.indexOf(':')).toLowerCase(Locale.ROOT);
  }

  private static String authority(String origin) {
    return origin.substring(origin.indexOf("//") + 2).toLowerCase(Locale.ROOT);
  }

  private static String host(String origin) {
    return authority(origin).replaceFirst(":[0-9]*$", "");
  }

  private static int port(String origin) {
    String port = authority(origin).substring(host(origin).length());
    return port.isEmpty()
        ? scheme(origin).equals("https") ? 443 : 80
        : Integer.parseInt(port.substring(1));
  }

  private static @Nullable URI url(String origin) {
    try {
      return new URI(origin);
    } catch (URISyntaxException notToJava) {
      return null;
    }
  }
}
