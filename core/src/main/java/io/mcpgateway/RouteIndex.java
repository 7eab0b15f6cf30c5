package io.mcpgateway;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The routes of one listener by host, most specific first: exact, wildcard, any. A look-up costs
 * what the configured names are long, however many there are, and however long the client's is.
 * Immutable and thread-safe.
 */
final class RouteIndex {
  private final Map<String, HostRoutes> exact;
  private final Map<String, HostRoutes> wildcards;
  private final List<HostRoutes> any;
  private final int longestWildcard;

  private RouteIndex(
      Map<String, HostRoutes> exact, Map<String, HostRoutes> wildcards, List<HostRoutes> any) {
    this.exact = exact;
    this.wildcards = wildcards;
    this.any = any;
    this.longestWildcard = wildcards.keySet().stream().mapToInt(String::length).max().orElse(0);
  }

  static RouteIndex of(Listener listener) {
    Map<String, List<HostRoutes.Entry>> byHostname = new HashMap<>();
    for (Route route : listener.routes()) {
      ServedRoute served = ServedRoute.of(listener, route);
      List<String> hostnames = route.hostnames().isEmpty() ? List.of("") : route.hostnames();
      for (String hostname : hostnames) {
        List<HostRoutes.Entry> entries =
            byHostname.computeIfAbsent(hostname, first -> new ArrayList<>());
        route.matches().forEach(match -> entries.add(new HostRoutes.Entry(match, served)));
      }
    }
    Map<String, HostRoutes> exact = new HashMap<>();
    Map<String, HostRoutes> wildcards = new HashMap<>();
    List<HostRoutes> any = new ArrayList<>();
    byHostname.forEach(
        (hostname, entries) -> {
          HostRoutes routes = new HostRoutes(entries);
          if (hostname.isEmpty()) {
            any.add(routes);
          } else if (hostname.startsWith("*.")) {
            wildcards.put(hostname.substring(1), routes);
          } else {
            exact.put(hostname, routes);
          }
        });
    return new RouteIndex(Map.copyOf(exact), Map.copyOf(wildcards), List.copyOf(any));
  }

  /**
   * The first route that fits.
   *
   * @param host of the request
   * @param path of the request, decoded
   * @param fits tells whether it does; asked at least for those whose path may be this one
   */
  Optional<ServedRoute> find(String host, String path, Predicate<RouteMatch> fits) {
    return first(host, routes -> routes.find(path, fits));
  }

  /**
   * The first protected route whose resource has a path of its own that is this one.
   *
   * @param host of the request
   * @param resourcePath the path, decoded
   */
  Optional<ServedRoute> findResource(String host, String resourcePath) {
    return first(host, routes -> routes.ofResource(resourcePath));
  }

  /**
   * The only protected route.
   *
   * @param host of the request
   * @return empty when there is none, or more than one
   */
  Optional<ServedRoute> onlyProtected(String host) {
    List<ServedRoute> two =
        on(host).stream()
            .flatMap(routes -> routes.protectedRoutes().stream())
            .distinct()
            .limit(2)
            .toList();
    return two.size() == 1 ? Optional.of(two.get(0)) : Optional.empty();
  }

  private Optional<ServedRoute> first(
      String host, Function<HostRoutes, Optional<ServedRoute>> search) {
    for (HostRoutes routes : on(host)) {
      Optional<ServedRoute> found = search.apply(routes);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** The routes of the names that stand for a host: {@link RouteTable#allows}. */
  private List<HostRoutes> on(String host) {
    if (exact.isEmpty() && wildcards.isEmpty()) {
      return any;
    }
    String plain = RouteTable.withoutFinalDot(host);
    List<HostRoutes> found = new ArrayList<>(4);
    Optional.ofNullable(exact.get(plain)).ifPresent(found::add);
    // Longer domains would be nobody's.
    int dot = plain.indexOf('.', Math.max(1, plain.length() - longestWildcard));
    while (dot > 0) {
      Optional.ofNullable(wildcards.get(plain.substring(dot))).ifPresent(found::add);
      dot = plain.indexOf('.', dot + 1);
    }
    found.addAll(any);
    return found;
  }
}
