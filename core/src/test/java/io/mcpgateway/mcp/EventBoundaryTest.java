package io.mcpgateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventBoundaryTest {
  private static final String MARK = "\uFEFF";
  private static final byte[] MARK_BYTES = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytesOf(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static EventBoundary behind(byte[] sent) {
    EventBoundary boundary = new EventBoundary();
    boundary.feed(sent, 0, sent.length);
    return boundary;
  }

  private static boolean betweenEvents(String sent) {
    return behind(utf8(sent)).betweenEvents();
  }

  @Test
  void mark_behindAComment_isTheBeginningOfAField() {
    EventBoundary boundary = behind(EventBoundary.keepAlive());
    assertThat(boundary.betweenEvents()).isTrue();

    boundary.feed(MARK_BYTES, 0, MARK_BYTES.length);

    assertThat(boundary.betweenEvents()).isFalse();
  }

  @Test
  void beginning_isBetweenEvents() {
    assertThat(new EventBoundary().betweenEvents()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: x\n\n",
        "data: x\r\n\r\n",
        "data: x\r\r",
        "data: x\r\n\r",
        "data: x\n\r\n",
        "data: x\r\n\n",
        "data: x\n\n\n\n",
        "id: 1\nevent: a\nretry: 5\ndata: x\ndata: y\n\ndata: z\n\n",
        "data\n\n",
        "data:\n\n",
        "id: 1\ndata: \n\n",
        "data: \u00e4\u20ac\ud83d\ude00\n\n",
        "\n",
        "\r\n",
        ": only a comment\n",
        ": only a comment\r\n",
        ": one\n: two\n",
        ": a comment\n\n",
        MARK,
        MARK + "data: x\n\n",
        MARK + "\n",
        MARK + ": a comment\n"
      })
  void behindWholeEvents_isBetween(String sent) {
    assertThat(betweenEvents(sent)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "d",
        "data: x",
        "data: x\n",
        "data: x\r",
        "data: x\r\n",
        "id: 1\r\ndata: x\r\n",
        "data: x\n: a comment\n",
        "data: x\n: a comment",
        ": a comm",
        ": a comment\ndata: x\n",
        "data: x\n\ndata: y\n",
        "data: x\n\ni",
        "id: 1\n",
        "unknown\n",
        " \n",
        "data: x\n \n",
        MARK + "d",
        MARK + MARK,
        MARK + MARK + "\n",
        "\n" + MARK,
        "\n" + MARK + "\n"
      })
  void withinAnEvent_isNotBetween(String sent) {
    assertThat(betweenEvents(sent)).isFalse();
  }

  @Test
  void partOfAMark_isNotBetween() {
    assertThat(behind(new byte[] {(byte) 0xEF}).betweenEvents()).isFalse();
    assertThat(behind(new byte[] {(byte) 0xEF, (byte) 0xBB}).betweenEvents()).isFalse();
    assertThat(behind(new byte[] {(byte) 0xEF, '\n'}).betweenEvents()).isFalse();
    assertThat(behind(new byte[] {(byte) 0xEF, '\n', '\n'}).betweenEvents()).isTrue();
    assertThat(behind(new byte[] {(byte) 0xEF, (byte) 0xBB, ':', '\n'}).betweenEvents()).isFalse();
  }

  @Test
  void lineFeedOfAReturn_changesNothing() {
    EventBoundary boundary = new EventBoundary();
    boundary.feed(utf8("data: x\r\n\r"), 0, 10);
    assertThat(boundary.betweenEvents()).isTrue();
    boundary.feed(utf8("\n"), 0, 1);
    assertThat(boundary.betweenEvents()).isTrue();
    boundary.feed(utf8("d"), 0, 1);
    assertThat(boundary.betweenEvents()).isFalse();
  }

  @Test
  void feed_buffer_readsBetweenPositionAndLimitAndLeavesThem() {
    ByteBuffer direct = ByteBuffer.allocateDirect(20);
    direct.put(utf8("xxdata: y\n\nxx")).flip().position(2).limit(11);
    EventBoundary boundary = new EventBoundary();

    boundary.feed(direct.asReadOnlyBuffer());
    boundary.feed(direct);

    assertThat(boundary.betweenEvents()).isTrue();
    assertThat(direct.position()).isEqualTo(2);
    assertThat(direct.limit()).isEqualTo(11);
  }

  @Test
  void feed_array_readsOnlyItsPart() {
    EventBoundary boundary = new EventBoundary();
    boundary.feed(utf8("xx\n\nxx"), 2, 2);
    boundary.feed(new byte[0], 0, 0);

    assertThat(boundary.betweenEvents()).isTrue();
    assertThatThrownBy(() -> boundary.feed(new byte[2], 1, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void keepAlive_isAWholeCommentAndTheCallersOwn() {
    EventBoundary.keepAlive()[0] = 'x';

    assertThat(EventBoundary.keepAlive()).isEqualTo(utf8(": keep-alive\n\n"));
    assertThat(behind(EventBoundary.keepAlive()).betweenEvents()).isTrue();
    assertThat(EventReader.read(EventBoundary.keepAlive())).isEmpty();
  }

  private static List<byte[]> manyStreams() {
    return new Random(20260728)
        .longs(2000)
        .mapToObj(Random::new)
        .map(EventBoundaryTest::anyStream)
        .toList();
  }

  /** Bytes that mean something to a reader of event streams, in any order. */
  private static byte[] anyStream(Random random) {
    List<byte[]> parts =
        List.of(
            utf8("\n"),
            utf8("\r"),
            utf8("\r\n"),
            utf8(":"),
            utf8("data"),
            utf8("data: x"),
            utf8("id: 1"),
            utf8("event: e"),
            utf8(" "),
            utf8(": c\n"),
            utf8(MARK),
            new byte[] {(byte) 0xEF},
            new byte[] {(byte) 0xBB});
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    if (random.nextBoolean()) {
      stream.writeBytes(MARK_BYTES);
    }
    for (int part = random.nextInt(14); part >= 0; part--) {
      stream.writeBytes(parts.get(random.nextInt(parts.size())));
    }
    return stream.toByteArray();
  }

  /** What a reader makes of a stream into which a comment was put, everywhere it may be. */
  @Test
  void comment_whereItMayBe_changesNoEvent() {
    manyStreams().forEach(EventBoundaryTest::putCommentsIn);
  }

  private static void putCommentsIn(byte[] stream) {
    List<String> events = EventReader.read(stream);
    EventBoundary boundary = new EventBoundary();

    for (int place = 0; place <= stream.length; place++) {
      if (place > 0) {
        boundary.feed(stream, place - 1, 1);
      }
      if (boundary.betweenEvents()) {
        ByteBuffer rest = ByteBuffer.wrap(Arrays.copyOfRange(stream, place, stream.length));
        byte[] stripped = bytesOf(place == 0 ? new ByteOrderMark().strip(rest) : rest);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        sent.write(stream, 0, place);
        sent.writeBytes(EventBoundary.keepAlive());
        sent.writeBytes(stripped);
        assertThat(EventReader.read(sent.toByteArray()))
            .as(HexFormat.of().formatHex(stream) + " behind " + place)
            .isEqualTo(events);
      }
    }
  }

  @Test
  void behindEveryEventOfAnyStream_isBetween() {
    manyStreams().forEach(EventBoundaryTest::lookBehindEvents);
  }

  private static void lookBehindEvents(byte[] stream) {
    for (int place = 1; place <= stream.length; place++) {
      byte[] sent = Arrays.copyOf(stream, place);
      byte[] before = Arrays.copyOf(stream, place - 1);
      if (EventReader.read(sent).size() > EventReader.read(before).size()) {
        assertThat(behind(sent).betweenEvents()).as(HexFormat.of().formatHex(sent)).isTrue();
      }
    }
  }

  @Test
  void pieces_ofAStream_areTheStream() {
    for (byte[] stream : manyStreams()) {
      for (int piece = 1; piece < stream.length; piece++) {
        EventBoundary boundary = new EventBoundary();
        for (int fed = 0; fed < stream.length; fed += piece) {
          boundary.feed(stream, fed, Math.min(piece, stream.length - fed));
        }
        assertThat(boundary.betweenEvents()).isEqualTo(behind(stream).betweenEvents());
      }
    }
  }

  /** Reads an event stream as the HTML standard says (9.2.6), byte for byte. */
  private static final class EventReader {
    private final List<String> events = new ArrayList<>();
    private final StringBuilder data = new StringBuilder();
    private String type = "";
    private String id = "";

    static List<String> read(byte[] stream) {
      EventReader reader = new EventReader();
      String text = new String(stream, StandardCharsets.ISO_8859_1);
      String mark = new String(MARK_BYTES, StandardCharsets.ISO_8859_1);
      reader.lines(text.startsWith(mark) ? text.substring(mark.length()) : text);
      return reader.events;
    }

    private void lines(String text) {
      int begin = 0;
      for (int i = 0; i < text.length(); i++) {
        char end = text.charAt(i);
        if (end == '\n' || end == '\r') {
          line(text.substring(begin, i));
          if (end == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
            i++;
          }
          begin = i + 1;
        }
      }
    }

    private void line(String line) {
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          events.add(id + "/" + type + "/" + data);
        }
        data.setLength(0);
        type = "";
        return;
      }
      int colon = line.indexOf(':');
      String name = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1);
      value = value.startsWith(" ") ? value.substring(1) : value;
      switch (name) {
        case "data" -> data.append(value).append('\n');
        case "event" -> type = value;
        case "id" -> id = value;
        default -> {}
      }
    }
  }
}
