package io.mcpgateway.forward;

import io.mcpgateway.http.BodyFilter;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.ResponseHead;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The head of the response to the client: the backend's, less what ends at the gateway. */
final class ClientResponseHead {
  private static final int MAX_FIELDS = 500;
  private static final String CORS_PREFIX = "access-control-";

  // Not by java.net.URI: what it cannot parse, a browser follows all the same.
  private static final Pattern TARGET =
      Pattern.compile(
          "((?<scheme>https?):)?//([^/?#@]*@)?(?<host>\\[[^]]*]|[^/?#:]+)(:(?<port>\\d{1,5}))?",
          Pattern.CASE_INSENSITIVE);

  private ClientResponseHead() {}

  static ResponseHead of(int status, Headers backendResponse, ForwardPlan plan) {
    Set<String> hopByHop = HopByHopHeaders.of(backendResponse);
    Headers.Builder headers = Headers.builder();
    for (Headers.Field field : backendResponse) {
      String name = field.name().toLowerCase(Locale.ROOT);
      // Two CORS policies in one answer contradict each other: where the gateway has one, it wins.
      boolean replaced =
          (plan.originConsumed() && name.startsWith(CORS_PREFIX))
              || (plan.filters(status) && BodyFilter.outdates(name));
      if (name.equals("mcp-session-id")) {
        headers.add(field.name(), plan.session().toClient(field.value()));
      } else if (!hopByHop.contains(name) && !replaced) {
        headers.add(field.name(), field.value());
      }
    }
    Headers modified = plan.responseModifier().applyTo(headers.build());
    headers = modified.toBuilder();
    if (EventStream.is(backendResponse)
        && !backendResponse.contains(HeaderNames.X_ACCEL_BUFFERING)) {
      // MCP 2026-07-28, Receiving Messages: proxies in front must not hold events back.
      headers.add(HeaderNames.X_ACCEL_BUFFERING, "no");
    }
    return new ResponseHead(status, headers.addAll(plan.responseHeaders()).build());
  }

  /**
   * Tells why a response cannot be passed on: Jetty takes heads that servers then refuse to write.
   *
   * @param status the backend's status
   * @param backendResponse its header fields
   * @return empty when it can
   */
  static Optional<String> flaw(int status, Headers backendResponse) {
    if (status < 200) {
      return Optional.of("status " + status + ", which nobody asked for");
    }
    int fields = 0;
    for (Headers.Field field : backendResponse) {
      fields++;
      // RFC 9110, 5.5: such a value is invalid and dangerous.
      if (hasControl(field.value())) {
        return Optional.of("a control character in " + field.name());
      }
    }
    return fields > MAX_FIELDS ? Optional.of(fields + " header fields") : Optional.empty();
  }

  private static boolean hasControl(String value) {
    for (int i = 0; i < value.length(); i++) {
      char character = value.charAt(i);
      if ((character < ' ' && character != '\t') || character == '\u007f') {
        return true;
      }
    }
    return false;
  }

  /**
   * Tells whether a response sends the client to the backend's own address, which it cannot reach
   * and should not learn.
   *
   * @param status the backend's status
   * @param backendResponse its header fields
   * @param backend where the request went
   */
  static boolean revealsBackend(int status, Headers backendResponse, Backend backend) {
    return status >= 300
        && status < 400
        && backendResponse
            .first(HeaderNames.LOCATION)
            .filter(location -> pointsTo(location, backend.url()))
            .isPresent();
  }

  private static boolean pointsTo(String location, URI backend) {
    var target = TARGET.matcher(location);
    if (!target.lookingAt() || !target.group("host").equalsIgnoreCase(backend.getHost())) {
      return false;
    }
    String scheme = target.group("scheme") == null ? backend.getScheme() : target.group("scheme");
    int port = target.group("port") == null ? -1 : Integer.parseInt(target.group("port"));
    return port == backend.getPort()
        || effective(port, scheme) == effective(backend.getPort(), backend.getScheme());
  }

  private static int effective(int port, String scheme) {
    return port >= 0 ? port : scheme.equalsIgnoreCase("https") ? 443 : 80;
  }
}
