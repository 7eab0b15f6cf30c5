package io.mcpgateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
  private static final List<String> KNOWN =
      List.of("port", "address", "listeners", "allowOrigins", "allowHeaders", "jwks", "jwksUrl");

  @ParameterizedTest
  @CsvSource({
    "prot, port",
    "ports, port",
    "adress, address",
    "allow_origins, allowOrigins",
    "allowedOrigins, allowOrigins",
    "jwksURL, jwksUrl",
    "jwk, jwks",
    "zzz, ",
    "policies, ",
    "p, ",
    "'', "
  })
  void of_writtenName_isTheOneThatWasMeant(String written, String meant) {
    assertThat(NearestName.of(written, KNOWN).orElse(null)).isEqualTo(meant);
  }
}
