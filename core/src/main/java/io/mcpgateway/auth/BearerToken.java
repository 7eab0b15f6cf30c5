package io.mcpgateway.auth;

import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import java.util.List;

/**
 * The token of an {@code Authorization: Bearer} field (RFC 6750, 2.1). Prints as dots.
 *
 * @param value the token itself: a secret
 */
public record BearerToken(String value) implements BearerCredentials {
  static final String SCHEME = "Bearer";

  /**
   * Finds the credentials of a request. Only the header counts: a token in the query or in a form
   * is no token (OAuth 2.1, 5.1; MCP authorization, Token Requirements).
   *
   * @param headers the request's header fields
   * @return a token, none, or why there is no telling
   */
  public static BearerCredentials of(Headers headers) {
    return of(headers, SCHEME);
  }

  /** The same for tokens of another scheme that spells them alike (RFC 9449, 7.1). */
  static BearerCredentials of(Headers headers, String expectedScheme) {
    List<String> fields = headers.all(HeaderNames.AUTHORIZATION);
    if (fields.isEmpty()) {
      return new None();
    }
    if (fields.size() > 1) {
      return new Malformed("more than one Authorization header");
    }
    String field = fields.get(0);
    int space = field.indexOf(' ');
    String scheme = space < 0 ? field : field.substring(0, space);
    if (!scheme.equalsIgnoreCase(expectedScheme)) {
      return new None();
    }
    String token = space < 0 ? "" : field.substring(endOfBlanks(field, space));
    return isB64Token(token)
        ? new BearerToken(token)
        : new Malformed("the Authorization header does not hold one bearer token");
  }

  /** RFC 6750, 2.1: {@code 1*SP}, no other white space. */
  private static int endOfBlanks(String text, int start) {
    int end = start;
    while (end < text.length() && text.charAt(end) == ' ') {
      end++;
    }
    return end;
  }

  /** The {@code b64token} of RFC 6750, 2.1: letters, digits, {@code -._~+/}, then {@code =}. */
  private static boolean isB64Token(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '=') {
      end--;
    }
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!alphanumeric && "-._~+/".indexOf(c) < 0) {
        return false;
      }
    }
    return end > 0;
  }

  @Override
  public String toString() {
    return "BearerToken[...]";
  }
}
