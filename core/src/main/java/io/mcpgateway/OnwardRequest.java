package io.mcpgateway;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.OwnedHeaders;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.mcp.ProtocolVersion;
import io.mcpgateway.session.SessionBinding;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The request as whoever is behind the gateway gets it: without what the gateway has used. */
final class OnwardRequest {
  // A DPoP proof belongs to the token (RFC 9449, 7.1).
  private static final Set<String> CREDENTIALS =
      Set.of("authorization", "dpop", "proxy-authorization");

  private OnwardRequest() {}

  /**
   * Takes credentials off that a policy used, puts the server's session id in place of the
   * client's, and says who is calling.
   *
   * @param clientRequest the client's request
   * @param route its route
   * @param caller who is calling
   * @param session the binding of sessions to that caller
   * @return empty when the request names a session that is not the caller's
   */
  static Optional<RequestHead> of(
      RequestHead clientRequest,
      Route route,
      Optional<AuthenticatedPrincipal> caller,
      SessionBinding session) {
    boolean authenticated = route.authentication().isPresent();
    if (!authenticated
        && route.backendAuth().isEmpty()
        && route.identityHeaders().isEmpty()
        && route.signedIdentity().isEmpty()) {
      Headers modified = route.requestHeaderModifier().applyTo(asDecided(clientRequest).build());
      return Optional.of(clientRequest.with(clientRequest.query(), modified));
    }
    Headers.Builder headers = asDecided(clientRequest);
    // A token passes on only where the route says so, and only when it was found good.
    boolean used = authenticated && !(route.authorizationPassedOn() && caller.isPresent());
    if (used || route.backendAuth().isPresent()) {
      headers.removeIf(name -> CREDENTIALS.contains(OwnedHeaders.folded(name)));
    }
    // The word of a proxy in front about the client is for the gateway alone.
    route.authentication().stream()
        .flatMap(authentication -> authentication.bindings().stream())
        .flatMap(binding -> binding.proxyHeader().stream())
        .map(OwnedHeaders::folded)
        .forEach(own -> headers.removeIf(name -> OwnedHeaders.folded(name).equals(own)));
    // Nobody but the gateway says who is calling.
    route.identityHeaders().ifPresent(own -> headers.removeIf(own::has));
    route.signedIdentity().ifPresent(own -> headers.removeIf(own::has));
    if (authenticated && !rightSession(clientRequest, session, headers)) {
      return Optional.empty();
    }
    String query =
        authenticated || route.backendAuth().isPresent()
            ? withoutToken(clientRequest.query())
            : clientRequest.query();
    return Optional.of(clientRequest.with(query, identified(headers.build(), route, caller)));
  }

  private static Headers.Builder asDecided(RequestHead clientRequest) {
    return clientRequest.headers().toBuilder()
        .removeIf(name -> OwnedHeaders.OVERRIDING.contains(OwnedHeaders.folded(name)));
  }

  private static Headers identified(
      Headers cleaned, Route route, Optional<AuthenticatedPrincipal> caller) {
    Headers modified = route.requestHeaderModifier().applyTo(cleaned);
    Headers plain =
        route.identityHeaders().map(own -> own.applyTo(modified, caller)).orElse(modified);
    return route.signedIdentity().map(own -> own.applyTo(plain, caller)).orElse(plain);
  }

  /** Puts the server's session id in place of the client's; false when it is somebody else's. */
  private static boolean rightSession(
      RequestHead clientRequest, SessionBinding session, Headers.Builder headers) {
    List<String> sessions = clientRequest.headers().all(HeaderNames.MCP_SESSION_ID);
    if (!sessions.isEmpty()) {
      Optional<String> own =
          sessions.size() == 1 ? session.toServer(sessions.get(0)) : Optional.empty();
      if (own.isPresent()) {
        headers.set(HeaderNames.MCP_SESSION_ID, own.get());
      } else if (ProtocolVersion.hasSessions(clientRequest.headers())) {
        return false;
      } else {
        // Later revisions ignore the field; no server gets a chance to do otherwise.
        headers.remove(HeaderNames.MCP_SESSION_ID);
      }
    }
    return true;
  }

  /** A token in the query is no token (OAuth 2.1, 5.1), and not for the server's log either. */
  private static String withoutToken(String query) {
    if (query.isEmpty()) {
      return query;
    }
    return Arrays.stream(query.split("&", -1))
        .filter(pair -> !nameOf(pair).equals("access_token"))
        .collect(Collectors.joining("&"));
  }

  private static String nameOf(String pair) {
    String name = pair.split("=", 2)[0];
    try {
      return URLDecoder.decode(name, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return name;
    }
  }
}
