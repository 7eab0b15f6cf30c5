package io.mcpgateway.metrics;

import io.mcpgateway.testkit.GeneratedSection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of the meters, as Prometheus shows them. */
class MetersTableTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "metrics.md");

  @Test
  void document_hasAllMeters() throws IOException {
    String rows =
        Arrays.stream(GatewayMeter.values())
            .map(MetersTableTest::row)
            .collect(Collectors.joining());
    GeneratedSection.isUpToDate(
        DOCUMENT,
        "meters",
        "\n| name | type | labels | meaning |\n|---|---|---|---|\n" + rows + "\n");
  }

  private static String row(GatewayMeter meter) {
    return "| `%s` | %s | %s | %s |\n"
        .formatted(name(meter), meter.kind(), labels(meter), meter.meaning());
  }

  private static String name(GatewayMeter meter) {
    String name = meter.meterName().replace('.', '_');
    String unit = meter.unit();
    String suffix =
        switch (meter.kind()) {
          case COUNTER, POLLED_COUNTER -> "_total";
          case TIMER, LONG_TIMER -> "_seconds";
          case GAUGE -> unit.isEmpty() ? "" : "_" + unit;
        };
    return name + suffix;
  }

  private static String labels(GatewayMeter meter) {
    return meter.labels().stream()
        .map(label -> "`" + label.replace('.', '_') + "`")
        .collect(Collectors.joining(", "));
  }
}
