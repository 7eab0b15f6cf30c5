package io.mcpgateway.config;

import io.mcpgateway.json.Json;
import io.mcpgateway.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a configuration as it was understood: variables replaced, what holds without a key as a
 * comment, and a mask for what the grammar takes for a secret. A secret is masked wherever else it
 * stands, too, as are credentials in URLs and the private parts of keys.
 */
final class MaskedYaml {
  private static final String MASK = "***";

  /** A shorter secret would mask words that have nothing to do with it. */
  private static final int TELLING_LENGTH = 8;

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*");
  private static final Pattern WORD_OF_YAML = Pattern.compile("(?i)true|false|null");
  private static final Pattern DEFAULT = Pattern.compile("`([^`]+)`");
  private static final Pattern URL_CREDENTIALS = Pattern.compile("(://)[^?#\\s]*@");
  private static final Pattern URL_QUERY = Pattern.compile("(://[^?\\s]*\\?)\\S*");
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\x7f-\\x9f\\ufeff\\ufffe\\uffff]");
  private static final Set<String> PRIVATE_PARTS =
      Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

  private final Set<String> secrets;
  private final StringBuilder text = new StringBuilder();

  private MaskedYaml(Set<String> secrets) {
    this.secrets = secrets;
  }

  /**
   * Writes a configuration that was checked.
   *
   * @param root all of it
   */
  static String of(Setting root) {
    Set<String> secrets = new HashSet<>();
    new MaskedYaml(secrets).value(root, Grammar.ROOT, 0); // only to learn what must not be said
    MaskedYaml yaml = new MaskedYaml(secrets);
    yaml.value(root, Grammar.ROOT, 0);
    return yaml.text.toString().stripLeading();
  }

  private void value(Object given, Type type, int depth) {
    Optional<Object> value =
        given instanceof Setting setting
            ? Optional.ofNullable(setting.value())
            : Optional.of(given);
    Object plain = value.orElse("");
    if (type instanceof Type.Either either) {
      boolean single = !(plain instanceof Map) && !(plain instanceof List);
      value(plain, single ? either.scalar() : either.other(), depth);
    } else if (plain instanceof Map<?, ?> members) {
      text.append(members.isEmpty() ? " {}\n" : "\n");
      members(members, type, depth, true);
    } else if (plain instanceof List<?> items) {
      text.append(items.isEmpty() ? " []\n" : "\n");
      items.forEach(item -> item(item, type, depth));
    } else {
      text.append(' ').append(scalar(plain, type)).append('\n');
    }
  }

  private void item(Object item, Type list, int depth) {
    Type type = list instanceof Type.Many many ? many.item() : list;
    Object plain =
        item instanceof Setting setting && setting.value() != null ? setting.value() : item;
    text.append("  ".repeat(depth)).append('-');
    if (plain instanceof Map<?, ?> members && !members.isEmpty()) {
      text.append(' ');
      members(
          members, type instanceof Type.Either either ? either.other() : type, depth + 1, false);
    } else {
      value(plain, type, depth + 1);
    }
  }

  private void members(Map<?, ?> members, Type type, int depth, boolean indented) {
    String indent = "  ".repeat(depth);
    String before = indented ? indent : "";
    for (Map.Entry<?, ?> member : members.entrySet()) {
      String key = String.valueOf(member.getKey());
      text.append(before).append(quoted(key)).append(':');
      value(member.getValue(), typeOf(key, type), depth + 1);
      before = indent;
    }
    if (type instanceof Shape shape && !members.isEmpty()) {
      for (Shape.Key key : shape.keys()) {
        Matcher usual = DEFAULT.matcher(key.byDefault());
        if (!members.containsKey(key.name()) && usual.matches()) {
          text.append(indent).append("# ").append(key.name()).append(": ");
          text.append(usual.group(1)).append('\n');
        }
      }
    }
  }

  private static Type typeOf(String key, Type owner) {
    if (owner instanceof Type.Named named) {
      return named.value();
    }
    return owner instanceof Shape shape
        ? shape.key(key).map(Shape.Key::type).orElseGet(Type.Free::new)
        : new Type.Free();
  }

  private String scalar(Object value, Type type) {
    if (value instanceof Duration duration) {
      return GoDuration.format(duration);
    }
    if (!(value instanceof String)) {
      return value.toString();
    }
    String said = value.toString();
    if (type instanceof Type.Text form && form.secret()) {
      if (said.length() >= TELLING_LENGTH) {
        secrets.add(said);
      }
      return quoted(MASK);
    }
    String shown = type.equals(Type.JWKS) ? publicParts(said) : withoutCredentials(said);
    return quoted(Variables.occurIn(shown) ? shown.replace("$", "$$") : shown);
  }

  private String withoutCredentials(String said) {
    if (secrets.stream().anyMatch(said::contains)) {
      return MASK;
    }
    String nobody = URL_CREDENTIALS.matcher(said).replaceAll("$1" + MASK + "@");
    return URL_QUERY.matcher(nobody).replaceAll("$1" + MASK);
  }

  private static String publicParts(String jwks) {
    try {
      return Json.write(masked(Json.readObject(jwks.getBytes(StandardCharsets.UTF_8))));
    } catch (MalformedJsonException unknown) {
      return MASK;
    }
  }

  private static Object masked(Object json) {
    if (json instanceof List<?> items) {
      return items.stream().map(MaskedYaml::masked).toList();
    }
    if (!(json instanceof Map<?, ?> members)) {
      return json;
    }
    Map<String, Object> masked = new LinkedHashMap<>();
    members.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          masked.put(name, PRIVATE_PARTS.contains(name) || value == null ? MASK : masked(value));
        });
    return masked;
  }

  private static String quoted(String said) {
    if (PLAIN.matcher(said).matches() && !WORD_OF_YAML.matcher(said).matches()) {
      return said;
    }
    return UNPRINTABLE
        .matcher(Json.write(said))
        .replaceAll(at -> "\\\\u%04x".formatted((int) at.group().charAt(0)));
  }
}
