package io.mcpgateway.config;

import java.util.List;

/** A YAML node and its place: variables replaced, types not yet looked at. */
sealed interface Node {
  Place place();

  /** What it is, for messages. */
  String kind();

  /**
   * A value.
   *
   * @param place where it starts
   * @param text its text, variables replaced
   * @param type what YAML 1.2 takes it for
   */
  record Scalar(Place place, String text, ScalarType type) implements Node {
    private static final int MAX_SHOWN = 60;

    @Override
    public String kind() {
      if (type == ScalarType.NULL) {
        return "empty";
      }
      String line = text.replaceAll("\\p{Cntrl}", " ");
      return line.isEmpty()
          ? "\"\""
          : line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "...";
    }
  }

  /** What YAML 1.2 takes an unquoted value for; a quoted one is a string. */
  enum ScalarType {
    STRING,
    NUMBER,
    BOOLEAN,
    NULL,
    /** It holds a variable that has no value; that has been told. */
    UNDEFINED
  }

  /**
   * A list.
   *
   * @param place where it starts
   * @param items its items
   */
  record Sequence(Place place, List<Node> items) implements Node {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /**
   * An object.
   *
   * @param place where it starts
   * @param entries its keys and values in order, no key twice
   */
  record Mapping(Place place, List<Entry> entries) implements Node {
    @Override
    public String kind() {
      return "an object";
    }
  }

  /**
   * A key and its value.
   *
   * @param key the key
   * @param keyPlace where it is
   * @param value the value
   */
  record Entry(String key, Place keyPlace, Node value) {}
}
