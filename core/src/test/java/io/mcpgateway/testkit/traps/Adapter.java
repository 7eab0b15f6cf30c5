package io.mcpgateway.testkit.traps;

import io.mcpgateway.McpGateway;
import java.time.Duration;
import java.util.Optional;

/** A kind of server that gateways live in. */
public interface Adapter {
  /**
   * Starts a server on a free port of the loopback address, with a gateway in it.
   *
   * @param gateway belongs to the result
   * @param patience how long the server bears silence on a connection or in an asynchronous
   *     request; empty for its default
   */
  RunningGateway start(McpGateway gateway, Optional<Duration> patience) throws Exception;
}
