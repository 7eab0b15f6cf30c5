package io.mcpgateway.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Finds the files that a configuration names: relative to the configuration's own directory. */
final class ReferencedFiles {
  private final Path directory;
  private final Problems problems;
  private final Set<Path> found = new LinkedHashSet<>();

  ReferencedFiles(Path directory, Problems problems) {
    this.directory = directory;
    this.problems = problems;
  }

  /**
   * A readable file.
   *
   * @param name its setting
   * @return empty after a mistake
   */
  Optional<Path> resolve(Setting name) {
    String text = name.as(String.class).orElse("");
    try {
      Path file = directory.resolve(text).normalize();
      if (!text.isEmpty() && Files.isRegularFile(file) && Files.isReadable(file)) {
        found.add(file);
        return Optional.of(file);
      }
      problems.add(name, file + " (expected: a readable file)");
    } catch (InvalidPathException malformed) {
      problems.add(name, text + " (expected: a file)");
    }
    return Optional.empty();
  }

  /**
   * A file that can be written; a change of it is no change of the configuration.
   *
   * @param name its setting
   * @return empty after a mistake
   */
  Optional<Path> resolveWritable(Setting name) {
    String text = name.as(String.class).orElse("");
    try {
      Path file = directory.resolve(text).normalize();
      Path parent = file.getParent();
      boolean there = Files.isRegularFile(file) && Files.isWritable(file);
      boolean possible = Files.notExists(file) && parent != null && Files.isWritable(parent);
      if (there || possible) {
        return Optional.of(file);
      }
      problems.add(name, file + " (expected: a file that can be written)");
    } catch (InvalidPathException malformed) {
      problems.add(name, text + " (expected: a file)");
    }
    return Optional.empty();
  }

  /** All that were found. */
  Set<Path> all() {
    return Collections.unmodifiableSet(found);
  }

  /**
   * A readable file that holds a PEM object.
   *
   * @param name its setting
   * @param kind how the label of the object ends
   * @return empty after a mistake
   */
  Optional<Path> resolvePem(Setting name, String kind) {
    Optional<Path> file = resolve(name);
    if (file.isPresent() && !holds(file.get(), kind + "-----")) {
      problems.add(name, file.get() + " holds no " + kind + " (expected: a PEM file with one)");
      return Optional.empty();
    }
    return file;
  }

  private static boolean holds(Path file, String label) {
    try (var lines = Files.lines(file)) {
      return lines.anyMatch(
          line -> line.startsWith("-----BEGIN ") && line.stripTrailing().endsWith(label));
    } catch (IOException | java.io.UncheckedIOException unreadable) {
      return false;
    }
  }
}
