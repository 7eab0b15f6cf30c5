package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.RequestHead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RouteTableTest {

  private static Route route(String name, RouteMatch... matches) {
    return Route.builder().name(name).matches(matches).build();
  }

  private static Route onHosts(String name, String... hostnames) {
    return Route.builder().name(name).hostnames(hostnames).build();
  }

  private static RouteTable table(Route... routes) {
    return table(Arrays.asList(routes));
  }

  private static RouteTable table(List<Route> routes) {
    Listener.Builder listener = Listener.builder();
    routes.forEach(listener::route);
    return new RouteTable(List.of(listener.build()));
  }

  private static RequestHead.Builder request() {
    return RequestHead.builder("POST", "/");
  }

  private static Optional<String> find(RouteTable table, RequestHead.Builder head, String path) {
    return table.find(head.build(), path).map(served -> served.route().name());
  }

  /** One rule of precedence: of two routes that fit, the first wins, in whatever order listed. */
  record Rule(String text, Route winner, Route loser) {
    @Override
    public String toString() {
      return text;
    }
  }

  static List<Rule> rules() {
    RouteMatch prefix = RouteMatch.pathPrefix("/mcp");
    return List.of(
        new Rule(
            "exact host before wildcard",
            onHosts("winner", "a.example.com"),
            onHosts("loser", "*.example.com")),
        new Rule("exact host before any", onHosts("winner", "a.example.com"), onHosts("loser")),
        new Rule("wildcard before any", onHosts("winner", "*.example.com"), onHosts("loser")),
        new Rule(
            "longer wildcard before shorter",
            onHosts("winner", "*.example.com"),
            onHosts("loser", "*.com")),
        new Rule(
            "host before path",
            Route.builder()
                .name("winner")
                .hostnames("*.example.com")
                .matches(RouteMatch.pathRegex(".*"))
                .build(),
            route("loser", RouteMatch.exactPath("/mcp/a"))),
        new Rule(
            "exact path before longer prefix",
            route("winner", RouteMatch.exactPath("/mcp/a")),
            route("loser", RouteMatch.pathPrefix("/mcp/a"))),
        new Rule(
            "exact path before regex",
            route("winner", RouteMatch.exactPath("/mcp/a")),
            route("loser", RouteMatch.pathRegex("/mcp/[a-z]+longer|/mcp/a"))),
        new Rule(
            "prefix before regex",
            route("winner", RouteMatch.pathPrefix("/")),
            route("loser", RouteMatch.pathRegex("/mcp/a"))),
        new Rule(
            "longer prefix before shorter",
            route("winner", RouteMatch.pathPrefix("/mcp/a")),
            route("loser", prefix)),
        new Rule(
            "longer regex before shorter",
            route("winner", RouteMatch.pathRegex("/mcp/[a-z]+")),
            route("loser", RouteMatch.pathRegex("/.*"))),
        new Rule(
            "path before method",
            route("winner", RouteMatch.pathPrefix("/mcp/a")),
            route("loser", prefix.withMethod("POST").withHeader("A", "1").withQuery("b", "2"))),
        new Rule(
            "method before none",
            route("winner", prefix.withMethod("POST")),
            route("loser", prefix)),
        new Rule(
            "method before headers",
            route("winner", prefix.withMethod("POST")),
            route("loser", prefix.withHeader("A", "1"))),
        new Rule(
            "more headers before fewer",
            route("winner", prefix.withHeader("A", "1").withHeader("B", "1")),
            route("loser", prefix.withHeader("A", "1"))),
        new Rule(
            "headers before query",
            route("winner", prefix.withHeader("A", "1")),
            route("loser", prefix.withQuery("b", "2").withQuery("c", "3"))),
        new Rule(
            "more query parameters before fewer",
            route("winner", prefix.withQuery("b", "2").withQuery("c", "3")),
            route("loser", prefix.withQuery("b", "2"))),
        new Rule(
            "the best of several matches counts",
            route("winner", RouteMatch.pathRegex("/never"), RouteMatch.exactPath("/mcp/a")),
            route("loser", RouteMatch.pathPrefix("/mcp/a"))));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void find_twoRoutesFit_theMoreSpecificWins(Rule rule) {
    RequestHead.Builder head =
        request().authority("a.example.com").header("A", "1").header("B", "1").query("b=2&c=3");

    assertThat(find(table(rule.loser()), head, "/mcp/a")).as("the loser fits").contains("loser");
    assertThat(find(table(rule.winner(), rule.loser()), head, "/mcp/a")).contains("winner");
    assertThat(find(table(rule.loser(), rule.winner()), head, "/mcp/a")).contains("winner");
  }

  @Test
  void find_equalPrecedence_isTheFirstListed() {
    List<Route> routes =
        new ArrayList<>(
            List.of(
                route("a", RouteMatch.pathPrefix("/mcp")),
                route("b", RouteMatch.pathPrefix("/mcp/"))));
    assertThat(find(table(routes), request(), "/mcp")).contains("a");

    Collections.reverse(routes);
    assertThat(find(table(routes), request(), "/mcp")).contains("b");
  }

  @Test
  void find_moreSpecificDoesNotFit_isTheNext() {
    RouteTable table =
        table(
            route("read", RouteMatch.pathPrefix("/mcp").withMethod("GET")),
            route("rest", RouteMatch.pathPrefix("/")));

    assertThat(find(table, request(), "/mcp")).contains("rest");
  }

  @Test
  void find_noRouteFits_isEmpty() {
    assertThat(find(table(route("a", RouteMatch.exactPath("/mcp"))), request(), "/other"))
        .isEmpty();
    assertThat(find(table(onHosts("a", "a.example.com")), request(), "/")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a.example.com, a.example.com, true",
    "a.example.com, A.Example.COM:8080, true",
    "a.example.com, a.example.com., true",
    "a.example.com, a.example.com.:8080, true",
    "a.example.com, a.example.com.., false",
    "a.example.com, b.example.com, false",
    "a.example.com, a.example.com.evil.example, false",
    "a.example.com, xa.example.com, false",
    "*.example.com, a.example.com, true",
    "*.example.com, a.example.com., true",
    "*.example.com, a.b.example.com, true",
    "*.example.com, example.com, false",
    "*.example.com, .example.com, false",
    "*.example.com, aexample.com, false",
    "*.example.com, a.example.com.evil.example, false",
    "[::1], [::1]:8080, true",
    "[::1], [::2], false",
  })
  void find_hostname_exactOrBelow(String hostname, String authority, boolean expected) {
    assertThat(find(table(onHosts("a", hostname)), request().authority(authority), "/").isPresent())
        .isEqualTo(expected);
  }

  private static Listener listener(String name, int port, String hostname) {
    return Listener.builder().name(name).port(port).hostname(hostname).route(route(name)).build();
  }

  @ParameterizedTest
  @CsvSource({
    // the port decides first
    "8080, a.example.com, exact-8080",
    "8080, b.example.com, wildcard-8080",
    "8080, other.example, any-8080",
    "8081, a.example.com, any-8081",
    "8081, other.example, any-8081",
    // in a servlet container the ports are the container's
    "9999, a.example.com, exact-8080",
    "9999, b.example.com, wildcard-8080",
    "0, a.example.com, exact-8080",
  })
  void find_severalListeners_portThenHost(int port, String host, String name) {
    RouteTable table =
        new RouteTable(
            List.of(
                listener("any-8080", 8080, ""),
                listener("wildcard-8080", 8080, "*.example.com"),
                listener("any-8081", 8081, ""),
                listener("exact-8080", 8080, "a.example.com")));

    assertThat(find(table, request().localPort(port).authority(host), "/")).contains(name);
  }

  // "Any port": also one for which there is a listener, when that is not for the host.
  @ParameterizedTest
  @CsvSource({"8080, a.example.com, port", "8080, b.example.com, any", "9999, a.example.com, port"})
  void find_listenerForAnyPort_takesWhatIsLeft(int port, String host, String name) {
    RouteTable table =
        new RouteTable(List.of(listener("any", 0, ""), listener("port", 8080, "a.example.com")));

    assertThat(find(table, request().localPort(port).authority(host), "/")).contains(name);
  }

  @Test
  void find_listenerOfThePortIsForOtherHosts_isEmpty() {
    RouteTable table =
        new RouteTable(
            List.of(listener("here", 8080, "a.example.com"), listener("there", 8081, "")));

    assertThat(find(table, request().localPort(8080).authority("b.example.com"), "/")).isEmpty();
  }

  private static Route guarded(String name, RouteMatch... matches) {
    return Route.builder().name(name).matches(matches).authentication(Tokens.required()).build();
  }

  private static Route guarded(String name, String resource, RouteMatch... matches) {
    return Route.builder()
        .name(name)
        .matches(matches)
        .authentication(Tokens.required(resource))
        .build();
  }

  private static Optional<String> findResource(RouteTable table, String path) {
    return table.findResource(request().build(), path).map(served -> served.route().name());
  }

  // The well-known path need not be listed in the route.
  @ParameterizedTest
  @CsvSource({"/a/mcp, a", "/a/mcp/x, a", "/b, b", "/none, ", "/, ", "/a, "})
  void findResource_pathOfTheResource_isItsRoute(String path, String name) {
    RouteTable table =
        table(
            guarded("a", RouteMatch.pathPrefix("/a/mcp").withMethod("POST")),
            guarded("b", RouteMatch.exactPath("/b").withHeader("A", "1")));

    assertThat(findResource(table, path)).isEqualTo(Optional.ofNullable(name));
  }

  @Test
  void findResource_rootWithOneResource_isThatOne() {
    RouteTable table =
        table(
            guarded("a", RouteMatch.exactPath("/mcp")),
            route("public", RouteMatch.exactPath("/x")));

    assertThat(findResource(table, "/")).contains("a");
    assertThat(findResource(table, "/other")).isEmpty();
  }

  @Test
  void findResource_rootWithCatchAll_isTheCatchAll() {
    RouteTable table =
        table(guarded("a", RouteMatch.exactPath("/mcp")), guarded("all", RouteMatch.ANY));

    assertThat(findResource(table, "/")).contains("all");
    assertThat(findResource(table, "/mcp")).contains("a");
  }

  @ParameterizedTest
  @CsvSource({"/tools/mcp, a", "/a, a", "/, b", "/b, b"})
  void findResource_configuredIdentifier_comesFirst(String path, String name) {
    RouteTable table =
        table(
            guarded("a", "https://pub.example/tools/mcp", RouteMatch.exactPath("/a")),
            guarded("b", "https://pub.example", RouteMatch.exactPath("/b")));

    assertThat(findResource(table, path)).contains(name);
  }

  // Its server may serve metadata of its own.
  @Test
  void findResource_unprotectedRoute_isNotShadowed() {
    RouteTable table =
        table(
            guarded("a", RouteMatch.pathPrefix("/")),
            route("public", RouteMatch.pathPrefix("/open")));

    assertThat(findResource(table, "/open/mcp")).isEmpty();
    assertThat(findResource(table, "/mcp")).contains("a");
  }

  @Test
  void findResource_otherHost_isNotFound() {
    RouteTable table =
        table(Route.builder().hostnames("a.example.com").authentication(Tokens.required()).build());

    assertThat(table.findResource(request().authority("b.example.com").build(), "/mcp")).isEmpty();
    assertThat(table.findResource(request().authority("a.example.com").build(), "/mcp"))
        .isPresent();
  }

  @Test
  void findResource_noListenerForTheHost_isEmpty() {
    RouteTable table =
        new RouteTable(
            List.of(
                Listener.builder()
                    .hostname("a.example.com")
                    .route(guarded("a", RouteMatch.ANY))
                    .build()));

    assertThat(table.findResource(request().authority("b.example.com").build(), "/mcp")).isEmpty();
  }
}
