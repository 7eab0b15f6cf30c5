package io.mcpgateway.testkit.traps;

import io.mcpgateway.testkit.traps.WireAttack.Outcomes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What has to come of each attack, as {@code outcomes.tsv} has it: its line and name, and the
 * outcomes of launcher, Jetty, Tomcat and Undertow. A name of {@code *} is for all names of the
 * line.
 */
final class WireOutcomes {
  private static final String FILE = "/wire/outcomes.tsv";
  private static final Pattern TAB = Pattern.compile("\t");
  private static final Map<String, Outcomes> ALL = read();

  private WireOutcomes() {}

  static Outcomes of(String line, String name) {
    Outcomes exact = ALL.get(key(line, name));
    Outcomes outcomes = exact == null ? ALL.get(key(line, "*")) : exact;
    return Objects.requireNonNull(outcomes, () -> FILE + ": nothing of " + line + ": " + name);
  }

  private static String key(String line, String name) {
    return line + "\t" + name;
  }

  private static Map<String, Outcomes> read() {
    try (InputStream file =
        Objects.requireNonNull(WireOutcomes.class.getResourceAsStream(FILE), FILE)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> List.of(TAB.split(line, -1)))
          .collect(
              Collectors.toMap(
                  cells -> key(cells.get(0), cells.get(1)),
                  cells -> new Outcomes(cells.get(2), cells.get(3), cells.get(4), cells.get(5))));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
