package io.mcpgateway;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.mcp.ProtocolVersion;
import io.mcpgateway.session.SessionBinding;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The request as whoever is behind the gateway gets it: without what the gateway has used. */
final class OnwardRequest {
  // A DPoP proof belongs to the token (RFC 9449, 7.1).
  private static final Set<String> CREDENTIALS = Set.of("authorization", "dpop");

  private OnwardRequest() {}

  /**
   * Takes credentials off that a policy used, and puts the server's session id in place of the
   * client's.
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
    if (route.authentication().isEmpty()) {
      return Optional.of(clientRequest);
    }
    Headers.Builder headers = clientRequest.headers().toBuilder();
    // A token passes on only where the route says so, and only when it was found good.
    if (!route.authorizationPassedOn() || caller.isEmpty()) {
      headers.removeIf(name -> CREDENTIALS.contains(name.toLowerCase(Locale.ROOT)));
    }
    // The word of a proxy in front about the client is for the gateway alone.
    route.authentication().get().bindings().stream()
        .flatMap(binding -> binding.proxyHeader().stream())
        .forEach(headers::remove);
    List<String> sessions = clientRequest.headers().all(HeaderNames.MCP_SESSION_ID);
    if (!sessions.isEmpty()) {
      Optional<String> own =
          sessions.size() == 1 ? session.toServer(sessions.get(0)) : Optional.empty();
      if (own.isPresent()) {
        headers.set(HeaderNames.MCP_SESSION_ID, own.get());
      } else if (ProtocolVersion.hasSessions(clientRequest.headers())) {
        return Optional.empty();
      } else {
        // Later revisions ignore the field; no server gets a chance to do otherwise.
        headers.remove(HeaderNames.MCP_SESSION_ID);
      }
    }
    return Optional.of(clientRequest.with(withoutToken(clientRequest.query()), headers.build()));
  }

  /** A token in the query is no token (OAuth 2.1, 5.1), and not for the server's log either. */
  private static String withoutToken(String query) {
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
