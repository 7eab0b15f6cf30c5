package io.mcpgateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.auth.TokenVerification.Rejected;
import io.mcpgateway.auth.TokenVerification.Unavailable;
import io.mcpgateway.auth.TokenVerification.Verified;
import io.mcpgateway.testkit.MutableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCacheTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final MutableClock clock = MutableClock.create();
  private final TokenCache cache = TokenCache.of(MINUTE, 3, clock);
  private final List<String> asked = new ArrayList<>();

  private Verified verified(String subject, Optional<Duration> lifetime) {
    return new Verified(
        new AuthenticatedPrincipal(
            "i", subject, Set.of(), Map.of(), lifetime.map(clock.instant()::plus)));
  }

  private TokenVerification verify(String token, TokenVerification outcome) {
    CompletableFuture<TokenVerification> answer =
        cache
            .verify(
                new BearerToken(token),
                () -> {
                  asked.add(token);
                  return CompletableFuture.completedStage(outcome);
                })
            .toCompletableFuture();
    assertThat(answer).isCompleted();
    return answer.join();
  }

  private TokenVerification verify(String token) {
    return verify(token, verified(token, Optional.of(Duration.ofHours(1))));
  }

  @Test
  void verify_tokenSeenBefore_isNotVerifiedAgain() {
    TokenVerification first = verify("a");

    assertThat(verify("a")).isSameAs(first);
    assertThat(verify("b")).isNotEqualTo(first);
    assertThat(asked).containsExactly("a", "b");
  }

  @Test
  void verify_afterTheBound_isVerifiedAgain() {
    verify("a");
    clock.advance(MINUTE.minusMillis(1));
    verify("a");
    assertThat(asked).hasSize(1);
    clock.advance(Duration.ofMillis(1));
    verify("a");
    assertThat(asked).hasSize(2);
  }

  @Test
  void verify_tokenThatHasEnded_isVerifiedAgain() {
    Verified soon = verified("a", Optional.of(Duration.ofSeconds(10)));
    verify("a", soon);
    clock.advance(Duration.ofSeconds(9));
    verify("a", soon);
    assertThat(asked).hasSize(1);
    clock.advance(Duration.ofSeconds(1));

    assertThat(verify("a", new Rejected("it has expired")))
        .isEqualTo(new Rejected("it has expired"));
  }

  @Test
  void verify_tokenWithoutEnd_isRememberedForTheBound() {
    Verified endless = verified("a", Optional.empty());
    verify("a", endless);
    clock.advance(MINUTE.minusMillis(1));
    verify("a", endless);
    clock.advance(Duration.ofMillis(1));
    verify("a", endless);

    assertThat(asked).hasSize(2);
  }

  @Test
  void verify_notGood_isNotRemembered() {
    verify("a", new Rejected("no"));
    verify("a", new Unavailable(MINUTE, "down"));

    assertThat(verify("a")).isInstanceOf(Verified.class);
    assertThat(asked).hasSize(3);
  }

  @Test
  void verify_clockSetBack_isVerifiedAgain() {
    verify("a");
    clock.advance(Duration.ofSeconds(-1));
    verify("a");

    assertThat(asked).hasSize(2);
  }

  @Test
  void verify_answerThatTookLong_countsFromTheQuestion() {
    CompletableFuture<TokenVerification> late = new CompletableFuture<>();
    CompletableFuture<TokenVerification> waiting =
        cache.verify(new BearerToken("a"), () -> late).toCompletableFuture();
    clock.advance(Duration.ofSeconds(59));
    late.complete(verified("a", Optional.empty()));
    assertThat(waiting).isCompleted();
    verify("a");
    assertThat(asked).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    verify("a");
    assertThat(asked).hasSize(1);
  }

  @Test
  void verify_full_forgetsWhatWasLongestUnused() {
    verify("a");
    verify("b");
    verify("c");
    verify("a");
    verify("d");
    asked.clear();

    verify("a");
    verify("c");
    verify("d");
    assertThat(asked).isEmpty();
    verify("b");
    assertThat(asked).containsExactly("b");
  }

  @Test
  void verify_off_remembersNothing() {
    TokenCache off = TokenCache.of(Duration.ZERO, 1, clock);
    List<String> questions = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      off.verify(
          new BearerToken("a"),
          () -> {
            questions.add("a");
            return CompletableFuture.completedStage(verified("a", Optional.empty()));
          });
    }

    assertThat(questions).hasSize(2);
  }

  @Test
  void verify_manyThreads_eachTokenIsItsOwnCallers() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    TokenCache shared = TokenCache.of(MINUTE, 10, clock);
    try {
      List<Future<String>> subjects = new ArrayList<>();
      for (int i = 0; i < 4000; i++) {
        String token = "t" + i % 20;
        Verified outcome = verified(token, Optional.empty());
        subjects.add(
            threads.submit(
                () ->
                    ((Verified)
                            shared
                                .verify(
                                    new BearerToken(token),
                                    () -> CompletableFuture.completedStage(outcome))
                                .toCompletableFuture()
                                .join())
                        .principal()
                        .subject()));
      }
      for (int i = 0; i < subjects.size(); i++) {
        assertThat(subjects.get(i).get()).isEqualTo("t" + i % 20);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @CsvSource({"-1,1,maxAge PT-1S", "3601,1,maxAge PT1H1S", "1,0,maxEntries 0"})
  void of_outOfRange_isRefused(int seconds, int entries, String what) {
    assertThatThrownBy(() -> TokenCache.of(Duration.ofSeconds(seconds), entries, clock))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("tokenCache: " + what + " (expected: ");
  }

  @Test
  void sha256_isTheStandards() {
    // NIST, FIPS 180-4 example "abc".
    Sha256 abc = Sha256.parse("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

    assertThat(Sha256.of(new byte[] {'a'}, new byte[] {'b', 'c'})).isEqualTo(abc);
    assertThat(abc.fingerprint()).isEqualTo("ba7816bf8f01");
    assertThat(abc).hasToString("Sha256[...]");
  }
}
