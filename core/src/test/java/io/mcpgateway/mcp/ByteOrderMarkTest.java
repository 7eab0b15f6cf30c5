package io.mcpgateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteOrderMarkTest {
  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  /** What is sent of a stream that comes in pieces of a size. */
  private static String stripped(String hex, int piece) {
    ByteOrderMark mark = new ByteOrderMark();
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    byte[] stream = bytes(hex);
    for (int from = 0; from < stream.length; from += piece) {
      byte[] next = Arrays.copyOfRange(stream, from, Math.min(from + piece, stream.length));
      ByteBuffer rest = mark.strip(ByteBuffer.wrap(next));
      sent.write(rest.array(), rest.position(), rest.remaining());
    }
    return HexFormat.of().formatHex(sent.toByteArray());
  }

  @ParameterizedTest
  @CsvSource({
    "efbbbf64, 64",
    "efbbbf, ''",
    "efbbbfefbbbf, efbbbf",
    "6465, 6465",
    "64efbbbf, 64efbbbf",
    "ef64, ef64",
    "efbb64, efbb64",
    "efefbbbf, efefbbbf",
    "efbbefbbbf64, efbbefbbbf64",
  })
  void mark_isTakenOffTheBeginningOnly(String stream, String sent) {
    for (int piece = 1; piece <= stream.length() / 2; piece++) {
      assertThat(stripped(stream, piece)).as("in pieces of %d", piece).isEqualTo(sent);
    }
  }

  @Test
  void bytesWithoutMark_areTheSameBuffer() {
    ByteBuffer event = ByteBuffer.wrap(bytes("6465"));
    ByteBuffer later = ByteBuffer.wrap(bytes("efbbbf"));
    ByteOrderMark mark = new ByteOrderMark();

    assertThat(mark.strip(ByteBuffer.allocate(0)).hasRemaining()).isFalse();
    assertThat(mark.strip(event)).isSameAs(event);
    assertThat(event.remaining()).isEqualTo(2);
    assertThat(mark.strip(later)).isSameAs(later);
    assertThat(later.remaining()).isEqualTo(3);
  }

  @Test
  void mark_inMemoryOutsideTheHeap_isTakenOff() {
    ByteBuffer direct = ByteBuffer.allocateDirect(4).put(bytes("efbb64aa")).flip();

    ByteBuffer sent = new ByteOrderMark().strip(direct);

    assertThat(sent).isEqualTo(ByteBuffer.wrap(bytes("efbb64aa")));
  }
}
