package io.mcpgateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "127.0.0.1",
        "127.0.0.53",
        "127.255.255.255",
        "[::1]",
        "::1",
        "[0:0:0:0:0:0:0:1]",
        "0:0:0:0:0:0:0:1",
        "[::0001]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
      })
  void isHost_thisMachine_whateverTheSpelling(String host) {
    assertThat(Loopback.isHost(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "evil.example",
        // names that only look like it; whoever owns the domain decides where they lead
        "localhost.evil.com",
        "evil-localhost",
        "localhost-evil",
        "localhostevil",
        "127.0.0.1.evil.com",
        "127.0.0.1.nip.io",
        "1.0.0.127",
        "localtest.me",
        // names that some resolvers keep on the machine, and others ask the DNS for
        "app.localhost",
        "localhost.localdomain",
        "ip6-localhost",
        // absolute, and not what browsers, servers and certificates call it
        "localhost.",
        "127.0.0.1.",
        // addresses that only some parsers know for one
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.256",
        "127.0.0.1.1",
        // what a connection to any of them may reach is this machine; the name is not
        "0.0.0.0",
        "0",
        "[::]",
        "[::ffff:0.0.0.0]",
        // other addresses
        "128.0.0.1",
        "126.255.255.255",
        "10.0.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "[::2]",
        "[::1:1]",
        "[fe80::1]",
        "[::ffff:128.0.0.1]",
        "[::127.0.0.1]",
        // no hosts
        "localhost:8080",
        "127.0.0.1:8080",
        "[::1]:8080",
        "[::1",
        "::1]",
        "[127.0.0.1]",
        "[localhost]",
        "[::1%lo]",
        "user@localhost",
        " localhost",
        "localhost\0",
        // letters that fold to ASCII, dots and digits of other scripts
        "LOCALHOST",
        "loca\u217Chost",
        "\u24DB\u24DE\u24D2\u24D0\u24DB\u24D7\u24DE\u24E2\u24E3",
        "127\u30020\u30020\u30021",
        "\uFF11\uFF12\uFF17.0.0.1",
      })
  void isHost_anythingElse_isNot(String host) {
    assertThat(Loopback.isHost(host)).isFalse();
  }
}
