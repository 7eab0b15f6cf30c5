package io.mcpgateway.jwt;

import static io.mcpgateway.jwt.Verifying.AUDIENCE;
import static io.mcpgateway.jwt.Verifying.assertRejected;
import static io.mcpgateway.jwt.Verifying.assertVerified;
import static io.mcpgateway.jwt.Verifying.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerification.Rejected;
import io.mcpgateway.auth.TokenVerification.Unavailable;
import io.mcpgateway.testkit.MutableClock;
import io.mcpgateway.testkit.TestIssuer;
import io.mcpgateway.testkit.TestIssuer.Answer;
import io.mcpgateway.testkit.TestKey;
import io.mcpgateway.testkit.TestToken;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Issuers that fail, floods that would make the gateway ask them, and clocks that differ, numbered
 * as in the list of threats (K1 to K4, D1, D8, F1). Without a cache of tokens, so that each token
 * asks for its key.
 */
@Timeout(60)
class IssuerFaultsTest {
  private static final String UNKNOWN_KEY = "the signature key is not known";
  private static final Duration LIFETIME = Duration.ofMinutes(10);
  private static final long MIB = 1024 * 1024;

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

  /** With a key id that nobody has. */
  private String random(int number) {
    return token().header("kid", "random-" + number).sign();
  }

  private void assertServedAtOnce() {
    assertThat(Verifying.start(verifier, token().sign())).isCompleted();
    assertVerified(verifier, token().sign());
  }

