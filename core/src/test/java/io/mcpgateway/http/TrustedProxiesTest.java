package io.mcpgateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1, true",
    "10.0.0.1, 10.0.0.2, false",
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "10.7.7.7/8, 10.1.1.1, true",
    "10.0.0.0/9, 10.127.255.255, true",
    "10.0.0.0/9, 10.128.0.0, false",
    "192.168.1.128/25, 192.168.1.129, true",
    "192.168.1.128/25, 192.168.1.127, false",
    "192.0.2.7/32, 192.0.2.7, true",
    "192.0.2.7/32, 192.0.2.6, false",
    "192.0.2.6/31, 192.0.2.7, true",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, ::1, false",
    "::1, ::1, true",
    "::1, 0:0:0:0:0:0:0:1, true",
    "::1, 127.0.0.1, false",
    "fd00::/8, fd12::7, true",
    "fd00::/8, fe80::1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "10.0.0.0/8, ::ffff:10.0.0.1, true",
    "::ffff:10.0.0.1, 10.0.0.1, true",
  })
  void trusts_addressInNetwork_orNot(String network, String address, boolean trusted) {
    assertThat(TrustedProxies.of(List.of(network)).trusts(address)).isEqualTo(trusted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "unknown",
        "localhost",
        "_hidden",
        "10.1",
        "1",
        "10.0.0.1:80",
        "[::1]",
        ".:1",
        "...",
        "10.0.0.1 ",
        "256.1.1.1",
        "10.0.0.0/8"
      })
  void trusts_anythingButALiteral_isFalse(String address) {
    TrustedProxies everybody = TrustedProxies.of(List.of("0.0.0.0/0", "::/0"));

    assertThat(everybody.trusts(address)).isFalse();
  }

  @Test
  void trusts_severalNetworks_anyOfThem() {
    TrustedProxies proxies = TrustedProxies.of(List.of("10.0.0.0/8", "fd00::/8"));

    assertThat(proxies.trusts("10.1.1.1")).isTrue();
    assertThat(proxies.trusts("fd00::1")).isTrue();
    assertThat(proxies.trusts("192.0.2.1")).isFalse();
    assertThat(proxies).hasToString("[10.0.0.0/8, fd00::/8]");
  }

  @Test
  void reported_request_losesWhatTheProxyDoesNotSet() {
    RequestHead request =
        RequestHead.builder("GET", "/")
            .remoteAddress("10.0.0.1")
            .header("Forwarded", "for=6.6.6.6")
            .header("X-Forwarded-For", "203.0.113.9")
            .header("X_Forwarded_Host", "evil.example")
            .header("X-Forwarded-User", "alice")
            .build();
    List<String> proxies = List.of("10.0.0.0/8");

    assertThat(TrustedProxies.of(proxies).reported(request).headers())
        .extracting(Headers.Field::name)
        .containsExactly("X-Forwarded-For", "X_Forwarded_Host", "X-Forwarded-User");
    assertThat(TrustedProxies.of(proxies, ForwardedFields.FORWARDED).reported(request).headers())
        .extracting(Headers.Field::name)
        .containsExactly("Forwarded", "X-Forwarded-User");
    assertThat(TrustedProxies.NONE.reported(request)).isSameAs(request);
  }

  @Test
  void trusts_default_isNobody() {
    assertThat(TrustedProxies.NONE.trusts("127.0.0.1")).isFalse();
    assertThat(TrustedProxies.of(List.of()).trusts("127.0.0.1")).isFalse();
  }

  // What the JDK takes for short forms of IPv4 (10.1), and names, which would ask the DNS.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "localhost", "proxy.example.com", "10.1", "10", "256.0.0.1", "1.2.3.4.5", "10.0.0.0/",
        "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "10.0.0.0/8/8", "::1/129", ":", ".:1", "[::1]",
        "10.0.0.1:80", "*"
      })
  void of_malformedNetwork_isRefused(String network) {
    assertThatThrownBy(() -> TrustedProxies.of(List.of(network)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(network + " (expected: an IP address or a network such as 10.0.0.0/8)");
  }
}
