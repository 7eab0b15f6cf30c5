package io.mcpgateway.config;

import io.mcpgateway.config.Node.Entry;
import io.mcpgateway.config.Node.Mapping;
import io.mcpgateway.config.Node.Scalar;
import io.mcpgateway.config.Node.ScalarType;
import io.mcpgateway.config.Node.Sequence;
import io.mcpgateway.config.Shape.Rule;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks nodes against the grammar, and tells all that does not fit. */
final class Checker {
  private final Problems problems;

  Checker(Problems problems) {
    this.problems = problems;
  }

  /**
   * Checks a node and all below.
   *
   * @param node the node
   * @param type what it should be
   * @param path the key path
   */
  Setting check(Node node, Type type, String path) {
    if (node instanceof Scalar scalar) {
      if (scalar.type() == ScalarType.UNDEFINED) {
        return broken(node, path);
      }
      // Refused also where nothing would be required: below a key whose lines slipped to the left,
      // an empty policy would be an open door.
      if (scalar.type() == ScalarType.NULL) {
        return refused(node, path, "empty", type);
      }
    }
    if (type instanceof Type.Either either) {
      return check(node, node instanceof Scalar ? either.scalar() : either.other(), path);
    }
    if (type instanceof Shape shape) {
      return node instanceof Mapping mapping
          ? object(mapping, shape, path)
          : refused(node, path, form(node), type);
    }
    if (type instanceof Type.Named named) {
      return node instanceof Mapping mapping
          ? named(mapping, named.value(), path)
          : refused(node, path, form(node), type);
    }
    if (type instanceof Type.Many many) {
      return node instanceof Sequence sequence
          ? list(sequence, many, path)
          : refused(node, path, form(node), type);
    }
    if (type instanceof Type.Free) {
      return free(node, path);
    }
    return node instanceof Scalar scalar
        ? scalar(scalar, type, path)
        : refused(node, path, node.kind(), type);
  }

  private Setting scalar(Scalar scalar, Type type, String path) {
    String text = scalar.text();
    if (type instanceof Type.Text form) {
      boolean fits =
          scalar.type() == ScalarType.STRING
              && form.pattern().map(regex -> regex.matcher(text).matches()).orElse(true);
      return fits ? fine(scalar, path, text) : refusedText(scalar, path, form);
    }
    if (type instanceof Type.Whole range) {
      boolean fits = text.matches("[0-9]{1,18}") && inRange(Long.parseLong(text), range);
      return fits
          ? fine(scalar, path, Long.valueOf(text))
          : refused(scalar, path, scalar.kind(), type);
    }
    if (type instanceof Type.Flag) {
      return text.equals("true") || text.equals("false")
          ? fine(scalar, path, Boolean.valueOf(text))
          : refused(scalar, path, scalar.kind(), type);
    }
    if (type instanceof Type.Share) {
      return Type.Share.REGEX.matcher(text).matches()
          ? fine(scalar, path, share(text))
          : refused(scalar, path, scalar.kind(), type);
    }
    if (type instanceof Type.Choice choice) {
      return choice(scalar, choice, path);
    }
    return duration(scalar, (Type.Span) type, path);
  }

  private static Double share(String text) {
    return switch (text) {
      case "true" -> 1.0;
      case "false" -> 0.0;
      default -> Double.valueOf(text);
    };
  }

  /** What it is, without its text: a secret may have slipped to where no text belongs. */
  private static String form(Node node) {
    return node instanceof Scalar ? "a single value" : node.kind();
  }

  private Setting duration(Scalar scalar, Type.Span span, String path) {
    Duration duration;
    try {
      duration = GoDuration.parse(scalar.text());
    } catch (IllegalArgumentException malformed) {
      problems.add(scalar.place(), path, scalar.kind() + ": " + malformed.getMessage());
      return broken(scalar, path);
    }
    boolean fits = duration.compareTo(span.max()) <= 0 && (span.zero() || !duration.isZero());
    return fits ? fine(scalar, path, duration) : refused(scalar, path, scalar.kind(), span);
  }

