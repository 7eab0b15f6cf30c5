package io.mcpgateway.http;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Addresses that no other party has (RFC 6890). On link-local ones clouds serve the metadata of a
 * virtual machine, its credentials among them.
 */
public final class SpecialAddress {
  // As URL, "Host parsing" has it: what ends in a number is an address, or nothing. Resolvers take
  // 2852039166 for 169.254.169.254.
  private static final Pattern ENDS_IN_A_NUMBER =
      Pattern.compile("(.*\\.)?([0-9]+|0x[0-9a-f]*)\\.?");

  private SpecialAddress() {}

  /**
   * Tells whether a host is a link-local, multicast or unspecified address, or an address in a
   * spelling of its own. Names are not looked up: what they resolve to can change between two
   * looks.
   *
   * @param host lower case, without port; an IPv6 address with or without brackets and zone
   */
  public static boolean isHost(String host) {
    String text = host.replaceFirst("^\\[(.*?)(%.*)?]$", "$1");
    Optional<InetAddress> address = IpLiteral.parse(text);
    return address
        .map(at -> at.isLinkLocalAddress() || at.isMulticastAddress() || at.isAnyLocalAddress())
        .orElseGet(() -> ENDS_IN_A_NUMBER.matcher(text).matches());
  }
}
