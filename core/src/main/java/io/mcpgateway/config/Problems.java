package io.mcpgateway.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Collects what is wrong with one file, so that all of it is told at once, and what is risky. Not
 * thread-safe.
 */
final class Problems {
  // More would scroll the first ones, which are often the cause, off the screen.
  private static final int MAX_TOLD = 50;

  private static final int MAX_MESSAGE = 1000;

  private final String source;
  // A node that is reached by an alias again has the same mistakes again.
  private final Set<ConfigProblem> found = new LinkedHashSet<>();
  private final Set<ConfigProblem> warnings = new LinkedHashSet<>();

  Problems(String source) {
    this.source = source;
  }

  void add(Place place, String keyPath, String message) {
    // One line each, whatever the value that a message quotes.
    String line = message.replaceAll("\\p{Cntrl}", " ");
    found.add(
        new ConfigProblem(
            source,
            place.line(),
            place.column(),
            keyPath,
            line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE) + "..."));
  }

  void add(Setting setting, String message) {
    add(setting.place(), setting.path(), message);
  }

  /** Notes what runs, but may not be what its author wants. */
  void warn(Setting setting, String message) {
    Place place = setting.place();
    warnings.add(new ConfigProblem(source, place.line(), place.column(), setting.path(), message));
  }

  List<ConfigProblem> warnings() {
    return sorted(warnings);
  }

  /**
   * Has a builder take a value; what it refuses is told at the value's place. A builder begins its
   * message with the name of what is wrong: when that is a key of the value, its place is told.
   *
   * @param at where the value comes from
   * @param step calls the builder
   * @return what the step returns; empty when it was refused
   */
  <T> Optional<T> attempt(Setting at, Supplier<T> step) {
    return attempt(at, at::get, step);
  }

  /**
   * The same, for a builder that has other names than the file.
   *
   * @param at where the value comes from
   * @param keys where the value of a builder's name comes from
   * @param step calls the builder
   */
  <T> Optional<T> attempt(Setting at, Function<String, Optional<Setting>> keys, Supplier<T> step) {
    try {
      return Optional.of(step.get());
    } catch (IllegalArgumentException | IllegalStateException refused) {
      String message = String.valueOf(refused.getMessage());
      int colon = Math.max(message.indexOf(": "), 0);
      String name = message.substring(0, colon);
      Optional<Setting> key = name.isEmpty() ? Optional.empty() : keys.apply(name);
      if (key.isPresent()) {
        add(key.get(), message.substring(colon + 2));
      } else if (!name.isEmpty() && at.path().endsWith("." + name)) {
        add(at, message.substring(colon + 2));
      } else {
        add(at, message);
      }
      return Optional.empty();
    }
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /** How a place in this file is named in the message about another. */
  String name(Place place) {
    return source + ":" + place;
  }

  void throwIfAny() throws ConfigException {
    if (found.isEmpty()) {
      return;
    }
    List<ConfigProblem> sorted = sorted(found);
    if (sorted.size() > MAX_TOLD) {
      ConfigProblem last = sorted.get(MAX_TOLD);
      String more = (sorted.size() - MAX_TOLD) + " more problems from here on";
      sorted = new ArrayList<>(sorted.subList(0, MAX_TOLD));
      sorted.add(new ConfigProblem(source, last.line(), last.column(), "", more));
    }
    throw new ConfigException(sorted);
  }

  private static List<ConfigProblem> sorted(Set<ConfigProblem> problems) {
    return problems.stream()
        .sorted(
            Comparator.comparingInt(ConfigProblem::line).thenComparingInt(ConfigProblem::column))
        .toList();
  }
}
