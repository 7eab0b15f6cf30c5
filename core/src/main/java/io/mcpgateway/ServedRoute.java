package io.mcpgateway;

import io.mcpgateway.cors.OriginValidation;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import io.mcpgateway.mcp.JsonRpcError;
import io.mcpgateway.telemetry.RefusalCode;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A route where a listener serves it.
 *
 * @param route the route
 * @param origins whose requests it takes there
 */
record ServedRoute(Route route, OriginValidation origins) {
  static ServedRoute of(Listener listener, Route route) {
    OriginValidation origins = OriginValidation.of(route.allowedOrigins(), route.cors());
    return new ServedRoute(
        route,
        listener.protectsFromRebinding(route)
            ? origins.againstRebinding(host -> isNamed(host, listener, route))
            : origins);
  }

  /** Whether callers have to prove who they are. */
  boolean isProtected() {
    return route.authentication().isPresent();
  }

  /** The path of the resource that it protects, where that has an identifier of its own. */
  Optional<String> resourcePath() {
    return route
        .authentication()
        .flatMap(policy -> policy.resourceMetadata().resource())
        .map(URI::getPath)
        .map(path -> path.isEmpty() ? "/" : path);
  }

  /** What the configuration names is no name that a stranger could have given to this machine. */
  private static boolean isNamed(String host, Listener listener, Route route) {
    return Stream.concat(
                Stream.of(listener.hostname()).filter(name -> !name.isEmpty()),
                route.hostnames().stream())
            .anyMatch(name -> RouteTable.allows(name, host))
        || route
            .authentication()
            .flatMap(policy -> policy.resourceMetadata().resource())
            .map(URI::getHost)
            .filter(host::equalsIgnoreCase)
            .isPresent();
  }

  /**
   * Refuses what a browser sends on behalf of another site (MCP transports, Security Warning).
   *
   * @param clientRequest the request
   * @param origin how the client sees the gateway
   * @return the answer, without any CORS header; empty when the request is taken
   */
  Optional<Verdict> refuse(RequestHead clientRequest, PublicOrigin origin) {
    return origins
        .judge(clientRequest, origin)
        .map(
            refusal ->
                new Verdict.Answer(
                    Response.json(
                        403,
                        Headers.EMPTY,
                        new JsonRpcError(JsonRpcError.INVALID_REQUEST, refusal.message())
                            .body(Optional.empty())),
                    origin,
                    Optional.of(route),
                    Optional.empty(),
                    Optional.of(
                        new Verdict.Refusal(RefusalCode.FOREIGN_ORIGIN, refusal.reason()))));
  }
}
