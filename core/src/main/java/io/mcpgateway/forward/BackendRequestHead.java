package io.mcpgateway.forward;

import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.OwnedHeaders;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import java.util.Set;

/**
 * The head of the request to the backend: the client's, less what ends at the gateway, plus who
 * asked.
 *
 * @param method the client's method
 * @param target path and query
 * @param headers without {@code Host} and {@code Content-Length}
 */
record BackendRequestHead(String method, String target, Headers headers) {
  // Connection cannot take these off (RFC 9110, 7.6.1: end-to-end fields are not for it to name):
  // a request must not lose its session or its media type on the way.
  private static final Set<String> KEPT =
      Set.of("accept", "content-type", "cache-control", "last-event-id");
  private static final String MCP_PREFIX = "mcp-";

  static BackendRequestHead of(ForwardPlan plan) {
    return new BackendRequestHead(plan.request().method(), target(plan), headers(plan));
  }

  private static String target(ForwardPlan plan) {
    if (plan.target().isPresent()) {
      return plan.target().get();
    }
    // Well-known locations belong to an origin, not to the MCP endpoint (RFC 8615, 3).
    String path =
        plan.request().path().startsWith("/.well-known/")
            ? plan.request().path()
            : plan.backend().path();
    String query = plan.request().query();
    return query.isEmpty() ? path : path + "?" + query;
  }

  private static Headers headers(ForwardPlan plan) {
    RequestHead clientRequest = plan.request();
    Set<String> hopByHop = HopByHopHeaders.of(clientRequest.headers());
    Headers.Builder headers = Headers.builder();
    for (Headers.Field field : clientRequest.headers()) {
      String name = OwnedHeaders.folded(field.name());
      boolean kept =
          KEPT.contains(name) || name.startsWith(MCP_PREFIX) || plan.ownFields().test(field.name());
      boolean dropped =
          OwnedHeaders.OF_EACH_HOP.contains(name)
              || (hopByHop.contains(name) && !kept)
              || (plan.originConsumed() && name.equals("origin"))
              // Its endpoint event has to be read.
              || (plan.backend().isLegacy() && name.equals("accept-encoding"));
      if (!dropped) {
        headers.add(field.name(), field.value());
      }
    }
    addForwarded(clientRequest, plan.origin(), headers);
    return headers.build();
  }

  private static void addForwarded(
      RequestHead clientRequest, PublicOrigin origin, Headers.Builder headers) {
    Headers client = clientRequest.headers();
    String peer = clientRequest.remoteAddress();
    String chain = String.join(", ", client.all(HeaderNames.X_FORWARDED_FOR));
    headers.add(
        HeaderNames.X_FORWARDED_FOR,
        origin.proxied() && !chain.isEmpty() ? chain + ", " + peer : peer);
    headers.add(HeaderNames.X_FORWARDED_PROTO, origin.scheme());
    headers.add(HeaderNames.X_FORWARDED_HOST, origin.authority());
    String prefix = origin.prefix() + clientRequest.mountPath();
    if (!prefix.isEmpty()) {
      headers.add(HeaderNames.X_FORWARDED_PREFIX, prefix);
    }
    String element =
        "for="
            + (peer.contains(":") ? "\"[" + peer + "]\"" : peer)
            + ";host=\""
            + origin.authority()
            + "\";proto="
            + origin.scheme();
    String hops = String.join(", ", client.all(HeaderNames.FORWARDED));
    headers.add(
        HeaderNames.FORWARDED,
        origin.proxied() && !hops.isEmpty() ? hops + ", " + element : element);
  }
}
