package io.mcpgateway.http;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * The addresses whose {@code X-Forwarded-*} fields, or {@code Forwarded}, count. From any other
 * peer they are ignored and dropped (RFC 7239, 8.1). Immutable and thread-safe.
 */
public final class TrustedProxies {
  /** Nobody is trusted: the default. */
  public static final TrustedProxies NONE =
      new TrustedProxies(List.of(), ForwardedFields.X_FORWARDED);

  private final List<Network> networks;
  private final ForwardedFields fields;

  private TrustedProxies(List<Network> networks, ForwardedFields fields) {
    this.networks = networks;
    this.fields = fields;
  }

  /**
   * Trusts what these addresses and networks report in {@code X-Forwarded-*}.
   *
   * @param networks IP addresses, or networks in CIDR form ({@code 10.0.0.0/8}, {@code fd00::/8})
   * @return the set
   * @throws IllegalArgumentException when one is malformed
   */
  public static TrustedProxies of(List<String> networks) {
    return of(networks, ForwardedFields.X_FORWARDED);
  }

  /**
   * Trusts what these addresses and networks report in fields of one family.
   *
   * @param networks IP addresses, or networks in CIDR form ({@code 10.0.0.0/8}, {@code fd00::/8})
   * @param fields that these proxies set, or take off what clients send
   * @return the set
   * @throws IllegalArgumentException when an address is malformed
   */
  public static TrustedProxies of(List<String> networks, ForwardedFields fields) {
    return networks.isEmpty()
        ? NONE
        : new TrustedProxies(networks.stream().map(Network::parse).toList(), fields);
  }

  /** The fields by which they report. */
  public ForwardedFields fields() {
    return fields;
  }

  /**
   * A request without the family of fields by which its proxy does not report: those are the
   * client's own.
   *
   * @param request any request
   * @return the same, where its peer is not trusted
   */
  public RequestHead reported(RequestHead request) {
    return trusts(request.remoteAddress())
        ? request.with(
            request.query(), request.headers().toBuilder().removeIf(this::isOther).build())
        : request;
  }

  private boolean isOther(String name) {
    String folded = OwnedHeaders.folded(name);
    return fields == ForwardedFields.FORWARDED
        ? folded.startsWith("x-forwarded-") && OwnedHeaders.OF_EACH_HOP.contains(folded)
        : folded.equals("forwarded");
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
    String addresses = networks.stream().map(network -> network.text).toList().toString();
    return fields == ForwardedFields.FORWARDED ? addresses + " by Forwarded" : addresses;
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
