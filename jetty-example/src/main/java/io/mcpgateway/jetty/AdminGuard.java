package io.mcpgateway.jetty;

import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keeps pages of other sites out of an admin port, which has no login: a browser on the operator's
 * machine reaches it for whatever page is open there. Immutable and thread-safe.
 */
final class AdminGuard {
  // A name of numbers alone cannot be had, so this is an address: DNS rebinding needs a name.
  private static final Pattern IP_LITERAL = Pattern.compile("[0-9]+(\\.[0-9]+){3}|\\[[0-9a-f:.]+]");
  private static final Pattern PORT = Pattern.compile(":[0-9]*$");

  private final String host;

  /**
   * A guard.
   *
   * @param host the configured one: a name that is let in besides addresses and {@code localhost}
   */
  AdminGuard(String host) {
    this.host = host.toLowerCase(Locale.ROOT);
  }

  /**
   * Judges a request.
   *
   * @param request what is known of it
   * @return the answer; empty when it may pass
   */
  Optional<Response> refusal(AdminEndpoint.Request request) {
    String name = PORT.matcher(request.authority()).replaceFirst("");
    if (!name.equals("localhost") && !name.equals(host) && !IP_LITERAL.matcher(name).matches()) {
      return refused("Host (expected: an IP address, localhost, or the configured host)");
    }
    boolean sameOrigin =
        request.headers().all("Origin").stream()
            .allMatch(origin -> origin.equals("http://" + request.authority()));
    if (!sameOrigin) {
      return refused("Origin (expected: none, or that of this page)");
    }
    return Optional.empty();
  }

  private static Optional<Response> refused(String why) {
    Headers type = Headers.of("Content-Type", "text/plain; charset=utf-8");
    return Optional.of(new Response(403, type, "refused: " + why + "\n"));
  }
}
