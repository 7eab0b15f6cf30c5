package io.mcpgateway.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the micro benchmarks and writes what they cost as a table. */
public final class MicroBenchmarks {
  private static final Path TABLE = Path.of("results", "jmh.md");
  private static final Path RAW = Path.of("target", "jmh.json");

  private MicroBenchmarks() {}

  /**
   * Runs the benchmarks in the directory of the module.
   *
   * @param args {@code --short} for one short round that shows that they run; then the benchmarks,
   *     as regular expressions: all of them when there is none. Only a full run of all is written
   *     down
   * @throws RunnerException when a benchmark fails
   * @throws IOException when the table cannot be written
   */
  public static void main(String... args) throws RunnerException, IOException {
    List<String> names = new ArrayList<>(List.of(args));
    boolean brief = names.remove("--short");
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .forks(brief ? 1 : 2)
            .warmupIterations(brief ? 1 : 5)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(brief ? 1 : 5)
            .measurementTime(TimeValue.seconds(1))
            .jvmArgs("-Xmx512m", "-XX:+UseParallelGC", "-Dslf4j.internal.verbosity=ERROR")
            .resultFormat(ResultFormatType.JSON)
            .result(RAW.toString());
    names.forEach(options::include);

    Machine before = Machine.now();
    Collection<RunResult> results = new Runner(options.build()).run();
    String table = ResultTable.of(results, before, Machine.now());
    System.out.println(table);
    if (!brief && names.isEmpty()) {
      Files.createDirectories(TABLE.getParent());
      Files.writeString(TABLE, table);
    }
  }
}
