package io.mcpgateway.telemetry;

import io.mcpgateway.http.Headers;
import io.mcpgateway.mcp.McpMessage;
import java.net.URI;
import java.util.Optional;

/** One request as part of a distributed trace. Thread-safe; does not block. */
public interface RequestTrace {
  /** Where it stands; empty when nobody records it. */
  Optional<TraceIds> ids();

  /**
   * The request is about to be sent to its backend.
   *
   * @param backend the name of the backend
   * @param url where it is
   * @param message what is known of its message
   * @return the fields that carry the trace on ({@code traceparent}, {@code tracestate}, {@code
   *     baggage}); they take the place of all that the client said of it
   */
  Headers sending(String backend, URI url, McpMessage message);

  /** The head of the backend's response is there. */
  void answered();

  /**
   * The request is finished. Called once.
   *
   * @param request what happened
   */
  void finished(RequestRecord request);
}
