package io.mcpgateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.Headers;
import io.mcpgateway.testkit.Pieces;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Bodies of requests: what is read as a message asks another reader for the same, whether that
 * takes the first or the last of two members, or does not mind the case; and its bytes stay.
 */
public final class MessageReaderFuzz {
  private static final JsonMapper LAST_WINS = JsonMapper.builder().build();
  private static final Headers BATCHES = Headers.of("MCP-Protocol-Version", "2025-03-26");
  private static final int LIMIT = 16 * 1024;

  private MessageReaderFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) throws JsonProcessingException {
    MessageReading reading = read(BodySource.of(input));
    MessageReading inPieces = read(Pieces.body(Pieces.of(input)));
    assertThat(summary(inPieces)).isEqualTo(summary(reading));
    peek(input);
    if (reading instanceof MessageReading.Refused refused) {
      assertThat(refused.status()).isIn(400, 413);
      assertThat(refused.error().message()).matches("[a-zA-Z, ]+");
    } else if (reading instanceof MessageReading.Message message) {
      assertThat(bytesOf(message.body())).isEqualTo(input);
      sameForOthers(input, message.operations());
    }
  }

  private static MessageReading read(BodySource body) {
    return MessageReader.read(BATCHES, false, body, LIMIT).toCompletableFuture().join();
  }

  private static String summary(MessageReading reading) {
    return reading instanceof MessageReading.Message message
        ? message.message() + " " + message.operations()
        : reading.toString();
  }

  private static void peek(byte[] input) {
    List<McpMessage> seen = new ArrayList<>();
    for (List<ByteBuffer> pieces : List.of(Pieces.of(input), Pieces.single(input))) {
      MessagePeek.into(
          Pieces.body(pieces),
          (message, body) -> {
            seen.add(message);
            assertThat(bytesOf(body)).isEqualTo(input);
          });
    }
    assertThat(seen).hasSize(2);
    assertThat(seen.get(0)).isEqualTo(seen.get(1));
  }

  private static byte[] bytesOf(BodySource body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean last = false;
    while (!last) {
      Chunk chunk = body.read();
      if (chunk instanceof Chunk.Data data) {
        byte[] copy = new byte[data.bytes().remaining()];
        data.bytes().get(copy);
        bytes.writeBytes(copy);
        last = data.last();
      } else {
        assertThat(chunk).isInstanceOf(Chunk.Pending.class);
        body.demand(() -> {});
      }
    }
    return bytes.toByteArray();
  }

  private static void sameForOthers(byte[] input, List<McpOperation> operations)
      throws JsonProcessingException {
    String text = new String(input, StandardCharsets.UTF_8);
    JsonNode tree = LAST_WINS.readTree(text.startsWith("\uFEFF") ? text.substring(1) : text);
    List<JsonNode> messages = new ArrayList<>();
    if (tree.isArray()) {
      tree.forEach(messages::add);
    } else {
      messages.add(tree);
    }
    List<String> asked = new ArrayList<>();
    for (JsonNode message : messages) {
      JsonNode method = member(message, "method");
      if (method.isTextual()) {
        asked.add(call(method.textValue(), message));
      }
    }
    Set<McpOperation.Kind> direct = Set.of(McpOperation.Kind.TOOL);
    List<String> read =
        operations.stream()
            .filter(
                operation ->
                    !operation.method().equals("subscriptions/listen")
                        || operation.kind() == McpOperation.Kind.OTHER)
            .map(
                operation ->
                    operation.method()
                        + " "
                        + (direct.contains(operation.kind()) ? operation.name() : ""))
            .toList();
    assertThat(read).isEqualTo(asked);
  }

  private static String call(String method, JsonNode message) {
    if (!method.equals("tools/call")) {
      return method + " ";
    }
    JsonNode name = member(member(message, "params"), "name");
    return method + " " + (name.isTextual() ? Optional.of(name.textValue()) : Optional.empty());
  }

  /** As a reader that does not mind the case finds it. */
  private static JsonNode member(JsonNode object, String name) {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (member.getKey().toLowerCase(Locale.ROOT).equals(name)) {
        return member.getValue();
      }
    }
    return LAST_WINS.missingNode();
  }
}
