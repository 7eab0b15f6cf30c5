package io.mcpgateway.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** The address {@code ::1}, which a machine may lack. */
public final class Ipv6Loopback {
  private Ipv6Loopback() {}

  /** The address. */
  public static InetAddress address() throws IOException {
    byte[] bytes = new byte[16];
    bytes[15] = 1;
    return InetAddress.getByAddress(bytes);
  }

  /** Listens there. */
  public static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 1000, address());
  }

  /** Whether this machine has it. */
  public static boolean isThere() {
    try (ServerSocket socket = listen()) {
      return socket.isBound();
    } catch (IOException none) {
      return false;
    }
  }
}
