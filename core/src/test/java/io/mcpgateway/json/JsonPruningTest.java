package io.mcpgateway.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken out, and that nothing else changes. */
class JsonPruningTest {
  private static final JsonPruning PRUNING =
      new JsonPruning(
          Map.of("/r/t", "n"), Map.of("/r/scope", new JsonPruning.Exchange("public", "private")));

  private static String pruned(String document) throws MalformedJsonException {
    byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
    byte[] result =
        PRUNING.prune(
            bytes, (array, name) -> name.filter(text -> text.startsWith("a")).isPresent());
    return new String(result, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        // the rest of the document keeps every byte
        "{\"r\":{\"t\":[{\"n\":\"a\"},{\"n\":\"b\"}],\"next\":1.50}}"
            + "|{\"r\":{\"t\":[{\"n\":\"a\"}],\"next\":1.50}}",
        "{\"z\":1, \"r\" : {\"t\" : [ {\"x\":1e400,\"n\":\"b\"} , {\"n\":\"a\", \"y\":[] } ] } }"
            + "|{\"z\":1, \"r\" : {\"t\" : [{\"n\":\"a\", \"y\":[] }] } }",
        "{\"r\":{\"t\":[{\"n\":\"b\"}]}}|{\"r\":{\"t\":[]}}",
        // an element without a name, with two, or with one that is no string
        "{\"r\":{\"t\":[1,\"a\",[{\"n\":\"a\"}],{},{\"n\":\"a\",\"n\":\"a\"},{\"n\":1}]}}"
            + "|{\"r\":{\"t\":[]}}",
        // both arrays of an object that has two
        "{\"r\":{\"t\":[{\"n\":\"b\"}],\"t\":[{\"n\":\"b\"}]},\"r\":{\"t\":[{\"n\":\"c\"}]}}"
            + "|{\"r\":{\"t\":[],\"t\":[]},\"r\":{\"t\":[]}}",
        // each message of a batch
        "[{\"r\":{\"t\":[{\"n\":\"b\"}]}},{\"r\":{\"t\":[{\"n\":\"a\"}]}}]"
            + "|[{\"r\":{\"t\":[]}},{\"r\":{\"t\":[{\"n\":\"a\"}]}}]",
        // a name in other letters, and outside of ASCII
        "{\"r\":{\"t\":[{\"n\":\"\\u0061\"},{\"n\":\"ä\"},{\"n\":\"a€\",\"d\":\"ü\"}],\"k\":\"é\"}}"
            + "|{\"r\":{\"t\":[{\"n\":\"\\u0061\"},{\"n\":\"a€\",\"d\":\"ü\"}],\"k\":\"é\"}}",
        "{\"r\":{\"scope\":\"public\",\"t\":[]}}|{\"r\":{\"scope\":\"private\",\"t\":[]}}",
        "{\"r\":{\"t\":[{\"n\":\"b\"}],\"scope\" : \"pu\\u0062lic\" }}"
            + "|{\"r\":{\"t\":[],\"scope\" : \"private\" }}",
      })
  void prune_changesNothingElse(String before, String after) throws Exception {
    assertThat(pruned(before)).isEqualTo(after);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"r\":{\"t\":[ {\"n\":\"a\"} , {\"n\":\"ab\"}]}}",
        "{\"t\":[{\"n\":\"b\"}]}",
        "{\"x\":{\"r\":{\"t\":[{\"n\":\"b\"}]}}}",
        "{\"r/t\":[{\"n\":\"b\"}]}",
        "{\"r\":[{\"t\":[{\"n\":\"b\"}]}]}",
        "{\"r\":{\"t\":{\"n\":\"b\"}}}",
        "{\"r\":{\"scope\":\"private\"}}",
        "{\"r\":{\"scope\":[\"public\"]}}",
        "\"text\"",
        "17",
        "[]",
      })
  void prune_nothingToDo_isTheSame(String document) throws Exception {
    byte[] bytes = document.getBytes(StandardCharsets.UTF_8);

    assertThat(PRUNING.prune(bytes, (array, name) -> name.orElse("").startsWith("a")))
        .isSameAs(bytes);
  }

  @Test
  void prune_byteOrderMark_stays() throws Exception {
    assertThat(pruned("\ufeff{\"r\":{\"t\":[{\"n\":\"b\"},{\"n\":\"a\"}]}}"))
        .isEqualTo("\ufeff{\"r\":{\"t\":[{\"n\":\"a\"}]}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"r\":{\"t\":[{\"n\":\"a\"}", "{}{}", "{\"r\":{\"t\":[b]}}"})
  void prune_malformed_isRefused(String document) {
    assertThatThrownBy(() -> pruned(document)).isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void prune_otherEncoding_isRefused() {
    byte[] document = "{\"r\":{\"t\":[{\"n\":\"b\"}]}}".getBytes(StandardCharsets.UTF_16BE);

    assertThatThrownBy(() -> PRUNING.prune(document, (array, name) -> false))
        .isInstanceOf(MalformedJsonException.class);
  }
}
