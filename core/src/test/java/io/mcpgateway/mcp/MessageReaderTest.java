package io.mcpgateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
  private static final String CALL =
      """
      {"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"name":"%s",
      "arguments":{"n":1.50},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}""";

  private static MessageReading read(Headers fields, BodySource body) {
    CompletableFuture<MessageReading> reading =
        MessageReader.read(fields, true, body, 4096).toCompletableFuture();
    assertThat(reading).isDone();
    return reading.join();
  }

  private static MessageReading read(Headers fields, String body) {
    return read(fields, BodySource.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static Headers modern(String... more) {
    Headers fields = Headers.of(more);
    Headers.Builder all = Headers.builder().add("MCP-Protocol-Version", "2026-07-28");
    return (fields.contains("Mcp-Method") ? all : all.add("Mcp-Method", "tools/call"))
        .addAll(fields)
        .build();
  }

  /** {@code ok}, or status, code, id and message. */
  private static String outcome(MessageReading reading) {
    return reading instanceof MessageReading.Refused refused
        ? "%d %d %s %s"
            .formatted(
                refused.status(),
                refused.error().code(),
                refused.id().orElse("null"),
                refused.error().message())
        : "ok";
  }

  private static String bytesOf(BodySource body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (body.read() instanceof Chunk.Data data) {
      while (data.bytes().hasRemaining()) {
        bytes.write(data.bytes().get());
      }
      if (data.last()) {
        break;
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  // --- fields and message (MCP 2026-07-28, Server Validation)

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "echo                        | echo       | ok",
        "echo                        | =?base64?ZWNobw==?= | ok",
        "Grüße                       | =?base64?R3LDvMOfZQ==?= | ok",
        "=?base64?ZWNobw==?=         | =?base64?PT9iYXNlNjQ/WldOb2J3PT0/PQ==?= | ok",
        "=?base64?echo               | =?base64?echo | ok",
        "echo?=                      | echo?=     | ok",
        "=?BASE64?ZWNobw==?=         | =?BASE64?ZWNobw==?= | ok",
        "=?base64?=                  | =?base64?= | ok",
        "echo                        | -          | Mcp-Name is missing",
        "echo                        | other      | Mcp-Name is not the name in the message",
        "echo                        | Echo       | Mcp-Name is not the name in the message",
        "echo                        | echo,echo  | Mcp-Name is not the name in the message",
        "echo                        | =?BASE64?ZWNobw==?= | Mcp-Name is not the name in the message",
        "=?base64?ZWNobw==?=         | =?base64?ZWNobw==?= | Mcp-Name is not the name in the message",
        "Grüße                       | GrÃ¼Ãe      | Mcp-Name holds invalid characters",
        "echo                        | =?base64?ZWNobw?= | Mcp-Name is not valid Base64 of UTF-8",
        "echo                        | =?base64?ZWNobx==?= | Mcp-Name is not valid Base64 of UTF-8",
        "echo                        | =?base64?ZWN!bw==?= | Mcp-Name is not valid Base64 of UTF-8",
        "echo                        | =?base64?/w==?= | Mcp-Name is not valid Base64 of UTF-8",
        "''                          | =?base64??= | ok",
      })
  void name_comparedWithItsField_agreesOrNot(String name, String field, String outcome) {
    Headers fields = field == null ? modern() : modern("Mcp-Name", field);

    String refused = "400 -32020 9007199254740993 ";
    assertThat(outcome(read(fields, CALL.formatted(name))))
        .isEqualTo(outcome.equals("ok") ? "ok" : refused + outcome);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // version in the field | method in the field | method, version in the message | outcome
        "2026-07-28 | tools/list | tools/list | 2026-07-28 | ok",
        "2026-07-28 | TOOLS/LIST | tools/list | 2026-07-28 | Mcp-Method is not the method in the message",
        "2026-07-28 | -          | tools/list | 2026-07-28 | Mcp-Method is missing",
        "2026-07-28 | tools/list | tools/list | 2025-11-25 | MCP-Protocol-Version is not the version in the message",
        "2026-07-28 | tools/list | tools/list | -          | ok",
        "2026-07-28 | =?base64?dG9vbHMvbGlzdA==?= | tools/list | 2026-07-28 | Mcp-Method is not the method in the message",
        "-          | tools/list | tools/list | 2026-07-28 | MCP-Protocol-Version is missing",
        "2025-11-25 | tools/list | tools/list | 2026-07-28 | MCP-Protocol-Version is not the version in the message",
        // revisions with sessions know no mirrored fields
        "2025-11-25 | anything   | tools/list | -          | ok",
        "-          | anything   | initialize | -          | ok",
        "-          | -          | initialize | 2025-11-25 | MCP-Protocol-Version is missing",
        // later revisions: what is said must agree, nothing is demanded
        "2027-01-01 | -          | tools/list | 2027-01-01 | ok",
        "2027-01-01 | tools/call | tools/list | 2027-01-01 | Mcp-Method is not the method in the message",
      })
  void versionAndMethod_comparedWithTheirFields_agreeOrNot(
      String version, String field, String method, String inMessage, String outcome) {
    Headers.Builder fields = Headers.builder();
    if (version != null) {
      fields.add("MCP-Protocol-Version", version);
    }
    if (field != null) {
      fields.add("Mcp-Method", field);
    }
    String meta =
        inMessage == null
            ? ""
            : "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"" + inMessage + "\"}";
    String body = "{\"id\":\"1\",\"method\":\"%s\",\"params\":{%s}}".formatted(method, meta);

    assertThat(outcome(read(fields.build(), body)))
        .isEqualTo(outcome.equals("ok") ? "ok" : "400 -32020 \"1\" " + outcome);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"})
  void repeatedField_evenWithTheSameValue_isRefused(String name) {
    Headers once = modern("Mcp-Name", "echo");
    Headers twice = once.toBuilder().add(name, once.first(name).orElseThrow()).build();

    assertThat(outcome(read(twice, CALL.formatted("echo"))))
        .isEqualTo("400 -32020 9007199254740993 " + name + " is repeated");
  }

  /** Found by fuzzing: by the NUL the parser would take it for UTF-16. */
  @ParameterizedTest
  @ValueSource(strings = {"[\u00002\u0000ur{5", "[\u0000]\u0000"})
  void j8_batchThatLooksLikeUtf16_isRefused(String body) {
    assertThat(outcome(read(Headers.of("MCP-Protocol-Version", "2025-03-26"), body)))
        .isEqualTo("400 -32600 null a message that can be taken in two ways");
  }

  /**
   * MCP 2026-07-28 leaves the fields of notifications open; a contradiction is one all the same.
   */
  @Test
  void notification_needsNoFields_butMustNotContradictThem() {
    Headers none = Headers.of("MCP-Protocol-Version", "2026-07-28");
    String body = "{\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}";

    assertThat(outcome(read(none, body))).isEqualTo("ok");
    assertThat(outcome(read(modern(), body)))
        .isEqualTo("400 -32020 null Mcp-Method is not the method in the message");
  }

  @ParameterizedTest
  @CsvSource({
    "resources/read, uri, true",
    "prompts/get, name, true",
    "tasks/get, taskId, true",
    "tasks/update, taskId, true",
    "tasks/cancel, taskId, true",
    "tools/list, name, false",
    "completion/complete, name, false",
  })
  void name_byMethod_isDemandedOrIgnored(String method, String member, boolean demanded) {
    String body =
        "{\"id\":1,\"method\":\"%s\",\"params\":{\"%s\":\"x\"}}".formatted(method, member);

    assertThat(outcome(read(modern("Mcp-Method", method), body)))
        .isEqualTo(demanded ? "400 -32020 1 Mcp-Name is missing" : "ok");
    assertThat(outcome(read(modern("Mcp-Method", method, "Mcp-Name", "x"), body))).isEqualTo("ok");
    assertThat(outcome(read(modern("Mcp-Method", method, "Mcp-Name", "y"), body)))
        .isEqualTo(demanded ? "400 -32020 1 Mcp-Name is not the name in the message" : "ok");
  }

  // --- what two readers could take for two messages

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'id':1,'method':'ping'                          | 400 -32700 null not JSON",
        "{'id':1,'method':'ping'}}                        | 400 -32700 null not JSON",
        "{'id':1,'method':'ping'}{'id':2}                 | 400 -32700 null not JSON",
        "''                                               | 400 -32700 null not JSON",
        "{'id':1,'method':'ping','method':'tools/call'}   | twice",
        "{'id':1,'method':'ping','METHOD':'tools/call'}   | twice",
        "{'params':{'name':'a'},'params':{'name':'b'}}    | twice",
        "{'params':{'name':'safe','name':'evil'}}         | twice",
        "{'params':{'_meta':{},'_meta':{}}}               | twice",
        "{'params':{'_meta':{'baggage':'a','Baggage':'b'}}} | ok",
        "{'params':{'arguments':{'name':1,'name':2}}}     | ok",
        "[{'id':1,'method':'ping'}]                       | ok",
        "{'id':1,'result':{}}                             | ok",
      })
  void message_thatIsNotOne_isRefused(String written, String outcome) {
    String twice = "400 -32600 null a member is there twice, or in another case";

    assertThat(outcome(read(Headers.EMPTY, written.replace('\'', '"').replace("\"\"", ""))))
        .isEqualTo(outcome.equals("twice") ? twice : outcome);
  }

  @Test
  void message_notInUtf8_isRefused() {
    byte[] overlong = {'{', '"', 'a', '"', ':', '"', (byte) 0xc0, (byte) 0xaf, '"', '}'};

    assertThat(outcome(read(Headers.EMPTY, BodySource.of(overlong))))
        .isEqualTo("400 -32700 null not JSON");
  }

  @ParameterizedTest
  @CsvSource({
    "2025-03-26, ok",
    "2024-11-05, ok",
    "2025-06-18, 400 -32600 null batches are not part of this revision",
    "2026-07-28, 400 -32600 null batches are not part of this revision",
  })
  void batch_byRevision_passesOrNot(String version, String outcome) {
    assertThat(outcome(read(Headers.of("MCP-Protocol-Version", version), "[{\"id\":1}]")))
        .isEqualTo(outcome);
  }

  // --- bytes and bounds

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 10_000})
  void message_inAnyPieces_goesOnAsItCame(int size) {
    byte[] bytes = CALL.formatted("echo").getBytes(StandardCharsets.UTF_8);
    ScriptedBody body = ScriptedBody.inChunks(bytes, size);
    MessageReading reading = read(modern("Mcp-Name", "echo"), body);

    assertThat(reading)
        .isInstanceOfSatisfying(
            MessageReading.Message.class,
            message -> {
              assertThat(message.message().method()).contains("tools/call");
              assertThat(message.message().name()).contains("echo");
              assertThat(message.message().id()).contains("9007199254740993");
              assertThat(message.body().length()).isEqualTo(bytes.length);
              assertThat(bytesOf(message.body())).isEqualTo(CALL.formatted("echo"));
            });
    assertThat(body.released).hasSize((bytes.length + size - 1) / size);
  }

  @Test
  void body_thatComesLater_isWaitedFor() {
    ScriptedBody body = new ScriptedBody(-1);
    CompletableFuture<MessageReading> reading =
        MessageReader.read(Headers.EMPTY, true, body, 100).toCompletableFuture();
    assertThat(reading).isNotDone();

    body.data("{\"id\":".getBytes(StandardCharsets.UTF_8), false).arrive();
    assertThat(reading).isNotDone();
    body.data("1}".getBytes(StandardCharsets.UTF_8), true).arrive();
    assertThat(outcome(reading.join())).isEqualTo("ok");
  }

  @Test
  void body_beyondTheLimit_isRefusedWithoutReadingOn() {
    ScriptedBody declared = new ScriptedBody(4097);
    ScriptedBody grown = new ScriptedBody(-1).data(new byte[4096], false).data(new byte[1], false);

    for (ScriptedBody body : new ScriptedBody[] {declared, grown}) {
      assertThat(outcome(read(Headers.EMPTY, body)))
          .isEqualTo("413 -32600 null the request body is too large");
      assertThat(body.cancelled).hasSize(1);
    }
    assertThat(declared.reads).isZero();
    assertThat(grown.released).containsExactly(0, 1);
    String whole = "{\"a\":\"" + "x".repeat(4096 - 8) + "\"}";
    assertThat(outcome(read(Headers.EMPTY, whole))).as("at the limit").isEqualTo("ok");
  }

  @Test
  void body_thatBreaksOff_isRefused() {
    ScriptedBody body =
        new ScriptedBody(-1).data(new byte[1], false).failed(new IOException("reset"));

    assertThat(outcome(read(Headers.EMPTY, body)))
        .isEqualTo("400 -32600 null the request body is not complete");
  }

  @ParameterizedTest
  @CsvSource({"gzip, 415", "'identity, br', 415", "identity, 0"})
  void body_thatIsEncoded_isRefused(String coding, int status) {
    MessageReading reading = read(Headers.of("Content-Encoding", coding), "{}");

    assertThat(
            Optional.of(reading)
                .filter(MessageReading.Refused.class::isInstance)
                .map(refused -> ((MessageReading.Refused) refused).status())
                .orElse(0))
        .isEqualTo(status);
  }
}
