package io.mcpgateway.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every Java program in the documentation is a part of a sample that is compiled and run. */
class DocumentationTest {
  private static final Path REPOSITORY = Path.of("..");
  private static final Pattern JAVA_BLOCK = Pattern.compile("(?ms)^```java *\\n(.*?)^```");
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:|#)([^)#]+)[^)]*\\)");

  static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>(List.of(REPOSITORY.resolve("README.md")));
    try (Stream<Path> files = Files.list(REPOSITORY.resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
    }
    return documents;
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyJavaBlock_isCompiled(Path document) throws IOException {
    String samples = normalised(samples());
    Matcher block = JAVA_BLOCK.matcher(Files.readString(document));
    while (block.find()) {
      assertThat(samples).contains(normalised(block.group(1)));
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyLink_leadsSomewhere(Path document) throws IOException {
    Matcher link = LINK.matcher(Files.readString(document));
    while (link.find()) {
      assertThat(document.resolveSibling(link.group(1))).exists();
    }
  }

  @Test
  void thereAreBlocksToCheck() throws IOException {
    long blocks = 0;
    for (Path document : documents()) {
      blocks += JAVA_BLOCK.matcher(Files.readString(document)).results().count();
    }
    assertThat(blocks).isGreaterThanOrEqualTo(4);
  }

  private static String samples() throws IOException {
    StringBuilder samples = new StringBuilder();
    for (String module : List.of("core", "servlet")) {
      Path directory = REPOSITORY.resolve(module + "/src/test/java/io/mcpgateway/samples");
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          samples.append(Files.readString(file));
        }
      }
    }
    return samples.toString();
  }

  /** Layout is the formatter's business, not a difference. */
  private static String normalised(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n")).strip();
  }
}
