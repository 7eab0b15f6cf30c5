package io.mcpgateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {

  @ParameterizedTest
  @CsvSource({
    "localhost, localhost",
    "LOCALHOST:8080, localhost",
    "mcp.example.com:443, mcp.example.com",
    "127.0.0.1:8080, 127.0.0.1",
    "[::1], [::1]",
    "[::1]:8080, [::1]",
    "[2001:DB8::1]:8080, [2001:db8::1]",
    "'', ''",
    "':80', ''",
  })
  void host_ofAuthority_isWithoutPort(String authority, String host) {
    assertThat(RequestHead.builder("GET", "/").authority(authority).build().host()).isEqualTo(host);
  }

  @Test
  void build_defaults_areALocalRequest() {
    RequestHead head = RequestHead.builder("GET", "/mcp").build();

    assertThat(head)
        .isEqualTo(
            new RequestHead(
                "GET", "http", "localhost", "", "/mcp", "", Headers.EMPTY, "127.0.0.1", 0));
  }

  @Test
  void build_everything_isKept() {
    RequestHead head =
        RequestHead.builder("POST", "/m%63p")
            .scheme("HTTPS")
            .authority("Mcp.Example.com:8443")
            .mountPath("/app")
            .query("a=B")
            .header("Accept", "x")
            .remoteAddress("203.0.113.9")
            .localPort(8443)
            .build();

    assertThat(head)
        .isEqualTo(
            new RequestHead(
                "POST",
                "https",
                "mcp.example.com:8443",
                "/app",
                "/m%63p",
                "a=B",
                Headers.of("Accept", "x"),
                "203.0.113.9",
                8443));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "mcp", "http://localhost/mcp", "?x", "**"})
  void build_pathWithoutSlash_isRefused(String path) {
    assertThatThrownBy(() -> RequestHead.builder("GET", path).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("path: " + path + " (expected: a leading slash)");
  }

  @Test
  void build_asteriskForm_isAPath() {
    assertThat(RequestHead.builder("OPTIONS", "*").build().path()).isEqualTo("*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "app", "/app/"})
  void build_malformedMountPath_isRefused(String mountPath) {
    assertThatThrownBy(() -> RequestHead.builder("GET", "/").mountPath(mountPath).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(expected: empty, or /path without trailing slash)");
  }

  @Test
  void toString_credentials_areNotShown() {
    RequestHead head =
        RequestHead.builder("GET", "/mcp")
            .query("access_token=canary-7531")
            .header("Authorization", "Bearer canary-8642")
            .build();

    assertThat(head.toString())
        .contains("GET", "/mcp", "Authorization")
        .doesNotContain("canary-7531", "canary-8642");
  }
}
