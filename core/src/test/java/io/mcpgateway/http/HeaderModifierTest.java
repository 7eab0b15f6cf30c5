package io.mcpgateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeaderModifierTest {
  @Test
  void fields_areTakenOffReplacedAndAdded() {
    HeaderModifier modifier =
        HeaderModifier.builder()
            .remove("X-Gone")
            .set("X-Set", "new")
            .add("X-More", "2")
            .add("X-More", "3")
            .build();

    assertThat(
            modifier.applyTo(
                Headers.of(
                    "x-gone", "1", "X_Gone", "1", "X-SET", "1", "x_set", "2", "X-More", "1",
                    "X-Kept", "1")))
        .isEqualTo(
            Headers.of("X-More", "1", "X-Kept", "1", "X-Set", "new", "X-More", "2", "X-More", "3"));
    assertThat(modifier).hasToString("add [X-More, X-More], set [X-Set], remove [X-Gone]");
    assertThat(HeaderModifier.NONE.applyTo(Headers.of("A", "1"))).isEqualTo(Headers.of("A", "1"));
  }
}
