package io.mcpgateway.telemetry;

/**
 * Is told what the gateway does. Called on the threads that carry requests: an implementation
 * returns quickly and does not block. What it throws is logged and harms no request.
 */
public interface GatewayObserver {
  /**
   * A request is finished: answered to the end, broken off, or left by its client.
   *
   * @param request what happened
   */
  void requestFinished(RequestRecord request);
}
