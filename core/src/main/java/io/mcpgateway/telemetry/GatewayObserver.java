package io.mcpgateway.telemetry;

/**
 * Is told what the gateway does: the one source of log, metrics and traces. Called on a thread of
 * the gateway's own, one call at a time, soon after it happened. An implementation that is slow
 * misses what does not fit the gateway's queue, and delays other observers, but no request; what it
 * throws is logged once, and it is told on. What ends only when the gateway is closed already is
 * told by the thread that ends it, still one call at a time.
 */
public interface GatewayObserver {
  /**
   * A request is finished: answered to the end, broken off, or left by its client.
   *
   * @param request what happened
   */
  void requestFinished(RequestRecord request);

  /**
   * An issuer was asked for its keys.
   *
   * @param fetch what came of it
   */
  default void keysFetched(KeyFetch fetch) {}
}
