package io.mcpgateway.http;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The header fields of one message, in order, repeated fields kept apart. Names compare without
 * case (RFC 9110, 5.1). Immutable and thread-safe.
 */
public final class Headers implements Iterable<Headers.Field> {
  /** No fields. */
  public static final Headers EMPTY = new Headers(List.of());

  private final List<Field> fields;

  private Headers(List<Field> fields) {
    this.fields = fields;
  }

  /**
   * One header field.
   *
   * @param name as it came; compare without case
   * @param value without surrounding white space
   */
  public record Field(String name, String value) {
    /** The name only: the value may be a credential. */
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Headers from names and values in turn.
   *
   * @param namesAndValues {@code name, value, name, value ...}
   * @return the headers, in that order
   * @throws IllegalArgumentException when a name has no value, or a field is malformed
   */
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a header name without a value (expected: pairs)");
    }
    Builder builder = builder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      builder.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build();
  }

  /** Returns a new, empty builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts with these fields. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.fields.addAll(fields);
    return builder;
  }

  /**
   * The value of the first field of that name.
   *
   * @param name any case
   * @return empty when there is none
   */
  public Optional<String> first(String name) {
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      if (field.name().equalsIgnoreCase(name)) {
        return Optional.of(field.value());
      }
    }
    return Optional.empty();
  }

  /**
   * The values of all fields of that name, in order, not split at commas.
   *
   * @param name any case
   * @return empty when there is none
   */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>(2);
    for (Field field : fields) {
      if (field.name().equalsIgnoreCase(name)) {
        values.add(field.value());
      }
    }
    return values;
  }

  /**
   * The comma-separated members of all fields of that name (RFC 9110, 5.6.1), trimmed, without
   * empty ones. Not for fields with quoted strings.
   *
   * @param name any case
   * @return empty when there is none
   */
  public List<String> list(String name) {
    List<String> members = new ArrayList<>(4);
    for (String value : all(name)) {
      for (String member : value.split(",", -1)) {
        String trimmed = member.strip();
        if (!trimmed.isEmpty()) {
          members.add(trimmed);
        }
      }
    }
    return members;
  }

  /**
   * Tells whether a field of that name is there.
   *
   * @param name any case
   */
  public boolean contains(String name) {
    return first(name).isPresent();
  }

  /** Tells how many fields there are. */
  public int size() {
    return fields.size();
  }

  /**
   * Tells whether a text can be a header name, a method or an authentication scheme: the {@code
   * token} of RFC 9110, 5.6.2.
   *
   * @param text any text
   */
  public static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!alphanumeric && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  @Override
  public Iterator<Field> iterator() {
    return fields.iterator();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Headers headers && headers.fields.equals(fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  /** Names only: values may be credentials. */
  @Override
  public String toString() {
    return fields.stream().map(Field::name).toList().toString();
  }

  /** Collects fields. Not thread-safe. */
  public static final class Builder {
    private final List<Field> fields = new ArrayList<>();

    private Builder() {}

    /**
     * Adds a field behind those of the same name.
     *
     * @param name a token (RFC 9110, 5.6.2)
     * @param value without CR, LF and NUL
     * @return this
     * @throws IllegalArgumentException when name or value could break the message
     */
    public Builder add(String name, String value) {
      fields.add(new Field(checkName(name), checkValue(name, value)));
      return this;
    }

    /**
     * Adds all fields of other headers.
     *
     * @param headers the fields to add
     * @return this
     */
    public Builder addAll(Headers headers) {
      fields.addAll(headers.fields);
      return this;
    }

    /**
     * Replaces all fields of that name by one.
     *
     * @param name a token
     * @param value without CR, LF and NUL
     * @return this
     * @throws IllegalArgumentException when name or value could break the message
     */
    public Builder set(String name, String value) {
      return remove(name).add(name, value);
    }

    /**
     * Removes all fields of that name.
     *
     * @param name any case
     * @return this
     */
    public Builder remove(String name) {
      return removeIf(name::equalsIgnoreCase);
    }

    /**
     * Removes all fields whose name fits.
     *
     * @param named tells which names go; gets them as they were written
     * @return this
     */
    public Builder removeIf(Predicate<String> named) {
      fields.removeIf(field -> named.test(field.name()));
      return this;
    }

    /** Returns the headers collected so far. */
    public Headers build() {
      return fields.isEmpty() ? EMPTY : new Headers(List.copyOf(fields));
    }

    private static String checkName(String name) {
      if (!isToken(name)) {
        throw new IllegalArgumentException("malformed header name (expected: an RFC 9110 token)");
      }
      return name;
    }

    private static String checkValue(String name, String value) {
      // Three searches that the JVM has instructions for: a token is hundreds of characters long.
      if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0 || value.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(name + ": CR, LF or NUL in a header value");
      }
      return value;
    }
  }
}
