package io.mcpgateway.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
  private final MutableClock clock = MutableClock.create();
  private final AnswerCache<Instant> cache =
      new AnswerCache<>((until, now) -> now.isBefore(until), clock);
  private final AtomicInteger asked = new AtomicInteger();

  private CompletableFuture<Instant> ask(String key, Supplier<CompletionStage<Instant>> question) {
    return cache
        .get(
            key,
            () -> {
              asked.incrementAndGet();
              return question.get();
            })
        .toCompletableFuture();
  }

  private Instant askForAMinute(String key) {
    Instant until = clock.instant().plus(Duration.ofMinutes(1));
    return ask(key, () -> CompletableFuture.completedStage(until)).join();
  }

  @Test
  void answer_isKeptWhileItCounts() {
    Instant first = askForAMinute("a");
    assertThat(askForAMinute("a")).isEqualTo(first);
    assertThat(asked).hasValue(1);

    clock.advance(Duration.ofMinutes(1));

    assertThat(askForAMinute("a")).isAfter(first);
    assertThat(asked).hasValue(2);
  }

  @Test
  void question_isAskedOnceForAllWhoWait() {
    CompletableFuture<Instant> answer = new CompletableFuture<>();
    CompletableFuture<Instant> first = ask("a", () -> answer);
    CompletableFuture<Instant> second = ask("a", () -> answer);

    answer.complete(clock.instant());

    assertThat(first.join()).isEqualTo(second.join());
    assertThat(asked).hasValue(1);
  }

  @Test
  void failure_isTold_andNotKept() {
    assertThat(ask("a", () -> CompletableFuture.failedStage(new IllegalStateException())))
        .isCompletedExceptionally();
    assertThat(
            ask(
                "a",
                () -> {
                  throw new IllegalStateException();
                }))
        .isCompletedExceptionally();
    askForAMinute("a");
    assertThat(asked).hasValue(3);
  }

  @Test
  void drop_forgetsThatAnswerOnly() {
    Instant answer = askForAMinute("a");
    cache.drop("a", answer.plusSeconds(1));
    askForAMinute("a");
    assertThat(asked).hasValue(1);

    cache.drop("a", answer);
    askForAMinute("a");
    assertThat(asked).hasValue(2);
  }

  @Test
  void answers_areBounded() {
    for (int i = 0; i <= RecentlyUsed.MAX_ENTRIES; i++) {
      askForAMinute("key-" + i);
    }
    askForAMinute("key-" + RecentlyUsed.MAX_ENTRIES);
    assertThat(asked).as("the newest is known").hasValue(RecentlyUsed.MAX_ENTRIES + 1);
    askForAMinute("key-0");
    assertThat(asked).as("the oldest is forgotten").hasValue(RecentlyUsed.MAX_ENTRIES + 2);
  }
}
