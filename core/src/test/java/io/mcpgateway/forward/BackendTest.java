package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendTest {

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8000/mcp, localhost:8000, /mcp, http://localhost:8000",
    "http://localhost:8000, localhost:8000, /, http://localhost:8000",
    "http://localhost:8000/, localhost:8000, /, http://localhost:8000",
    "https://mcp.example.com/a%20b/, mcp.example.com, /a%20b/, https://mcp.example.com",
    "HTTP://[::1]:8000/mcp, [::1]:8000, /mcp, HTTP://[::1]:8000",
  })
  void of_url_isCalledLikeItsAuthority(String url, String name, String path, String origin) {
    Backend backend = Backend.of(url);

    assertThat(backend.name()).isEqualTo(name);
    assertThat(backend.path()).isEqualTo(path);
    assertThat(backend.origin()).isEqualTo(origin);
  }

  @ParameterizedTest
  @CsvSource({
    "http://a.example/mcp, a.example, 80",
    "http://a.example:80/mcp, a.example, 80",
    "http://a.example:443/mcp, a.example:443, 443",
    "https://a.example/mcp, a.example, 443",
    "HTTPS://a.example:443/mcp, a.example, 443",
    "https://[::1]:8443/mcp, [::1]:8443, 8443",
  })
  void authority_isWithoutTheUsualPort(String url, String authority, int port) {
    assertThat(Backend.of(url).authority()).isEqualTo(authority);
    assertThat(Backend.of(url).port()).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:8000",
        "/mcp",
        "//localhost/mcp",
        "ftp://localhost/mcp",
        "unix:/run/mcp.sock",
        "http:///mcp",
        "http://localhost/mcp?x=1",
        "http://localhost/mcp?",
        "http://localhost/mcp#part",
        "http://local host/mcp",
        "http://localhost:port/mcp",
      })
  void of_malformedUrl_isRefusedWithTheExpectation(String url) {
    assertThatThrownBy(() -> Backend.of(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("backend: " + url + " (expected: http://host[:port]/path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://user@localhost/mcp", "http://user:canary@localhost/mcp"})
  void of_userInformation_isRefused(String url) {
    assertThatThrownBy(() -> Backend.of(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("canary");
  }
}
