package io.mcpgateway.http;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * The addresses whose {@code Forwarded} and {@code X-Forwarded-*} fields count. From any other peer
 * they are ignored and dropped (RFC 7239, 8.1). Immutable and thread-safe.
 */
public final class TrustedProxies {
  /** Nobody is trusted: the default. */
  public static final TrustedProxies NONE = new TrustedProxies(List.of());

  private final List<Network> networks;

  private TrustedProxies(List<Network> networks) {
    this.networks = networks;
  }

  /**
   * Trusts these addresses and networks.
   *
   * @param networks IP addresses, or networks in CIDR form ({@code 10.0.0.0/8}, {@code fd00::/8})
   * @return the set
   * @throws IllegalArgumentException when one is malformed
   */
  public static TrustedProxies of(List<String> networks) {
    return networks.isEmpty()
        ? NONE
        : new TrustedProxies(networks.stream().map(Network::parse).toList());
  }

  /**
   * Tells whether a peer is trusted.
   *
   * @param address an IP literal; anything else is not trusted
   */
  public boolean trusts(String address) {
    if (networks.isEmpty()) {
      return false;
    }
    byte[] bytes = parseAddress(address);
    return bytes.length > 0 && networks.stream().anyMatch(network -> network.contains(bytes));
  }

  private static byte[] parseAddress(String text) {
    return IpLiteral.parse(text).map(InetAddress::getAddress).orElse(new byte[0]);
  }

  @Override
  public String toString() {
    return networks.stream().map(network -> network.text).toList().toString();
  }

  private static final class Network {
    private final String text;
    private final byte[] address;
    private final int prefixLength;

    Network(String text, byte[] address, int prefixLength) {
      this.text = text;
      this.address = address;
      this.prefixLength = prefixLength;
    }

    static Network parse(String text) {
      String[] parts = text.split("/", 2);
      byte[] address = parseAddress(parts[0]);
      int bits = address.length * 8;
      int prefixLength = bits;
      if (parts.length == 2) {
        prefixLength = parts[1].matches("\\d{1,3}") ? Integer.parseInt(parts[1]) : -1;
      }
      if (bits == 0 || prefixLength < 0 || prefixLength > bits) {
        throw new IllegalArgumentException(
            text + " (expected: an IP address or a network such as 10.0.0.0/8)");
      }
      return new Network(text, address, prefixLength);
    }

    boolean contains(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      int whole = prefixLength / 8;
      if (!Arrays.equals(address, 0, whole, other, 0, whole)) {
        return false;
      }
      int rest = prefixLength % 8;
      return rest == 0 || ((address[whole] ^ other[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
    }
  }
}
