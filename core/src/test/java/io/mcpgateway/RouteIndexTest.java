package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.RouteMatch.PathMatch;
import io.mcpgateway.http.RequestHead;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An index finds what trying one route after the other finds, in any table, for any request. */
class RouteIndexTest {
  private static final List<String> HOSTS =
      List.of("", "a.test", "b.a.test", "test", "*.test", "*.a.test", "*.b.a.test", "*..test");
  private static final List<String> AUTHORITIES =
      List.of(
          "a.test",
          "a.test.",
          "b.a.test:8080",
          "c.b.a.test",
          "test",
          ".test",
          "x..test",
          "other",
          "a.test..",
          "[::1]:80");
  private static final List<String> PATHS =
      List.of("/", "/a", "/a/", "/a//", "/a/b", "/a/b/", "/a/b/c", "/ab", "/b", "/a.b/c-");
  private static final List<String> ASKED_PATHS =
      List.of(
          "/",
          "/a",
          "/a/",
          "/a//",
          "/a//x",
          "/a/b",
          "/a/b/c",
          "/a/b/c/d/e/f/g",
          "/ab",
          "/abc",
          "/b/",
          "/c",
          "*",
          "/a.b/c-/d");
  private static final List<String> EXPRESSIONS = List.of(".*", "/a/.*", "/(a|b)", "/never");

  /** Port, host, and all conditions, one after the other: what the index must not differ from. */
  private record Linear(List<Listener> listeners) {
    private record Entry(String hostname, RouteMatch match, Route route) {}

    private static final Comparator<Entry> PRECEDENCE =
        Comparator.<Entry, Integer>comparing(entry -> hostRank(entry.hostname()))
            .thenComparing(entry -> pathRank(entry.match().path()))
            .thenComparing(entry -> -length(entry.match().path()))
            .thenComparing(entry -> entry.match().method().isEmpty())
            .thenComparing(entry -> -entry.match().headers().size())
            .thenComparing(entry -> -entry.match().query().size());

    private static int hostRank(String hostname) {
      if (hostname.isEmpty()) {
        return Integer.MAX_VALUE;
      }
      return hostname.startsWith("*.") ? 1000 - hostname.length() : 0;
    }

    private static int pathRank(PathMatch path) {
      return path instanceof PathMatch.Exact ? 0 : path instanceof PathMatch.Prefix ? 1 : 2;
    }

    private static int length(PathMatch path) {
      if (path instanceof PathMatch.Exact exact) {
        return exact.path().length();
      }
      return path instanceof PathMatch.Prefix prefix
          ? prefix.path().length()
          : ((PathMatch.Regex) path).pattern().pattern().length();
    }

    private Optional<Listener> listener(RequestHead request) {
      List<Listener> byHost =
          listeners.stream()
              .filter(listener -> RouteTable.allows(listener.hostname(), request.host()))
              .sorted(Comparator.comparing(listener -> hostRank(listener.hostname())))
              .toList();
      boolean known =
          listeners.stream().anyMatch(listener -> listener.port() == request.localPort());
      return byHost.stream()
          .filter(listener -> listener.port() == request.localPort())
          .findFirst()
          .or(() -> byHost.stream().filter(listener -> listener.port() == 0 || !known).findFirst());
    }

    private List<Entry> candidates(RequestHead request) {
      List<Entry> entries = new ArrayList<>();
      for (Route route : listener(request).map(Listener::routes).orElse(List.of())) {
        List<String> hostnames = route.hostnames().isEmpty() ? List.of("") : route.hostnames();
        for (String hostname : hostnames) {
          route.matches().forEach(match -> entries.add(new Entry(hostname, match, route)));
        }
      }
      return entries.stream()
          .filter(entry -> RouteTable.allows(entry.hostname(), request.host()))
          .sorted(PRECEDENCE)
          .toList();
    }

    private static Optional<Route> first(List<Entry> candidates, Predicate<Entry> fits) {
      return candidates.stream().filter(fits).map(Entry::route).findFirst();
    }

    Optional<Route> find(RequestHead request, String path) {
      return first(candidates(request), entry -> entry.match().matches(request, path));
    }

    Optional<Route> findResource(RequestHead request, String path) {
      List<Entry> candidates = candidates(request);
      List<Route> guarded =
          candidates.stream()
              .map(Entry::route)
              .filter(route -> route.authentication().isPresent())
              .distinct()
              .toList();
      return guarded.stream()
          .filter(
              route ->
                  route.authentication().orElseThrow().resourceMetadata().resource().stream()
                      .map(resource -> resource.getPath().isEmpty() ? "/" : resource.getPath())
                      .anyMatch(path::equals))
          .findFirst()
          .or(() -> first(candidates, entry -> entry.match().path().matches(path)))
          .filter(route -> route.authentication().isPresent())
          .or(
              () ->
                  path.equals("/") && guarded.size() == 1
                      ? Optional.of(guarded.get(0))
                      : Optional.empty());
    }
  }

