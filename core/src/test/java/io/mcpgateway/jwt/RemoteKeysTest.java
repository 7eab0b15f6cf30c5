package io.mcpgateway.jwt;

import static io.mcpgateway.jwt.Verifying.AUDIENCE;
import static io.mcpgateway.jwt.Verifying.assertRejected;
import static io.mcpgateway.jwt.Verifying.assertVerified;
import static io.mcpgateway.jwt.Verifying.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerification.Rejected;
import io.mcpgateway.auth.TokenVerification.Unavailable;
import io.mcpgateway.auth.TokenVerification.Verified;
import io.mcpgateway.testkit.MutableClock;
import io.mcpgateway.testkit.TestIssuer;
import io.mcpgateway.testkit.TestIssuer.Answer;
import io.mcpgateway.testkit.TestKey;
import io.mcpgateway.testkit.TestToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Keys behind a URL: when they are fetched. Without a cache of tokens, so that each token asks for
 * its key. {@link IssuerFaultsTest} has what issuers do wrong.
 */
class RemoteKeysTest {
  private static final String UNKNOWN_KEY = "the signature key is not known";

  private final MutableClock clock = MutableClock.create();
  private final TestIssuer issuer = TestIssuer.start(clock);
  private final JwtVerifier verifier =
      JwtVerifier.builder()
          .issuer(issuer.issuer())
          .audiences(AUDIENCE)
          .jwksUrl(issuer.jwksUrl())
          .tokenCache(Duration.ZERO, 1)
          .clock(clock)
          .build();

  @AfterEach
  void close() {
    verifier.close();
    issuer.close();
  }

  private TestToken token() {
    return issuer.token().audience(AUDIENCE).expiresIn(Duration.ofDays(3));
  }

  private void awaitFetches(int count) {
    await().atMost(Duration.ofSeconds(10)).until(() -> issuer.keyFetches() == count);
  }

  // Lazily loaded, cached

  @Test
  void verify_keysFetchedOnce_thenCompletesAtOnce() {
    assertThat(issuer.keyFetches()).isZero();
    assertVerified(verifier, token().sign());

    for (int i = 0; i < 100; i++) {
      assertThat(Verifying.start(verifier, token().sign())).isCompleted();
    }
    assertThat(issuer.keyFetches()).isEqualTo(1);
  }

  @Test
  void verify_foreignIssuerOrMalformed_costsNoFetch() {
    assertRejected(
        verifier,
        token().claim("iss", "https://other.example").sign(),
        "the token is from another issuer");
    assertRejected(verifier, "x", "the token is malformed");
    assertThat(issuer.requests()).isEmpty();
  }

  @Test
  void verify_manyAtOnce_oneFlight() {
    issuer.answer(Answer.HANG);
    String token = token().sign();
    List<CompletableFuture<TokenVerification>> waiting =
        IntStream.range(0, 50).mapToObj(i -> Verifying.start(verifier, token)).toList();
    awaitFetches(1);
    assertThat(waiting).noneMatch(CompletableFuture::isDone);

    issuer.answer(Answer.GOOD);

    assertThat(waiting).allMatch(outcome -> outcome.join() instanceof Verified);
    assertThat(issuer.keyFetches()).isEqualTo(1);
  }

  @Test
  void verify_lastFifthOfLifetime_refreshesInBackground() {
    assertVerified(verifier, token().sign());
    clock.advance(Duration.ofMinutes(8).minusSeconds(1));
    assertVerified(verifier, token().sign());
    assertThat(issuer.keyFetches()).isEqualTo(1);

    issuer.answer(Answer.HANG);
    clock.advance(Duration.ofSeconds(1));
    assertThat(Verifying.start(verifier, token().sign())).isCompleted();
    awaitFetches(2);
    assertThat(Verifying.start(verifier, token().sign())).isCompleted();
    issuer.answer(Answer.GOOD);

    assertThat(issuer.keyFetches()).isEqualTo(2);
  }

