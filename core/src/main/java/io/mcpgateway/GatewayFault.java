package io.mcpgateway;

import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A fault of the gateway itself: it opens no door, and leaves nobody waiting. */
final class GatewayFault {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayFault.class);

  private GatewayFault() {}

  /**
   * Logs it, and tells the client no more than that it happened.
   *
   * @param failure what went wrong
   * @param responseHeaders fields that every answer of the route carries
   */
  static Response answer(Throwable failure, Headers responseHeaders) {
    LOG.error("a request failed in the gateway itself", failure);
    return Response.json(500, responseHeaders, "{\"error\":\"internal_error\"}");
  }

  /** What the record of the request says. */
  static String reason(Throwable failure) {
    Throwable cause = failure.getCause();
    return "internal error: "
        + (failure instanceof CompletionException && cause != null ? cause : failure);
  }
}
