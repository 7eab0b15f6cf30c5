package io.mcpgateway.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the configurations of this repository, good and bad ones. */
final class Samples {
  private static final Path DIRECTORY = Path.of("src/test/resources/config");
  private static final Pattern YAML_BLOCK = Pattern.compile("(?ms)^```yaml *\\n(.*?)^```");
  private static final Pattern CONFIGURATION = Pattern.compile("(?m)^(binds|gateways|mcp):");

  static final Map<String, String> ENVIRONMENT =
      Map.of(
          "_SANDBOX_ID",
          "abc123",
          "CITY",
          "Zürich: # {not: yaml}",
          "SESSION_KEY",
          "0123456789abcdef".repeat(4),
          "LAB_CERTIFICATE",
          DIRECTORY.resolve("good/certificate.pem").toAbsolutePath().toString(),
          "LAB_KEY",
          DIRECTORY.resolve("good/key.pem").toAbsolutePath().toString(),
          "LAB_PORT",
          "9000",
          "LAB_SESSION_KEY",
          "0123456789abcdef".repeat(4),
          "BACKEND_CA",
          DIRECTORY.resolve("good/certificate.pem").toAbsolutePath().toString(),
          "GATEWAY_CERT",
          DIRECTORY.resolve("good/certificate.pem").toAbsolutePath().toString(),
          "GATEWAY_KEY",
          DIRECTORY.resolve("good/key.pem").toAbsolutePath().toString());

  /**
   * A configuration.
   *
   * @param name where it is found
   * @param text its YAML
   * @param file what it is relative to
   */
  record Sample(String name, String text, Path file) {
    @Override
    public String toString() {
      return name;
    }
  }

  private Samples() {}

  static List<Path> good() {
    return yamlIn(DIRECTORY.resolve("good"));
  }

  /** Mistakes that the JSON Schema sees too. */
  static List<Path> bad() {
    return yamlIn(DIRECTORY.resolve("bad"));
  }

  /** Mistakes that only the reader can see. */
  static List<Path> badMeaning() {
    return yamlIn(DIRECTORY.resolve("bad-meaning"));
  }

  /** Whatever a user may copy: the tests' good samples, those of the modules, those in texts. */
  static List<Sample> all() throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (Path file : good()) {
      samples.add(new Sample(file.toString(), Files.readString(file), file));
    }
    Path root = repository();
    for (String directory : List.of("README.md", "docs", "jetty-example", "servlet", "lab")) {
      if (Files.exists(root.resolve(directory))) {
        samples.addAll(below(root.resolve(directory)));
      }
    }
    return samples;
  }

  private static List<Sample> below(Path directory) throws IOException {
    List<Sample> samples = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files.filter(Samples::isOurs)::iterator) {
        String text = Files.readString(file);
        if (!file.toString().endsWith(".md")) {
          samples.add(new Sample(file.toString(), text, file));
          continue;
        }
        Matcher block = YAML_BLOCK.matcher(text);
        while (block.find()) {
          long line = text.substring(0, block.start(1)).lines().count() + 1;
          samples.add(new Sample(file + ":" + line, block.group(1), file));
        }
      }
    }
    return samples.stream().filter(s -> CONFIGURATION.matcher(s.text()).find()).toList();
  }

  private static boolean isOurs(Path file) {
    String path = repository().relativize(file.toAbsolutePath()).toString().replace('\\', '/');
    return Files.isRegularFile(file)
        && path.matches(".*\\.(ya?ml|md)")
        && !path.matches("(.*/)?(target|\\.work|node_modules)/.*");
  }

  static Path repository() {
    Path directory = Path.of("").toAbsolutePath();
    while (directory != null && !Files.isDirectory(directory.resolve(".mvn"))) {
      directory = directory.getParent();
    }
    return Objects.requireNonNull(directory, "no repository above the working directory");
  }

  /** The file that holds what is expected of a sample. */
  static Path expectation(Path sample) {
    return sample.resolveSibling(sample.getFileName().toString().replace(".yaml", ".txt"));
  }

  /** Takes the machine's own directory out of a text. */
  static String withoutDirectory(String text) {
    String directory = DIRECTORY.toAbsolutePath() + "/";
    return text.replace(directory, "/").replace(DIRECTORY + "/", "");
  }

  private static List<Path> yamlIn(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
