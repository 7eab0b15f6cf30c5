package io.mcpgateway.backendauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.http.Headers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityHeadersTest {
  private static final AuthenticatedPrincipal ANN =
      new AuthenticatedPrincipal(
          "https://as.example",
          "ann",
          Set.of("write", "read"),
          Map.of(
              "email", "ann@example.com",
              "name", "\u00c4nn\r\nX-Evil: 1",
              "level", 3,
              "realm_access", Map.of("roles", List.of("a", "b")),
              "a.b", "dotted"),
          Optional.empty());

  private static Headers of(IdentityHeaders.Builder headers) {
    return headers.build().applyTo(Headers.EMPTY, Optional.of(ANN));
  }

  @Test
  void fields_tellTheCaller() {
    Headers headers =
        of(
            IdentityHeaders.builder()
                .subject("X-Sub")
                .issuer("X-Iss")
                .scopes("X-Scopes")
                .claim("email", "X-Email")
                .claim("name", "X-Name")
                .claim("level", "X-Level")
                .claim("realm_access.roles", "X-Roles")
                .claim("a.b", "X-Dotted")
                .claim("none", "X-None")
                .claim("email.none", "X-None-Either"));

    assertThat(headers)
        .isEqualTo(
            Headers.of(
                "X-Sub", "ann",
                "X-Iss", "https://as.example",
                "X-Scopes", "read write",
                "X-Email", "ann@example.com",
                "X-Name", "%C3%84nn%0D%0AX-Evil: 1",
                "X-Level", "3",
                "X-Roles", "[\"a\",\"b\"]",
                "X-Dotted", "dotted"));
  }

  @Test
  void nobody_isNotTold() {
    Headers headers = Headers.of("X-Other", "1");

    assertThat(
            IdentityHeaders.builder().subject("X-Sub").build().applyTo(headers, Optional.empty()))
        .isEqualTo(headers);
  }

  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "a b, a b",
    "' a ', '%20a%20'",
    "100%, 100%25",
    "%0d, %250d",
    "\u00fc\u20ac, %C3%BC%E2%82%AC",
    "a\tb, a%09b",
    "\u007f, %7F",
    "'', ''",
  })
  void values_arePrintableAscii(String text, String field) {
    assertThat(IdentityHeaders.encoded(text)).isEqualTo(field);
    assertThat(java.net.URLDecoder.decode(field, java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Auth-Sub", "x-auth-sub", "X_Auth_Sub", "x-AUTH_sub"})
  void everySpelling_isTheGateways(String name) {
    assertThat(IdentityHeaders.builder().subject("X-Auth-Sub").build().has(name)).isTrue();
    assertThat(IdentityHeaders.builder().subject("X-Auth-Subject").build().has(name)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host",
        "Authorization",
        "Cookie",
        "Mcp-Session-Id",
        "Content-Length",
        "Connection",
        "X-Forwarded-For",
        "X_Real_IP",
        "no name",
        ""
      })
  void otherFields_areRefused(String name) {
    assertThatThrownBy(() -> IdentityHeaders.builder().claim("email", name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("claims.email: " + name);
  }
}