  /** Tables and requests that collide often: few names, few paths, few conditions. */
  private static final class Drawn {
    private final Random random;

    Drawn(long seed) {
      this.random = new Random(seed);
    }

    <T> T one(List<T> of) {
      return of.get(random.nextInt(of.size()));
    }

    boolean oneIn(int chances) {
      return random.nextInt(chances) == 0;
    }

    RouteMatch match() {
      RouteMatch match =
          switch (random.nextInt(5)) {
            case 0, 1 -> RouteMatch.exactPath(one(PATHS));
            case 2, 3 -> RouteMatch.pathPrefix(one(PATHS));
            default -> RouteMatch.pathRegex(one(EXPRESSIONS));
          };
      match = oneIn(4) ? match.withMethod(one(List.of("GET", "POST"))) : match;
      match = oneIn(6) ? match.withHeader("A", one(List.of("1", "2"))) : match;
      return oneIn(6) ? match.withQuery("b", "1") : match;
    }

    Route route() {
      Route.Builder route = Route.builder();
      if (oneIn(2)) {
        route.hostnames(
            random
                .ints(1 + random.nextInt(2), 1, HOSTS.size())
                .mapToObj(HOSTS::get)
                .toArray(String[]::new));
      }
      RouteMatch[] matches = new RouteMatch[random.nextInt(3)];
      for (int i = 0; i < matches.length; i++) {
        matches[i] = match();
      }
      route.matches(matches);
      if (oneIn(3)) {
        route.authentication(
            oneIn(2) ? Tokens.required() : Tokens.required("https://a.test" + one(PATHS)));
      }
      return route.build();
    }

    List<Listener> listeners() {
      List<Listener> listeners = new ArrayList<>();
      int count = oneIn(2) ? 1 : 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        Listener.Builder listener =
            Listener.builder()
                .port(one(List.of(0, 8080, 8081)))
                .hostname(oneIn(2) ? "" : one(HOSTS));
        int routes = random.nextInt(12);
        for (int j = 0; j < routes; j++) {
          listener.route(route());
        }
        listeners.add(listener.build());
      }
      return listeners;
    }

    RequestHead request() {
      RequestHead.Builder request =
          RequestHead.builder(one(List.of("GET", "POST", "DELETE")), "/")
              .authority(one(AUTHORITIES))
              .localPort(one(List.of(0, 8080, 9999)));
      if (oneIn(2)) {
        request.header("a", one(List.of("1", "2")));
      }
      return oneIn(2) ? request.query("b=1").build() : request.build();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void find_anyTableAnyRequest_isTheRouteThatTryingAllFinds(long seed) {
    Drawn drawn = new Drawn(seed);
    int found = 0;
    for (int i = 0; i < 500; i++) {
      List<Listener> listeners = drawn.listeners();
      RouteTable table = new RouteTable(listeners);
      Linear linear = new Linear(listeners);
      for (int j = 0; j < 20; j++) {
        RequestHead request = drawn.request();
        String path = drawn.one(ASKED_PATHS);
        Optional<Route> expected = linear.find(request, path);
        assertThat(table.find(request, path).map(ServedRoute::route))
            .as("seed %s, table %s, %s, path %s", seed, i, request, path)
            .isEqualTo(expected);
        Optional<Route> resource = linear.findResource(request, path);
        assertThat(table.findResource(request, path).map(ServedRoute::route))
            .as("resource: seed %s, table %s, %s, path %s", seed, i, request, path)
            .isEqualTo(resource);
        found += expected.isPresent() ? 1 : 0;
        found += resource.isPresent() ? 1 : 0;
      }
    }
    assertThat(found).as("so that something was compared").isBetween(4_000, 16_000);
  }

  @Test
  void find_tenThousandRoutes_asksAboutThoseOfThePathOnly() {
    Listener.Builder listener = Listener.builder();
    for (int i = 0; i < 10_000; i++) {
      listener.route(
          Route.builder()
              .name("r" + i)
              .hostnames("h" + i % 100 + ".test", "*.h" + i % 100 + ".test")
              .matches(RouteMatch.pathPrefix("/server-" + i))
              .build());
    }
    RouteIndex index = RouteIndex.of(listener.build());
    List<RouteMatch> asked = new ArrayList<>();
    Predicate<RouteMatch> fits =
        match -> {
          asked.add(match);
          return match.path().matches("/server-4242/mcp");
        };

    assertThat(index.find("h42.test", "/server-4242/mcp", fits))
        .map(served -> served.route().name())
        .contains("r4242");
    assertThat(index.find("x.h42.test", "/server-4242/mcp", fits))
        .map(served -> served.route().name())
        .contains("r4242");
    assertThat(index.find("h43.test", "/server-4242/mcp", fits)).isEmpty();
    assertThat(index.find("h42.test", "/elsewhere/mcp", fits)).isEmpty();
    assertThat(asked).hasSize(2);
  }
}
