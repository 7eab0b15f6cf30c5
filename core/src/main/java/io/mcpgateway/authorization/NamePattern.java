package io.mcpgateway.authorization;

/**
 * A name in which {@code *} stands for any characters, also none. Case counts.
 *
 * @param text as it is written
 */
record NamePattern(String text) {
  /** Refuses what matches nothing. */
  NamePattern {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("an empty name (expected: a name, or one with *)");
    }
  }

  /** Tells whether a name is meant; takes time proportional to both lengths at worst. */
  boolean matches(String name) {
    int at = 0;
    int in = 0;
    int star = -1;
    int retry = 0;
    while (in < name.length()) {
      if (at < text.length() && text.charAt(at) == '*') {
        star = at++;
        retry = in;
      } else if (at < text.length() && text.charAt(at) == name.charAt(in)) {
        at++;
        in++;
      } else if (star >= 0) {
        at = star + 1;
        in = ++retry;
      } else {
        return false;
      }
    }
    while (at < text.length() && text.charAt(at) == '*') {
      at++;
    }
    return at == text.length();
  }
}
