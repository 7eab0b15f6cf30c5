package io.mcpgateway.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An object of the configuration: which keys it has, and which of them go together.
 *
 * @param name what it is called in the JSON Schema and the reference
 * @param doc what it is, one sentence
 * @param keys its keys, in the order of the reference
 * @param rules what holds between keys
 * @param unsupported keys that agentgateway has here and this gateway has not
 * @param whyNot why it never will have them; empty when it may
 * @param open whether other keys may stand here, with any value
 */
record Shape(
    String name,
    String doc,
    List<Key> keys,
    List<Rule> rules,
    List<String> unsupported,
    Optional<String> whyNot,
    boolean open)
    implements Type {

  static Shape of(String name, String doc, Key... keys) {
    return new Shape(name, doc, List.of(keys), List.of(), List.of(), Optional.empty(), false);
  }

  /**
   * A key.
   *
   * @param name the key
   * @param type what its value is
   * @param required whether it has to be there
   * @param byDefault what holds without it, for the reference; empty when required
   * @param doc what it means
   * @param ours whether agentgateway does not have it
   */
  record Key(String name, Type type, boolean required, String byDefault, String doc, boolean ours) {
    static Key required(String name, Type type, String doc) {
      return new Key(name, type, true, "", doc, false);
    }

    static Key optional(String name, Type type, String byDefault, String doc) {
      return new Key(name, type, false, byDefault, doc, false);
    }

    /** The same key, marked as one that agentgateway does not have. */
    Key notInAgentgateway() {
      return new Key(name, type, required, byDefault, doc, true);
    }
  }

  /**
   * What holds between keys.
   *
   * @param kind the rule
   * @param names the keys
   */
  record Rule(Kind kind, List<String> names) {
    enum Kind {
      EXACTLY_ONE,
      AT_LEAST_ONE,
      AT_MOST_ONE,
      /** The first, or any of the others. */
      INSTEAD,
      TOGETHER
    }
  }

  Shape rule(Rule.Kind kind, String... names) {
    List<Rule> more = new ArrayList<>(rules);
    more.add(new Rule(kind, List.of(names)));
    return new Shape(name, doc, keys, List.copyOf(more), unsupported, whyNot, open);
  }

  Shape notSupported(String... names) {
    List<String> sorted = Arrays.stream(names).sorted().toList();
    return new Shape(name, doc, keys, rules, sorted, whyNot, open);
  }

  /** What is not supported, and never will be. */
  Shape refused(String why, String... names) {
    List<String> sorted = Arrays.stream(names).sorted().toList();
    return new Shape(name, doc, keys, rules, sorted, Optional.of(why), open);
  }

  Shape openToOthers() {
    return new Shape(name, doc, keys, rules, unsupported, whyNot, true);
  }

  Optional<Key> key(String name) {
    return keys.stream().filter(key -> key.name().equals(name)).findFirst();
  }

  List<String> keyNames() {
    return keys.stream().map(Key::name).toList();
  }

  @Override
  public String expected() {
    return "an object" + (keys.isEmpty() ? "" : " with " + String.join(", ", keyNames()));
  }
}
