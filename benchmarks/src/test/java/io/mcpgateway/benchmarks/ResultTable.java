package io.mcpgateway.benchmarks;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** Results as a Markdown table, below the machine that they were measured on. */
final class ResultTable {
  private static final String ALLOCATION = "gc.alloc.rate.norm";

  private ResultTable() {}

  static String of(Collection<RunResult> results, Machine before, Machine after) {
    StringBuilder text =
        new StringBuilder(
            """
            # Micro benchmarks

            Written by `benchmarks/run jmh`. Nanoseconds and allocated bytes for each operation; \
            the error is half of the 99.9 %% confidence interval.

            | | |
            |---|---|
            | processor | %s, %d cores |
            | system | %s |
            | JDK | %s |
            | date | %s |
            | load average | %s before, %s after |

            | benchmark | ns/op | ± | B/op |
            |---|---:|---:|---:|
            """
                .formatted(
                    before.processor(),
                    before.cores(),
                    before.system(),
                    before.jdk(),
                    before.date(),
                    number(before.load(), 1),
                    number(after.load(), 1)));
    for (RunResult result : results) {
      Result<?> time = result.getPrimaryResult();
      Result<?> allocation = result.getSecondaryResults().get(ALLOCATION);
      text.append(
          "| %s | %s | %s | %s |%n"
              .formatted(
                  name(result.getParams()),
                  number(time.getScore(), 0),
                  number(time.getScoreError(), 0),
                  allocation == null ? "" : number(allocation.getScore(), 0)));
    }
    return text.toString();
  }

  private static String name(BenchmarkParams params) {
    String[] names = params.getBenchmark().split("\\.", -1);
    String name = names[names.length - 2] + "." + names[names.length - 1];
    Map<String, String> values = new TreeMap<>();
    params.getParamsKeys().forEach(key -> values.put(key, params.getParam(key)));
    return values.isEmpty()
        ? name
        : name
            + values.entrySet().stream()
                .map(value -> value.getKey() + " " + value.getValue())
                .collect(Collectors.joining(", ", " (", ")"));
  }

  /** JMH has no error for a single iteration. */
  private static String number(double value, int digits) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
