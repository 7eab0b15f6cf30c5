package io.mcpgateway.jwt;

import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The one spelling of a path among those that mean the same (RFC 3986, 6.2.2.1 and 6.2.2.2). */
final class PercentEncoding {
  private static final Pattern ENCODED = Pattern.compile("%([0-9A-Fa-f]{2})");

  private PercentEncoding() {}

  static String normal(String path) {
    return ENCODED.matcher(path).replaceAll(PercentEncoding::normal);
  }

  private static String normal(MatchResult octet) {
    char c = (char) Integer.parseInt(octet.group(1), 16);
    boolean unreserved =
        (c >= 'a' && c <= 'z')
            || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9')
            || "-._~".indexOf(c) >= 0;
    return unreserved ? String.valueOf(c) : octet.group().toUpperCase(Locale.ROOT);
  }
}
