package io.mcpgateway.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses as they are written; a name is none, and no DNS is ever asked. */
final class IpLiteral {
  // Strict, for the JDK takes 256.0.0.1 for a name, and 127.1 for an address.
  private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
  private static final Pattern SYNTAX =
      Pattern.compile("(OCTET\\.){3}OCTET|[0-9a-fA-F:]+:[0-9a-fA-F:.]*".replace("OCTET", OCTET));

  private IpLiteral() {}

  /**
   * Reads an address.
   *
   * @param text without brackets, zone and port
   * @return an IPv4-mapped IPv6 address comes back as IPv4; empty when it is no address
   */
  static Optional<InetAddress> parse(String text) {
    if (!SYNTAX.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text));
    } catch (UnknownHostException malformed) {
      return Optional.empty();
    }
  }
}
