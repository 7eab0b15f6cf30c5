package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.EndSignal;
import io.mcpgateway.http.StreamLife;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimedStreamTest {
  private static final String COMMENT = ": keep-alive\n\n";

  private final ScriptedEvents backend = new ScriptedEvents();
  private final Clockwork clockwork = new Clockwork();
  private final TimedStream stream =
      new TimedStream(
          backend,
          Optional.of(Duration.ofNanos(1)),
          new StreamLife(Optional.empty(), new EndSignal()),
          clockwork);
  private final List<String> sent = new ArrayList<>();

  /** A reader as the adapters are. */
  private void pump() {
    while (true) {
      Chunk chunk = stream.read();
      if (chunk instanceof Chunk.Pending) {
        stream.demand(this::pump);
        return;
      }
      if (!(chunk instanceof Chunk.Data data)) {
        sent.add("broken");
        return;
      }
      sent.add(StandardCharsets.UTF_8.decode(data.bytes()).toString());
      if (data.last()) {
        return;
      }
    }
  }

  @Test
  void silence_betweenEvents_getsACommentForEachInterval() {
    pump();
    clockwork.tick();
    clockwork.tick();
    backend.gives("data: 1\n\n");
    clockwork.tick();
    backend.gives("data: 2\n\n");

    assertThat(sent).containsExactly(COMMENT, COMMENT, "data: 1\n\n", COMMENT, "data: 2\n\n");
    assertThat(backend.demands).as("asked once for each chunk").isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "data: 1",
    "'data: 1\n'",
    "d",
    "'id: 1\n'",
    "': half a comment'",
    "'event: x\r\n'",
    "'data: 1\n: comment within\n'",
  })
  void silence_withinAnEvent_isNotTouched(String begun) {
    pump();
    backend.gives(begun);
    clockwork.tick();
    backend.gives("\n\n");
    clockwork.tick();

    assertThat(sent).containsExactly(begun, "\n\n", COMMENT);
  }

  @ParameterizedTest
  @CsvSource({
    "'data: 1\n\n'",
    "'data: 1\r\n\r\n'",
    "'data: 1\r\r'",
    "': comment\n'",
    "'\n'",
    "'data: 1\n\n: ping\r\n'",
  })
  void silence_afterAnEvent_getsAComment(String whole) {
    pump();
    backend.gives(whole);
    clockwork.tick();

    assertThat(sent).containsExactly(whole, COMMENT);
  }

  @Test
  void client_thatDoesNotRead_isSentNothing() {
    assertThat(stream.read()).isEqualTo(Chunk.PENDING);
    clockwork.tick();

    assertThat(stream.read()).isEqualTo(Chunk.PENDING);
  }

  @Test
  void end_ofTheStream_stopsTheClock() {
    pump();
    backend.gives(Chunk.of(new byte[0], true));

    assertThat(clockwork.tasks).isEmpty();
    assertThat(sent).containsExactly("");
  }

  @Test
  void breakingOff_ofTheStream_stopsTheClock() {
    pump();
    backend.gives(new Chunk.Failed(new IOException("gone")));

    assertThat(clockwork.tasks).isEmpty();
    assertThat(sent).containsExactly("broken");
  }

  @Test
  void cancel_byTheReader_stopsTheClockAndTheBackend() {
    pump();
    stream.cancel(new IOException("the client left"));

    assertThat(clockwork.tasks).isEmpty();
    assertThat(backend.cancelled).isTrue();
  }

  @Test
  void shortStream_setsNoClock() {
    backend.chunks.add(Chunk.of("data: 1\n\n".getBytes(StandardCharsets.UTF_8), true));
    pump();

    assertThat(clockwork.tasks).isEmpty();
  }

  /** Also in the fuzz corpus: a comment behind the second mark would make an event of none. */
  @Test
  void secondByteOrderMark_afterAComment_isPartOfAField() {
    pump();
    clockwork.tick();
    backend.gives("\ufeff\ufeff");
    clockwork.tick();
    backend.gives("data: 1\n\n");

    assertThat(sent).containsExactly(COMMENT, "\ufeff", "data: 1\n\n");
  }

  /** The mark is one at the very beginning only; later it would spoil the first field. */
  @ParameterizedTest
  @CsvSource({"1", "2", "3"})
  void byteOrderMark_afterAComment_isTakenOff(int split) {
    byte[] bytes = "\ufeffdata: 1\n\n".getBytes(StandardCharsets.UTF_8);
    pump();
    clockwork.tick();
    backend.gives(Chunk.of(Arrays.copyOf(bytes, split), false));
    backend.gives(Chunk.of(Arrays.copyOfRange(bytes, split, bytes.length), false));

    assertThat(String.join("", sent)).isEqualTo(COMMENT + "data: 1\n\n");
  }
}
