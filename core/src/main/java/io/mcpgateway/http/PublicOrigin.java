package io.mcpgateway.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the client sees the gateway, and the gateway the client: from the connection itself, or from
 * what a trusted proxy in front reports, in {@code X-Forwarded-*} or in {@code Forwarded} (RFC
 * 7239).
 *
 * @param scheme {@code http} or {@code https}
 * @param authority host and, where it is not the scheme's own, port
 * @param prefix the path below which the proxy mounts the gateway, without trailing slash; mostly
 *     empty
 * @param clientAddress the client's address as far as it can be known
 * @param proxied whether a trusted proxy reported it
 */
public record PublicOrigin(
    String scheme, String authority, String prefix, String clientAddress, boolean proxied) {

  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]+]");
  private static final int MAX_PORT = 65_535;
  private static final int MAX_PORT_DIGITS = 5;
  private static final Pattern PREFIX = Pattern.compile("(?:/[A-Za-z0-9._~-]++)++");

  /**
   * The origin of one request.
   *
   * @param clientRequest the request
   * @param trusted the proxies that may report another one
   */
  public static PublicOrigin of(RequestHead clientRequest, TrustedProxies trusted) {
    PublicOrigin direct =
        new PublicOrigin(
            clientRequest.scheme(),
            clientRequest.authority(),
            "",
            clientRequest.remoteAddress(),
            false);
    if (!trusted.trusts(clientRequest.remoteAddress())) {
      return direct;
    }
    Headers headers = clientRequest.headers();
    return trusted.fields() == ForwardedFields.FORWARDED
        ? direct.reportedBy(Forwarded.parse(headers), trusted, "")
        : direct.reportedBy(
            Forwarded.fromLegacy(headers),
            trusted,
            headers.first(HeaderNames.X_FORWARDED_PREFIX).orElse(""));
  }

  /**
   * Tells whether a text can be the authority of a URL that the gateway builds: host and, where
   * given, port.
   *
   * @param text lower case; may hold anything
   */
  public static boolean isAuthority(String text) {
    String host = RequestHead.hostOf(text);
    if (host.length() < text.length() && !isPort(text.substring(host.length() + 1))) {
      return false;
    }
    if (!host.startsWith("[")) {
      return isName(host);
    }
    try {
      return IPV6.matcher(host).matches()
          && new URI("//" + host).getHost() != null; // knows the forms of IPv6
    } catch (URISyntaxException | NumberFormatException malformed) {
      return false; // the one for the forms, the other for the numbers in them
    }
  }

  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isDigit(c) && (c < 'a' || c > 'z') && c != '.' && c != '-' && c != '_') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static boolean isPort(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty()
        && text.length() <= MAX_PORT_DIGITS
        && Integer.parseInt(text) <= MAX_PORT;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Scheme and authority as a URL without path, e.g. {@code https://mcp.example.com}. */
  public String url() {
    return scheme + "://" + authority;
  }

  /**
   * The host of the authority, without port; IPv6 literals keep their brackets.
   *
   * @return lower case
   */
  public String host() {
    return RequestHead.hostOf(authority);
  }

  private PublicOrigin reportedBy(List<Forwarded> hops, TrustedProxies trusted, String prefix) {
    String client = clientAddress;
    Optional<String> proto = Optional.empty();
    Optional<String> host = Optional.empty();
    // From the nearest hop outward, as long as trusted proxies vouch for each other.
    for (int i = hops.size() - 1; i >= 0; i--) {
      Forwarded hop = hops.get(i);
      proto = hop.proto().isPresent() ? hop.proto() : proto;
      host = hop.host().isPresent() ? hop.host() : host;
      client = hop.address().orElse(client);
      if (hop.address().isEmpty() || !trusted.trusts(client)) {
        break;
      }
    }
    String reportedScheme = proto.map(text -> text.toLowerCase(Locale.ROOT)).orElse(scheme);
    String reportedHost = host.map(text -> text.toLowerCase(Locale.ROOT)).orElse(authority);
    boolean plausible = reportedScheme.equals("http") || reportedScheme.equals("https");
    return new PublicOrigin(
        plausible ? reportedScheme : scheme,
        isAuthority(reportedHost) ? reportedHost : authority,
        PREFIX.matcher(prefix).matches() ? prefix : "",
        client,
        true);
  }

  /** One hop: one element of {@code Forwarded}, or of the older fields taken together. */
  private record Forwarded(
      Optional<String> address, Optional<String> host, Optional<String> proto) {
    // Possessive: a group that can be tried again needs a stack frame for each character.
    private static final Pattern PAIR =
        Pattern.compile(
            "\\s*([A-Za-z]+)\\s*=\\s*(\"(?:[^\"\\\\]++|\\\\.)*+\"|[^\\s;,\"]*)\\s*([;,]|$)");

    static List<Forwarded> parse(Headers headers) {
      List<Forwarded> hops = new ArrayList<>();
      for (String field : headers.all(HeaderNames.FORWARDED)) {
        var pair = PAIR.matcher(field);
        String address = "";
        String host = "";
        String proto = "";
        int at = 0;
        while (at < field.length() && pair.region(at, field.length()).lookingAt()) {
          String value = unquote(pair.group(2));
          switch (pair.group(1).toLowerCase(Locale.ROOT)) {
            case "for" -> address = withoutPort(value);
            case "host" -> host = value;
            case "proto" -> proto = value;
            default -> {}
          }
          at = pair.end();
          if (!pair.group(3).equals(";") || at == field.length()) {
            hops.add(new Forwarded(text(address), text(host), text(proto)));
            address = host = proto = "";
          }
        }
        if (at < field.length()) {
          return List.of(); // malformed: nothing in it counts
        }
      }
      return hops;
    }

    static List<Forwarded> fromLegacy(Headers headers) {
      List<String> addresses = headers.list(HeaderNames.X_FORWARDED_FOR);
      List<String> hosts = headers.list(HeaderNames.X_FORWARDED_HOST);
      List<String> protos = headers.list(HeaderNames.X_FORWARDED_PROTO);
      List<String> ports = headers.list(HeaderNames.X_FORWARDED_PORT);
      int count = Math.max(1, addresses.size());
      List<Forwarded> hops = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Optional<String> port = nth(ports, i, count);
        hops.add(
            new Forwarded(
                i < addresses.size() ? text(withoutPort(addresses.get(i))) : Optional.empty(),
                nth(hosts, i, count).map(host -> withPort(host, port)),
                nth(protos, i, count)));
      }
      return hops;
    }

    /**
     * Lists that proxies append to have one value for each hop; a single value is the nearest's.
     */
    private static Optional<String> nth(List<String> values, int index, int count) {
      if (values.size() == count) {
        return Optional.of(values.get(index));
      }
      boolean nearest = index == count - 1;
      return nearest && !values.isEmpty()
          ? Optional.of(values.get(values.size() - 1))
          : Optional.empty();
    }

    private static String withPort(String host, Optional<String> port) {
      boolean hasPort = host.indexOf(':', host.lastIndexOf(']') + 1) >= 0;
      return hasPort || port.isEmpty() || port.get().equals("80") || port.get().equals("443")
          ? host
          : host + ":" + port.get();
    }

    /**
     * What has control characters is nothing that a proxy could have seen, and would get into logs.
     */
    private static Optional<String> text(String value) {
      boolean plain = value.chars().noneMatch(Character::isISOControl);
      return value.isEmpty() || !plain ? Optional.empty() : Optional.of(value);
    }

    private static String unquote(String value) {
      return value.startsWith("\"")
          ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
          : value;
    }

    private static String withoutPort(String node) {
      if (node.startsWith("[")) {
        int end = node.indexOf(']');
        return end < 0 ? node : node.substring(1, end);
      }
      int colon = node.indexOf(':');
      return colon >= 0 && colon == node.lastIndexOf(':') ? node.substring(0, colon) : node;
    }
  }
}
