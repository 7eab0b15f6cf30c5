package io.mcpgateway.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The path of a request as policies compare it. A path that two parties could read in two ways is
 * refused, so that nobody gets past a route by spelling its path differently.
 */
public final class RequestPath {
  private RequestPath() {}

  /**
   * Decodes a path.
   *
   * @param path as it came, percent-encoded
   * @return the path in UTF-8 without percent-encoding; empty when it is ambiguous: {@code .} or
   *     {@code ..} segments, empty segments, parameters, an encoded slash, backslash, percent sign,
   *     semicolon or control character, or a character that a path cannot hold (RFC 3986, 3.3)
   */
  public static Optional<String> decode(String path) {
    if (!path.startsWith("/")) {
      return Optional.empty();
    }
    byte[] decoded = new byte[path.length()];
    int length = 0;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%') {
        int high = i + 2 < path.length() ? hex(path.charAt(i + 1)) : -1;
        int low = i + 2 < path.length() ? hex(path.charAt(i + 2)) : -1;
        int octet = high * 16 + low;
        if (high < 0 || low < 0 || isAmbiguous(octet)) {
          return Optional.empty();
        }
        decoded[length++] = (byte) octet;
        i += 2;
      } else if (isPathCharacter(c)) {
        decoded[length++] = (byte) c;
      } else {
        return Optional.empty();
      }
    }
    return text(decoded, length).filter(text -> !hasOddSegment(text));
  }

  /** RFC 3986, 3.3: {@code pchar} and the slash, without the semicolon of parameters. */
  private static boolean isPathCharacter(char c) {
    boolean alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return alphanumeric || "/-._~!$&'()*+,=:@".indexOf(c) >= 0;
  }

  /** ASCII only: {@link Character#digit} knows the digits of all scripts. */
  private static int hex(char c) {
    return c < 0x7f ? Character.digit(c, 16) : -1;
  }

  private static boolean isAmbiguous(int octet) {
    return octet <= ' '
        || octet == 0x7f
        || octet == '/'
        || octet == '\\'
        || octet == '%'
        || octet == ';'
        || octet == '#'
        || octet == '?';
  }

  private static Optional<String> text(byte[] bytes, int length) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString());
    } catch (CharacterCodingException malformed) {
      return Optional.empty();
    }
  }

  private static boolean hasOddSegment(String path) {
    return path.contains("//")
        || path.contains("/./")
        || path.contains("/../")
        || path.endsWith("/.")
        || path.endsWith("/..");
  }
}
