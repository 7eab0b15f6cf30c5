package io.mcpgateway.config;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The configuration reference, as Markdown, out of the grammar. */
final class ConfigReference {
  private static final String HEAD =
      """
      # Configuration reference

      Generated from the grammar in `io.mcpgateway.config`; `config-schema.json` says the same to editors.

      The file is YAML 1.2 (or JSON) in UTF-8, one document of at most 1 MiB. The language is agentgateway's; keys marked
      (ours) are not in agentgateway. Unknown keys, keys given twice and empty values are errors. Files are named relative
      to the file that names them.

      In values, `${NAME}` stands for a variable of the environment, `${NAME:-default}` has a default for one that is
      undefined or empty (without braces: variables do not nest), and `$$` is a dollar sign. An undefined variable without default is an error. Any other `$` is
      itself. Variables are replaced after the file is parsed: no value can add keys, and comments may hold anything.

      Durations have units: `500ms`, `10s`, `5m`, `1h30m`.
      """;

  private ConfigReference() {}

  static String markdown() {
    StringBuilder text = new StringBuilder(HEAD);
    Set<Shape> seen = new LinkedHashSet<>();
    Deque<Shape> open = new ArrayDeque<>(List.of(Grammar.ROOT));
    while (!open.isEmpty()) {
      Shape shape = open.removeFirst();
      if (seen.add(shape)) {
        section(shape, text);
        Deque<Shape> inner = new ArrayDeque<>();
        shape.keys().forEach(key -> collect(key.type(), inner));
        inner.descendingIterator().forEachRemaining(open::addFirst);
      }
    }
    return text.toString();
  }

  private static void collect(Type type, Deque<Shape> shapes) {
    if (type instanceof Shape shape) {
      shapes.addLast(shape);
    } else if (type instanceof Type.Many many) {
      collect(many.item(), shapes);
    } else if (type instanceof Type.Named named) {
      collect(named.value(), shapes);
    } else if (type instanceof Type.Either either) {
      collect(either.scalar(), shapes);
      collect(either.other(), shapes);
    }
  }

  private static void section(Shape shape, StringBuilder text) {
    text.append("\n## ").append(shape.name()).append("\n\n").append(shape.doc()).append('\n');
    if (!shape.keys().isEmpty()) {
      text.append("\n| key | type | default | meaning |\n|---|---|---|---|\n");
      for (Shape.Key key : shape.keys()) {
        text.append(
            "| `%s`%s | %s | %s | %s |%n"
                .formatted(
                    key.name(),
                    key.ours() ? " (ours)" : "",
                    name(key.type()),
                    key.required() ? "required" : key.byDefault(),
                    key.doc()));
      }
    }
    shape.rules().forEach(rule -> text.append('\n').append(rule(rule)).append('\n'));
    if (!shape.unsupported().isEmpty()) {
      text.append("\nNot supported yet: ").append(code(shape.unsupported())).append(".\n");
    }
  }

  private static String rule(Shape.Rule rule) {
    String names = code(rule.names());
    return switch (rule.kind()) {
      case EXACTLY_ONE -> "Exactly one of " + names + ".";
      case AT_LEAST_ONE -> "At least one of " + names + ".";
      case AT_MOST_ONE -> "At most one of " + names + ".";
      case INSTEAD ->
          code(rule.names().subList(0, 1))
              + " without "
              + code(rule.names().subList(1, rule.names().size()))
              + ".";
      case TOGETHER -> names + " only together.";
    };
  }

  private static String name(Type type) {
    if (type instanceof Shape shape) {
      return "[" + shape.name() + "](#" + anchor(shape) + ")";
    }
    if (type instanceof Type.Many many) {
      return many.item() == Type.TEXT ? "list of strings" : "list of " + name(many.item());
    }
    if (type instanceof Type.Named named) {
      return "names, each with a " + name(named.value());
    }
    if (type instanceof Type.Either either) {
      return name(either.scalar()) + ", or " + name(either.other());
    }
    if (type instanceof Type.Span) {
      return "duration";
    }
    if (type instanceof Type.Choice choice) {
      String others =
          choice.unsupported().isEmpty() ? "" : " (not yet: " + code(choice.unsupported()) + ")";
      return choice.words().stream()
              .map(word -> "`" + word + "`")
              .collect(Collectors.joining(" or "))
          + others;
    }
    return type instanceof Type.Flag
        ? "`true` or `false`"
        : type.expected().replaceFirst("^an? ", "");
  }

  private static String anchor(Shape shape) {
    return shape.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static String code(List<String> names) {
    return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
  }
}
