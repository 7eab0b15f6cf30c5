package io.mcpgateway.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentLifetimeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                 | ''   | PT5M",
        "public                             | ''   | PT5M",
        "max-age=600                        | ''   | PT10M",
        "'public, Max-Age=600, must-revalidate' | '' | PT10M",
        "'max-age=\"600\"'                  | ''   | PT10M",
        "'max-age=600, max-age=6000'        | ''   | PT10M",
        "s-maxage=600                       | ''   | PT5M",
        "max-age=0                          | ''   | PT1M",
        "max-age=-1                         | ''   | PT5M",
        "max-age=abc                        | ''   | PT5M",
        "max-age=99999999999999999999999999 | ''   | PT24H",
        "'max-age=600, no-store'            | ''   | PT5M",
        "no-cache                           | ''   | PT5M",
        "max-age=600                        | 300  | PT5M",
        "max-age=600                        | 9999 | PT1M",
        "max-age=600                        | null | PT10M",
      })
  void of_cacheControl_withinBounds(String cacheControl, String age, Duration lifetime) {
    assertThat(DocumentLifetime.of(cacheControl, age)).isEqualTo(lifetime);
  }
}
