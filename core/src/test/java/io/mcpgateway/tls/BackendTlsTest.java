package io.mcpgateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.testkit.TestCertificate;
import io.mcpgateway.tls.BackendTls.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackendTlsTest {
  private static final TestCertificate AUTHORITY = TestCertificate.authority();

  @TempDir private Path directory;

  @Test
  void settings_thatSayTheSame_areEqual() {
    Path root = AUTHORITY.file(directory);
    TestCertificate identity = AUTHORITY.issue("gateway.test");
    BackendTls.Builder all =
        BackendTls.builder()
            .root(root)
            .certificate(identity.file(directory), identity.keyFile(directory))
            .hostname("mcp.test")
            .subjectAltNames("a.test", "b.test")
            .verification(Verification.AUTHORITY);

    assertThat(all.build()).isEqualTo(all.build()).hasSameHashCodeAs(all.build());
    assertThat(all.build()).isNotEqualTo(BackendTls.builder().build());
    assertThat(all.build().toString()).contains(root.toString(), "mcp.test", "AUTHORITY");
    assertThat(BackendTls.builder().build()).isEqualTo(BackendTls.builder().build());
  }

  @Test
  void host_isComparedByTheConnection_unlessOthersCount() {
    assertThat(BackendTls.builder().build().comparesHost()).isTrue();
    assertThat(BackendTls.builder().hostname("a.test").build().comparesHost()).isTrue();
    assertThat(BackendTls.builder().subjectAltNames("a.test").build().comparesHost()).isFalse();
    for (Verification less : new Verification[] {Verification.AUTHORITY, Verification.NONE}) {
      assertThat(BackendTls.builder().verification(less).build().comparesHost()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mcp", "mcp.example.com", "a_b.example", "10.1.2.3", "::1", "fe80::1"})
  void hostname_good_isTaken(String hostname) {
    assertThat(BackendTls.builder().hostname(hostname).build().hostname()).contains(hostname);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "-a", "a.", "https://a", "a:443", "[::1]", "*.a.example"})
  void hostname_malformed_isRefused(String hostname) {
    assertThatThrownBy(() -> BackendTls.builder().hostname(hostname))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("hostname: " + hostname + " (expected: a host name or an IP address)");
  }

  @Test
  void files_thatCannotBeUsed_areNamedWithTheirSetting() throws Exception {
    TestCertificate identity = AUTHORITY.issue("gateway.test");
    Path certificate = identity.file(directory);
    Path key = identity.keyFile(directory);
    Path foreign = AUTHORITY.keyFile(directory);
    Path empty = Files.createFile(directory.resolve("empty.pem"));
    BackendTls.Builder tls = BackendTls.builder();

    assertRefused(BackendTls.builder().root(empty), "root: " + empty + ": no certificate");
    assertRefused(tls.certificate(empty, key), "cert: " + empty + ": no certificate");
    assertRefused(tls.certificate(certificate, empty), "key: " + empty + ": no private key");
    assertRefused(
        tls.certificate(certificate, foreign),
        "key: " + foreign + ": not the key of " + certificate);
  }

  private static void assertRefused(BackendTls.Builder tls, String message) {
    assertThatThrownBy(tls::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
