package io.mcpgateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The {@code Host} of a request in the first line, its {@code Forwarded} and {@code X-Forwarded-*}
 * in the others: from strangers they change nothing, and what a trusted proxy says can be no more
 * than a URL of scheme, host, port and path.
 */
public final class PublicOriginFuzz {
  private static final TrustedProxies PROXIES =
      TrustedProxies.of(List.of("10.0.0.0/8", "2001:db8::/32"));

  private PublicOriginFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) throws URISyntaxException {
    List<String> lines = new String(input, StandardCharsets.ISO_8859_1).lines().toList();
    RequestHead.Builder stranger = RequestHead.builder("POST", "/mcp").remoteAddress("192.0.2.1");
    RequestHead.Builder proxy = RequestHead.builder("POST", "/mcp").remoteAddress("10.0.0.1");
    String host = lines.isEmpty() ? "" : lines.get(0);
    boolean readable = PublicOrigin.isAuthority(host.toLowerCase(Locale.ROOT));
    stranger.authority(host);
    proxy.authority(readable ? host : "gw.example");
    for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        return; // no field
      }
      try {
        stranger.header(line.substring(0, colon), line.substring(colon + 1).strip());
        proxy.header(line.substring(0, colon), line.substring(colon + 1).strip());
      } catch (IllegalArgumentException noField) {
        return;
      }
    }
    RequestHead direct = stranger.build();
    assertThat(PublicOrigin.of(direct, PROXIES))
        .isEqualTo(new PublicOrigin("http", direct.authority(), "", "192.0.2.1", false));
    if (readable) {
      isPlain(direct.authority());
    }
    PublicOrigin origin = PublicOrigin.of(proxy.build(), PROXIES);
    assertThat(origin.proxied()).isTrue();
    assertThat(origin.scheme()).isIn("http", "https");
    isPlain(origin.authority());
    assertThat(origin.prefix()).matches("(/[A-Za-z0-9._~-]+)*");
    assertThat(origin.clientAddress()).doesNotContainPattern("[\\x00-\\x1f\\x7f]");
    assertThat(new URI(origin.url() + origin.prefix()).getRawAuthority())
        .isEqualTo(origin.authority());
  }

  private static void isPlain(String authority) throws URISyntaxException {
    URI url = new URI("http://" + authority);
    assertThat(url.getRawAuthority()).isEqualTo(authority);
    assertThat(url.getRawPath()).isEmpty();
    assertThat(url.getRawUserInfo()).isNull();
    assertThat(url.getPort()).isLessThan(65_536);
  }
}
