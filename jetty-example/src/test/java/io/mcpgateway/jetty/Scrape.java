package io.mcpgateway.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.hawkular.agent.prometheus.text.TextPrometheusMetricDataParser;
import org.hawkular.agent.prometheus.types.Counter;
import org.hawkular.agent.prometheus.types.Gauge;
import org.hawkular.agent.prometheus.types.Histogram;
import org.hawkular.agent.prometheus.types.Metric;
import org.hawkular.agent.prometheus.types.MetricFamily;
import org.hawkular.agent.prometheus.types.Summary;

/** What Prometheus has read: the samples, by their names. */
final class Scrape {
  private final Map<String, List<Sample>> samples = new HashMap<>();

  /** One line. */
  private record Sample(Map<String, String> labels, double value) {}

  private Scrape() {}

  /**
   * Reads a text; every line of it has to be understood.
   *
   * @param text in Prometheus' text format
   */
  static Scrape of(String text) throws IOException {
    Scrape scrape = new Scrape();
    TextPrometheusMetricDataParser parser =
        new TextPrometheusMetricDataParser(
            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    for (MetricFamily family = parser.parse(); family != null; family = parser.parse()) {
      family.getMetrics().forEach(scrape::add);
    }
    long lines = text.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).count();
    assertThat(scrape.samples.values().stream().mapToLong(List::size).sum()).isEqualTo(lines);
    return scrape;
  }

  private void add(Metric metric) {
    BiConsumer<String, Double> plain =
        (suffix, value) -> add(metric.getName() + suffix, metric.getLabels(), value);
    if (metric instanceof Counter counter) {
      plain.accept("", counter.getValue());
    } else if (metric instanceof Gauge gauge) {
      plain.accept("", gauge.getValue());
    } else if (metric instanceof Summary summary) {
      plain.accept("_count", (double) summary.getSampleCount());
      plain.accept("_sum", summary.getSampleSum());
    } else if (metric instanceof Histogram histogram) {
      plain.accept("_count", (double) histogram.getSampleCount());
      plain.accept("_sum", histogram.getSampleSum());
      for (Histogram.Bucket bucket : histogram.getBuckets()) {
        Map<String, String> labels = new HashMap<>(metric.getLabels());
        labels.put("le", String.valueOf(bucket.getUpperBound()));
        add(metric.getName() + "_bucket", labels, (double) bucket.getCumulativeCount());
      }
    }
  }

  private void add(String name, Map<String, String> labels, double value) {
    samples.computeIfAbsent(name, key -> new ArrayList<>()).add(new Sample(labels, value));
  }

  /** The names of all samples. */
  Set<String> names() {
    return samples.keySet();
  }

  /** The labels of the samples of a name. */
  Set<String> labels(String name) {
    return samples.getOrDefault(name, List.of()).stream()
        .flatMap(sample -> sample.labels.keySet().stream())
        .collect(Collectors.toSet());
  }

  /** How many samples are the gateway's, rather than the JVM's. */
  int size() {
    return samples.entrySet().stream()
        .filter(name -> name.getKey().startsWith("mcp_gateway_"))
        .mapToInt(name -> name.getValue().size())
        .sum();
  }

  /**
   * The sum of the samples of a name.
   *
   * @param name of the samples
   * @param labels that they have, names and values by turns
   * @return 0 without any
   */
  double sum(String name, String... labels) {
    return samples.getOrDefault(name, List.of()).stream()
        .filter(sample -> has(sample.labels, labels))
        .mapToDouble(Sample::value)
        .sum();
  }

  private static boolean has(Map<String, String> all, String... labels) {
    for (int i = 0; i < labels.length; i += 2) {
      if (!labels[i + 1].equals(all.get(labels[i]))) {
        return false;
      }
    }
    return true;
  }
}
