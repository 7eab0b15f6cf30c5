package io.mcpgateway.http;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The header fields that the gateway sets or drops itself, and that no configuration may touch. */
public final class OwnedHeaders {
  /** The fields that end at the next hop (RFC 9110, 7.6.1); lower case. */
  public static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "http2-settings",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /**
   * The fields of a request that the gateway sets anew, or answers itself; lower case. What a
   * client says of proxies is not to be believed.
   */
  public static final Set<String> OF_EACH_HOP =
      Set.of(
          "content-length",
          "expect",
          "forwarded",
          "host",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-prefix",
          "x-forwarded-proto",
          "x-real-ip");

  /**
   * The fields that give a request another target or method, for a server that goes by them; lower
   * case. What the gateway has decided about is the request line.
   */
  public static final Set<String> OVERRIDING =
      Set.of(
          "x-http-method",
          "x-http-method-override",
          "x-method-override",
          "x-original-url",
          "x-rewrite-url");

  private static final Set<String> OF_THE_BODY =
      Set.of("content-encoding", "content-length", "content-type");

  // Sessions are bound to callers, and the others mirror the message.
  private static final String MCP = "mcp-";
  private static final String CORS = "access-control-";

  // Each name is folded several times on its way: the usual ones, in the usual spelling, just once.
  private static final Map<String, String> KNOWN =
      Stream.of(
              HeaderNames.ACCEPT,
              "Accept-Encoding",
              "Accept-Language",
              HeaderNames.AUTHORIZATION,
              HeaderNames.CACHE_CONTROL,
              HeaderNames.CONNECTION,
              HeaderNames.CONTENT_LENGTH,
              HeaderNames.CONTENT_TYPE,
              HeaderNames.HOST,
              "Last-Event-ID",
              HeaderNames.MCP_METHOD,
              HeaderNames.MCP_NAME,
              HeaderNames.MCP_PROTOCOL_VERSION,
              HeaderNames.MCP_SESSION_ID,
              HeaderNames.ORIGIN,
              "User-Agent")
          .flatMap(name -> Stream.of(name, name.toLowerCase(Locale.ROOT)))
          .distinct()
          .collect(Collectors.toUnmodifiableMap(name -> name, OwnedHeaders::fold));

  private OwnedHeaders() {}

  /**
   * A name as servers compare it: CGI and WSGI read an underscore as a hyphen, so that {@code
   * X_User} must be no way around {@code X-User}.
   *
   * @param name of a header field
   * @return lower case, with hyphens
   */
  public static String folded(String name) {
    String known = KNOWN.get(name);
    return known != null ? known : fold(name);
  }

  private static String fold(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Checks a field that shall be set in, or taken off, requests.
   *
   * @param key what names it, for the message
   * @param name the field's name
   * @throws IllegalArgumentException when it is no name, or the gateway's own; the message begins
   *     with the key
   */
  public static void checkNotOfRequest(String key, String name) {
    String folded = checked(key, name);
    if (OF_EACH_HOP.contains(folded) || folded.startsWith(MCP)) {
      throw owned(key, name);
    }
  }

  /**
   * Checks a field that shall be set in, or taken off, responses.
   *
   * @param key what names it, for the message
   * @param name the field's name
   * @throws IllegalArgumentException when it is no name, or the gateway's own; the message begins
   *     with the key
   */
  public static void checkNotOfResponse(String key, String name) {
    String folded = checked(key, name);
    if (folded.startsWith(CORS) || folded.startsWith(MCP)) {
      throw owned(key, name);
    }
  }

  private static String checked(String key, String name) {
    if (!Headers.isToken(name)) {
      throw new IllegalArgumentException(key + ": " + name + " (expected: a header field's name)");
    }
    String folded = folded(name);
    if (HOP_BY_HOP.contains(folded) || OF_THE_BODY.contains(folded)) {
      throw owned(key, name);
    }
    return folded;
  }

  private static IllegalArgumentException owned(String key, String name) {
    return new IllegalArgumentException(
        key + ": " + name + " is set by the gateway itself (expected: another field)");
  }
}
