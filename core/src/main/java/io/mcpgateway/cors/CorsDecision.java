package io.mcpgateway.cors;

import io.mcpgateway.http.Headers;

/**
 * What a {@link CorsPolicy} says of one request.
 *
 * @param preflight whether the request is a CORS preflight, which the gateway answers itself
 * @param responseHeaders the fields that any answer to the request carries
 */
public record CorsDecision(boolean preflight, Headers responseHeaders) {
  /** The decision where no policy is set: nothing to add. */
  public static final CorsDecision NONE = new CorsDecision(false, Headers.EMPTY);
}
