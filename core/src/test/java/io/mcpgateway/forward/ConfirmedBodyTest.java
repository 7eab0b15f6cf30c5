package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConfirmedBodyTest {
  private final CompletableFuture<Chunk> end = new CompletableFuture<>();
  private final AtomicInteger called = new AtomicInteger();
  private final BodySource body =
      new ConfirmedBody(BodySource.of("all".getBytes(StandardCharsets.US_ASCII)), end);

  private void readAllButTheEnd() {
    assertThat(body.read())
        .isInstanceOfSatisfying(
            Chunk.Data.class,
            data -> {
              assertThat(data.bytes().remaining()).isEqualTo(3);
              assertThat(data.last()).isFalse();
            });
    assertThat(body.read()).isSameAs(Chunk.PENDING);
    body.demand(called::incrementAndGet);
    assertThat(called).hasValue(0);
  }

  @Test
  void end_isGivenWhenItIsConfirmed() {
    readAllButTheEnd();

    end.complete(Chunk.END);

    assertThat(called).hasValue(1);
    assertThat(body.read()).isSameAs(Chunk.END);
  }

  @Test
  void end_isTakenBackByAFailure() {
    readAllButTheEnd();
    Chunk failed = new Chunk.Failed(new IOException("cut"));

    end.complete(failed);

    assertThat(called).hasValue(1);
    assertThat(body.read()).isSameAs(failed);
  }

  @Test
  void end_confirmedBefore_isGivenAtOnce() {
    end.complete(Chunk.END);

    assertThat(body.read()).isInstanceOf(Chunk.Data.class);
    body.demand(called::incrementAndGet);
    assertThat(called).hasValue(1);
    assertThat(body.read()).isSameAs(Chunk.END);
  }
}
