package io.mcpgateway.config;

import io.mcpgateway.config.Shape.Rule;
import io.mcpgateway.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON Schema of the YAML, for editors. It accepts what the gateway reads; what only the reader
 * can know (whether a file exists, whether a port is given twice) it leaves to the reader.
 */
public final class ConfigSchema {
  private static final String VARIABLE = "\\$\\{";

  private final Map<String, Object> definitions = new LinkedHashMap<>();

  private ConfigSchema() {}

  /**
   * The schema, of draft 2020-12.
   *
   * @return JSON with line breaks, ending in one
   */
  public static String json() {
    ConfigSchema schema = new ConfigSchema();
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "MCP gateway configuration");
    root.putAll(schema.object(Grammar.ROOT));
    root.put("$defs", schema.definitions);
    return Json.writePretty(root).replace(System.lineSeparator(), "\n") + "\n";
  }

  private Map<String, Object> of(Type type) {
    if (type instanceof Shape shape) {
      if (!definitions.containsKey(shape.name())) {
        definitions.put(shape.name(), Map.of());
        definitions.put(shape.name(), object(shape));
      }
      return members("$ref", "#/$defs/" + shape.name());
    }
    if (type instanceof Type.Many many) {
      Map<String, Object> list = members("type", "array", "items", of(many.item()));
      if (many.min() > 0) {
        list.put("minItems", many.min());
      }
      return list;
    }
    if (type instanceof Type.Named named) {
      return members("type", "object", "additionalProperties", of(named.value()));
    }
    if (type instanceof Type.Either either) {
      return members("anyOf", List.of(of(either.scalar()), of(either.other())));
    }
    return type instanceof Type.Free ? new LinkedHashMap<>() : scalar(type);
  }

  private static Map<String, Object> scalar(Type type) {
    if (type instanceof Type.Text text) {
      Map<String, Object> string = members("type", "string");
      text.pattern()
          .ifPresent(
              pattern -> string.put("pattern", "^(?:" + pattern.pattern() + ")$|" + VARIABLE));
      return string;
    }
    if (type instanceof Type.Whole range) {
      Map<String, Object> integer = members("type", "integer", "minimum", range.min());
      if (range.max() < Long.MAX_VALUE) {
        integer.put("maximum", range.max());
      }
      return orString(integer, "^[0-9]+$|" + VARIABLE);
    }
    if (type instanceof Type.Flag) {
      return orString(members("type", "boolean"), "^(?:true|false)$|" + VARIABLE);
    }
    if (type instanceof Type.Share) {
      return members(
          "anyOf",
          List.of(
              members("type", "boolean"),
              members("type", "number", "minimum", 0, "maximum", 1),
              members(
                  "type",
                  "string",
                  "pattern",
                  "^(?:" + Type.Share.REGEX.pattern() + ")$|" + VARIABLE)));
    }
    if (type instanceof Type.Choice choice) {
      List<Object> words = new ArrayList<>(choice.words());
      choice.words().stream()
          .filter(word -> word.equals("true") || word.equals("false"))
          .forEach(word -> words.add(Boolean.valueOf(word)));
      return orString(members("enum", words), VARIABLE);
    }
    return members("type", "string", "pattern", "^" + GoDuration.REGEX + "$|" + VARIABLE);
  }

  /** Where a variable stands for it, a number is a string to YAML. */
  private static Map<String, Object> orString(Map<String, Object> schema, String pattern) {
    return members("anyOf", List.of(schema, members("type", "string", "pattern", pattern)));
  }

  private Map<String, Object> object(Shape shape) {
    Map<String, Object> object = members("description", shape.doc(), "type", "object");
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Shape.Key key : shape.keys()) {
      Map<String, Object> property = new LinkedHashMap<>();
      property.put("description", key.doc().replace("`", ""));
      property.putAll(of(key.type()));
      properties.put(key.name(), property);
    }
    object.put("properties", properties);
    List<String> required =
        shape.keys().stream().filter(Shape.Key::required).map(Shape.Key::name).toList();
    if (!required.isEmpty()) {
      object.put("required", required);
    }
    if (!shape.open()) {
      object.put("additionalProperties", false);
    }
    List<Object> rules = shape.rules().stream().map(ConfigSchema::rule).toList();
    if (!rules.isEmpty()) {
      object.put("allOf", rules);
    }
    return object;
  }

  private static Object rule(Rule rule) {
    List<Map<String, Object>> each =
        rule.names().stream().map(name -> members("required", List.of(name))).toList();
    return switch (rule.kind()) {
      case EXACTLY_ONE -> members("oneOf", each);
      case AT_LEAST_ONE -> members("anyOf", each);
      case AT_MOST_ONE -> members("not", members("required", rule.names()));
      case INSTEAD ->
          members(
              "not",
              members(
                  "required", rule.names().subList(0, 1), "anyOf", each.subList(1, each.size())));
      case TOGETHER -> {
        Map<String, Object> dependencies = new LinkedHashMap<>();
        rule.names().forEach(name -> dependencies.put(name, rule.names()));
        yield members("dependentRequired", dependencies);
      }
    };
  }

  private static Map<String, Object> members(Object... keysAndValues) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      members.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return members;
  }
}
