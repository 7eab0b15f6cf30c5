package io.mcpgateway.jwt;

/** Makes text of strangers fit for a log: printable ASCII, and short. */
final class PrintableText {
  private static final int MAX_LENGTH = 64;

  private PrintableText() {}

  /**
   * Replaces what could forge a line or hide in it by question marks.
   *
   * @param value anything
   * @return at most 64 characters and an ellipsis
   */
  static String of(Object value) {
    String text = value.toString();
    String start = text.substring(0, Math.min(text.length(), MAX_LENGTH));
    return start.replaceAll("[^\\x20-\\x7E]", "?") + (text.length() > MAX_LENGTH ? "..." : "");
  }
}