  private static boolean inRange(long number, Type.Whole range) {
    return number >= range.min() && number <= range.max();
  }

  private Setting refusedText(Scalar scalar, String path, Type.Text form) {
    if (form.secret()) {
      problems.add(scalar.place(), path, "no string (expected: a string, in quotes)");
      return broken(scalar, path);
    }
    if (scalar.type() == ScalarType.STRING) {
      return refused(scalar, path, scalar.kind(), form);
    }
    String quoted = "\"" + scalar.text() + "\"";
    problems.add(
        scalar.place(), path, scalar.kind() + " is no string (expected: a string: " + quoted + ")");
    return broken(scalar, path);
  }

  private Setting choice(Scalar scalar, Type.Choice choice, String path) {
    String text = scalar.text();
    if (choice.words().contains(text)) {
      return fine(scalar, path, text);
    }
    String known = choice.unsupported().contains(text) ? " is not supported yet" : "";
    return refused(scalar, path, scalar.kind() + known, choice);
  }

  private Setting list(Sequence sequence, Type.Many many, String path) {
    List<Setting> items = new ArrayList<>();
    boolean broken = false;
    for (Node item : sequence.items()) {
      Setting setting = check(item, many.item(), path + "[" + items.size() + "]");
      items.add(setting);
      broken |= setting.broken();
    }
    if (items.size() < many.min()) {
      problems.add(sequence.place(), path, "an empty list (expected: at least one)");
      broken = true;
    }
    return new Setting(sequence.place(), path, List.copyOf(items), broken);
  }

  private Setting named(Mapping mapping, Type type, String path) {
    Map<String, Setting> members = new LinkedHashMap<>();
    boolean broken = false;
    for (Entry entry : mapping.entries()) {
      Setting setting = check(entry.value(), type, NodeReader.join(path, entry.key()));
      members.put(entry.key(), setting);
      broken |= setting.broken();
    }
    return new Setting(mapping.place(), path, Collections.unmodifiableMap(members), broken);
  }

  private Setting object(Mapping mapping, Shape shape, String path) {
    Map<String, Setting> members = new LinkedHashMap<>();
    Set<String> meant = new HashSet<>();
    boolean broken = false;
    for (Entry entry : mapping.entries()) {
      String keyPath = NodeReader.join(path, entry.key());
      Optional<Shape.Key> key = shape.key(entry.key());
      if (key.isEmpty() && !shape.open()) {
        NearestName.of(entry.key(), shape.keyNames()).ifPresent(meant::add);
        problems.add(entry.keyPlace(), keyPath, unknown(entry.key(), shape));
        broken = true;
        continue;
      }
      Type type = key.map(Shape.Key::type).orElseGet(Type.Free::new);
      Setting setting = check(entry.value(), type, keyPath);
      members.put(entry.key(), setting);
      broken |= setting.broken();
    }
    for (Shape.Key key : shape.keys()) {
      if (key.required() && !members.containsKey(key.name())) {
        broken = true;
        if (!meant.contains(key.name())) {
          problems.add(
              mapping.place(),
              NodeReader.join(path, key.name()),
              "missing (expected: " + key.type().expected() + ")");
        }
      }
    }
    for (Rule rule : shape.rules()) {
      boolean misspelt = rule.names().stream().anyMatch(meant::contains);
      broken |= misspelt || breaks(rule, mapping, path);
    }
    return new Setting(mapping.place(), path, Collections.unmodifiableMap(members), broken);
  }

  private static String unknown(String key, Shape shape) {
    String expected = shape.keys().isEmpty() ? "no key at all" : Type.oneOf(shape.keyNames());
    if (shape.unsupported().contains(key)) {
      String why = shape.whyNot().map(reason -> ": " + reason).orElse(" yet");
      return "a key of agentgateway that is not supported" + why + " (expected: " + expected + ")";
    }
    Optional<String> nearest = NearestName.of(key, shape.keyNames());
    if (nearest.isPresent()) {
      return "unknown key (expected: " + nearest.get() + ", the nearest known)";
    }
    return NearestName.of(key, shape.unsupported())
        .map(name -> "unknown key, and " + name + ", the nearest, is not supported yet")
        .orElse("unknown key")
        .concat(" (expected: " + expected + ")");
  }

