package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.http.BodyRefusedException;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waits for bytes, but not for ever. */
class PatientBodyTest {
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Slow client = new Slow();

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  /** A client whose bytes come when the test says so. */
  private static final class Slow implements BodySource {
    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private final List<Throwable> cancelled = new CopyOnWriteArrayList<>();
    private @Nullable Runnable waiting;

    void sends(byte[] bytes, boolean last) {
      chunks.add(Chunk.of(bytes, last));
      Runnable reader = waiting;
      waiting = null;
      if (reader != null) {
        reader.run();
      }
    }

    @Override
    public Chunk read() {
      Chunk next = chunks.poll();
      return next == null ? Chunk.PENDING : next;
    }

    @Override
    public void demand(Runnable readable) {
      waiting = readable;
    }

    @Override
    public void cancel(Throwable cause) {
      cancelled.add(cause);
    }
  }

  private PatientBody patient(Duration patience) {
    return new PatientBody(client, patience, timer);
  }

  @Test
  void read_clientThatIsSilent_isRefusedWith408() {
    PatientBody body = patient(Duration.ofMillis(20));
    AtomicInteger calls = new AtomicInteger();

    body.demand(calls::incrementAndGet);

    await().untilAsserted(() -> assertThat(calls).hasValue(1));
    assertThat(body.read())
        .isInstanceOfSatisfying(
            Chunk.Failed.class,
            failed ->
                assertThat(failed.cause())
                    .isInstanceOfSatisfying(
                        BodyRefusedException.class,
                        refused -> assertThat(refused.status()).isEqualTo(408)));
    assertThat(client.cancelled).hasSize(1);
    client.sends(new byte[1], true); // too late, and nobody is called again
    assertThat(calls).hasValue(1);
  }

  @Test
  void read_clientThatDripsBytes_isRefusedWhenItsTimeIsOver() {
    PatientBody body = patient(Duration.ofMillis(100));
    AtomicInteger refusals = new AtomicInteger();
    Runnable[] drip = new Runnable[1];
    drip[0] =
        () -> {
          if (body.read() instanceof Chunk.Failed) {
            refusals.incrementAndGet();
          } else {
            body.demand(drip[0]);
          }
        };
    drip[0].run();

    await()
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(
            () -> {
              client.sends(new byte[1], false);
              assertThat(refusals).hasValue(1);
            });
  }

  @Test
  void read_bytesThatCome_passAsTheyAre() {
    PatientBody body = patient(Duration.ofMinutes(1));
    AtomicInteger calls = new AtomicInteger();
    assertThat(body.read()).isSameAs(Chunk.PENDING);
    body.demand(calls::incrementAndGet);

    client.sends(new byte[] {7}, true);

    assertThat(calls).hasValue(1);
    assertThat(body.read())
        .isInstanceOfSatisfying(Chunk.Data.class, data -> assertThat(data.last()).isTrue());
    assertThat(client.cancelled).isEmpty();
  }
}
