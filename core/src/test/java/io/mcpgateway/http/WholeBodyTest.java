package io.mcpgateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WholeBodyTest {
  /** Gives its chunks in order; remembers what became of them. */
  private static final class Chunks implements BodySource {
    private final Queue<Chunk> chunks;
    private int released;
    private int cancelled;

    private Chunks(Chunk... chunks) {
      this.chunks = new ArrayDeque<>(List.of(chunks));
    }

    @Override
    public Chunk read() {
      return chunks.remove();
    }

    @Override
    public void demand(Runnable readable) {
      readable.run();
    }

    @Override
    public void cancel(Throwable cause) {
      cancelled++;
    }

    private Chunk.Data data(String text, boolean last) {
      return new Chunk.Data(
          ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), last, () -> released++);
    }

    private Chunks with(Chunk chunk) {
      chunks.add(chunk);
      return this;
    }
  }

  private static String read(BodySource body, int limit) throws Exception {
    CompletableFuture<byte[]> bytes = WholeBody.read(body, limit).toCompletableFuture();
    return new String(bytes.get(20, TimeUnit.SECONDS), StandardCharsets.UTF_8);
  }

  private static Throwable failure(BodySource body, int limit) throws Exception {
    try {
      read(body, limit);
    } catch (ExecutionException failed) {
      return Objects.requireNonNull(failed.getCause());
    }
    throw new AssertionError("it was read");
  }

  @Test
  void read_chunksWithPauses_givesAllBytesBack() throws Exception {
    Chunks body = new Chunks();
    body.with(body.data("ab", false)).with(Chunk.PENDING).with(body.data("c", false));
    body.with(Chunk.PENDING).with(body.data("", true));

    assertThat(read(body, 3)).isEqualTo("abc");
    assertThat(body.released).isEqualTo(3);
    assertThat(body.cancelled).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc"})
  void read_bodyAtHand_isRead(String text) throws Exception {
    assertThat(read(BodySource.of(text.getBytes(StandardCharsets.UTF_8)), 3)).isEqualTo(text);
  }

  @Test
  void read_moreThanTheLimit_isCancelled() throws Exception {
    Chunks body = new Chunks();
    body.with(body.data("abc", false)).with(body.data("d", true));

    assertThat(failure(body, 3)).isInstanceOf(WholeBody.TooLargeException.class);
    assertThat(body.released).isEqualTo(2);
    assertThat(body.cancelled).isEqualTo(1);
  }

  @Test
  void read_lengthAboveTheLimit_isNotRead() throws Exception {
    assertThat(failure(BodySource.of(new byte[4]), 3))
        .isInstanceOf(WholeBody.TooLargeException.class);
  }

  @Test
  void read_bodyThatBreaksOff_isNotComplete() throws Exception {
    Chunks body = new Chunks();
    body.with(body.data("abc", false)).with(new Chunk.Failed(new EOFException("gone")));

    assertThat(failure(body, 9))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(WholeBody.TooLargeException.class)
        .hasMessage("the body is not complete");
  }
}
