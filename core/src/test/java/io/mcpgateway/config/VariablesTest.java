package io.mcpgateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VariablesTest {
  private static final Variables VARIABLES =
      new Variables(Map.of("A", "1", "_B2", "two", "EMPTY", "", "DOLLAR", "${A}$$"));

  private final List<String> problems = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "${A}, 1",
    "x${A}y${_B2}z, x1ytwoz",
    "${A:-9}, 1",
    "${NONE:-9}, 9",
    "${EMPTY:-9}, 9",
    "[${NONE:-}], []",
    "[${EMPTY}], []",
    "${NONE:-a:-b $ c}, a:-b $ c",
    "$$, $",
    "$${A}, ${A}",
    "$$$${A}, $${A}",
    "$$${A}, $1",
    "^/a$, ^/a$",
    "$A, $A",
    "a$, a$",
    "$1 {A}, $1 {A}",
    // What a variable holds is not looked at again.
    "${DOLLAR}, ${A}$$",
    "\\${A}, \\1"
  })
  void replace_anyText_gives(String text, String expected) {
    assertThat(VARIABLES.replace(text, problems::add)).isEqualTo(expected);
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${",
        "${}",
        "${A",
        "${1}",
        "${A-b}",
        "${A:?b}",
        "${ A }",
        "${A:-b",
        "a${b$",
        "${A:-{b}",
        "${A:-"
      })
  void replace_malformed_isToldAndStays(String text) {
    assertThat(VARIABLES.replace(text, problems::add)).isEqualTo(text);
    assertThat(problems)
        .containsExactly("malformed variable (expected: ${NAME}, ${NAME:-default}, or $$ for $)");
  }

  @Test
  void replace_nestedVariable_isMalformed() {
    assertThat(VARIABLES.replace("${NONE:-${A}}", problems::add)).isEqualTo("${NONE:-1}");
    assertThat(problems).hasSize(1);
  }

  @Test
  void replace_rowOfUnclosedVariables_takesNoSquareOfItsLength() {
    String row = "${A:-".repeat(NodeReader.MAX_LENGTH / 5);
    long started = System.nanoTime();
    assertThat(VARIABLES.replace(row, unused -> {})).isEqualTo(row);
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"${NONE}", "a ${NONE} b"})
  void replace_undefined_isNamed(String text) {
    assertThat(VARIABLES.replace(text, problems::add)).doesNotContain("NONE");
    assertThat(problems)
        .containsExactly("variable NONE is not defined (expected: a value in the environment)");
  }
}
