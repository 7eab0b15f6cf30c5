package io.mcpgateway.http;

import java.net.InetAddress;

/**
 * The machine itself, by the spelling of its name. What a name resolves to is not asked: that can
 * change between two looks, and DNS rebinding is just that.
 */
public final class Loopback {
  private Loopback() {}

  /**
   * Tells whether a host cannot be another machine: {@code localhost}, an address of {@code
   * 127.0.0.0/8}, or {@code ::1}. Names that end in {@code .localhost} are not among them, since
   * not every resolver keeps those on the machine (RFC 6761, 6.3).
   *
   * @param host lower case, without port; an IPv6 address with or without brackets
   */
  public static boolean isHost(String host) {
    if (host.equals("localhost") || host.equals("127.0.0.1")) {
      return true; // as nearly all write it
    }
    boolean bracketed = host.startsWith("[") && host.endsWith("]") && host.contains(":");
    return IpLiteral.parse(bracketed ? host.substring(1, host.length() - 1) : host)
        .filter(InetAddress::isLoopbackAddress)
        .isPresent();
  }
}
