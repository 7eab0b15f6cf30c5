package io.mcpgateway.testkit.traps;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.OwnedHeaders;
import io.mcpgateway.testkit.RawMessage;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What a backend may be sent, whatever the client sent: to the letter of RFC 9112. */
final class BackendAudit {
  private static final Pattern HEAD =
      Pattern.compile(
          "[A-Z]++ /(?:open|mcp)-backend(?:\\?[!-~]*+)? HTTP/1\\.1\r\n"
              + "(?:[!#$%&'*+.^_`|~0-9A-Za-z-]++:[\\t\\x20-\\x7e\\x80-\\xff]*+\r\n)*+\r\n");

  // Of one hop, or of another target, method or peer than the gateway has decided about.
  private static final Set<String> FORBIDDEN =
      Set.of(
          "connection",
          "expect",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "upgrade",
          "x-http-method",
          "x-http-method-override",
          "x-method-override",
          "x-original-url",
          "x-real-ip",
          "x-rewrite-url",
          "x-smuggled");

  private BackendAudit() {}

  /**
   * Checks one request.
   *
   * @param request as the backend got it
   * @param port the backend's
   * @param schemes that the client may have used
   */
  static void check(RawMessage request, int port, Set<String> schemes) {
    String head = request.head();
    assertThat(HEAD.matcher(head).matches()).as("a head of HTTP/1.1: %s", head).isTrue();
    List<String> names =
        head.lines()
            .skip(1)
            .filter(line -> !line.isEmpty())
            .map(line -> OwnedHeaders.folded(line.substring(0, line.indexOf(':'))))
            .toList();
    assertThat(names).doesNotContainAnyElementsOf(FORBIDDEN);
    assertThat(names.stream().filter(BackendAudit::isFraming).toList())
        .as("one body length at most")
        .hasSizeLessThanOrEqualTo(1);
    assertThat(request.fields("Content-Length")).allMatch(length -> length.matches("\\d{1,9}"));
    assertThat(request.fields("Transfer-Encoding")).allMatch("chunked"::equals);
    assertThat(request.fields("Host")).containsExactly("127.0.0.1:" + port);
    assertThat(request.fields("X-Forwarded-For")).containsExactly("127.0.0.1");
    assertThat(request.fields("X-Forwarded-Proto")).hasSize(1).isSubsetOf(schemes);
    assertThat(head.toLowerCase(Locale.ROOT))
        .doesNotContain("evil", "203.0.113.66", "smuggled", "authorization: bearer");
  }

  private static boolean isFraming(String name) {
    return name.equals("content-length") || name.equals("transfer-encoding");
  }
}
