package io.mcpgateway.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import jakarta.servlet.ReadListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class ReplayedInputTest {
  private final List<String> seen = new ArrayList<>();
  private final Queue<Runnable> calls = new ArrayDeque<>();

  /** A body of these chunks; after them it is broken, unless the last one was last. */
  private final class Chunks implements BodySource {
    private final Queue<String> texts = new ArrayDeque<>();
    private final boolean ends;

    Chunks(boolean ends, String... texts) {
      this.ends = ends;
      this.texts.addAll(List.of(texts));
    }

    @Override
    public Chunk read() {
      String text = texts.poll();
      return text == null
          ? new Chunk.Failed(new IOException("broken"))
          : new Chunk.Data(
              ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)),
              ends && texts.isEmpty(),
              () -> seen.add("released " + text));
    }

    @Override
    public void demand(Runnable readable) {
      readable.run();
    }

    @Override
    public void cancel(Throwable cause) {}
  }

  private final class Listener implements ReadListener {
    @Override
    public void onDataAvailable() {
      seen.add("data");
    }

    @Override
    public void onAllDataRead() {
      seen.add("all read");
    }

    @Override
    public void onError(Throwable failure) {
      seen.add("error " + failure.getMessage());
    }
  }

  private ReplayedInput input(BodySource body) {
    return new ReplayedInput(body, calls::add);
  }

  private void runCalls() {
    for (Runnable call = calls.poll(); call != null; call = calls.poll()) {
      call.run();
    }
  }

  @Test
  void chunks_areOneBody_eachGivenBackOnce() throws IOException {
    ReplayedInput input = input(new Chunks(true, "ab", "", "cde", ""));

    assertThat(input.readNBytes(1)).isEqualTo(new byte[] {'a'});
    assertThat(input.available()).isEqualTo(1);
    assertThat(seen).isEmpty();
    assertThat(input.readAllBytes()).isEqualTo(new byte[] {'b', 'c', 'd', 'e'});
    assertThat(input.isFinished()).isTrue();
    assertThat(input.read()).isEqualTo(-1);
    assertThat(input.read(new byte[0])).isZero();
    assertThat(seen).containsExactly("released ab", "released ", "released cde", "released ");
  }

  @Test
  void emptyBody_endsAtOnce() throws IOException {
    ReplayedInput input = input(BodySource.empty());
    assertThat(input.isFinished()).isTrue();
    assertThat(input.isReady()).isTrue();

    input.setReadListener(new Listener());
    runCalls();

    assertThat(seen).containsExactly("all read");
    assertThat(input.isReady()).isFalse();
    assertThat(input.read()).isEqualTo(-1);
  }

  @Test
  void brokenBody_isAnError_notAnEnd() {
    ReplayedInput input = input(new Chunks(false, "ab"));

    assertThatThrownBy(input::readAllBytes).isInstanceOf(IOException.class);
    assertThat(input.isFinished()).isFalse();
  }

  @Test
  void listener_isToldTheEndOnce_whoeverReadsUpToIt() throws IOException {
    ReplayedInput input = input(new Chunks(true, "ab", "c"));
    input.setReadListener(new Listener());
    assertThat(seen).as("not while it is set").isEmpty();
    runCalls();
    assertThat(seen).containsExactly("data");

    assertThat(input.isReady()).isTrue();
    assertThat(input.read()).isEqualTo('a');
    runCalls();
    assertThat(seen).containsExactly("data");
    assertThat(input.readAllBytes()).isEqualTo(new byte[] {'b', 'c'});
    seen.clear();
    runCalls();

    assertThat(seen).containsExactly("all read");
    assertThat(input.isReady()).isFalse();
    assertThat(input.read()).isEqualTo(-1);
    runCalls();
    assertThat(seen).hasSize(1);
  }
}
