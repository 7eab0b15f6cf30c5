package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.EndSignal;
import io.mcpgateway.http.StreamLife;
import io.mcpgateway.testkit.Pieces;
import io.mcpgateway.testkit.ServerSentEvent;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Event streams with a silence before each piece: the comments that come in between change no
 * event, and a stream that ends in time ends behind one.
 */
public final class TimedStreamFuzz {
  private TimedStreamFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    List<ServerSentEvent> sent = ServerSentEvent.in(input);
    for (List<ByteBuffer> pieces : List.of(Pieces.of(input), Pieces.single(input))) {
      assertThat(ServerSentEvent.in(new Run(pieces, pieces.size()).received())).isEqualTo(sent);
      byte[] some = new Run(pieces, pieces.size() / 2).received();
      List<ServerSentEvent> received = ServerSentEvent.in(some);
      assertThat(received).isEqualTo(sent.subList(0, received.size()));
    }
  }

  /** A reader as the adapters are. */
  private static final class Run {
    private final ScriptedEvents backend = new ScriptedEvents();
    private final Clockwork clockwork = new Clockwork();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final TimedStream stream;
    private boolean ended;

    /**
     * A stream that is played.
     *
     * @param lifetime so many pieces come before its time is over
     */
    Run(List<ByteBuffer> pieces, int lifetime) {
      stream =
          new TimedStream(
              backend,
              Optional.of(Duration.ofNanos(1)),
              new StreamLife(Optional.of(Duration.ofDays(1)), new EndSignal()),
              clockwork);
      Runnable expiry = clockwork.tasks.remove();
      pump();
      for (int i = 0; i < pieces.size() && !ended; i++) {
        if (i == lifetime) {
          expiry.run();
        }
        clockwork.tick();
        if (!ended) {
          backend.gives(new Chunk.Data(pieces.get(i).duplicate(), false, () -> {}));
        }
      }
      if (!ended) {
        backend.gives(Chunk.END);
      }
      assertThat(ended).isTrue();
    }

    byte[] received() {
      return received.toByteArray();
    }

    private void pump() {
      while (true) {
        Chunk chunk = stream.read();
        if (!(chunk instanceof Chunk.Data data)) {
          assertThat(chunk).isInstanceOf(Chunk.Pending.class);
          stream.demand(this::pump);
          return;
        }
        byte[] copy = new byte[data.bytes().remaining()];
        data.bytes().get(copy);
        received.writeBytes(copy);
        if (data.last()) {
          ended = true;
          return;
        }
      }
    }
  }
}
