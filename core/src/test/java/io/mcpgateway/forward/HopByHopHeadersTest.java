package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110, 7.6.1. */
class HopByHopHeadersTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "http2-settings",
      })
  void of_anyMessage_holdsTheFieldsOfTheConnection(String name) {
    assertThat(HopByHopHeaders.of(Headers.EMPTY)).contains(name);
    assertThat(HopByHopHeaders.of(Headers.of("Connection", "x-foo"))).contains(name);
  }

  @Test
  void of_nominatedFields_areAdded() {
    assertThat(
            HopByHopHeaders.of(
                Headers.of("Connection", "close, X-Foo ,,", "CONNECTION", "x-BAR, keep-alive")))
        .contains("x-foo", "x-bar", "close")
        .doesNotContain("", "x-other", "content-type");
  }

  @Test
  void of_noConnectionField_addsNothing() {
    assertThat(HopByHopHeaders.of(Headers.of("X-Foo", "1")))
        .doesNotContain("x-foo", "content-length", "authorization");
  }
}
