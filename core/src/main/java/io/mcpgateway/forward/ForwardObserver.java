package io.mcpgateway.forward;

import io.mcpgateway.http.Headers;
import io.mcpgateway.mcp.McpMessage;
import io.mcpgateway.telemetry.RefusalCode;

/** Is told what comes to light while a request is forwarded. */
public interface ForwardObserver {
  /**
   * The request is about to be sent.
   *
   * @param message its envelope, as far as it could be read
   * @return fields that take the place of the client's: where the request stands in a trace
   */
  Headers sending(McpMessage message);

  /**
   * The request could not be served.
   *
   * @param code why, in a word
   * @param reason for the operator's log
   */
  void failed(RefusalCode code, String reason);
}