  @Test
  void verify_responseWithoutLifetime_isFreshForFiveMinutes() {
    issuer.cacheControl("no-store");
    assertVerified(verifier, token().sign());
    clock.advance(Duration.ofMinutes(4).minusSeconds(1));
    assertVerified(verifier, token().sign());
    assertThat(issuer.keyFetches()).isEqualTo(1);
    clock.advance(Duration.ofMinutes(1).plusSeconds(1));
    assertVerified(verifier, token().sign());
    assertThat(issuer.keyFetches()).isEqualTo(2);
  }

  // Fetched again

  @Test
  void verify_rotationDuringAFetch_isSeenByOneMore() {
    assertVerified(verifier, token().sign());
    issuer.answer(Answer.HANG);
    CompletableFuture<TokenVerification> first =
        Verifying.start(verifier, token().header("kid", "unknown").sign());
    awaitFetches(2);
    issuer.rotate("key-2");
    CompletableFuture<TokenVerification> second = Verifying.start(verifier, token().sign());
    issuer.answer(Answer.GOOD);

    assertThat(first.join()).isEqualTo(new Rejected(UNKNOWN_KEY));
    assertThat(second.join()).isInstanceOf(Verified.class);
    assertThat(issuer.keyFetches()).isEqualTo(3);
  }

  @Test
  void verify_keyWithoutKeyId_rotates() {
    TestKey first = issuer.key();
    issuer.publish(List.of(first.jwkWithout("kid")));
    assertVerified(verifier, token().sign());
    assertVerified(verifier, token().withoutHeader("kid").sign());

    TestKey second = issuer.use(TestKey.ec("second"));
    issuer.publish(List.of(second.jwkWithout("kid")));
    assertVerified(verifier, token().sign());
    assertVerified(verifier, token().withoutHeader("kid").sign());
  }

  @Test
  void verify_knownKeyIdOrAmbiguousToken_costsNoFetch() {
    issuer.publish(List.of(issuer.key().jwk(), TestKey.ec("other").jwk()));
    assertVerified(verifier, token().sign());
    assertRejected(
        verifier, token().signedBy(TestKey.ec("x")).sign(), "the signature does not verify");
    assertRejected(verifier, token().withoutHeader("kid").sign(), UNKNOWN_KEY);
    assertThat(issuer.keyFetches()).isEqualTo(1);
  }

  @Test
  void verify_longOutage_pausesGrowUpToFourSeconds() {
    issuer.answer(Answer.UNAVAILABLE);
    List<Duration> pauses = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Duration pause = ((Unavailable) verify(verifier, token().sign())).retryAfter();
      pauses.add(pause);
      clock.advance(pause);
    }
    assertThat(pauses.stream().map(Duration::toSeconds)).containsExactly(1L, 2L, 4L, 4L, 4L);
    assertThat(issuer.keyFetches()).isEqualTo(5);
  }

  @Test
  void verify_unavailable_tellsTheOperatorWhy() {
    issuer.answer(Answer.UNAVAILABLE);
    assertThat(((Unavailable) verify(verifier, token().sign())).cause())
        .isEqualTo(issuer.jwksUrl() + ": status 503 (expected: 200)");
  }

  // Close

  @Test
  void close_whileWaiting_completesAsUnavailable() {
    issuer.answer(Answer.HANG);
    CompletableFuture<TokenVerification> waiting = Verifying.start(verifier, token().sign());
    awaitFetches(1);

    verifier.close();

    await().atMost(Duration.ofSeconds(2)).until(waiting::isDone);
    assertThat(waiting.join()).isInstanceOf(Unavailable.class);
    assertThat(verify(verifier, token().sign())).isInstanceOf(Unavailable.class);
    assertThat(issuer.keyFetches()).isEqualTo(1);
  }

  @Test
  void close_leavesNoThread() {
    assertVerified(verifier, token().sign());
    verifier.close();
    await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("mcp-gateway-fetch")));
  }
}
