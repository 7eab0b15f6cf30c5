package io.mcpgateway.testkit.traps;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Collects attacks of one family. Not thread-safe. */
final class WireFamily {
  private static final int LONGEST_NAME = 60;

  private final String title;
  private final List<WireAttack> attacks = new ArrayList<>();

  WireFamily(String title) {
    this.title = title;
  }

  /** One request. */
  WireFamily one(String line, String request) {
    return add(line, line, request);
  }

  /** One request for each spelling of something. */
  WireFamily each(String line, UnaryOperator<String> request, String... spellings) {
    for (String spelling : spellings) {
      add(line, printable(spelling), request.apply(spelling));
    }
    return this;
  }

  WireFamily add(String line, String name, String request) {
    attacks.add(new WireAttack(title, line, name, request, WireOutcomes.of(line, name)));
    return this;
  }

  List<WireAttack> attacks() {
    return attacks;
  }

  /** With the escapes of C for what cannot be seen. */
  static String printable(String bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes.length() && text.length() < LONGEST_NAME; i++) {
      char c = bytes.charAt(i);
      switch (c) {
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        default -> text.append(c >= ' ' && c < 0x7f ? "" + c : "\\x%02x".formatted((int) c));
      }
    }
    return text.toString();
  }
}
