package io.mcpgateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicOriginTest {
  private static final TrustedProxies TRUSTED =
      TrustedProxies.of(List.of("10.0.0.0/8", "fd00::/8"));

  private static RequestHead.Builder fromProxy() {
    return RequestHead.builder("POST", "/mcp").authority("internal:8080").remoteAddress("10.0.0.1");
  }

  private static PublicOrigin origin(String... headers) {
    boolean standard = List.of(headers).contains("Forwarded");
    return origin(standard ? ForwardedFields.FORWARDED : ForwardedFields.X_FORWARDED, headers);
  }

  private static PublicOrigin origin(ForwardedFields fields, String... headers) {
    RequestHead.Builder head = fromProxy();
    for (int i = 0; i < headers.length; i += 2) {
      head.header(headers[i], headers[i + 1]);
    }
    return PublicOrigin.of(
        head.build(), TrustedProxies.of(List.of("10.0.0.0/8", "fd00::/8"), fields));
  }

  @Test
  void of_directRequest_isTheConnectionsOwn() {
    RequestHead head =
        RequestHead.builder("GET", "/mcp")
            .scheme("https")
            .authority("Mcp.Example.com:8443")
            .remoteAddress("203.0.113.9")
            .build();

    PublicOrigin origin = PublicOrigin.of(head, TRUSTED);

    assertThat(origin)
        .isEqualTo(new PublicOrigin("https", "mcp.example.com:8443", "", "203.0.113.9", false));
    assertThat(origin.url()).isEqualTo("https://mcp.example.com:8443");
  }

  @ParameterizedTest
  @CsvSource({
    "Forwarded, for=1.2.3.4;host=evil.example;proto=https",
    "X-Forwarded-Host, evil.example",
    "X-Forwarded-Proto, https",
    "X-Forwarded-For, 1.2.3.4",
    "X-Forwarded-Port, 444",
    "X-Forwarded-Prefix, /evil",
    "X-Real-IP, 1.2.3.4",
    "X-Original-URL, /evil",
  })
  void of_untrustedPeer_isNotBelieved(String name, String value) {
    RequestHead head =
        RequestHead.builder("GET", "/mcp").remoteAddress("203.0.113.9").header(name, value).build();

    assertThat(PublicOrigin.of(head, TRUSTED))
        .isEqualTo(new PublicOrigin("http", "localhost", "", "203.0.113.9", false));
  }

  @Test
  void of_trustedPeerWithoutFields_isTheConnectionsOwn() {
    assertThat(origin()).isEqualTo(new PublicOrigin("http", "internal:8080", "", "10.0.0.1", true));
  }

  // Rfc 7239, 4: examples of the field, the last with an extension parameter and odd white space.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "for=192.0.2.60;proto=https;host=mcp.example.com | https | mcp.example.com | 192.0.2.60",
        "For=192.0.2.60;Proto=HTTPS;HOST=MCP.Example.com | https | mcp.example.com | 192.0.2.60",
        "for=\"192.0.2.60:4711\";host=\"mcp.example.com:8443\" | http | mcp.example.com:8443 | 192.0.2.60",
        "for=\"[2001:db8::17]:4711\";proto=https | https | internal:8080 | 2001:db8::17",
        "for=\"[2001:db8::17]\" | http | internal:8080 | 2001:db8::17",
        "host=\"[2001:db8::1]:8443\";proto=https | https | [2001:db8::1]:8443 | 10.0.0.1",
        "for=_hidden;proto=https | https | internal:8080 | _hidden",
        "for=unknown | http | internal:8080 | unknown",
        "for=\"192.0.2.60\" ; proto = https ; secret=\"a\\\"b;c,d\" | https | internal:8080 | 192.0.2.60",
        "by=10.0.0.9;for=192.0.2.60 | http | internal:8080 | 192.0.2.60",
        "for=192.0.2.60;proto=https; | https | internal:8080 | 192.0.2.60",
      })
  void of_forwardedFromTrustedPeer_isBelieved(
      String forwarded, String scheme, String authority, String client) {
    assertThat(origin("Forwarded", forwarded))
        .isEqualTo(new PublicOrigin(scheme, authority, "", client, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "for=192.0.2.60;host=\"mcp.example.com",
        "for=192.0.2.60 192.0.2.61;host=mcp.example.com",
        "host=mcp.example.com for=192.0.2.60",
        "mcp.example.com",
        "=x;host=mcp.example.com",
        "host=mcp.example.com;;\"",
        "host=\"mcp.example.com\"x",
      })
  void of_malformedForwarded_isIgnored(String forwarded) {
    assertThat(origin("Forwarded", forwarded))
        .isEqualTo(new PublicOrigin("http", "internal:8080", "", "10.0.0.1", true));
  }

  @Test
  void of_chainOfTrustedProxies_goesOutToTheFirstUntrusted() {
    assertThat(
            origin(
                "Forwarded",
                "for=6.6.6.6;host=spoofed.example;proto=https, "
                    + "for=203.0.113.9;host=mcp.example.com;proto=https, "
                    + "for=10.0.0.2;host=inner.example;proto=http"))
        .isEqualTo(new PublicOrigin("https", "mcp.example.com", "", "203.0.113.9", true));
  }

  @Test
  void of_chainOverSeveralFields_isOneList() {
    assertThat(
            origin(
                "Forwarded", "for=203.0.113.9;host=mcp.example.com",
                "Forwarded", "for=10.0.0.2"))
        .isEqualTo(new PublicOrigin("http", "mcp.example.com", "", "203.0.113.9", true));
  }

  // RFC 7239, 6.3: what hides behind an obfuscated identifier cannot vouch for anyone.
  @ParameterizedTest
  @ValueSource(strings = {"unknown", "_proxy", "\"\"", "localhost", "999.1.1.1"})
  void of_chainBeyondAnUnknownHop_isNotFollowed(String hop) {
    assertThat(origin("Forwarded", "for=6.6.6.6;host=spoofed.example, for=" + hop + ";proto=https"))
        .extracting(PublicOrigin::authority, PublicOrigin::scheme)
        .containsExactly("internal:8080", "https");
  }

  @Test
  void of_trailingSemicolon_doesNotExposeTheElementBefore() {
    assertThat(
            origin(
                "Forwarded",
                "for=6.6.6.6;host=spoofed.example, for=203.0.113.9;host=real.example;"))
        .isEqualTo(new PublicOrigin("http", "real.example", "", "203.0.113.9", true));
  }

  // What the proxy does not set, and so does not take off, is the client's own.
  @Test
  void of_fieldsOfTheOtherFamily_areTheClientsOwn() {
    String[] both = {
      "Forwarded", "for=203.0.113.9;host=standard.example;proto=https",
      "X-Forwarded-Host", "other.example",
      "X-Forwarded-For", "198.51.100.1",
      "X-Forwarded-Prefix", "/other"
    };

    assertThat(origin(ForwardedFields.X_FORWARDED, both))
        .isEqualTo(new PublicOrigin("http", "other.example", "/other", "198.51.100.1", true));
    assertThat(origin(ForwardedFields.FORWARDED, both))
        .isEqualTo(new PublicOrigin("https", "standard.example", "", "203.0.113.9", true));
  }

  @Test
  void of_onlyFieldsOfTheOtherFamily_areNotFallenBackTo() {
    PublicOrigin direct = new PublicOrigin("http", "internal:8080", "", "10.0.0.1", true);

    assertThat(origin(ForwardedFields.X_FORWARDED, "Forwarded", "for=6.6.6.6;host=evil.example"))
        .isEqualTo(direct);
    assertThat(
            origin(
                ForwardedFields.FORWARDED,
                "X-Forwarded-Host",
                "evil.example",
                "X-Forwarded-Prefix",
                "/evil"))
        .isEqualTo(direct);
  }

  @Test
  void of_olderFields_areBelieved() {
    assertThat(
            origin(
                "X-Forwarded-For", "203.0.113.9",
                "X-Forwarded-Host", "mcp.example.com",
                "X-Forwarded-Proto", "https",
                "X-Forwarded-Prefix", "/tools"))
        .isEqualTo(new PublicOrigin("https", "mcp.example.com", "/tools", "203.0.113.9", true));
  }

  @Test
  void of_olderFieldsChain_takesTheClientBeforeTheTrustedOnes() {
    assertThat(
            origin(
                "X-Forwarded-For", "6.6.6.6, 203.0.113.9, 10.0.0.2",
                "X-Forwarded-Host", "spoofed.example, mcp.example.com, inner.example",
                "X-Forwarded-Proto", "http, https, http"))
        .isEqualTo(new PublicOrigin("https", "mcp.example.com", "", "203.0.113.9", true));
  }

  // One proxy set the host, two appended themselves: the value is of the nearest.
  @Test
  void of_olderFieldsOfUnequalLength_theLastValueCounts() {
    assertThat(
            origin(
                "X-Forwarded-For", "203.0.113.9, 10.0.0.2",
                "X-Forwarded-Host", "mcp.example.com",
                "X-Forwarded-Proto", "http, http, https"))
        .isEqualTo(new PublicOrigin("https", "mcp.example.com", "", "203.0.113.9", true));
  }

  @ParameterizedTest
  @CsvSource({
    "mcp.example.com, 8443, mcp.example.com:8443",
    "mcp.example.com, 443, mcp.example.com",
    "mcp.example.com, 80, mcp.example.com",
    "mcp.example.com:9000, 8443, mcp.example.com:9000",
    "[2001:db8::1], 8443, [2001:db8::1]:8443",
    "[2001:db8::1]:9000, 8443, [2001:db8::1]:9000",
    "mcp.example.com, x, internal:8080",
  })
  void of_forwardedPort_belongsToTheForwardedHost(String host, String port, String authority) {
    assertThat(origin("X-Forwarded-Host", host, "X-Forwarded-Port", port).authority())
        .isEqualTo(authority);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"javascript", "ftp", "ws", "https:", "http://", "\"", "h ttps", "https;x"})
  void of_junkScheme_isIgnored(String proto) {
    assertThat(origin("X-Forwarded-Proto", proto).scheme()).isEqualTo("http");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example/path",
        "user@evil.example",
        "evil.example?x",
        "evil.example#x",
        "evil.example\\x",
        "evil.example:",
        "evil.example:port",
        "evil.example:123456",
        "evil example",
        "évil.example",
        "<script>",
        "\"evil.example\"",
        "[::1",
        "::1",
        "[:::]",
        "[1.2.3.4]",
        "[evil]",
      })
  void of_junkHost_isIgnored(String host) {
    assertThat(origin("X-Forwarded-Host", host).authority()).isEqualTo("internal:8080");
  }

  @ParameterizedTest
  @CsvSource({
    "/tools, /tools",
    "/a/b.c/d~e, /a/b.c/d~e",
    "/, ''",
    "tools, ''",
    "/tools/, ''",
    "//evil.example, ''",
    "/a?b, ''",
    "/a b, ''",
    "/%2e%2e, ''",
    "\"/a\", ''",
    "https://evil.example/, ''",
  })
  void of_prefix_isAPathOrNothing(String header, String prefix) {
    assertThat(origin("X-Forwarded-Prefix", header).prefix()).isEqualTo(prefix);
  }

  // A backtracking group would need a stack frame for each character.
  @Test
  void of_hugeFields_doNotExhaustTheStack() {
    assertThat(origin("Forwarded", "for=\"" + "a".repeat(60_000) + "\";proto=https").scheme())
        .isEqualTo("https");
    assertThat(origin("X-Forwarded-Prefix", "/a".repeat(30_000)).prefix()).hasSize(60_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:8080",
        "mcp.example.com",
        "mcp.example.com.",
        "a_b-c.d",
        "127.0.0.1:80",
        "[::1]",
        "[2001:db8::1]:8443",
        "[::ffff:10.0.0.1]",
      })
  void isAuthority_hostAndPort_isOne(String text) {
    assertThat(PublicOrigin.isAuthority(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ":80", "a:", "a:b", "A", "a,b", "a/b", "u@a", "[]", "[:]", "[:::]:1", "a:65536"
      })
  void isAuthority_anythingElse_isNone(String text) {
    assertThat(PublicOrigin.isAuthority(text)).isFalse();
  }
}
