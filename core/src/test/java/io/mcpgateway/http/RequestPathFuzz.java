package io.mcpgateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;

/** Paths: one that is taken reads the same to a URL parser, and has nothing left to normalise. */
public final class RequestPathFuzz {
  private RequestPathFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) throws URISyntaxException {
    String path = new String(input, StandardCharsets.ISO_8859_1);
    Optional<String> decoded = RequestPath.decode(path);
    if (decoded.isEmpty()) {
      return;
    }
    String text = decoded.get();
    assertThat(text).startsWith("/").doesNotContain("//", "\\", "%", ";", "?", "#");
    assertThat(text.codePoints()).noneMatch(c -> c <= ' ' || c == 0x7f || c == 0xfffd);
    URI url = new URI("http", "gw.example", null, null).resolve(new URI(null, null, text, null));
    assertThat(new URI("http://gw.example" + path).getPath()).isEqualTo(text);
    assertThat(new URI(path).normalize()).isEqualTo(new URI(path));
    // The library composes characters (NFC) when it encodes them; the path is left as it is.
    assertThat(RequestPath.decode(url.toASCIIString().substring("http://gw.example".length())))
        .hasValue(Normalizer.normalize(text, Normalizer.Form.NFC));
  }
}
