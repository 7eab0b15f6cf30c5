package io.mcpgateway.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void readObject_document_keepsOrderAndTypes() throws MalformedJsonException {
    Map<String, Object> members =
        Json.readObject(utf8(" {\"b\":1,\"a\":[true,null,\"é\"],\"c\":{\"d\":1.5}} "));

    assertThat(members.keySet()).containsExactly("b", "a", "c");
    assertThat(members).containsEntry("b", 1).containsEntry("c", Map.of("d", 1.5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "1",
        "\"canary\"",
        "[]",
        "{",
        "{\"canary\"}",
        "{\"canary\":1,}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":2}}",
        "{} {}",
        "{}canary",
        "{'a':1}",
        "{a:1}",
        "{\"a\":NaN}",
        "{\"a\":01}",
        "{\"a\":\"\u0001\"}",
        "// canary\n{}",
      })
  void readObject_anythingElse_isRefusedWithoutQuotingIt(String text) {
    assertThatThrownBy(() -> Json.readObject(utf8(text)))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("expected: ")
        .hasMessageNotContaining("canary");
  }

  @Test
  void readObject_invalidUtf8_isRefused() {
    byte[] latin1 = "{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> Json.readObject(latin1)).isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void readObject_deepOrLongInput_isRefusedInTime() {
    for (String bomb :
        List.of(
            "{\"a\":" + "[".repeat(100_000),
            "{\"a\":" + "{\"a\":".repeat(100_000),
            "{\"a\":" + "9".repeat(3_000) + "}",
            "{\"" + "a".repeat(20_000) + "\":1}")) {
      assertThatThrownBy(() -> Json.readObject(utf8(bomb)))
          .isInstanceOf(MalformedJsonException.class);
    }
  }

  @Test
  void write_document_isCompactAndEscaped() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("b", "\"\\\r\n\t\0");
    members.put("a", List.of(1, true));

    assertThat(Json.write(members))
        .isEqualTo("{\"b\":\"\\\"\\\\\\r\\n\\t\\u0000\",\"a\":[1,true]}");
    assertThat(Json.writePretty(Map.of("a", 1)).replace("\r", "")).isEqualTo("{\n  \"a\" : 1\n}");
  }
}
