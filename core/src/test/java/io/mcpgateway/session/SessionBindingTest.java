package io.mcpgateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionBindingTest {
  private static final String HEX = "0123456789abcdef".repeat(4);
  private static final SessionKey KEY = SessionKey.ofHex(HEX);
  private static final SessionBinding ALICE = of(KEY, "https://as.example.com", "alice");

  private static SessionBinding of(SessionKey key, String issuer, String subject) {
    return SessionBinding.of(
        key,
        Optional.of(
            new AuthenticatedPrincipal(
                issuer, subject, Set.of(), Map.of("jti", subject + 1), Optional.empty())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "a.b", ".", "..", "!~", "0123456789abcdef0123456789abcdef"})
  void toServer_ownId_isTheServers(String id) {
    String given = ALICE.toClient(id);

    assertThat(given).startsWith(id + ".").matches("[\\x21-\\x7e]+");
    assertThat(ALICE.toServer(given)).contains(id);
  }

  @Test
  void toClient_sameCallerAndKey_isTheSameElsewhere() {
    SessionBinding replica = of(SessionKey.ofHex(HEX), "https://as.example.com", "alice");

    assertThat(replica.toClient("7")).isEqualTo(ALICE.toClient("7"));
  }

  @Test
  void toServer_otherCallerOrKey_isEmpty() {
    String given = ALICE.toClient("7");

    assertThat(of(KEY, "https://as.example.com", "bob").toServer(given)).isEmpty();
    assertThat(of(KEY, "https://as.example.org", "alice").toServer(given)).isEmpty();
    assertThat(of(KEY, "https://as.example.comalice", "").toServer(given)).isEmpty();
    assertThat(SessionBinding.of(KEY, Optional.empty()).toServer(given)).isEmpty();
    assertThat(of(SessionKey.random(), "https://as.example.com", "alice").toServer(given))
        .isEmpty();
  }

  @Test
  void toServer_whatTheGatewayNeverGave_isEmpty() {
    String given = ALICE.toClient("7");

    assertThat(ALICE.toServer("")).isEmpty();
    assertThat(ALICE.toServer("7")).isEmpty();
    assertThat(ALICE.toServer("7.")).isEmpty();
    assertThat(ALICE.toServer(given.substring(1))).isEmpty();
    assertThat(ALICE.toServer("8" + given.substring(1))).isEmpty();
    assertThat(ALICE.toServer(given.substring(0, given.length() - 1))).isEmpty();
    assertThat(ALICE.toServer(given + "A")).isEmpty();
    assertThat(ALICE.toServer(given.substring(given.indexOf('.')))).isEmpty();
  }

  @Test
  void toClient_whereNobodyIsAuthenticated_isTheServers() {
    SessionBinding anybody = SessionBinding.ofAnybody(KEY);

    assertThat(anybody.toClient("7")).isEqualTo("7");
    assertThat(anybody.toServer("7.x")).contains("7.x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/message?sessionId=7&a=%20", "/", "/m?", "/é"})
  void endpoint_own_comesBack(String target) {
    String parameter = ALICE.endpointToClient(target);

    assertThat(parameter).matches("gateway-endpoint=[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]{22}");
    assertThat(
            SessionBinding.endpointIn("a=b&" + parameter + "&c=d").flatMap(ALICE::endpointToServer))
        .contains(target);
  }

  @Test
  void endpoint_ofSomebodyElseOrMadeUp_isEmpty() {
    String parameter = ALICE.endpointToClient("/m?sessionId=7");
    String given = SessionBinding.endpointIn(parameter).orElseThrow();

    assertThat(of(KEY, "https://as.example.com", "bob").endpointToServer(given)).isEmpty();
    assertThat(SessionBinding.ofAnybody(KEY).endpointToServer(given)).isEmpty();
    assertThat(ALICE.endpointToServer("L2FkbWlu")).isEmpty();
    assertThat(ALICE.endpointToServer("L2FkbWlu" + given.substring(given.indexOf('.')))).isEmpty();
    // what is good for a session is not good for a place
    assertThat(ALICE.endpointToServer(ALICE.toClient("L2FkbWlu"))).isEmpty();
    assertThat(SessionBinding.endpointIn("a=b&xgateway-endpoint=1")).isEmpty();
  }

  @Test
  void endpoint_whereNobodyIsAuthenticated_isBoundToTheGateway() {
    SessionBinding anybody = SessionBinding.ofAnybody(KEY);
    String given = SessionBinding.endpointIn(anybody.endpointToClient("/m")).orElseThrow();

    assertThat(anybody.endpointToServer(given)).contains("/m");
    assertThat(SessionBinding.ofAnybody(SessionKey.random()).endpointToServer(given)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "canary",
        "123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "00123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      })
  void ofHex_anythingElse_isRefusedWithoutShowingIt(String malformed) {
    assertThatThrownBy(() -> SessionKey.ofHex(malformed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a session key (expected: 64 hexadecimal digits)");
  }
}
