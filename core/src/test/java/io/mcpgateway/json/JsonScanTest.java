package io.mcpgateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScanTest {
  private static final JsonScan.Members MEMBERS =
      JsonScan.Members.of("/id", "/method", "/params/name");

  private static JsonScan scan(String text) {
    JsonScan scan = new JsonScan(MEMBERS);
    scan.feed(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    return scan;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"id\":1}                                      | 1",
        "{\"id\":0}                                      | 0",
        "{\"id\":-1.5e3}                                 | -1.5e3",
        "{\"id\":9007199254740993}                       | 9007199254740993",
        "{\"id\":123456789012345678901234567890}         | 123456789012345678901234567890",
        "{\"id\":null}                                   | null",
        "{\"id\":\"1\"}                                  | \"1\"",
        "{\"id\":\"\"}                                   | \"\"",
        "{\"id\":\"a\\\"b\\\\\\u00e9\"}                  | \"a\\\"b\\\\é\"",
        "{\"id\":1,\"id\":2}                             | 2",
        "{\"x\":{\"id\":3},\"id\":4,\"y\":[{\"id\":5}]}  | 4",
        "{\"id\":7,\"params\":{\"id\":8}}                | 7",
      })
  void raw_memberOfTheObject_isItsJsonText(String text, String id) {
    assertThat(scan(text).raw("/id")).contains(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"ID\":1}",
        "{\"id\":{}}",
        "{\"id\":[1]}",
        "{\"x\":{\"id\":1}}",
        "[{\"id\":1}]",
        "\"id\"",
        "1",
        "null",
        "",
        " ",
        "{\"params\":{\"id\":1}}",
        "x",
        "{\"id\"",
        "{\"id\":"
      })
  void raw_noSuchMember_isEmpty(String text) {
    assertThat(scan(text).raw("/id")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"params\":{\"name\":\"a\"}}                      | a",
        "{\"params\":{\"x\":{\"name\":\"b\"},\"name\":\"a\"}} | a",
        "{\"params\":{\"name\":\"a\",\"x\":[\"name\",\"b\"]}} | a",
        "{\"params\":{\"name\":1}}                          |",
        "{\"params\":{\"name\":null}}                       |",
        "{\"params\":[\"name\",\"a\"]}                      |",
        "{\"params\":[{\"name\":\"a\"}]}                    |",
        "{\"params\":\"name\"}                              |",
        "{\"x\":{\"params\":{\"name\":\"a\"}}}              |",
        "{\"params\":{\"params\":{\"name\":\"a\"}}}         |",
        // a name with a dot in it is no path
        "{\"params.name\":\"a\"}                            |",
        "{\"\":{\"params.name\":\"a\"}}                    |",
        "{\"name\":\"a\"}                                   |",
      })
  void string_memberOfTheSecondLevel_isFoundThereOnly(String text, String name) {
    if (name == null) {
      assertThat(scan(text).string("/params/name")).isEmpty();
    } else {
      assertThat(scan(text).string("/params/name")).contains(name);
    }
  }

  @Test
  void string_escapes_areRead() {
    assertThat(scan("{\"method\":\"tools\\/call\\u0021\\n\"}").string("/method"))
        .contains("tools/call!\n");
  }

  @Test
  void feed_oneByteAtATime_findsTheSame() {
    byte[] bytes =
        " {\"é🙂\":[1.5,{\"a\":\"\\ud83d\\ude42\"}],\"method\":\"grüße\",\"id\":-12,\"params\":{\"name\":\"🙂\"}} "
            .getBytes(StandardCharsets.UTF_8);
    JsonScan scan = new JsonScan(MEMBERS);
    for (int i = 0; i < bytes.length; i++) {
      assertThat(scan.ended()).as("before byte " + i).isEqualTo(i >= bytes.length - 1);
      scan.feed(ByteBuffer.wrap(bytes, i, 1));
    }

    assertThat(scan.raw("/id")).contains("-12");
    assertThat(scan.string("/method")).contains("grüße");
    assertThat(scan.string("/params/name")).contains("🙂");
  }

  @Test
  void feed_anyBuffer_leavesItsPositionAlone() {
    ByteBuffer direct = ByteBuffer.allocateDirect(32).put(utf8("..{\"id\":1}..")).flip();
    direct.position(2).limit(direct.limit() - 2);
    ByteBuffer readOnly = ByteBuffer.wrap(utf8("{\"id\":1}")).asReadOnlyBuffer();

    for (ByteBuffer buffer : new ByteBuffer[] {direct, readOnly}) {
      JsonScan scan = new JsonScan(JsonScan.Members.of("/id"));
      int position = buffer.position();
      scan.feed(buffer);
      assertThat(scan.raw("/id")).contains("1");
      assertThat(buffer.position()).isEqualTo(position);
      assertThat(buffer.remaining()).isEqualTo(8);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"id\":1}        | true  | false",
        "{\"id\":1} junk   | true  | false",
        "{\"id\":1         | false | false",
        "[                 | true  | true",
        "[{\"id\":1}]      | true  | true",
        "x                 | true  | false",
        "{\"id\":1]        | true  | false",
        "{\"a\":tru3}      | true  | false",
        "\"text\"          | true  | false",
        "''                | false | false",
      })
  void ended_documentOver_tellsThatMoreIsUseless(String text, boolean ended, boolean array) {
    JsonScan scan = scan(text);

    assertThat(scan.ended()).isEqualTo(ended);
    assertThat(scan.array()).isEqualTo(array);
  }

  @Test
  void feed_afterTheEnd_changesNothing() {
    JsonScan scan = scan("{\"id\":1}");
    scan.feed(ByteBuffer.wrap(utf8("{\"id\":2}")));

    assertThat(scan.raw("/id")).contains("1");
  }

  @Test
  void feed_malformedInput_keepsWhatWasFound() {
    assertThat(scan("{\"id\":1,\"method\":\"m\",x").string("/method")).contains("m");
  }

  /** Found by fuzzing: the parser lets it pass when the input is cut behind the colon. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":", "{\"a\": ", "{\"id\":{\"a\":\n"})
  void feed_nameWithoutValueInPieces_isMalformed(String before) {
    JsonScan scan = new JsonScan(JsonScan.Members.of("/id"));
    scan.feed(ByteBuffer.wrap(before.getBytes(StandardCharsets.UTF_8)));
    scan.feed(ByteBuffer.wrap(" }}".getBytes(StandardCharsets.UTF_8)));
    scan.finish();

    assertThat(scan.malformed()).isTrue();
  }

  /** Found by fuzzing: the parser lets it pass when the input is cut behind the comma. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1,", "{\"a\":1, ", "{\"id\":\"x\",\n", "{\"a\":[1,"})
  void feed_commaBeforeTheEndInPieces_isMalformed(String before) {
    for (String end : List.of("}]}", " ]}", "\n}")) {
      JsonScan scan = new JsonScan(JsonScan.Members.of("/id"));
      scan.feed(ByteBuffer.wrap(before.getBytes(StandardCharsets.UTF_8)));
      scan.feed(ByteBuffer.wrap(" ".getBytes(StandardCharsets.UTF_8)));
      scan.feed(ByteBuffer.wrap(end.getBytes(StandardCharsets.UTF_8)));
      scan.finish();

      assertThat(scan.malformed()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"id\":\"x,|\"}", "{\"a,|\":1}", "{\"a\":1,|\"b\":{}}", "{\"a\":[1,|{}]}"})
  void feed_otherCommasBeforeACut_areFine(String text) {
    JsonScan scan = new JsonScan(JsonScan.Members.of("/id"));
    scan.feed(
        ByteBuffer.wrap(text.substring(0, text.indexOf('|')).getBytes(StandardCharsets.UTF_8)));
    scan.feed(
        ByteBuffer.wrap(text.substring(text.indexOf('|') + 1).getBytes(StandardCharsets.UTF_8)));
    scan.finish();

    assertThat(scan.malformed()).isFalse();
    assertThat(scan.ended()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "{\"id\":["})
  void feed_deepNesting_endsTheSearch(String level) {
    JsonScan scan = scan("{\"method\":\"m\",\"x\":" + level.repeat(100_000));

    assertThat(scan.ended()).isTrue();
    assertThat(scan.string("/method")).contains("m");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"id\":1}            | false",
        " {\"a\":[{}],\"b\":1} | false",
        "1                     | false",
        "[1                    | false",
        "''                    | true",
        "{\"id\":1             | true",
        "{\"id\":1}x           | true",
        "{\"id\":1}{\"id\":2}  | true",
        "{\"id\":1}]           | true",
        "{\"id\":01}           | true",
        "{'id':1}              | true",
      })
  void finish_whatIsNoDocument_isMalformed(String text, boolean malformed) {
    JsonScan scan = scan(text);
    scan.finish();

    assertThat(scan.malformed()).isEqualTo(malformed);
  }

  /** Two readers of the same bytes could take it for two messages. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"id\":1,\"params\":{\"name\":\"a\",\"x\":{\"name\":1,\"NAME\":2}}} | false",
        "{\"x\":1,\"x\":2}                                                 | false",
        "{\"id\":1,\"id\":1}                                               | true",
        "{\"id\":1,\"\\u0069d\":1}                                          | true",
        "{\"ID\":1}                                                        | true",
        "{\"params\":{\"name\":\"a\",\"name\":\"b\"}}                      | true",
        "{\"params\":{\"name\":\"a\",\"Name\":\"b\"}}                      | true",
        "{\"params\":{\"name\":\"a\"},\"params\":{}}                      | true",
        "{\"params\":1,\"params\":{\"name\":\"a\"}}                       | true",
        "{\"Params\":{\"name\":\"a\"}}                                   | true",
      })
  void ambiguous_memberThatCountsTwiceOrInAnotherCase_isTold(String text, boolean ambiguous) {
    assertThat(scan(text).ambiguous()).isEqualTo(ambiguous);
  }
}
