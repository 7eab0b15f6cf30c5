package io.mcpgateway.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A port of the loopback address that nobody listens on, for servers that must know it before. */
public final class FreePort {
  private FreePort() {}

  /** Finds one. */
  public static int any() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }
}
