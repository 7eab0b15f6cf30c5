package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.http.RequestHead;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteMatchTest {

  private static boolean matches(RouteMatch match, RequestHead.Builder head, String path) {
    return match.matches(head.build(), path);
  }

  private static boolean matchesPath(RouteMatch match, String path) {
    return matches(match, RequestHead.builder("GET", "/"), path);
  }

  @ParameterizedTest
  @CsvSource({
    "/mcp, /mcp, true",
    "/mcp, /mcp/, true",
    "/mcp, /mcp/a/b, true",
    "/mcp, /mcpx, false",
    "/mcp, /, false",
    "/mcp, /MCP, false",
    "/mcp, /a/mcp, false",
    "/mcp/, /mcp, true",
    "/mcp/, /mcp/a, true",
    "/mcp/, /mcpx, false",
    "/, /, true",
    "/, /anything, true",
  })
  void pathPrefix_comparesWholeSegments(String prefix, String path, boolean expected) {
    assertThat(matchesPath(RouteMatch.pathPrefix(prefix), path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/mcp, /mcp, true",
    "/mcp, /mcp/, false",
    "/mcp, /mcp/a, false",
    "/mcp, /MCP, false",
    "/mcp/, /mcp, false",
    "/a.c, /abc, false",
  })
  void exactPath_comparesAll(String exact, String path, boolean expected) {
    assertThat(matchesPath(RouteMatch.exactPath(exact), path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/mcp, /mcp, true",
    "/mcp, /mcp/a, false",
    "/m.p, /map, true",
    "/v[0-9]+/mcp, /v12/mcp, true",
    "/v[0-9]+/mcp, /x/v12/mcp, false",
    "mcp, /mcp, false",
    ".*, /a/b, true",
  })
  void pathRegex_fitsTheWholePath(String regex, String path, boolean expected) {
    assertThat(matchesPath(RouteMatch.pathRegex(regex), path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"GET, true", "POST, false", "get, false", "HEAD, false"})
  void withMethod_isTheOnlyOne(String method, boolean expected) {
    assertThat(matches(RouteMatch.ANY.withMethod("GET"), RequestHead.builder(method, "/"), "/"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "X-Tenant, a.c, true",
    "x-tenant, a.c, true",
    "X-Tenant, abc, false",
    "X-Tenant, a.c2, false",
    "X-Other, a.c, false",
  })
  void withHeader_isLiteral(String name, String value, boolean expected) {
    assertThat(
            matches(
                RouteMatch.ANY.withHeader("X-Tenant", "a.c"),
                RequestHead.builder("GET", "/").header(name, value),
                "/"))
        .isEqualTo(expected);
  }

  @Test
  void withHeader_repeatedField_anyValueFits() {
    RequestHead.Builder head =
        RequestHead.builder("GET", "/").header("X-Tenant", "a").header("x-tenant", "b");

    assertThat(matches(RouteMatch.ANY.withHeader("X-Tenant", "b"), head, "/")).isTrue();
    assertThat(matches(RouteMatch.ANY.withHeader("X-Tenant", "a, b"), head, "/")).isFalse();
    assertThat(matches(RouteMatch.ANY.withHeaderRegex("X-Tenant", "[a-c]"), head, "/")).isTrue();
    assertThat(matches(RouteMatch.ANY.withHeaderRegex("X-Tenant", "[c-d]"), head, "/")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "version=2, true",
    "a=1&version=2&b=3, true",
    "version=1&version=2, true",
    "v%65rsion=%32, true",
    "version=22, false",
    "version, false",
    "VERSION=2, false",
    "xversion=2, false",
    "'', false",
    "a=version=2, false",
    "version=%zz, false",
  })
  void withQuery_comparesDecodedParameters(String query, boolean expected) {
    assertThat(
            matches(
                RouteMatch.ANY.withQuery("version", "2"),
                RequestHead.builder("GET", "/").query(query),
                "/"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"version=12, true", "version=x1, false", "version, false", "version=a+b, false"})
  void withQueryRegex_fitsTheWholeValue(String query, boolean expected) {
    assertThat(
            matches(
                RouteMatch.ANY.withQueryRegex("version", "[0-9]+"),
                RequestHead.builder("GET", "/").query(query),
                "/"))
        .isEqualTo(expected);
  }

  @Test
  void matches_severalConditions_allMustFit() {
    RouteMatch match =
        RouteMatch.pathPrefix("/mcp").withMethod("POST").withHeader("A", "1").withQuery("b", "2");

    assertThat(
            matches(match, RequestHead.builder("POST", "/").header("a", "1").query("b=2"), "/mcp"))
        .isTrue();
    assertThat(matches(match, RequestHead.builder("POST", "/").header("a", "1").query("b=2"), "/x"))
        .isFalse();
    assertThat(
            matches(match, RequestHead.builder("GET", "/").header("a", "1").query("b=2"), "/mcp"))
        .isFalse();
    assertThat(matches(match, RequestHead.builder("POST", "/").query("b=2"), "/mcp")).isFalse();
    assertThat(matches(match, RequestHead.builder("POST", "/").header("a", "1"), "/mcp")).isFalse();
  }

  @Test
  void equals_sameConditions_areEqual() {
    Supplier<RouteMatch> match =
        () -> RouteMatch.pathRegex("/a.*").withHeaderRegex("A", "b").withQuery("c", "d");

    assertThat(match.get()).isEqualTo(match.get()).hasSameHashCodeAs(match.get());
    assertThat(match.get()).isNotEqualTo(match.get().withMethod("GET"));
    assertThat(RouteMatch.ANY.withHeader("A", "b"))
        .isNotEqualTo(RouteMatch.ANY.withHeaderRegex("A", "b"));
    assertThat(RouteMatch.pathPrefix("/a/")).isEqualTo(RouteMatch.pathPrefix("/a"));
    assertThat(RouteMatch.pathPrefix("/a")).isNotEqualTo(RouteMatch.exactPath("/a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "mcp", "*"})
  void pathWithoutSlash_isRefused(String path) {
    assertThatThrownBy(() -> RouteMatch.pathPrefix(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pathPrefix: " + path + " (expected: a leading slash)");
    assertThatThrownBy(() -> RouteMatch.exactPath(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("exact: " + path + " (expected: a leading slash)");
  }

  @Test
  void malformedRegexOrMethod_isRefused() {
    assertThatThrownBy(() -> RouteMatch.pathRegex("/("))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("regex: /( (expected: a regular expression)");
    assertThatThrownBy(() -> RouteMatch.ANY.withHeaderRegex("A", "["))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("regex: [ (expected: a regular expression)");
    assertThatThrownBy(() -> RouteMatch.ANY.withQueryRegex("a", "*"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RouteMatch.ANY.withMethod("GET, POST"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("method: GET, POST (expected: a method name)");
  }
}
