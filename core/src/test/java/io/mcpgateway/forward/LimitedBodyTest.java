package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitedBodyTest {
  private final List<String> events = new ArrayList<>();
  private final Deque<Chunk> script = new ArrayDeque<>();
  private final BodySource body =
      new BodySource() {
        @Override
        public Chunk read() {
          return script.remove();
        }

        @Override
        public void demand(Runnable readable) {
          events.add("demand");
          readable.run();
        }

        @Override
        public void cancel(Throwable cause) {
          events.add("cancel: " + cause.getMessage());
        }

        @Override
        public long length() {
          return 42;
        }
      };

  private void data(int size, boolean last) {
    script.add(
        new Chunk.Data(ByteBuffer.allocate(size), last, () -> events.add("release " + size)));
  }

  @ParameterizedTest
  @CsvSource({"4, 6", "10, 0", "0, 10", "9, 0"})
  void read_upToTheLimit_passes(int first, int second) {
    data(first, false);
    data(second, true);
    List<Chunk> sent = List.copyOf(script);
    LimitedBody limited = new LimitedBody(body, 10);

    assertThat(List.of(limited.read(), limited.read())).isEqualTo(sent);
    assertThat(events).isEmpty();
  }

  @Test
  void read_oneByteMore_failsAndStopsTheSender() {
    data(10, false);
    data(1, true);
    LimitedBody limited = new LimitedBody(body, 10);

    assertThat(limited.read()).isInstanceOf(Chunk.Data.class);
    assertThat(limited.read())
        .isInstanceOfSatisfying(
            Chunk.Failed.class,
            failed -> assertThat(UpstreamFailure.of(failed.cause()).status()).isEqualTo(413));
    assertThat(events)
        .containsExactly("release 1", "cancel: the request body is larger than 10 bytes");
  }

  @Test
  void read_senderBreaksOff_isTheClientsFault() {
    IOException reset = new IOException("reset");
    script.add(new Chunk.Failed(reset));

    assertThat(new LimitedBody(body, 10).read())
        .isInstanceOfSatisfying(
            Chunk.Failed.class,
            failed -> {
              assertThat(failed.cause()).hasCause(reset);
              assertThat(UpstreamFailure.of(failed.cause()).status()).isEqualTo(400);
            });
  }

  @Test
  void read_nothingAtHand_isPending() {
    script.add(Chunk.PENDING);

    assertThat(new LimitedBody(body, 10).read()).isEqualTo(Chunk.PENDING);
  }

  @Test
  void otherCalls_arePassedOn() {
    LimitedBody limited = new LimitedBody(body, 10);

    limited.demand(() -> events.add("readable"));
    limited.cancel(new IOException("gone"));

    assertThat(events).containsExactly("demand", "readable", "cancel: gone");
    assertThat(limited.length()).isEqualTo(42);
  }
}
