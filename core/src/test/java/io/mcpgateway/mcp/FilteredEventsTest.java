package io.mcpgateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.http.BodyFilter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Event streams whose messages are changed: which bytes change, and when the others pass. */
class FilteredEventsTest {
  /** Turns {@code "old"} into {@code "new"}, and refuses {@code "bad"}. */
  private static final MessageFilter FILTER =
      new MessageFilter() {
        @Override
        public byte[] filter(byte[] message) throws IOException {
          String text = new String(message, StandardCharsets.UTF_8);
          if (text.contains("bad")) {
            throw new IOException("bad");
          }
          return text.contains("old")
              ? text.replace("old", "new").getBytes(StandardCharsets.UTF_8)
              : message;
        }

        @Override
        public int maxMessageBytes() {
          return 200;
        }
      };

  private static String filtered(String stream, int chunk) throws IOException {
    BodyFilter filter = FILTER.begin(true);
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    StringBuilder result = new StringBuilder();
    for (int i = 0; i < bytes.length; i += chunk) {
      ByteBuffer next = ByteBuffer.wrap(bytes, i, Math.min(chunk, bytes.length - i));
      result.append(new String(filter.feed(next), StandardCharsets.ISO_8859_1));
    }
    result.append(new String(filter.finish(), StandardCharsets.ISO_8859_1));
    return new String(
        result.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static void becomes(String before, String after) throws IOException {
    for (int chunk : new int[] {1, 3, 1000}) {
      assertThat(filtered(before, chunk)).as("chunks of " + chunk).isEqualTo(after);
    }
  }

  /** Found by fuzzing: what is left of two line ends must not become one. */
  @Test
  void mixedLineEnds_changedEvent_stillEnds() throws IOException {
    becomes("data: [1,\rdata: \"old\"]\n\ndata: 2\n\n", "data: [1,\ndata: \"new\"]\n\ndata: 2\n\n");
    becomes(
        "data: [\ndata: \"old\",\nid: 1\rdata: 1]\n\n",
        "data: [\ndata: \"new\",\ndata: 1]\nid: 1\n\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id: 1\nretry: 500\ndata: \n\n",
        ": comment\n\nevent: message\r\ndata: {\"a\":1}\r\n\r\n",
        "data: {\"a\":\r data: 1}\r\rdata:[]\n\n",
        "\ufeffdata: {\"a\":\"é€\"}\n\n",
        "event: endpoint\ndata: /old?x=1\n\n",
        "data: old\n\n",
        ":\n:old\n\n\n\n",
        "data: {\"a\":1}",
        "database: {\"old\":1}\n\n",
        "",
      })
  void nothingToChange_passesByteForByte(String stream) throws Exception {
    becomes(stream, stream);
  }

  @Test
  void changedData_standsWhereTheOldDid() throws Exception {
    becomes("id: 7\ndata: {\"é\":\"old\"}\n\n", "id: 7\ndata: {\"é\":\"new\"}\n\n");
    becomes(
        "data:{\"a\":\r\ndata:\"old\"}\r\nid: 7\r\n\r\ndata: {}\r\n\r\n",
        "data: {\"a\":\r\ndata: \"new\"}\r\nid: 7\r\n\r\ndata: {}\r\n\r\n");
    becomes("data: {\"old\":1}\r\r", "data: {\"new\":1}\r\r");
    becomes("\ufeffdata: {\"old\":1}\n\n", "\ufeffdata: {\"new\":1}\n\n");
    becomes("data: \t[\"old\"]\n: old\n\n", "data: \t[\"new\"]\n: old\n\n");
    becomes("data: {\"old\":1}", "data: {\"new\":1}");
    becomes("data: {\"old\":1}\n", "data: {\"new\":1}\n");
  }

  @Test
  void wholeEvents_passAtOnce() throws Exception {
    BodyFilter filter = FILTER.begin(true);

    assertThat(filter.feed(bytes(": still here\n"))).asString().isEqualTo(": still here\n");
    assertThat(filter.feed(bytes("data: {}\n"))).isEmpty();
    assertThat(filter.feed(bytes("\ndata: {\"o"))).asString().isEqualTo("data: {}\n\n");
    assertThat(filter.feed(bytes("ld\":1}\n\n"))).asString().isEqualTo("data: {\"new\":1}\n\n");
  }

  @Test
  void unreadableMessage_endsTheStream() {
    assertThatThrownBy(() -> filtered("data: {\"bad\":1}\n\n", 5)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> filtered("data: {\"bad\":1}", 5)).isInstanceOf(IOException.class);
  }

  @Test
  void oversizedEvent_endsTheStream() throws Exception {
    String fits = "data: {\"a\":\"" + "x".repeat(200 - 16) + "\"}\n\n";

    becomes(fits, fits);
    assertThatThrownBy(() -> filtered("id: 1\n" + fits, 50))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("200 bytes");
    assertThatThrownBy(() -> FILTER.begin(false).feed(bytes("x".repeat(201))))
        .isInstanceOf(IOException.class);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
