package io.mcpgateway.forward;

import io.mcpgateway.http.RequestHead;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * The event by which a server of revision 2024-11-05 says where it wants messages (MCP 2024-11-05,
 * HTTP with SSE), said again so that the messages come here.
 */
final class EndpointEvent {
  private final ForwardPlan plan;

  EndpointEvent(ForwardPlan plan) {
    this.plan = plan;
  }

  /**
   * Where the client is to send its messages: where its stream is, for there is the route.
   *
   * @param endpoint what the server said, resolved as a client would
   * @return path and query; empty when the place is not at the server, nor at the gateway
   */
  Optional<String> toClient(String endpoint) {
    if (endpoint.isEmpty() || !endpoint.chars().allMatch(c -> c > ' ' && c <= '~')) {
      return Optional.empty();
    }
    URI place;
    try {
      // URI.resolve takes a query alone for one of the parent.
      String whole = endpoint.startsWith("?") ? plan.backend().path() + endpoint : endpoint;
      place = plan.backend().url().resolve(new URI(whole));
    } catch (URISyntaxException | IllegalArgumentException malformed) {
      return Optional.empty();
    }
    boolean known =
        place.getRawUserInfo() == null
            && place.getRawFragment() == null
            && place.getHost() != null
            && (isSameOrigin(place, plan.backend().url()) || isOurs(place));
    if (!known || place.getRawPath() == null || !place.getRawPath().startsWith("/")) {
      return Optional.empty();
    }
    String query = place.getRawQuery();
    String target = place.getRawPath() + (query == null ? "" : "?" + query);
    RequestHead stream = plan.request();
    return Optional.of(
        plan.origin().prefix()
            + stream.mountPath()
            + stream.path()
            + "?"
            + (query == null || query.isEmpty() ? "" : query + "&")
            + plan.session().endpointToClient(target));
  }

  /** A server that believes what it is told of the client's side names us. */
  private boolean isOurs(URI place) {
    return (place.getScheme() + "://" + place.getRawAuthority())
        .equalsIgnoreCase(plan.origin().url());
  }

  private static boolean isSameOrigin(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && one.getHost().equalsIgnoreCase(other.getHost())
        && Backend.portOf(one) == Backend.portOf(other);
  }
}
