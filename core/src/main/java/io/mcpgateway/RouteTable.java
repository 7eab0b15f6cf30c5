package io.mcpgateway;

import io.mcpgateway.http.RequestHead;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The routes of all listeners in order of precedence: host exact, wildcard, any; then path exact,
 * longest prefix, regex; then method, number of headers, number of query parameters; then as
 * listed.
 */
final class RouteTable {
  private final List<ListenerRoutes> listeners;
  private final Optional<String> identityKeys;

  RouteTable(List<Listener> listeners) {
    this.listeners =
        listeners.stream()
            .map(listener -> new ListenerRoutes(listener, RouteIndex.of(listener)))
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
                listener
                    .routes()
                    .find(clientRequest.host(), path, match -> match.matches(clientRequest, path)));
  }

  /**
   * The route of the protected resource that a well-known path asks about. It need not be listed:
   * the path belongs to the route of its resource.
   *
   * @param clientRequest the request to the well-known path
   * @param resourcePath the path of the resource, decoded; {@code /} for the root form
   */
  Optional<ServedRoute> findResource(RequestHead clientRequest, String resourcePath) {
    return listener(clientRequest)
        .flatMap(listener -> findResource(listener.routes(), clientRequest.host(), resourcePath));
  }

  private static Optional<ServedRoute> findResource(
      RouteIndex routes, String host, String resourcePath) {
    return routes
        .findResource(host, resourcePath)
        // The route that a request to the resource itself would take, whatever its method.
        .or(() -> routes.find(host, resourcePath, match -> match.path().matches(resourcePath)))
        .filter(ServedRoute::isProtected)
        // Clients that do not know the path ask at the root: unambiguous while there is one.
        .or(() -> resourcePath.equals("/") ? routes.onlyProtected(host) : Optional.empty());
  }

  /**
   * By the port first, where one of them is this request's, then by the most specific host. A
   * listener for any port takes what the one of this port is not for.
   */
  private Optional<ListenerRoutes> listener(RequestHead clientRequest) {
    int port = clientRequest.localPort();
    String host = clientRequest.host();
    boolean known = false;
    for (ListenerRoutes routes : listeners) {
      if (routes.listener().port() == port) {
        known = true;
        if (allows(routes.listener().hostname(), host)) {
          return Optional.of(routes);
        }
      }
    }
    for (ListenerRoutes routes : listeners) {
      if ((routes.listener().port() == 0 || !known) && allows(routes.listener().hostname(), host)) {
        return Optional.of(routes);
      }
    }
    return Optional.empty();
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
    String plain = withoutFinalDot(host);
    return hostname.startsWith("*.")
        ? plain.length() > hostname.length() - 1 && plain.endsWith(hostname.substring(1))
        : plain.equals(hostname);
  }

  /** The dot that makes a name absolute changes nothing about whose it is. */
  static String withoutFinalDot(String host) {
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  /** Exact before wildcard before any; of wildcards the longest. */
  private static int hostRank(String hostname) {
    if (hostname.isEmpty()) {
      return Integer.MAX_VALUE;
    }
    return hostname.startsWith("*.") ? Integer.MAX_VALUE - 1 - hostname.length() : 0;
  }

  private record ListenerRoutes(Listener listener, RouteIndex routes) {}
}
