package io.mcpgateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.Route;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** agentgateway's rules for {@code host}: some are surprising, all are kept. */
class BackendUrlTest {
  private static List<String> read(String target) {
    String yaml = "mcp: {targets: [{name: m, mcp: {%s}}]}".formatted(target);
    try (GatewayConfig config = GatewayConfig.parse(yaml, "f", Map.of())) {
      Route route = config.listeners().get(0).routes().get(0);
      return List.of(route.backend().orElseThrow().url().toString());
    } catch (ConfigException refused) {
      return refused.problems().stream().map(ConfigProblem::toString).toList();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://localhost:8000/mcp | http://localhost:8000/mcp",
        "https://mcp.example.com/a/ | https://mcp.example.com/a/",
        "http://localhost:8000 | http://localhost:8000/",
        "http://localhost:8000/ | http://localhost:8000/",
        "localhost:8000 | http://localhost:8000/mcp",
        "localhost | http://localhost/mcp",
        "'[::1]:8000' | http://[::1]:8000/mcp",
        "HTTPS://Example.com | https://Example.com/",
      })
  void host_alone_isAUrlOrAnAuthority(String host, String url) {
    assertThat(read("host: \"" + host + "\"")).containsExactly(url);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "host: localhost, port: 8000, path: /mcp | http://localhost:8000/mcp",
        "host: 10.0.0.1, port: '80', path: / | http://10.0.0.1:80/",
        "host: '[::1]', port: 1, path: /a/b | http://[::1]:1/a/b",
      })
  void host_withPortAndPath_isPlainHttp(String target, String url) {
    assertThat(read(target)).containsExactly(url);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ftp://a/b | ftp://a/b (expected: http://host[:port]/path, https://..., or host:port)",
        "localhost:1/mcp | localhost:1/mcp has no scheme (expected: http://localhost:1/mcp, or"
            + " host:port alone)",
        "'' | '\"\" (expected: http://host[:port]/path, https://..., or host:port)'",
        "unix:/run/mcp | unix:/run/mcp is not supported yet (expected: http://host[:port]/path,"
            + " https://..., or host:port)",
        "http://a/b?c=d | http://a/b?c=d has a query (expected: none; the query of each request is"
            + " passed on)",
        "http://u:canary@a/b | holds credentials (expected: http://host[:port]/path, https://...,"
            + " or host:port)",
        "http://a b/ | http://a b/ is no URL (expected: http://host[:port]/path, https://..., or"
            + " host:port)",
        "http:///mcp | http:///mcp (expected: http://host[:port]/path or https://..., no underscore in the host)",
        "http://my_server:8000/mcp | http://my_server:8000/mcp (expected:"
            + " http://host[:port]/path or https://..., no underscore in the host)",
      })
  void host_anythingElse_isRefused(String host, String problem) {
    assertThat(read("host: \"" + host + "\""))
        .containsExactly("f:1:39: mcp.targets[0].mcp.host: " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "host: http://a, port: 1, path: /b | f:1:39: mcp.targets[0].mcp.host: http://a (expected: a"
            + " host name, next to port and path)",
        "host: a, port: 1, path: b | f:1:57: mcp.targets[0].mcp.path: b (expected: a path with a"
            + " leading slash)",
        "host: a, port: 1, path: /b?c | f:1:57: mcp.targets[0].mcp.path: /b?c (expected: a path"
            + " with a leading slash)",
      })
  void hostPortAndPath_ofWrongForm_areRefused(String target, String problem) {
    assertThat(read(target)).containsExactly(problem);
  }
}