  private boolean breaks(Rule rule, Mapping mapping, String path) {
    List<Entry> given =
        mapping.entries().stream().filter(entry -> rule.names().contains(entry.key())).toList();
    String names = String.join(", ", rule.names());
    boolean none = given.isEmpty();
    boolean several = given.size() > 1;
    switch (rule.kind()) {
      case EXACTLY_ONE, AT_MOST_ONE -> {
        if (several) {
          Entry second = given.get(1);
          problems.add(
              second.keyPlace(),
              NodeReader.join(path, second.key()),
              "next to " + given.get(0).key() + " (expected: only one of " + names + ")");
          return true;
        }
        if (none && rule.kind() == Rule.Kind.EXACTLY_ONE) {
          problems.add(mapping.place(), path, "missing key (expected: one of " + names + ")");
          return true;
        }
      }
      case AT_LEAST_ONE -> {
        if (none) {
          problems.add(
              mapping.place(), path, "missing key (expected: at least one of " + names + ")");
          return true;
        }
      }
      case INSTEAD -> {
        String first = rule.names().get(0);
        Optional<Entry> other =
            given.stream().filter(entry -> !entry.key().equals(first)).findFirst();
        if (other.isPresent() && given.stream().anyMatch(entry -> entry.key().equals(first))) {
          problems.add(
              other.get().keyPlace(),
              NodeReader.join(path, other.get().key()),
              "next to " + first + " (expected: in each of the " + first + ")");
          return true;
        }
      }
      case TOGETHER -> {
        if (!none && given.size() < rule.names().size()) {
          Entry only = given.get(0);
          problems.add(
              only.keyPlace(),
              NodeReader.join(path, only.key()),
              "alone (expected: " + names + " together)");
          return true;
        }
      }
    }
    return false;
  }

  private Setting free(Node node, String path) {
    if (node instanceof Sequence sequence) {
      List<Object> values = new ArrayList<>();
      for (Node item : sequence.items()) {
        Object value = check(item, new Type.Free(), path + "[" + values.size() + "]").value();
        if (value == null) {
          return broken(node, path);
        }
        values.add(value);
      }
      return fine(node, path, values);
    }
    if (node instanceof Mapping mapping) {
      Map<String, Object> values = new LinkedHashMap<>();
      for (Entry entry : mapping.entries()) {
        String keyPath = NodeReader.join(path, entry.key());
        Object value = check(entry.value(), new Type.Free(), keyPath).value();
        if (value == null) {
          return broken(node, path);
        }
        values.put(entry.key(), value);
      }
      return fine(node, path, values);
    }
    Scalar scalar = (Scalar) node;
    return switch (scalar.type()) {
      case BOOLEAN -> fine(scalar, path, Boolean.valueOf(scalar.text()));
      case NUMBER -> number(scalar, path);
      default -> fine(scalar, path, scalar.text());
    };
  }

  private Setting number(Scalar scalar, String path) {
    // JSON's numbers only: no hexadecimal ones, no infinity.
    if (scalar.text().matches("-?[0-9]{1,18}")) {
      return fine(scalar, path, Long.valueOf(scalar.text()));
    }
    return scalar.text().matches("-?[0-9]{1,30}(\\.[0-9]{1,30})?([eE][-+]?[0-9]{1,2})?")
        ? fine(scalar, path, new BigDecimal(scalar.text()))
        : refused(scalar, path, scalar.kind(), Type.Text.of("a number as in JSON, or a string"));
  }

  private static Setting fine(Node node, String path, Object value) {
    return new Setting(node.place(), path, value, false);
  }

  private static Setting broken(Node node, String path) {
    return new Setting(node.place(), path, null, true);
  }

  private Setting refused(Node node, String path, String what, Type type) {
    problems.add(node.place(), path, what + " (expected: " + type.expected() + ")");
    return broken(node, path);
  }
}
