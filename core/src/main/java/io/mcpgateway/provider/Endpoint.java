package io.mcpgateway.provider;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** One of the endpoints that the gateway has in an authorization server's stead. */
interface Endpoint {
  /** The methods of a document. */
  String DOCUMENT = "GET, HEAD, OPTIONS";

  /** The methods of what takes a body. */
  String ACTION = "POST, OPTIONS";

  /**
   * A request to an endpoint.
   *
   * @param request its head
   * @param issuer the issuer identifier that a client built the metadata's path from
   * @param endpoints the URL of the metadata; endpoints are below
   * @param body its body
   */
  record Call(RequestHead request, String issuer, String endpoints, Supplier<BodySource> body) {}

  /** {@link #DOCUMENT} or {@link #ACTION}. */
  String methods();

  /**
   * Answers a request of one of the methods, {@code OPTIONS} excepted.
   *
   * @param call the request
   * @return completes exceptionally when another party fails
   */
  CompletionStage<Response> answer(Call call);
}
