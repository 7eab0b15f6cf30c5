package io.mcpgateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6750, 3 and RFC 9728, 5.1, as MCP clients read them. */
class BearerChallengeTest {
  private static final String METADATA =
      "https://mcp.example.com/.well-known/oauth-protected-resource/mcp";

  @Test
  void value_noCredentials_namesTheMetadataAndNoError() {
    assertThat(new BearerChallenge(METADATA, List.of(), Optional.empty()).value())
        .isEqualTo("Bearer resource_metadata=\"" + METADATA + "\"");
  }

  @Test
  void value_scopes_areOneParameterSeparatedByBlanks() {
    assertThat(
            new BearerChallenge(METADATA, List.of("read", "tools:call"), Optional.empty()).value())
        .isEqualTo("Bearer resource_metadata=\"" + METADATA + "\", scope=\"read tools:call\"");
  }

  // Clients read the first scheme of the first field, and search the whole line for names.
  @Test
  void value_error_comesLastInOneLine() {
    String value =
        new BearerChallenge(
                METADATA, List.of("read"), Optional.of(BearerError.invalidToken("it is expired")))
            .value();

    assertThat(value)
        .isEqualTo(
            "Bearer resource_metadata=\""
                + METADATA
                + "\", scope=\"read\", error=\"invalid_token\", "
                + "error_description=\"it is expired\"");
    assertThat(value.lines()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "invalid_request, 400",
    "invalid_token, 401",
    "insufficient_scope, 403",
  })
  void status_ofCode_isThatOfRfc6750(String code, int status) {
    assertThat(new BearerError(code, "why").status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "https://a/\"", "https://a/\\", "https://a/é", "https://a/ b", "a\r\nb"})
  void new_urlThatBreaksTheQuotes_isRefused(String url) {
    assertThatThrownBy(() -> new BearerChallenge(url, List.of(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("resource_metadata (expected: a URL)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\"", "a\\", "é", "a\r\nb"})
  void new_scopeThatBreaksTheQuotes_isRefused(String scope) {
    assertThatThrownBy(() -> new BearerChallenge(METADATA, List.of("a", scope), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scope (expected: RFC 6750 scope tokens)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "say \"hi\"", "a\\b", "é", "a\r\nb", "a\tb", "a\u007f"})
  void newError_descriptionThatBreaksTheQuotes_isRefused(String description) {
    assertThatThrownBy(() -> BearerError.invalidToken(description))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: printable ASCII without quote and backslash");
    assertThatThrownBy(() -> new TokenVerification.Rejected(description))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: printable ASCII without quote and backslash");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Invalid", "invalid token", "x\"", "é"})
  void newError_malformedCode_isRefused(String code) {
    assertThatThrownBy(() -> new BearerError(code, "why"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
