package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Looks for inputs for which a target does not hold, one target after the other, each in a JVM of
 * its own. Runs with {@code -Pfuzz} only; docs/fuzzing.md has the command. What is found stays in
 * the corpus of the target, where {@link FuzzCorpusTest} plays it from then on.
 */
class Fuzzing {
  private static final String SECONDS = System.getProperty("fuzz.seconds", "60");
  private static final String ONLY = System.getProperty("fuzz.target", "all");

  @ParameterizedTest
  @EnumSource
  void target_anyInput_holds(FuzzTarget target) throws IOException, InterruptedException {
    assumeThat(ONLY).isIn("all", target.toString());
    Path work = Files.createDirectories(Path.of("target", "fuzz", target.toString()));
    Path log = work.resolveSibling(target + ".log");
    Process jazzer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty(
                    "surefire.real.class.path", System.getProperty("java.class.path")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.holder().getName(),
                "--instrumentation_includes=io.mcpgateway.**:com.fasterxml.jackson.core.**"
                    + ":org.snakeyaml.**",
                "--reproducer_path=" + work.getParent(),
                "-artifact_prefix=" + target.corpus() + "/",
                "-max_total_time=" + SECONDS,
                // The first input also pays for loading classes, on a machine that may be busy.
                "-timeout=60",
                "-max_len=4096",
                work.toString(),
                target.corpus().toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(jazzer.waitFor(Long.parseLong(SECONDS) + 120, TimeUnit.SECONDS)).isTrue();
      assertThat(jazzer.exitValue()).as("what " + log + " says").isZero();
    } finally {
      jazzer.destroyForcibly();
    }
  }
}
