package io.mcpgateway.forward;

import io.mcpgateway.mcp.McpMessage;

/** Is told what comes to light while a request is forwarded. */
public interface ForwardObserver {
  /**
   * The envelope of the request's message is known.
   *
   * @param message as far as it could be read
   */
  void message(McpMessage message);

  /**
   * The request could not be served, or its response broke off.
   *
   * @param reason for the operator's log
   */
  void failed(String reason);
}
