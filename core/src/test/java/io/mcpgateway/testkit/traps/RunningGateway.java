package io.mcpgateway.testkit.traps;

/**
 * A gateway that can be called.
 *
 * @param port on the loopback address
 * @param mountPath what stands in front of the paths that its routes match
 * @param server ends server and gateway
 */
public record RunningGateway(int port, String mountPath, AutoCloseable server)
    implements AutoCloseable {
  @Override
  public void close() throws Exception {
    server.close();
  }
}
