package io.mcpgateway.config;

import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${NAME}} and {@code ${NAME:-default}} in a value by the environment, and {@code
 * $$} by a dollar sign. As in a shell the default also stands for an empty variable. Every other
 * dollar sign is itself, for regular expressions are full of them.
 */
final class Variables {
  // No brace in a default: variables do not nest, and a row of unclosed ones is read only once.
  private static final Pattern DOLLAR =
      Pattern.compile(
          "\\$(?:\\$|\\{(?:(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<default>[^{}]*+))?})?)");

  private final Map<String, String> environment;

  Variables(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** Tells whether a value has anything to replace. */
  static boolean occurIn(String text) {
    return text.contains("${") || text.contains("$$");
  }

  /**
   * Replaces the variables of one value.
   *
   * @param text the value as written
   * @param problem told what is wrong with a variable, which then stays as it is
   */
  String replace(String text, Consumer<String> problem) {
    return DOLLAR.matcher(text).replaceAll(at -> Matcher.quoteReplacement(value(at, problem)));
  }

  private String value(MatchResult at, Consumer<String> problem) {
    String written = at.group();
    if (written.equals("$$")) {
      return "$";
    }
    String name = at.group(1);
    if (name == null) {
      if (written.equals("${")) {
        problem.accept("malformed variable (expected: ${NAME}, ${NAME:-default}, or $$ for $)");
      }
      return written;
    }
    String value = environment.getOrDefault(name, "");
    String fallback = at.group(2);
    if (fallback != null) {
      return value.isEmpty() ? fallback : value;
    }
    if (!environment.containsKey(name)) {
      problem.accept("variable " + name + " is not defined (expected: a value in the environment)");
    }
    return value;
  }
}
