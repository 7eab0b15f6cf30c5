package io.mcpgateway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A checked-in file that is generated: a test tells when it is out of date. */
public final class GeneratedFile {
  private static final String UPDATE = "config.update";

  private GeneratedFile() {}

  /**
   * Compares a file with what it should hold, or, when asked to, writes that into it.
   *
   * @param file the checked-in file
   * @param expected what it should hold
   */
  public static void isUpToDate(Path file, String expected) throws IOException {
    if (Boolean.getBoolean(UPDATE)) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, expected);
    }
    assertThat(file)
        .describedAs("%s is written by: mvn -pl core test -D%s=true", file, UPDATE)
        .exists()
        .hasContent(expected);
  }
}
