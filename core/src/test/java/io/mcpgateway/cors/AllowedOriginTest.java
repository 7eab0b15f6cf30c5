package io.mcpgateway.cors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedOriginTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example.com",
        "https://app.example.com:443",
        // agentgateway: the host compares without case, the scheme's own port is the absent one
        "HTTPS://App.Example.COM",
      })
  void exact_sameOrigin_isAllowed(String origin) {
    assertThat(AllowedOrigin.parse("https://app.example.com").allows(origin)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "NULL",
        "*",
        "https://*",
        "https://app.example.com.evil.example",
        "https://evil-app.example.com",
        "https://evil.app.example.com",
        "https://appXexample.com",
        "https://app.example.co",
        "https://app.example.comm",
        "https://example.com",
        "http://app.example.com",
        "http://app.example.com:443",
        "https://app.example.com:80",
        "https://app.example.com:444",
        "https://app.example.com:4430",
        "https://app.example.com:",
        "https://app.example.com:000443",
        "https://app.example.com/",
        "https://app.example.com.",
        "https://app.example.com/https://app.example.com",
        "https://app.example.com?",
        "https://app.example.com#",
        "https://app.example.com@evil.example",
        "https://evil.example#https://app.example.com",
        "https://user@app.example.com",
        "https://app.example.com, https://evil.example",
        "https://app.example.com https://evil.example",
        " https://app.example.com",
        "https://app.example.com ",
        "https:app.example.com",
        "https:///app.example.com",
        "https:\\\\app.example.com",
        "//app.example.com",
        "app.example.com",
        "chrome-extension://app.example.com",
        "file://app.example.com",
        "javascript://app.example.com",
        "https://app.example.com\0",
        "https://app.example.com%00",
        "https://\u0430pp.example.com",
        "https://[::1]",
      })
  void exact_anyOtherOrigin_isNotAllowed(String origin) {
    assertThat(AllowedOrigin.parse("https://app.example.com").allows(origin)).isFalse();
  }

  // The Kelvin sign is a k in lower case, in Java's opinion; not in a browser's.
  @ParameterizedTest
  @CsvSource({
    "https://kiosk.example, https://\u212Aiosk.example",
    "https://*.kiosk.example, https://a.\u212Aiosk.example",
    "https://site.example, https://\u017Fite.example",
  })
  void allows_lookalikeThatFoldsToAscii_isNot(String allowed, String origin) {
    assertThat(AllowedOrigin.parse(allowed).allows(origin)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:6274, http://localhost:6274, true",
    "http://localhost:6274, http://127.0.0.1:6274, false",
    "http://localhost:80, http://localhost, true",
    "http://localhost, http://localhost:80, true",
    "https://localhost:443, https://localhost, true",
    "http://localhost:443, http://localhost, false",
    "http://[::1]:6274, http://[::1]:6274, true",
    "http://[::1]:6274, http://[::1], false",
    "http://[::1], http://[::1]:80, true",
    "http://[2001:DB8::1], http://[2001:db8::1], true",
    "http://[::1], http://[::2], false",
  })
  void exact_hostsAndPorts_compare(String allowed, String origin, boolean expected) {
    assertThat(AllowedOrigin.parse(allowed).allows(origin)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "https://*.example.com, https://a.example.com, true",
    "https://*.example.com, https://a.b.c.example.com, true",
    "https://*.example.com, https://A.Example.com, true",
    "https://*.example.com, https://a.example.com:443, true",
    "https://*.example.com, https://example.com, false",
    "https://*.example.com, https://aexample.com, false",
    "https://*.example.com, https://a-example.com, false",
    "https://*.example.com, http://a.example.com, false",
    "https://*.example.com, https://a.example.com:8443, false",
    "https://*.example.com, https://a.example.com.evil.example, false",
    "https://*.example.com, https://evil.example/.example.com, false",
    "https://*.example.com, https://evil.example/a.example.com, false",
    "https://*.example.com, https://evil.example:1.example.com, false",
    "https://*.example.com, https://evil.example:443@a.example.com, false",
    "https://*.example.com, https://evil.example#.example.com, false",
    "https://*.example.com, https://evil.example?.example.com, false",
    "https://*.example.com, https://a.exampleXcom, false",
    "https://*.example.com, null, false",
    "https://*.example.com:8443, https://a.example.com:8443, true",
    "https://*.example.com:8443, https://a.example.com, false",
    "https://app-*.example.com, https://app-7.example.com, true",
    "https://app-*.example.com, https://web-7.example.com, false",
    "https://a*.b*.example, https://a1.b2.example, true",
    "https://a*.b*.example, https://a1.c2.example, false",
    "https://a*b*c, https://abc, true",
    "https://a*b*c, https://a-b-b-c-c, true",
    "https://a*b*b, https://ab, false",
    "https://a*.b*.b.example, https://a.b.b.b.example, true",
    "https://a**c, https://a-c, true",
    "http://*, http://anything.example, true",
    "http://*, https://anything.example, false",
    "http://*, http://anything.example:8080, false",
  })
  void glob_hostWithAsterisk_staysInTheHost(String allowed, String origin, boolean expected) {
    assertThat(AllowedOrigin.parse(allowed).allows(origin)).isEqualTo(expected);
  }

  /** Found by fuzzing: the time grew by a power with each asterisk. */
  @ParameterizedTest
  @ValueSource(strings = {"https://*e.c*****************om", "https://*a*a*a*a*a*a*a*a*b"})
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void glob_manyAsterisks_areReadInTime(String allowed) {
    String origin = "https://" + "a.e.c".repeat(1600) + "x";
    assertThat(AllowedOrigin.parse(allowed).allows(origin)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "https://a.example", "chrome-extension://abc", "junk", ""})
  void any_everything_isAllowed(String origin) {
    assertThat(AllowedOrigin.parse("*").allows(origin)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "example.com",
        "https://",
        "https://example.com/",
        "https://example.com/path",
        "https://user@example.com",
        "https://example.com:port",
        "https://example.com:*",
        "https://example.com:123456",
        "ftp://example.com",
        "*://example.com",
        "**",
        "https://exämple.com",
        "https://[::1",
      })
  void parse_anythingElse_isRefusedWithTheExpectation(String text) {
    assertThatThrownBy(() -> AllowedOrigin.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "allowOrigins: " + text + " (expected: *, or scheme://host[:port] without a path)");
  }
}
