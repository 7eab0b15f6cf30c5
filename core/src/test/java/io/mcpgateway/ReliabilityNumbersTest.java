package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.testkit.GeneratedSection;
import io.mcpgateway.testkit.traps.WireAttacks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How much is tried: counted in the lists that other tests play. */
class ReliabilityNumbersTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Path CORPORA = Path.of("src", "test", "resources", "fuzz");

  @Test
  void document_countsWhatIsPlayed() throws Exception {
    long faults = rows("faults.md", "# Faults, and what comes of them");
    long attacks = rows("security.md", "# What attackers get");
    int wire = WireAttacks.all().size();
    long inputs = inputs();
    assertThat(Stream.of(faults, attacks, (long) wire, inputs)).allMatch(count -> count > 50);

    GeneratedSection.isUpToDate(
        DOCS.resolve("reliability.md"),
        "numbers",
        """
        | tried in each build | | come through |
        |---|---|---|
        | [faults](faults.md) of backends, applications, networks and clients | %d | 0 answers that are wrong, or that look whole and are not |
        | [attacks](security.md) on tokens, scopes, rules, sessions and origins | %d | 0 that reach the backend |
        | [attacks in bytes](http-attacks.md), each on three servers | %,d | 0 that reach another route, or make two requests of one |
        | bad inputs that [fuzzing](fuzzing.md) keeps | %d | 0 that break what has to hold |
        """
            .formatted(faults, attacks, wire, inputs));
  }

  /** The rows of all tables behind a heading, without their heads. */
  private static long rows(String file, String heading) throws IOException {
    List<String> lines = Files.readAllLines(DOCS.resolve(file));
    assertThat(lines).contains(heading);
    List<String> behind = lines.subList(lines.indexOf(heading), lines.size());
    long all = behind.stream().filter(line -> line.startsWith("|")).count();
    long heads = behind.stream().filter(line -> line.startsWith("|---")).count();
    return all - 2 * heads;
  }

  private static long inputs() throws IOException {
    try (Stream<Path> files = Files.walk(CORPORA)) {
      return files.filter(Files::isRegularFile).count();
    }
  }
}
