package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.EndSignal;
import io.mcpgateway.http.StreamLife;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A26, trap 47: streams that end with their token, whole event by whole event. */
class StreamLifetimeTest {
  private final ScriptedEvents backend = new ScriptedEvents();
  private final Clockwork clockwork = new Clockwork();
  private final TimedStream stream =
      new TimedStream(
          backend,
          Optional.empty(),
          new StreamLife(Optional.of(Duration.ofSeconds(60)), new EndSignal()),
          clockwork);
  private final List<String> sent = new ArrayList<>();

  /** Reads as a response is written. */
  private void pump() {
    while (true) {
      Chunk chunk = stream.read();
      if (chunk instanceof Chunk.Pending) {
        stream.demand(this::pump);
        return;
      }
      if (chunk instanceof Chunk.Failed) {
        sent.add("FAILED");
        return;
      }
      Chunk.Data data = (Chunk.Data) chunk;
      String text = StandardCharsets.UTF_8.decode(data.bytes().duplicate()).toString();
      if (!text.isEmpty()) {
        sent.add(text);
      }
      data.release();
      if (data.last()) {
        sent.add("END");
        return;
      }
    }
  }

  @Test
  void trap47_quietStream_endsAtOnce() {
    pump();
    backend.gives("data: 1\n\n");

    clockwork.tick();

    assertThat(sent).containsExactly("data: 1\n\n", "END");
    assertThat(backend.cancelled).isTrue();
  }

  @Test
  void trap47_streamWithinAnEvent_endsBehindIt() {
    pump();
    backend.gives("data: 1\n\ndata: 2");
    clockwork.tick();
    assertThat(sent).containsExactly("data: 1\n\ndata: 2");

    backend.gives("0\n");
    backend.gives("\ndata: 3\n\n");

    assertThat(sent).containsExactly("data: 1\n\ndata: 2", "0\n", "\n", "END");
    assertThat(backend.cancelled).isTrue();
  }

  @Test
  void streamThatEndsBefore_isLeftAlone() {
    pump();
    backend.gives(Chunk.of("data: 1\n\n".getBytes(StandardCharsets.UTF_8), true));

    clockwork.tick();

    assertThat(sent).containsExactly("data: 1\n\n", "END");
    assertThat(backend.cancelled).isFalse();
  }

  @Test
  void streamThatBreaksOff_isBroken() {
    pump();
    backend.gives(new Chunk.Failed(new IOException("broken")));

    clockwork.tick();

    assertThat(sent).containsExactly("FAILED");
  }

  @Test
  void reader_comesBackLater_findsTheEnd() {
    backend.gives("data: 1\n\n");
    clockwork.tick();

    pump();

    assertThat(sent).containsExactly("END");
  }

  @Test
  void cancelledStream_isCancelledBehind() {
    stream.cancel(new IOException("the client left"));

    clockwork.tick();

    assertThat(backend.cancelled).isTrue();
  }
}
