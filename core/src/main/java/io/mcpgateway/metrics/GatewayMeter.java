package io.mcpgateway.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** All meters there are: names, labels and what they mean stand here, and nowhere else. */
enum GatewayMeter {
  REQUESTS(
      Kind.COUNTER,
      "requests",
      "",
      "Requests that are over.",
      "route",
      "mcp.method",
      "outcome",
      "refusal",
      "status"),
  REQUEST_FIRST_BYTE(
      Kind.TIMER,
      "request.first.byte",
      "",
      "From the arrival of a request to the head of its response.",
      "route",
      "mcp.method",
      "outcome"),
  REQUEST_DURATION(
      Kind.TIMER,
      "request.duration",
      "",
      "From the arrival of a request to the end of its response; without event streams.",
      "route",
      "mcp.method",
      "outcome"),
  STREAM_DURATION(
      Kind.LONG_TIMER,
      "stream.duration",
      "",
      "The same for responses that are event streams.",
      "route"),
  UPSTREAM_DURATION(
      Kind.TIMER,
      "upstream.duration",
      "",
      "From the first byte of a request to the backend to the head of its response.",
      "route",
      "mcp.method"),
  TOOL_DURATION(
      Kind.TIMER,
      "tool.duration",
      "",
      "Calls of the tools that are listed, streamed answers included, from arrival to end.",
      "tool",
      "outcome"),
  REQUEST_BYTES(Kind.COUNTER, "request.bytes", "bytes", "Bytes of request bodies.", "route"),
  RESPONSE_BYTES(
      Kind.COUNTER,
      "response.bytes",
      "bytes",
      "Bytes of response bodies, without those of the application behind the filter.",
      "route"),
  REQUESTS_OPEN(Kind.GAUGE, "requests.open", "", "Requests that are under way, with streams."),
  STREAMS_OPEN(Kind.GAUGE, "streams.open", "", "Listening streams that are open."),
  BACKEND_REACHABLE(
      Kind.GAUGE,
      "backend.reachable",
      "",
      "1 as long as connections to the backend can be had, 0 from the first failure on.",
      "backend"),
  JWKS_FETCHES(
      Kind.COUNTER, "jwks.fetches", "", "Fetches of an issuer's keys.", "source", "outcome"),
  JWKS_AGE(
      Kind.GAUGE,
      "jwks.age",
      "seconds",
      "How long ago an issuer's keys were fetched; NaN where they never were.",
      "source"),
  JWKS_KEYS(Kind.GAUGE, "jwks.keys", "", "Keys that are known of an issuer.", "source"),
  TOKEN_CACHE_SIZE(
      Kind.GAUGE, "token.cache.size", "", "Verified tokens that are remembered.", "issuer"),
  TOKEN_CACHE_HITS(
      Kind.POLLED_COUNTER, "token.cache.hits", "", "Tokens that were remembered.", "issuer"),
  TOKEN_CACHE_MISSES(
      Kind.POLLED_COUNTER, "token.cache.misses", "", "Tokens that had to be verified.", "issuer"),
  RECORDS_DROPPED(
      Kind.POLLED_COUNTER,
      "records.dropped",
      "",
      "Requests that neither log nor metrics have, because observers are too slow."),
  CONFIG_LOADS(
      Kind.COUNTER,
      "config.loads",
      "",
      "Configurations that were read, the one at the start included.",
      "outcome"),
  CONFIG_LOADED(
      Kind.GAUGE,
      "config.loaded.timestamp",
      "seconds",
      "When the configuration that runs was read, since 1970."),
  CONFIG_REFUSED(
      Kind.GAUGE, "config.refused", "", "1 when the last change was refused, 0 when it runs.");

  private static final String PREFIX = "mcp.gateway.";

  // Few, for each is a line of every scrape: from a cached refusal to a model that thinks.
  private static final Duration[] BUCKETS = {
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofMillis(2500),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60)
  };

  private static final Duration[] LONG_BUCKETS = {
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1),
    Duration.ofMinutes(10),
    Duration.ofHours(1),
    Duration.ofHours(12)
  };

  private final Kind kind;
  private final String suffix;
  private final String unit;
  private final String meaning;

  @SuppressWarnings("ImmutableEnumChecker") // of List.of
  private final List<String> labels;

  /** How a meter measures. */
  enum Kind {
    /** Counts what it is told. */
    COUNTER("counter"),
    /** Counts what is counted elsewhere. */
    POLLED_COUNTER("counter"),
    /** A number that goes up and down, asked for when it is read. */
    GAUGE("gauge"),
    /** A histogram of times up to minutes. */
    TIMER("histogram"),
    /** A histogram of times up to hours. */
    LONG_TIMER("histogram");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** What Prometheus calls it. */
    @Override
    public String toString() {
      return word;
    }
  }

  GatewayMeter(Kind kind, String suffix, String unit, String meaning, String... labels) {
    this.kind = kind;
    this.suffix = suffix;
    this.unit = unit;
    this.meaning = meaning;
    this.labels = List.of(labels);
  }

  Kind kind() {
    return kind;
  }

  /** The name, its words separated by dots; each monitoring system has its own form of it. */
  String meterName() {
    return PREFIX + suffix;
  }

  /** The unit; empty for times, which have that of the monitoring system, and for plain counts. */
  String unit() {
    return unit;
  }

  String meaning() {
    return meaning;
  }

  List<String> labels() {
    return labels;
  }

  /**
   * The counter with these values of its labels; made when there is none yet.
   *
   * @param registry where
   * @param values one for each label, in order
   */
  Counter counter(MeterRegistry registry, String... values) {
    return Counter.builder(meterName())
        .description(meaning)
        .baseUnit(unit.isEmpty() ? null : unit)
        .tags(tags(values))
        .register(registry);
  }

  /** The timer with these values of its labels; made when there is none yet. */
  Timer timer(MeterRegistry registry, String... values) {
    return Timer.builder(meterName())
        .description(meaning)
        .serviceLevelObjectives(kind == Kind.LONG_TIMER ? LONG_BUCKETS : BUCKETS)
        .tags(tags(values))
        .register(registry);
  }

  /**
   * A meter that asks when it is read.
   *
   * @param registry where
   * @param asked is not kept from being collected by it
   * @param value what to ask
   * @param values of its labels
   */
  <T> Meter polled(MeterRegistry registry, T asked, ToDoubleFunction<T> value, String... values) {
    String baseUnit = unit.isEmpty() ? null : unit;
    return kind == Kind.POLLED_COUNTER
        ? FunctionCounter.builder(meterName(), asked, value)
            .description(meaning)
            .baseUnit(baseUnit)
            .tags(tags(values))
            .register(registry)
        : Gauge.builder(meterName(), asked, value)
            .description(meaning)
            .baseUnit(baseUnit)
            .tags(tags(values))
            .register(registry);
  }

  private List<Tag> tags(String... values) {
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      tags.add(Tag.of(labels.get(i), values[i]));
    }
    return tags;
  }
}
