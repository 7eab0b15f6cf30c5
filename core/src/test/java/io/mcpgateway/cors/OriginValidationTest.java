package io.mcpgateway.cors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.cors.OriginValidation.Refusal;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.TrustedProxies;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose requests are taken: by Origin where origins are listed, by Host against DNS rebinding. */
class OriginValidationTest {
  private static final String APP = "https://app.example.com";
  private static final Optional<Refusal> TAKEN = Optional.empty();

  private static final OriginValidation UNCHECKED =
      OriginValidation.of(Optional.empty(), Optional.empty());
  private static final OriginValidation LISTED = listed(APP, "https://*.example.org");
  private static final OriginValidation LOCAL = UNCHECKED.againstRebinding(host -> false);

  private static OriginValidation listed(String... origins) {
    return OriginValidation.of(Optional.of(List.of(origins)), Optional.empty());
  }

  private static Optional<CorsPolicy> cors(String origin) {
    return Optional.of(CorsPolicy.builder().allowOrigins(origin).build());
  }

  private static RequestHead.Builder to(String authority) {
    return RequestHead.builder("POST", "/mcp").authority(authority);
  }

  private static RequestHead.Builder from(String origin) {
    return to("localhost:9000").header("Origin", origin);
  }

  private static Optional<Refusal> judge(OriginValidation validation, RequestHead.Builder head) {
    RequestHead request = head.build();
    TrustedProxies loopback = TrustedProxies.of(List.of("127.0.0.1"));
    return validation.judge(request, PublicOrigin.of(request, loopback));
  }

  private static Optional<Refusal> refused(String field, String value) {
    return Optional.of(new Refusal(field, value));
  }

  // --- where nothing is configured

  @ParameterizedTest
  @ValueSource(strings = {"null", "https://evil.example", "junk", ""})
  void unchecked_anyOriginAndHost_isTaken(String origin) {
    assertThat(judge(UNCHECKED, to("evil.example").header("Origin", origin))).isEqualTo(TAKEN);
  }

  // --- Origin

  @ParameterizedTest
  @ValueSource(
      strings = {
        APP,
        "https://app.example.com:443",
        "HTTPS://APP.example.com",
        "https://a.example.org",
        "https://a.b.example.org",
      })
  void listed_theOrigin_isTakenByWhateverHost(String origin) {
    assertThat(judge(LISTED, from(origin))).isEqualTo(TAKEN);
    assertThat(judge(LISTED, to("gateway.internal").header("Origin", origin))).isEqualTo(TAKEN);
  }

