package io.mcpgateway.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 5m}, {@code 1h30m}, {@code 1.5s}, {@code 500ms}. */
final class GoDuration {
  static final String EXPECTED = "a duration such as 500ms, 10s, 5m or 1h30m";

  /** Bounded, so that no number of digits overflows. */
  static final String REGEX = "([0-9]{1,9}(\\.[0-9]{1,9})?(ns|us|µs|ms|s|m|h)){1,7}";

  private static final Pattern WHOLE = Pattern.compile(REGEX);
  private static final Pattern PART =
      Pattern.compile("(?<number>[0-9.]+)(?<unit>ns|us|µs|ms|s|m|h)");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "ns", Duration.ofNanos(1),
          "us", Duration.ofNanos(1_000),
          "µs", Duration.ofNanos(1_000),
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1));

  private GoDuration() {}

  /**
   * Reads a duration.
   *
   * @param text the value
   * @throws IllegalArgumentException when it is none; the message says what was expected
   */
  static Duration parse(String text) {
    if (text.startsWith("-")) {
      throw new IllegalArgumentException("negative (expected: " + EXPECTED + ")");
    }
    if (text.matches("[0-9]{1,9}(\\.[0-9]+)?")) {
      throw new IllegalArgumentException(
          "no unit (expected: " + EXPECTED + "; " + text + "s for seconds)");
    }
    if (!WHOLE.matcher(text).matches()) {
      throw new IllegalArgumentException("no duration (expected: " + EXPECTED + ")");
    }
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      BigDecimal number = new BigDecimal(part.group("number"));
      Duration unit = UNITS.getOrDefault(part.group("unit"), Duration.ZERO);
      BigDecimal nanos = number.multiply(BigDecimal.valueOf(unit.toNanos()));
      sum = sum.plus(ofNanos(nanos));
    }
    return sum;
  }

  private static Duration ofNanos(BigDecimal nanos) {
    BigDecimal[] parts = nanos.divideAndRemainder(BigDecimal.valueOf(1_000_000_000));
    return Duration.ofSeconds(parts[0].longValue(), parts[1].longValue());
  }

  /**
   * Writes a duration in the same form.
   *
   * @param duration not negative
   */
  static String format(Duration duration) {
    StringBuilder text = new StringBuilder();
    append(text, duration.toHours(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toMillisPart(), "ms");
    append(text, duration.toNanosPart() % 1_000_000, "ns");
    return text.isEmpty() ? "0s" : text.toString();
  }

  private static void append(StringBuilder text, long number, String unit) {
    if (number > 0) {
      text.append(number).append(unit);
    }
  }
}
