package io.mcpgateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.BodyFilter;
import io.mcpgateway.testkit.Pieces;
import io.mcpgateway.testkit.ServerSentEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Event streams: a client gets the events that the server sent, their messages filtered and nothing
 * else changed; wherever the stream is cut.
 */
public final class FilteredEventsFuzz {
  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

  private FilteredEventsFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    assertThat(filtered(keeping(), Pieces.of(input))).isEqualTo(input);
    byte[] output = filtered(changing(), List.of(ByteBuffer.wrap(input)));
    assertThat(filtered(changing(), Pieces.of(input))).isEqualTo(output);
    assertThat(filtered(changing(), Pieces.single(input))).isEqualTo(output);
    assertThat(ServerSentEvent.in(output))
        .isEqualTo(ServerSentEvent.in(input).stream().map(FilteredEventsFuzz::changed).toList());
  }

  private static byte[] filtered(BodyFilter filter, List<ByteBuffer> pieces) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    for (ByteBuffer piece : pieces) {
      output.writeBytes(filter.feed(piece.duplicate()));
    }
    output.writeBytes(filter.finish());
    return output.toByteArray();
  }

  private static BodyFilter keeping() {
    return new FilteredEvents(new Exchanging("\r"));
  }

  private static BodyFilter changing() {
    return new FilteredEvents(new Exchanging("old"));
  }

  private static ServerSentEvent changed(ServerSentEvent event) {
    String begun = event.data().replace(BYTE_ORDER_MARK, "").stripLeading();
    boolean message = begun.startsWith("{") || begun.startsWith("[");
    return message && event.data().contains("old")
        ? new ServerSentEvent(event.lastId(), event.type(), Exchanging.exchange(event.data()))
        : event;
  }

  /** Takes the line breaks out, as writers of JSON do, and exchanges a word. */
  private record Exchanging(String word) implements MessageFilter {
    static String exchange(String message) {
      return message.replace('\n', ' ').replace("old", "new");
    }

    @Override
    public byte[] filter(byte[] message) {
      String text = new String(message, StandardCharsets.ISO_8859_1);
      return text.contains(word) ? exchange(text).getBytes(StandardCharsets.ISO_8859_1) : message;
    }

    @Override
    public int maxMessageBytes() {
      return 1024 * 1024;
    }
  }
}
