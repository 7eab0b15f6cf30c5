package io.mcpgateway.metadata;

import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import java.util.List;

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
    Response answer =
        switch (metadataRequest.method()) {
          case "GET", "HEAD" ->
              Response.json(
                  200,
                  Headers.of(HeaderNames.CACHE_CONTROL, CACHE),
                  metadata.document(metadataRequest, resourcePath, origin, issuers));
          case "OPTIONS" -> PublicEndpoint.options(metadataRequest, METHODS);
          default -> PublicEndpoint.methodNotAllowed(METHODS);
        };
    Headers headers = PublicEndpoint.OPEN_TO_SCRIPTS.toBuilder().addAll(answer.headers()).build();
    return new Response(answer.status(), headers, answer.body());
  }
}
