package io.mcpgateway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A part of a checked-in file that is generated, between two comments that name it. */
public final class GeneratedSection {
  private GeneratedSection() {}

  /**
   * Compares the part with what it should hold, or, when asked to, writes that into it.
   *
   * @param file the checked-in file; holds {@code <!-- name -->} and {@code <!-- /name -->}
   * @param name of the part
   * @param expected what stands between, with a line end
   */
  public static void isUpToDate(Path file, String name, String expected) throws IOException {
    String begin = "<!-- " + name + " -->\n";
    String end = "<!-- /" + name + " -->\n";
    String text = Files.readString(file);
    assertThat(text).contains(begin, end);
    int from = text.indexOf(begin) + begin.length();
    String updated = text.substring(0, from) + expected + text.substring(text.indexOf(end));
    GeneratedFile.isUpToDate(file, updated);
  }
}