  @Test
  void listed_noOrigin_isTaken() {
    assertThat(judge(LISTED, to("evil.example"))).isEqualTo(TAKEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "NULL",
        "*",
        "https://evil.example",
        "https://app.example.com.evil.example",
        "https://evil-app.example.com",
        "https://sub.app.example.com",
        "https://example.com",
        "https://example.org",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://app.example.com/",
        "https://app.example.com.",
        "https://app.example.com@evil.example",
        "https://user@app.example.com",
        "https://app.example.com, https://evil.example",
        "https://app.example.com https://evil.example",
        "https://app.example.com\thttps://evil.example",
        "https://\u0430pp.example.com",
        "file://",
        "file://app.example.com",
        "chrome-extension://abcdefghijklmnop",
        "https:app.example.com",
        "//app.example.com",
        // a list says all: this machine's own pages are strangers, too, unless they are in it
        "http://localhost:6274",
        "http://127.0.0.1",
      })
  void listed_anyOtherOrigin_isRefused(String origin) {
    assertThat(judge(LISTED, from(origin))).isEqualTo(refused("Origin", origin));
    assertThat(judge(LISTED.againstRebinding(host -> true), from(origin)))
        .isEqualTo(refused("Origin", origin));
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.example.com, https://app.example.com",
    "https://app.example.com, https://evil.example",
    "https://evil.example, https://app.example.com",
    "http://localhost, http://localhost",
  })
  void severalOrigins_areRefusedWhateverTheyAre(String first, String second) {
    for (OriginValidation validation :
        List.of(
            LISTED,
            LOCAL,
            OriginValidation.of(Optional.of(List.of()), cors("*")),
            UNCHECKED.againstRebinding(host -> true))) {
      assertThat(judge(validation, from(first).header("Origin", second)))
          .isEqualTo(refused("Origin", first + ", " + second));
    }
  }

  @Test
  void listed_nothing_refusesEveryOriginButNoOther() {
    assertThat(judge(listed(), from(APP))).isEqualTo(refused("Origin", APP));
    assertThat(judge(listed(), to("localhost"))).isEqualTo(TAKEN);
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.example.com, https://app.example.com, true",
    "https://app.example.com, https://evil.example, false",
    "https://app.example.com, null, false",
    "*, https://evil.example, true",
    "*, null, true",
    "*, chrome-extension://abcdefghijklmnop, true",
  })
  void cors_itsOrigins_areAllowedToo(String allowed, String origin, boolean taken) {
    for (OriginValidation validation :
        List.of(
            OriginValidation.of(Optional.of(List.of()), cors(allowed)),
            OriginValidation.of(Optional.empty(), cors(allowed)).againstRebinding(host -> false))) {
      assertThat(judge(validation, from(origin)).isEmpty()).isEqualTo(taken);
    }
    assertThat(judge(OriginValidation.of(Optional.empty(), cors(allowed)), from(origin)))
        .as("a CORS policy alone refuses no request")
        .isEqualTo(TAKEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "null",
        "",
        "app.example.com",
        "https://app.example.com/",
        "chrome-extension://abcdefghijklmnop",
        "https://app.example.com, https://b.example.com",
      })
  void of_whatIsNoOrigin_isRefusedWithTheExpectation(String origin) {
    assertThatThrownBy(() -> listed(APP, origin))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "allowedOrigins: "
                + origin
                + " (expected: scheme://host[:port] without a path, * only in the host)");
  }

  // --- Host: the spellings of this machine are LoopbackTest's

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:9000",
        "LOCALHOST:9000",
        "127.0.0.1",
        "127.0.0.1:65535",
        "127.8.9.10:9000",
        "[::1]",
        "[::1]:9000",
        "[0:0:0:0:0:0:0:1]:9000",
        "[::FFFF:127.0.0.1]:9000",
      })
  void rebinding_hostIsThisMachine_isTaken(String authority) {
    assertThat(judge(LOCAL, to(authority))).isEqualTo(TAKEN);
    assertThat(judge(LOCAL, to(authority).header("Origin", "http://localhost:6274")))
        .isEqualTo(TAKEN);
  }

  @ParameterizedTest
  @CsvSource({
    "evil.example, evil.example",
    "evil.example:9000, evil.example",
    "localhost.evil.com:9000, localhost.evil.com",
    "evil-localhost:9000, evil-localhost",
    "127.0.0.1.evil.com:9000, 127.0.0.1.evil.com",
    "app.localhost:9000, app.localhost",
    "localhost.:9000, localhost.",
    "127.1:9000, 127.1",
    "2130706433:9000, 2130706433",
    "0x7f.1:9000, 0x7f.1",
    "0.0.0.0:9000, 0.0.0.0",
    "192.168.0.7:9000, 192.168.0.7",
    "[::]:9000, [::]",
    "[fe80::1]:9000, [fe80::1]",
    "Evil.Example:127, evil.example",
  })
  void rebinding_anyOtherHost_isRefusedWhateverTheOrigin(String authority, String host) {
    assertThat(judge(LOCAL, to(authority))).isEqualTo(refused("Host", host));
    assertThat(judge(LOCAL, to(authority).header("Origin", "http://localhost:9000")))
        .isEqualTo(refused("Host", host));
    assertThat(judge(LOCAL, to(authority).header("Origin", "http://" + authority)))
        .as("what a rebinding page sends")
        .isEqualTo(refused("Host", host));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost",
        "http://localhost:6274",
        "https://localhost:3000",
        "HTTP://LocalHost:6274",
        "http://127.0.0.1:6274",
        "http://127.1.2.3",
        "http://[::1]:6274",
      })
  void rebinding_originIsThisMachine_isTaken(String origin) {
    assertThat(judge(LOCAL, from(origin))).isEqualTo(TAKEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "https://evil.example",
        "http://localhost.evil.com",
        "http://evil-localhost:9000",
        "http://127.0.0.1.evil.com:9000",
        "http://app.localhost:9000",
        "http://localhost.",
        "http://127.1",
        "http://2130706433",
        "http://0x7f.1",
        "http://0.0.0.0:9000",
        "http://*",
        "http://localhost@evil.example",
        "http://evil.example@localhost",
        "http://user:pass@localhost",
        "http://localhost:9000@evil.example",
        "http://localhost:9000/",
        "http://localhost:9000.evil.example",
        "http://localhost:",
        "http://localhost:port",
        "http://localhost:100000",
        "http://localhost#evil.example",
        "http://localhost?evil.example",
        "http://localhost\\.evil.example",
        "http://localhost%2eevil.example",
        "http://evil.example/localhost",
        "http://[::1].evil.example",
        "http://[::1]evil",
        "http://[127.0.0.1]",
        "http://[::1%25lo]",
        "http://loca\u217Chost",
        "http://127\u30020\u30020\u30021",
        "http://localhost, http://evil.example",
        "http://localhost,http://localhost",
        " http://localhost",
        "localhost",
        "//localhost",
        "http:localhost",
        "ftp://localhost",
        "ws://localhost",
        "file://",
        "file://localhost",
        "chrome-extension://localhost",
        "app://localhost",
      })
  void rebinding_anyOtherOrigin_isRefused(String origin) {
    assertThat(judge(LOCAL, from(origin))).isEqualTo(refused("Origin", origin));
  }

  @Test
  void rebinding_listedOrigins_areTakenAndNoOthers() {
    OriginValidation both = LISTED.againstRebinding(host -> false);

    assertThat(judge(both, from(APP))).isEqualTo(TAKEN);
    assertThat(judge(both, to("localhost"))).isEqualTo(TAKEN);
    assertThat(judge(both, from("http://localhost:6274")))
        .isEqualTo(refused("Origin", "http://localhost:6274"));
    assertThat(judge(both, to("evil.example").header("Origin", APP)))
        .isEqualTo(refused("Host", "evil.example"));
  }

  @Test
  void rebinding_ownHost_isTakenItsPagesAreNot() {
    OriginValidation named = UNCHECKED.againstRebinding("mcp.example.com"::equals);

    assertThat(judge(named, to("MCP.example.com:9000"))).isEqualTo(TAKEN);
    assertThat(judge(named, to("localhost"))).isEqualTo(TAKEN);
    assertThat(judge(named, to("other.example.com")))
        .isEqualTo(refused("Host", "other.example.com"));
    assertThat(judge(named, from("https://mcp.example.com")))
        .isEqualTo(refused("Origin", "https://mcp.example.com"));
  }

  // --- behind a proxy: whatever name comes up must be the gateway's

  @ParameterizedTest
  @CsvSource({
    // the usual ways to configure a proxy on the same machine
    "127.0.0.1:9000, mcp.example.com, ",
    "mcp.example.com, mcp.example.com, ",
    "mcp.example.com, , ",
    // a page that rebinds its name to the proxy
    "127.0.0.1:9000, evil.example, evil.example",
    // a page that rebinds its name to the gateway: it can set any field but Host
    "evil.example:9000, localhost, evil.example",
    "evil.example:9000, mcp.example.com, evil.example",
  })
  void rebinding_trustedProxy_hostAndReportedHostAreChecked(
      String authority, String reported, String refused) {
    OriginValidation named = UNCHECKED.againstRebinding("mcp.example.com"::equals);
    RequestHead.Builder head = to(authority);
    if (reported != null) {
      head.header("X-Forwarded-Host", reported);
    }

    assertThat(judge(named, head).map(Refusal::value)).isEqualTo(Optional.ofNullable(refused));
  }

  @Test
  void rebinding_untrustedPeer_reportedHostIsNotLookedAt() {
    assertThat(
            judge(
                LOCAL,
                to("localhost")
                    .remoteAddress("192.0.2.1")
                    .header("X-Forwarded-Host", "evil.example")))
        .isEqualTo(TAKEN);
  }

  // --- what is said about it

  @Test
  void refusal_messageNamesTheFieldOnly_reasonIsBoundedAndPrintable() {
    String origin = "https://evil.example/\u001b[31m\u2028" + "x".repeat(1000);
    Refusal refusal = judge(LOCAL, from(origin)).orElseThrow();

    assertThat(refusal.message()).isEqualTo("Origin is not allowed");
    assertThat(refusal.reason())
        .isEqualTo("Origin is not allowed: https://evil.example/?[31m?" + "x".repeat(37) + "...");
    assertThat(judge(LOCAL, to("evil.example")).orElseThrow().reason())
        .isEqualTo("Host is not allowed: evil.example");
  }
}
