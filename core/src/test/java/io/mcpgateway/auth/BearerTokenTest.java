package io.mcpgateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6750, 2.1: {@code credentials = "Bearer" 1*SP b64token}. */
class BearerTokenTest {

  @ParameterizedTest
  @CsvSource({
    "Bearer mF_9.B5f-4.1JqM, mF_9.B5f-4.1JqM",
    "bearer abc, abc",
    "BEARER abc, abc",
    "bEaReR abc, abc",
    "'Bearer   abc', abc",
    "Bearer abc==, abc==",
    "Bearer a, a",
    "Bearer AZaz09-._~+/, AZaz09-._~+/",
  })
  void of_oneToken_isIt(String field, String token) {
    assertThat(BearerToken.of(Headers.of("authorization", field)))
        .isEqualTo(new BearerToken(token));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Basic dXNlcjpwYXNz",
        "DPoP abc",
        "Negotiate",
        "abc",
        "Bearerabc",
        "Bearer:abc",
        "Bearer\tabc",
        "Bearer,abc",
        "Basic x, Bearer abc",
        "\"Bearer\" abc",
        "Bear\u00e9r abc",
      })
  void of_otherScheme_isNone(String field) {
    assertThat(BearerToken.of(Headers.of("Authorization", field)))
        .isEqualTo(new BearerCredentials.None());
  }

  @Test
  void of_noField_isNone() {
    assertThat(
            BearerToken.of(
                Headers.of(
                    "Proxy-Authorization", "Bearer a",
                    "X-Authorization", "Bearer a",
                    "Authorization_", "Bearer a",
                    "Cookie", "access_token=a",
                    "Token", "a")))
        .isEqualTo(new BearerCredentials.None());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer",
        "Bearer ",
        "Bearer    ",
        "Bearer a b",
        "Bearer a ",
        "Bearer a,b",
        "Bearer a, Bearer b",
        "Bearer a,",
        "Bearer \"a\"",
        "Bearer token=a",
        "Bearer =",
        "Bearer ==a",
        "Bearer a=b",
        "Bearer \ta",
        "Bearer a\tb",
        "Bearer \u001fa",
        "Bearer \u2003a",
        "Bearer \u00a0a",
        "Bearer \u00e9",
        "Bearer a\u00e9",
        "Bearer a%20b",
        "Bearer a\\b",
        "Bearer a;b",
        "Bearer {a}",
      })
  void of_noSingleToken_isMalformed(String field) {
    assertThat(BearerToken.of(Headers.of("Authorization", field)))
        .isEqualTo(
            new BearerCredentials.Malformed(
                "the Authorization header does not hold one bearer token"));
  }

  @Test
  void of_twoFields_isMalformed() {
    for (String second : new String[] {"Bearer a", "Bearer b", "Basic dTpw", ""}) {
      assertThat(BearerToken.of(Headers.of("Authorization", "Bearer a", "AUTHORIZATION", second)))
          .isEqualTo(new BearerCredentials.Malformed("more than one Authorization header"));
    }
  }

  @Test
  void toString_token_isNotShown() {
    assertThat(BearerToken.of(Headers.of("Authorization", "Bearer canary-7531")).toString())
        .isEqualTo("BearerToken[...]");
    assertThat(BearerToken.of(Headers.of("Authorization", "Bearer canary 7531")).toString())
        .doesNotContain("canary", "7531");
  }
}
