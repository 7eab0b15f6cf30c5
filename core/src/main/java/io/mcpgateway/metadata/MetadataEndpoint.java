package io.mcpgateway.metadata;

import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import java.util.List;
import java.util.Locale;

/**
 * Answers requests to the well-known paths of a protected resource: public, and open to scripts.
 */
public final class MetadataEndpoint {
  private static final String METHODS = "GET, HEAD, OPTIONS";
  // RFC 9728, 7.10: an hour is short enough for a moved authorization server to be noticed.
  private static final String CACHE = "public, max-age=3600";

  private MetadataEndpoint() {}

  /**
   * Answers one request.
   *
   * @param metadataRequest a request to a well-known path
   * @param resourcePath the path of the resource it asks about, percent-encoded
   * @param metadata the resource's metadata
   * @param origin how the client sees the gateway
   * @param issuers the authorization servers
   */
  public static Response answer(
      RequestHead metadataRequest,
      String resourcePath,
      ResourceMetadata metadata,
      PublicOrigin origin,
      List<String> issuers) {
    Headers.Builder headers = Headers.builder().add(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    switch (metadataRequest.method()) {
      case "GET", "HEAD" -> {
        headers.add(HeaderNames.CACHE_CONTROL, CACHE);
        return Response.json(
            200,
            headers.build(),
            metadata.document(metadataRequest, resourcePath, origin, issuers));
      }
      case "OPTIONS" -> {
        headers
            .add(HeaderNames.ALLOW, METHODS)
            .add(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
            .add(HeaderNames.VARY, HeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
        // MCP clients send MCP-Protocol-Version here too, so a preflight must allow it.
        String requested =
            String.join(
                ", ",
                metadataRequest.headers().list(HeaderNames.ACCESS_CONTROL_REQUEST_HEADERS).stream()
                    .filter(Headers::isToken)
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .toList());
        if (!requested.isEmpty()) {
          headers.add(HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, requested);
        }
        return Response.empty(200, headers.build());
      }
      default -> {
        headers.add(HeaderNames.ALLOW, METHODS);
        return Response.json(405, headers.build(), "{\"error\":\"method_not_allowed\"}");
      }
    }
  }
}
