package io.mcpgateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "5m, PT5M",
    "100s, PT1M40S",
    "1h30m, PT1H30M",
    "500ms, PT0.5S",
    "1.5h, PT1H30M",
    "0s, PT0S",
    "3us, PT0.000003S",
    "3µs, PT0.000003S",
    "7ns, PT0.000000007S",
    "1m1m, PT2M",
    "999999999h, PT999999999H"
  })
  void parse_goDuration_isThat(String text, Duration expected) {
    assertThat(GoDuration.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s",
        "5",
        "5.5",
        "-5s",
        "+5s",
        "5 s",
        "5d",
        "5S",
        "PT5S",
        "1e3s",
        ".5s",
        "5.s",
        "1234567890s",
        "1h1h1h1h1h1h1h1h"
      })
  void parse_anythingElse_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GoDuration.parse(text))
        .withMessageContaining("(expected: a duration such as 500ms, 10s, 5m or 1h30m");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5m", "1m40s", "1h30m", "500ms", "0s", "1s500ms", "7ns", "25h"})
  void format_duration_isReadBackTheSame(String text) {
    assertThat(GoDuration.format(GoDuration.parse(text))).isEqualTo(text);
  }
}