  private Unavailable assertUnavailable() {
    TokenVerification outcome = verify(verifier, token().sign());
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Unavailable.class,
            told ->
                assertThat(told.retryAfter())
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(4)));
    return (Unavailable) outcome;
  }

  private void awaitFetches(int count) {
    await().atMost(Duration.ofSeconds(10)).until(() -> issuer.keyFetches() == count);
  }

  // K1: at the start

  @ParameterizedTest
  @EnumSource(
      value = Answer.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"GOOD", "HANG", "DRIP"})
  void k1_issuerFailsAtTheStart_isUnavailableAndRecovers(Answer answer) {
    issuer.answer(answer);
    issuer.redirectTarget(issuer.jwksUrl());
    assertUnavailable();
    // The pause: an issuer that is down is not hammered.
    assertUnavailable();
    assertThat(issuer.keyFetches()).isEqualTo(1);

    issuer.answer(Answer.GOOD);
    clock.advance(Duration.ofSeconds(1));

    assertVerified(verifier, token().sign());
    assertThat(issuer.keyFetches()).isEqualTo(2);
  }

  /** A byte now and then does not make the time longer. */
  @ParameterizedTest
  @EnumSource(names = {"HANG", "DRIP"})
  void k1_issuerHangsAtTheStart_isUnavailableInBoundedTime(Answer answer) {
    issuer.answer(answer);
    CompletableFuture<TokenVerification> outcome = Verifying.start(verifier, token().sign());

    await().atMost(Duration.ofSeconds(8)).until(outcome::isDone);

    assertThat(outcome.join()).isInstanceOf(Unavailable.class);
    issuer.answer(Answer.GOOD);
    clock.advance(Duration.ofSeconds(1));
    assertVerified(verifier, token().sign());
  }

  @Test
  void k1_slowIssuer_isWaitedFor() {
    issuer.answer(Answer.DRIP);
    CompletableFuture<TokenVerification> outcome = Verifying.start(verifier, token().sign());
    awaitFetches(1);
    assertThat(outcome).isNotDone();

    issuer.answer(Answer.GOOD);

    await().atMost(Duration.ofSeconds(4)).until(outcome::isDone);
    assertThat(outcome.join()).isInstanceOf(TokenVerification.Verified.class);
    assertThat(issuer.keyFetches()).isEqualTo(1);
  }

  @Test
  void k1_issuerIsDownAtTheStart_isUnavailableAndRecovers() {
    issuer.disappear();
    assertUnavailable();
    issuer.reappear();
    clock.advance(Duration.ofSeconds(1));
    assertVerified(verifier, token().sign());
  }

  // K2: later

  @ParameterizedTest
  @EnumSource(
      value = Answer.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"GOOD", "HANG", "DRIP"})
  void k2_trap48_issuerFailsLater_knownKeysServeOn(Answer answer) {
    assertVerified(verifier, token().sign());
    issuer.answer(answer);
    issuer.redirectTarget(issuer.jwksUrl());

    clock.advance(LIFETIME);
    assertVerified(verifier, token().sign());
    assertThat(issuer.keyFetches()).isEqualTo(2);
    clock.advance(Duration.ofDays(1));
    assertServedAtOnce();
    awaitFetches(3);
    assertRejected(verifier, random(1), UNKNOWN_KEY);

    issuer.answer(Answer.GOOD);
    clock.advance(Duration.ofSeconds(30));
    assertVerified(verifier, token().sign());
  }

  @Test
  void k2_issuerIsDownLater_knownKeysServeOn() {
    assertVerified(verifier, token().sign());
    issuer.disappear();

    clock.advance(LIFETIME);
    assertVerified(verifier, token().sign());
    assertRejected(verifier, random(1), UNKNOWN_KEY);
    issuer.reappear();
    issuer.rotate("key-2");
    clock.advance(Duration.ofSeconds(30));
    assertVerified(verifier, token().sign());
  }

  @ParameterizedTest
  @EnumSource(names = {"HANG", "DRIP"})
  void k2_issuerHangsLater_unknownKeyIsRejectedInBoundedTime(Answer answer) {
    assertVerified(verifier, token().sign());
    issuer.answer(answer);
    CompletableFuture<TokenVerification> unknown = Verifying.start(verifier, random(1));
    assertServedAtOnce();

    await().atMost(Duration.ofSeconds(8)).until(unknown::isDone);

    assertThat(unknown.join()).isEqualTo(new Rejected(UNKNOWN_KEY));
  }

  // K3: other keys

  @Test
  void k3_trap48_rotationRightAfterAFetch_isSeenAtFirstUse() {
    String before = token().sign();
    assertVerified(verifier, before);
    issuer.rotate("key-2");

    assertVerified(verifier, token().sign());
    assertThat(issuer.keyFetches()).isEqualTo(2);
    assertRejected(verifier, before, UNKNOWN_KEY);
  }

  @Test
  void k3_withdrawnKey_isRefusedAfterItsLifetime() {
    String before = token().sign();
    assertVerified(verifier, before);
    issuer.rotate("key-2");
    assertVerified(verifier, before);
    clock.advance(LIFETIME);

    assertRejected(verifier, before, UNKNOWN_KEY);
  }

  @Test
  void k3_sameKeyIdWithAnotherKey_isSeenAfterItsLifetime() {
    assertVerified(verifier, token().sign());
    issuer.rotate("key-1");
    assertRejected(verifier, token().sign(), "the signature does not verify");
    clock.advance(LIFETIME);
    assertVerified(verifier, token().sign());
  }

  @Test
  void k3_keyIdTwiceAmongKeysOfUnknownKinds_bothAreUsable() {
    TestKey next = TestKey.ec("key-1");
    issuer.publish(
        List.of(
            Map.of("kty", "AKP", "alg", "ML-DSA-44", "kid", "key-1"),
            next.jwkWith("crv", "P-999"),
            next.jwkWith("x", next.member("y")),
            issuer.key().jwk(),
            next.jwk()));

    assertVerified(verifier, token().sign());
    assertVerified(verifier, token().signedBy(next).sign());
    assertRejected(
        verifier, token().signedBy(TestKey.ec("key-1")).sign(), "the signature does not verify");
    assertThat(issuer.keyFetches()).isEqualTo(1);
  }

  // K4: clocks

  @ParameterizedTest
  @ValueSource(longs = {-2, 2})
  void k4_clocksTwoSecondsApart_tokensAreAccepted(long seconds) {
    String fresh = token().validIn(Duration.ZERO).expiresIn(Duration.ofSeconds(1)).sign();
    clock.advance(Duration.ofSeconds(seconds));
    assertVerified(verifier, fresh);
  }

  @ParameterizedTest
  @CsvSource({"-300, the token is not valid yet", "300, the token has expired"})
  void k4_clocksFiveMinutesApart_tokensAreRefused(long seconds, String description) {
    String fresh = token().validIn(Duration.ZERO).expiresIn(Duration.ofSeconds(1)).sign();
    clock.advance(Duration.ofSeconds(seconds));
    assertRejected(verifier, fresh, description);
  }

  @Test
  void k4_clockSetBack_keysCountAsOld() {
    assertVerified(verifier, token().sign());
    clock.advance(Duration.ofHours(-1));
    assertVerified(verifier, token().sign());
    assertThat(issuer.keyFetches()).isEqualTo(2);
    assertVerified(verifier, token().sign());
    assertThat(issuer.keyFetches()).isEqualTo(2);
  }

  @Test
  void k4_clockSetBackInAnOutage_issuerIsAskedAtOnce() {
    issuer.answer(Answer.UNAVAILABLE);
    assertUnavailable();
    clock.advance(Duration.ofHours(-1));
    issuer.answer(Answer.GOOD);
    assertVerified(verifier, token().sign());
  }

  @Test
  void k4_clockSetBackAfterAFlood_rotationIsSeenSoon() {
    for (int i = 0; i < 10; i++) {
      assertRejected(verifier, random(i), UNKNOWN_KEY);
    }
    clock.advance(Duration.ofHours(-1));
    assertRejected(verifier, random(10), UNKNOWN_KEY);
    issuer.rotate("key-2");
    clock.advance(Duration.ofSeconds(10));
    assertVerified(verifier, token().sign());
  }

  // D1: floods

  @Test
  void d1_trap48_floodOfRandomKeyIds_costsAHandfulOfFetches() throws Exception {
    assertVerified(verifier, token().sign());
    ExecutorService clients = Executors.newFixedThreadPool(8);
    try {
      List<Future<TokenVerification>> outcomes = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        String token = random(i);
        outcomes.add(clients.submit(() -> verify(verifier, token)));
      }
      for (Future<TokenVerification> outcome : outcomes) {
        assertServedAtOnce();
        assertThat(outcome.get()).isEqualTo(new Rejected(UNKNOWN_KEY));
      }
    } finally {
      clients.shutdownNow();
    }
    assertThat(issuer.keyFetches()).isBetween(2L, 4L);

    // The bucket fills again: a rotation is seen.
    issuer.rotate("key-2");
    clock.advance(Duration.ofSeconds(10));
    assertVerified(verifier, token().sign());
  }

  @Test
  void d1_floodWhileTheIssuerHangs_goodCallsAreServed() {
    assertVerified(verifier, token().sign());
    issuer.answer(Answer.HANG);
    List<CompletableFuture<TokenVerification>> flood =
        IntStream.range(0, 300).mapToObj(i -> Verifying.start(verifier, random(i))).toList();
    awaitFetches(2);
    assertServedAtOnce();
    assertThat(flood).noneMatch(CompletableFuture::isDone);

    issuer.answer(Answer.GOOD);

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> flood.stream().allMatch(CompletableFuture::isDone));
    assertThat(flood).allMatch(outcome -> outcome.join().equals(new Rejected(UNKNOWN_KEY)));
    assertThat(issuer.keyFetches()).isBetween(2L, 4L);
  }

  @Test
  void d1_floodBeforeTheFirstKeys_costsOneFetch() {
    issuer.answer(Answer.UNAVAILABLE);
    for (int i = 0; i < 300; i++) {
      assertThat(verify(verifier, random(i))).isInstanceOf(Unavailable.class);
    }
    assertThat(issuer.keyFetches()).isEqualTo(1);
  }

  // D8: large sets

  private void publish(int count, IntFunction<Map<String, Object>> key) {
    issuer.publish(IntStream.range(0, count).mapToObj(key).toList());
  }

  @Test
  void d8_fiveThousandKeys_areUsable() {
    TestKey key = TestKey.ed25519("ed");
    publish(5000, i -> key.jwkWith("kid", "k" + i));

    assertVerified(verifier, token().key(key).header("kid", "k0").sign());
    assertVerified(verifier, token().key(key).header("kid", "k4999").sign());
    assertRejected(verifier, token().key(key).header("kid", "k5000").sign(), UNKNOWN_KEY);
    assertRejected(verifier, token().key(key).withoutHeader("kid").sign(), UNKNOWN_KEY);
  }

  @Test
  void d8_moreKeysThanAreRead_knownOnesServeOn() {
    assertVerified(verifier, token().sign());
    publish(5000, i -> issuer.key().jwkWith("kid", "copy-" + i));

    clock.advance(LIFETIME);

    assertVerified(verifier, token().sign());
    assertThat(issuer.keyFetches()).isEqualTo(2);
    assertRejected(verifier, token().header("kid", "copy-1").sign(), UNKNOWN_KEY);
  }

  /** 256 MiB in all: what was read is measured, not only what stays. */
  @Test
  void d8_hugeSets_areBrokenOffAndTakeNoMemory() {
    issuer.answer(Answer.HUGE);
    assertThat(assertUnavailable().cause())
        .isEqualTo(issuer.jwksUrl() + ": more than 524288 bytes");
    long sent = issuer.hugeBytes();
    long allocated = allocatedByFetches();
    long direct = directMemory();

    for (int i = 0; i < 4; i++) {
      clock.advance(Duration.ofSeconds(4));
      assertUnavailable();
    }

    assertThat(issuer.keyFetches()).isEqualTo(5);
    assertThat(allocatedByFetches() - allocated).isLessThan(32 * MIB);
    assertThat(directMemory() - direct).isLessThan(8 * MIB);
    assertThat(issuer.hugeBytes() - sent).isLessThan(64 * MIB);
  }

  private static long allocatedByFetches() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("mcp-gateway-fetch"))
        .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getId()))
        .sum();
  }

  private static long directMemory() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  // F1: elsewhere

  @Test
  void f1_redirectToAnotherHost_isNotFollowed() {
    try (TestIssuer other = TestIssuer.start(clock)) {
      issuer.answer(Answer.REDIRECT);
      issuer.redirectTarget(other.jwksUrl());
      assertThat(verify(verifier, other.token().claim("iss", issuer.issuer()).sign()))
          .isInstanceOf(Unavailable.class);
      assertThat(other.requests()).isEmpty();
    }
  }
}
