package io.mcpgateway.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Changes to the header fields of requests or responses: some are taken off, some replaced, some
 * added, in this order. Immutable and thread-safe; prints names only.
 */
public final class HeaderModifier {
  /** No change. */
  public static final HeaderModifier NONE = builder().build();

  private final Headers added;
  private final Headers set;
  private final List<String> removed;
  private final Set<String> replaced = new HashSet<>();

  private HeaderModifier(Builder builder) {
    this.added = builder.added.build();
    this.set = builder.set.build();
    this.removed = List.copyOf(builder.removed);
    set.forEach(field -> replaced.add(OwnedHeaders.folded(field.name())));
    removed.forEach(name -> replaced.add(OwnedHeaders.folded(name)));
  }

  /** Returns a new builder: no change. */
  public static Builder builder() {
    return new Builder();
  }

  /** The fields that come on top. */
  public Headers added() {
    return added;
  }

  /** The fields that replace others of their names. */
  public Headers set() {
    return set;
  }

  /** The names of the fields that are taken off. */
  public List<String> removed() {
    return removed;
  }

  /**
   * Tells whether a field of that name is taken off or replaced.
   *
   * @param name any case, hyphens or underscores
   */
  public boolean replaces(String name) {
    return replaced.contains(OwnedHeaders.folded(name));
  }

  /**
   * Makes the changes.
   *
   * @param headers all fields of a message
   */
  public Headers applyTo(Headers headers) {
    if (replaced.isEmpty() && added.size() == 0) {
      return headers;
    }
    return headers.toBuilder().removeIf(this::replaces).addAll(set).addAll(added).build();
  }

  /**
   * Checks all names.
   *
   * @param check gets what a name is for ({@code add}, {@code set}, {@code remove}), and the name
   */
  public void check(BiConsumer<String, String> check) {
    added.forEach(field -> check.accept("add", field.name()));
    set.forEach(field -> check.accept("set", field.name()));
    removed.forEach(name -> check.accept("remove", name));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HeaderModifier modifier
        && modifier.added.equals(added)
        && modifier.set.equals(set)
        && modifier.removed.equals(removed);
  }

  @Override
  public int hashCode() {
    return added.hashCode() + 31 * (set.hashCode() + 31 * removed.hashCode());
  }

  /** Names only: values may be credentials. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    if (added.size() > 0) {
      parts.add("add " + added);
    }
    if (set.size() > 0) {
      parts.add("set " + set);
    }
    if (!removed.isEmpty()) {
      parts.add("remove " + removed);
    }
    return String.join(", ", parts);
  }

  /** Collects changes. Not thread-safe. */
  public static final class Builder {
    private final Headers.Builder added = Headers.builder();
    private final Headers.Builder set = Headers.builder();
    private final List<String> removed = new ArrayList<>();

    private Builder() {}

    /**
     * Adds a field, behind those of the same name.
     *
     * @param name a token (RFC 9110, 5.6.2)
     * @param value without CR, LF and NUL
     * @return this
     * @throws IllegalArgumentException when name or value could break the message
     */
    public Builder add(String name, String value) {
      added.add(name, value);
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
      set.set(name, value);
      return this;
    }

    /**
     * Takes all fields of that name off, those with underscores for hyphens too.
     *
     * @param name any case
     * @return this
     */
    public Builder remove(String name) {
      removed.add(name);
      return this;
    }

    /** Returns the changes. */
    public HeaderModifier build() {
      return new HeaderModifier(this);
    }
  }
}
