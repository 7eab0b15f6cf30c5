package io.mcpgateway.forward;

import io.mcpgateway.forward.ForwardPlan.Credentials;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

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
  // A DPoP proof belongs to the token (RFC 9449, 7.1).
  private static final Set<String> CREDENTIALS = Set.of("authorization", "dpop");

  // Host and length are set anew, Expect was answered by the server in front, and what a client
  // says of proxies is not to be believed.
  private static final Set<String> REPLACED =
      Set.of(
          "content-length",
          "expect",
          "forwarded",
          "host",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-prefix",
          "x-forwarded-proto",
          "x-real-ip");

  static BackendRequestHead of(RequestHead clientRequest, ForwardPlan plan) {
    return new BackendRequestHead(
        clientRequest.method(), target(clientRequest, plan), headers(clientRequest, plan));
  }

  private static String target(RequestHead clientRequest, ForwardPlan plan) {
    // Well-known locations belong to an origin, not to the MCP endpoint (RFC 8615, 3).
    String path =
        clientRequest.path().startsWith("/.well-known/")
            ? clientRequest.path()
            : plan.backend().path();
    String query =
        plan.credentials() == Credentials.UNTOUCHED
            ? clientRequest.query()
            : withoutToken(clientRequest.query());
    return query.isEmpty() ? path : path + "?" + query;
  }

  /** A token in the query is no token (OAuth 2.1, 5.1), and not for the backend's log either. */
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

  private static Headers headers(RequestHead clientRequest, ForwardPlan plan) {
    Set<String> hopByHop = HopByHopHeaders.of(clientRequest.headers());
    Headers.Builder headers = Headers.builder();
    for (Headers.Field field : clientRequest.headers()) {
      // CGI and WSGI read an underscore as a hyphen: X_Forwarded_For must be no way around.
      String name = field.name().toLowerCase(Locale.ROOT).replace('_', '-');
      boolean kept = KEPT.contains(name) || name.startsWith(MCP_PREFIX);
      boolean dropped =
          REPLACED.contains(name)
              || (hopByHop.contains(name) && !kept)
              || (plan.credentials() == Credentials.TAKEN_OFF && CREDENTIALS.contains(name))
              || (plan.originConsumed() && name.equals("origin"));
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
        "for=%s;host=\"%s\";proto=%s"
            .formatted(
                peer.contains(":") ? "\"[" + peer + "]\"" : peer,
                origin.authority(),
                origin.scheme());
    String hops = String.join(", ", client.all(HeaderNames.FORWARDED));
    headers.add(
        HeaderNames.FORWARDED,
        origin.proxied() && !hops.isEmpty() ? hops + ", " + element : element);
  }
}
