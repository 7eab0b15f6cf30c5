package io.mcpgateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagePeekTest {

  private record Peeked(McpMessage message, BodySource body) {}

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<Peeked> peek(BodySource body) {
    List<Peeked> calls = new ArrayList<>();
    MessagePeek.into(body, (message, whole) -> calls.add(new Peeked(message, whole)));
    return calls;
  }

  private static Peeked peekNow(BodySource body) {
    List<Peeked> calls = peek(body);
    assertThat(calls).hasSize(1);
    return calls.get(0);
  }

  /** Reads to the end, releasing each chunk. */
  private static byte[] drain(BodySource body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (body.read() instanceof Chunk.Data data) {
      byte[] some = new byte[data.bytes().remaining()];
      data.bytes().get(some);
      bytes.writeBytes(some);
      data.release();
      if (data.last()) {
        return bytes.toByteArray();
      }
    }
    throw new AssertionError("the body did not end");
  }

  private static McpMessage message(
      @Nullable String method, @Nullable String name, @Nullable String id) {
    return new McpMessage(
        Optional.ofNullable(method), Optional.ofNullable(name), Optional.ofNullable(id));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // orders of members
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"add\"}} | tools/call | add | 1",
        "{\"params\":{\"arguments\":{\"name\":\"x\"},\"name\":\"add\"},\"method\":\"tools/call\",\"id\":1} | tools/call | add | 1",
        "{\"method\":\"tools/call\",\"params\":{\"name\":\"add\",\"_meta\":{\"name\":\"x\"}},\"id\":1} | tools/call | add | 1",
        // what the method is about
        "{\"id\":2,\"method\":\"prompts/get\",\"params\":{\"name\":\"hello\"}} | prompts/get | hello | 2",
        "{\"id\":3,\"method\":\"resources/read\",\"params\":{\"uri\":\"file:///a\"}} | resources/read | file:///a | 3",
        "{\"id\":4,\"method\":\"tasks/get\",\"params\":{\"taskId\":\"t-1\"}} | tasks/get | t-1 | 4",
        "{\"id\":5,\"method\":\"tools/list\"} | tools/list | - | 5",
        "{\"id\":5,\"method\":\"tools/list\",\"params\":{}} | tools/list | - | 5",
        // ids
        "{\"id\":0,\"method\":\"ping\"} | ping | - | 0",
        "{\"id\":9007199254740993,\"method\":\"ping\"} | ping | - | 9007199254740993",
        "{\"id\":\"1\",\"method\":\"ping\"} | ping | - | \"1\"",
        "{\"id\":\"a\\\"b\",\"method\":\"ping\"} | ping | - | \"a\\\"b\"",
        "{\"id\":null,\"method\":\"ping\"} | ping | - | null",
        "{\"method\":\"notifications/initialized\"} | notifications/initialized | - | -",
        // responses of a client
        "{\"id\":7,\"result\":{\"method\":\"x\",\"name\":\"y\"}} | - | - | 7",
        // batches and what is no JSON-RPC
        "[{\"id\":1,\"method\":\"ping\"}] | batch | - | -",
        "[] | batch | - | -",
        "{\"method\":7,\"id\":1} | - | - | 1",
        "{} | - | - | -",
        "\"method\" | - | - | -",
        "not json | - | - | -",
        "{\"id\":1,\"method\":\"ping\",} | ping | - | 1",
        "{\"id\":1 | - | - | -",
      })
  void into_message_isKnownFromAnyChunks(String text, String method, String name, String id) {
    byte[] bytes = utf8(text);
    for (int size = 1; size <= bytes.length; size++) {
      ScriptedBody body = ScriptedBody.inChunks(bytes, size);

      Peeked peeked = peekNow(body);

      assertThat(peeked.message()).as("chunks of " + size).isEqualTo(message(method, name, id));
      assertThat(drain(peeked.body())).as("chunks of " + size).isEqualTo(bytes);
      assertThat(body.released).as("each once, in order").isSorted().doesNotHaveDuplicates();
      assertThat(body.released).hasSize((bytes.length + size - 1) / size);
    }
  }

  @Test
  void into_pauseAtEveryByte_waitsForDemand() {
    byte[] bytes = utf8("{\"id\":\"é\",\"method\":\"ping\"}");
    ScriptedBody body = new ScriptedBody(-1);
    for (int i = 0; i < bytes.length; i++) {
      body.pending().data(new byte[] {bytes[i]}, i == bytes.length - 1);
    }

    List<Peeked> calls = peek(body);
    for (int i = 0; i < bytes.length; i++) {
      assertThat(calls).as("before byte " + i).isEmpty();
      body.arrive();
    }

    assertThat(calls).hasSize(1);
    assertThat(calls.get(0).message()).isEqualTo(message("ping", null, "\"é\""));
    assertThat(drain(calls.get(0).body())).isEqualTo(bytes);
  }

  @Test
  void into_emptyBody_isUnknown() {
    Peeked peeked = peekNow(BodySource.empty());

    assertThat(peeked.message()).isEqualTo(McpMessage.UNKNOWN);
    assertThat(drain(peeked.body())).isEmpty();
  }

  @Test
  void into_emptyChunks_areNoEnd() {
    ScriptedBody body =
        new ScriptedBody(-1)
            .data(new byte[0], false)
            .data(utf8("{\"method\":\"ping\"}"), false)
            .data(new byte[0], true);

    Peeked peeked = peekNow(body);

    assertThat(peeked.message().method()).contains("ping");
    assertThat(drain(peeked.body())).isEqualTo(utf8("{\"method\":\"ping\"}"));
  }

  @Test
  void into_objectComplete_readsNoFurther() {
    ScriptedBody body =
        new ScriptedBody(-1).data(utf8("{\"method\":\"ping\"}"), false).data(utf8("  "), true);

    Peeked peeked = peekNow(body);

    assertThat(body.left()).isEqualTo(1);
    assertThat(drain(peeked.body())).isEqualTo(utf8("{\"method\":\"ping\"}  "));
  }

  // What is not known within 64 KiB stays unknown: the body goes on, and nothing more is held.
  @ParameterizedTest
  @CsvSource({"1024, 64", "16384, 4", "65536, 1", "65535, 2", "100000, 1"})
  void into_longMessage_isHeldUpToTheBound(int chunkSize, int chunksRead) {
    byte[] bytes = utf8("{\"id\":1,\"x\":\"" + "a".repeat(300_000) + "\",\"method\":\"late\"}");
    ScriptedBody body = ScriptedBody.inChunks(bytes, chunkSize);

    Peeked peeked = peekNow(body);

    assertThat(body.reads).isEqualTo(chunksRead);
    assertThat(body.released).isEmpty();
    assertThat(peeked.message()).isEqualTo(message(null, null, "1"));
    assertThat(drain(peeked.body())).isEqualTo(bytes);
  }

  @Test
  void into_bodyBreaksOff_givesWhatCameAndTheFailure() {
    IOException broken = new IOException("reset");
    ScriptedBody body =
        new ScriptedBody(-1).data(utf8("{\"method\":\"ping\","), false).failed(broken);

    Peeked peeked = peekNow(body);

    assertThat(peeked.message().method()).contains("ping");
    assertThat(peeked.body().read()).isInstanceOf(Chunk.Data.class);
    assertThat(peeked.body().read()).isEqualTo(new Chunk.Failed(broken));
  }

  @Test
  void cancel_heldChunks_areReleasedOnce() {
    ScriptedBody body =
        new ScriptedBody(-1)
            .data(utf8("{\"method\":"), false)
            .data(utf8("\"ping\""), false)
            .data(utf8("}"), false)
            .data(utf8("  "), true);
    Peeked peeked = peekNow(body);
    assertThat(peeked.body().read()).isInstanceOfSatisfying(Chunk.Data.class, Chunk.Data::release);
    IOException gone = new IOException("gone");

    peeked.body().cancel(gone);
    peeked.body().cancel(gone);

    assertThat(body.released).containsExactly(0, 1, 2);
    assertThat(body.cancelled).startsWith(gone);
  }

  @Test
  void demand_heldChunks_areReadableAtOnce() {
    ScriptedBody body = new ScriptedBody(-1).data(utf8("{}"), false).pending();
    BodySource whole = peekNow(body).body();
    List<String> called = new ArrayList<>();

    whole.demand(() -> called.add("held"));
    assertThat(called).containsExactly("held");

    assertThat(whole.read()).isInstanceOf(Chunk.Data.class);
    assertThat(whole.read()).isEqualTo(Chunk.PENDING);
    whole.demand(() -> called.add("rest"));
    assertThat(called).containsExactly("held");
    body.arrive();
    assertThat(called).containsExactly("held", "rest");
  }

  // Once the whole body is at hand its length is known, whatever the sender declared.
  @ParameterizedTest
  @ValueSource(longs = {-1, 2, 99})
  void length_wholeBodyHeld_isCounted(long declared) {
    assertThat(peekNow(new ScriptedBody(declared).data(utf8("{}"), true)).body().length())
        .isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 99})
  void length_moreToCome_isTheDeclared(long declared) {
    assertThat(peekNow(new ScriptedBody(declared).data(utf8("{}"), false)).body().length())
        .isEqualTo(declared);
  }
}
