package io.mcpgateway;

import io.mcpgateway.RouteMatch.PathMatch;
import io.mcpgateway.http.RequestHead;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The routes of all listeners in order of precedence: host exact, wildcard, any; then path exact,
 * longest prefix, regex; then method, number of headers, number of query parameters; then as
 * listed.
 */
final class RouteTable {
  private static final Comparator<Entry> PRECEDENCE =
      Comparator.comparing(Entry::hostRank)
          .thenComparing(Entry::pathRank)
          .thenComparing(Entry::pathLength, Comparator.reverseOrder())
          .thenComparing(entry -> entry.match().method().isEmpty())
          .thenComparing(entry -> entry.match().headers().size(), Comparator.reverseOrder())
          .thenComparing(entry -> entry.match().query().size(), Comparator.reverseOrder());

  private final List<ListenerRoutes> listeners;
  private final Optional<String> identityKeys;

  RouteTable(List<Listener> listeners) {
    this.listeners =
        listeners.stream()
            .map(ListenerRoutes::of)
            .sorted(Comparator.comparing(routes -> hostRank(routes.listener().hostname())))
            .toList();
    this.identityKeys = IdentityKeys.of(listeners);
  }

  /** The public keys of the routes that sign who is calling, as a JWK set; empty when none does. */
  Optional<String> identityKeys() {
    return identityKeys;
  }

  /**
   * The route of a request.
   *
   * @param clientRequest the request
   * @param path its path, decoded
   */
  Optional<ServedRoute> find(RequestHead clientRequest, String path) {
    return listener(clientRequest)
        .flatMap(
            listener ->
                listener.entries().stream()
                    .filter(entry -> allows(entry.hostname(), clientRequest.host()))
                    .filter(entry -> entry.match().matches(clientRequest, path))
                    .map(Entry::served)
                    .findFirst());
  }

  /**
   * The route of the protected resource that a well-known path asks about. It need not be listed:
   * the path belongs to the route of its resource.
   *
   * @param clientRequest the request to the well-known path
   * @param resourcePath the path of the resource, decoded; {@code /} for the root form
   */
  Optional<ServedRoute> findResource(RequestHead clientRequest, String resourcePath) {
    Optional<ListenerRoutes> listener = listener(clientRequest);
    if (listener.isEmpty()) {
      return Optional.empty();
    }
    List<Entry> candidates =
        listener.get().entries().stream()
            .filter(entry -> allows(entry.hostname(), clientRequest.host()))
            .toList();
    List<ServedRoute> protectedRoutes =
        candidates.stream().map(Entry::served).filter(RouteTable::isProtected).distinct().toList();
    return protectedRoutes.stream()
        .filter(served -> isResource(served.route(), resourcePath))
        .findFirst()
        .or(() -> byPath(candidates, resourcePath))
        .filter(RouteTable::isProtected)
        .or(() -> onlyResource(protectedRoutes, resourcePath));
  }

  private static boolean isProtected(ServedRoute served) {
    return served.route().authentication().isPresent();
  }

  private static boolean isResource(Route route, String resourcePath) {
    return route.authentication().orElseThrow().resourceMetadata().resource().stream()
        .map(URI::getPath)
        .map(path -> path.isEmpty() ? "/" : path)
        .anyMatch(path -> path.equals(resourcePath));
  }

  /** The route that a request to the resource itself would take, whatever its method. */
  private static Optional<ServedRoute> byPath(List<Entry> candidates, String resourcePath) {
    return candidates.stream()
        .filter(entry -> entry.match().path().matches(resourcePath))
        .map(Entry::served)
        .findFirst();
  }

  /** Clients that do not know the path ask at the root: unambiguous while there is one resource. */
  private static Optional<ServedRoute> onlyResource(
      List<ServedRoute> protectedRoutes, String resourcePath) {
    return resourcePath.equals("/") && protectedRoutes.size() == 1
        ? Optional.of(protectedRoutes.get(0))
        : Optional.empty();
  }

  /**
   * By the port first, where one of them is this request's, then by the most specific host. A
   * listener for any port takes what the one of this port is not for.
   */
  private Optional<ListenerRoutes> listener(RequestHead clientRequest) {
    return listeners.stream()
        .filter(routes -> routes.listener().port() == clientRequest.localPort())
        .filter(routes -> allows(routes.listener().hostname(), clientRequest.host()))
        .findFirst()
        .or(
            () ->
                listeners.stream()
                    .filter(
                        routes ->
                            routes.listener().port() == 0
                                || !hasListenerFor(clientRequest.localPort()))
                    .filter(routes -> allows(routes.listener().hostname(), clientRequest.host()))
                    .findFirst());
  }

  private boolean hasListenerFor(int port) {
    return listeners.stream().anyMatch(routes -> routes.listener().port() == port);
  }

  /**
   * Tells whether a host is one of those that a name stands for.
   *
   * @param hostname of a listener or route; may begin with {@code *.}; empty for all
   * @param host of a request
   */
  static boolean allows(String hostname, String host) {
    if (hostname.isEmpty()) {
      return true;
    }
    String plain = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return hostname.startsWith("*.")
        ? plain.length() > hostname.length() - 1 && plain.endsWith(hostname.substring(1))
        : plain.equals(hostname);
  }

  /** Exact before wildcard before any; of wildcards the longest. */
  private static int hostRank(String hostname) {
    if (hostname.isEmpty()) {
      return Integer.MAX_VALUE;
    }
    return hostname.startsWith("*.") ? Integer.MAX_VALUE - 1 - hostname.length() : 0;
  }

  private record ListenerRoutes(Listener listener, List<Entry> entries) {
    static ListenerRoutes of(Listener listener) {
      List<Entry> entries = new ArrayList<>();
      for (Route route : listener.routes()) {
        ServedRoute served = ServedRoute.of(listener, route);
        List<String> hostnames = route.hostnames().isEmpty() ? List.of("") : route.hostnames();
        for (String hostname : hostnames) {
          for (RouteMatch match : route.matches()) {
            entries.add(new Entry(hostname, match, served));
          }
        }
      }
      entries.sort(PRECEDENCE);
      return new ListenerRoutes(listener, List.copyOf(entries));
    }
  }

  private record Entry(String hostname, RouteMatch match, ServedRoute served) {
    int hostRank() {
      return RouteTable.hostRank(hostname);
    }

    int pathRank() {
      PathMatch path = match.path();
      return path instanceof PathMatch.Exact ? 0 : path instanceof PathMatch.Prefix ? 1 : 2;
    }

    int pathLength() {
      PathMatch path = match.path();
      if (path instanceof PathMatch.Exact exact) {
        return exact.path().length();
      }
      return path instanceof PathMatch.Prefix prefix
          ? prefix.path().length()
          : ((PathMatch.Regex) path).pattern().pattern().length();
    }
  }
}
