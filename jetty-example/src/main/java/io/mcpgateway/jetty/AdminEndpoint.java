package io.mcpgateway.jetty;

import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What is answered at one path of an admin port.
 *
 * @param method GET, which answers HEAD as well, or POST
 * @param path without query
 * @param answer called on a thread of the port: returns soon, and waits for nothing. A body is not
 *     looked at
 */
record AdminEndpoint(String method, String path, Function<Request, Response> answer) {
  /**
   * A request for it.
   *
   * @param authority what {@code Host} says, in lower case; empty when nothing can be made of it
   * @param headers the fields
   * @param query the parameters, each with its last value
   */
  record Request(String authority, Headers headers, Map<String, String> query) {}

  /** Reads something. */
  static AdminEndpoint get(String path, Supplier<Response> answer) {
    return new AdminEndpoint("GET", path, request -> answer.get());
  }

  /** The same for those only whom {@code guard} lets in. */
  AdminEndpoint guardedBy(AdminGuard guard) {
    return new AdminEndpoint(
        method, path, request -> guard.refusal(request).orElseGet(() -> answer.apply(request)));
  }
}
