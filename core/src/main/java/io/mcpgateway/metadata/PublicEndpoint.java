package io.mcpgateway.metadata;

import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import java.util.Locale;

/** What endpoints have in common that everybody may use, scripts of any origin included. */
public final class PublicEndpoint {
  /** Lets scripts of every origin read an answer. */
  public static final Headers OPEN_TO_SCRIPTS =
      Headers.of(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");

  private PublicEndpoint() {}

  /**
   * Answers {@code OPTIONS}, preflights included.
   *
   * @param clientRequest the request
   * @param methods that the endpoint takes, separated by commas
   */
  public static Response options(RequestHead clientRequest, String methods) {
    Headers.Builder headers =
        Headers.builder()
            .add(HeaderNames.ALLOW, methods)
            .add(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, methods)
            .add(HeaderNames.VARY, HeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
    // MCP clients send MCP-Protocol-Version here too, so a preflight must allow it.
    String requested =
        String.join(
            ", ",
            clientRequest.headers().list(HeaderNames.ACCESS_CONTROL_REQUEST_HEADERS).stream()
                .filter(Headers::isToken)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList());
    if (!requested.isEmpty()) {
      headers.add(HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, requested);
    }
    return Response.empty(200, headers.build());
  }

  /**
   * Refuses a method.
   *
   * @param methods that the endpoint takes, separated by commas
   */
  public static Response methodNotAllowed(String methods) {
    return Response.json(
        405, Headers.of(HeaderNames.ALLOW, methods), "{\"error\":\"method_not_allowed\"}");
  }
}
