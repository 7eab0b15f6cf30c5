package io.mcpgateway.testkit.traps;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.testkit.GeneratedFile;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** docs/faults.md tells what the tests play. */
class FaultsTest {
  private static final String INTRODUCTION =
      """
      # Faults, and what comes of them

      Each line is played by a test, in bytes: `FaultTraps` in the launcher and in the filter on Jetty, Tomcat and Undertow, and the tests
      that are named. What holds for all of them is in [reliability.md](reliability.md). This file is generated from the list that
      the tests play: `mvn -pl core test -Dtest=FaultsTest -Dconfig.update=true` writes it anew.

      # In front of a backend

      What the backend does once it has read a request, where nothing else is said.
      """;

  private static final String GUARD =
      """

      # In front of an application

      What the application behind the filter does (`GuardFaultsTest`). What the container makes of it stays as it is.

      | the application | the client gets |
      |---|---|
      """;

  @Test
  void document_tellsWhatIsPlayed() throws Exception {
    StringBuilder text = new StringBuilder(INTRODUCTION);
    for (Fault.Section section : Fault.Section.values()) {
      List<Fault> faults =
          Faults.all().stream().filter(fault -> fault.section() == section).toList();
      if (!faults.isEmpty()) {
        text.append("\n## ").append(section.title());
        text.append("\n\n| the backend | the client gets |\n|---|---|\n");
        faults.forEach(fault -> line(text, fault.what(), fault.outcome().text()));
      }
    }
    Optional<String> last = Optional.empty();
    for (PlayedFault fault : PlayedFault.all()) {
      if (!last.equals(Optional.of(fault.section()))) {
        text.append("\n## ").append(fault.section());
        text.append("\n\n| | the client gets | test |\n|---|---|---|\n");
        last = Optional.of(fault.section());
      }
      String type = fault.type().substring(fault.type().lastIndexOf('.') + 1);
      line(text, fault.what(), fault.outcome(), "`" + type + "." + fault.test() + "`");
    }
    text.append(GUARD);
    for (GuardFault fault : GuardFault.values()) {
      line(text, fault.what(), fault.outcome());
    }
    GeneratedFile.isUpToDate(Path.of("..", "docs", "faults.md"), text.toString());
  }

  private static void line(StringBuilder text, String... cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  @Test
  void everyTestThatIsNamed_exists() throws Exception {
    for (PlayedFault fault : PlayedFault.all()) {
      assertThat(Arrays.stream(Class.forName(fault.type()).getDeclaredMethods()))
          .extracting(Method::getName)
          .contains(fault.test());
    }
  }

  @Test
  void noFaultIsListedTwice() {
    assertThat(Faults.all().stream().map(Fault::what)).doesNotHaveDuplicates();
  }
}
