package io.mcpgateway.telemetry;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What JSON lets stand in a string, but a terminal obeys, and to some ends a line. */
final class InvisibleCharacters {
  private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private InvisibleCharacters() {}

  /**
   * Writes them as escapes.
   *
   * @param line they stand in quoted strings only
   */
  static String escaped(String line) {
    return isPlain(line) ? line : INVISIBLE.matcher(line).replaceAll(InvisibleCharacters::escape);
  }

  /** Nearly all lines are: the expression is not needed then. */
  private static boolean isPlain(String line) {
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c < ' ' || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static String escape(MatchResult invisible) {
    StringBuilder escaped = new StringBuilder();
    for (char c : invisible.group().toCharArray()) {
      escaped.append("\\\\u%04x".formatted((int) c)); // twice: for the replacement, too
    }
    return escaped.toString();
  }
}
