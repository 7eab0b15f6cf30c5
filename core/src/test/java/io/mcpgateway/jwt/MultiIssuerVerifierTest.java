package io.mcpgateway.jwt;

import static io.mcpgateway.jwt.Verifying.AUDIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.auth.BearerToken;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerification.Rejected;
import io.mcpgateway.auth.TokenVerification.Unavailable;
import io.mcpgateway.auth.TokenVerification.Verified;
import io.mcpgateway.testkit.MutableClock;
import io.mcpgateway.testkit.TestIssuer;
import io.mcpgateway.testkit.TestIssuer.Answer;
import io.mcpgateway.testkit.TestToken;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MultiIssuerVerifierTest {
  private final MutableClock clock = MutableClock.create();
  private final TestIssuer first = TestIssuer.start(clock);
  private final TestIssuer second = TestIssuer.start(clock);
  private final MultiIssuerVerifier verifier =
      MultiIssuerVerifier.builder()
          .verifier(of(first).issuerAliases("https://alias.example").build())
          .verifier(of(second).build())
          .clock(clock)
          .build();

  private JwtVerifier.Builder of(TestIssuer issuer) {
    return JwtVerifier.builder()
        .issuer(issuer.issuer())
        .audiences(AUDIENCE)
        .jwksUrl(issuer.jwksUrl())
        .clock(clock);
  }

  @AfterEach
  void close() {
    verifier.close();
    first.close();
    second.close();
  }

  private static TestToken token(TestIssuer issuer) {
    return issuer.token().audience(AUDIENCE).expiresIn(Duration.ofHours(3));
  }

  private TokenVerification verify(String token) {
    return verifier
        .verify(new BearerToken(token), Verifying.request())
        .toCompletableFuture()
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }

  private void isVerified(String token, TestIssuer issuer) {
    assertThat(verify(token))
        .isInstanceOfSatisfying(
            Verified.class,
            verified -> assertThat(verified.principal().issuer()).isEqualTo(issuer.issuer()));
  }

  @Test
  void verify_eachIssuer_byItsOwnKeys() {
    isVerified(token(first).sign(), first);
    isVerified(token(second).sign(), second);

    assertThat(verifier.issuers()).containsExactly(first.issuer(), second.issuer());
    assertThat(verifier.verifiers()).hasSize(2);
  }

  @Test
  void trap44_twoIssuersSharingAKeyId_areNotMixedUp() {
    assertThat(first.key().keyId()).isEqualTo(second.key().keyId());
    isVerified(token(first).sign(), first);

    assertThat(verify(token(first).claim("iss", second.issuer()).sign()))
        .isEqualTo(new Rejected("the signature does not verify"));
    assertThat(verify(token(first).signedBy(second.key()).sign()))
        .isEqualTo(new Rejected("the signature does not verify"));
  }

  @Test
  void verify_otherIssuerOrNone_costsNoFetch() {
    Rejected other = new Rejected("the token is from another issuer");

    assertThat(verify(token(first).claim("iss", "https://other.example").sign())).isEqualTo(other);
    assertThat(verify(token(first).claim("iss", 1).sign())).isEqualTo(other);
    assertThat(verify(token(first).withoutClaim("iss").sign())).isEqualTo(other);
    assertThat(verify("x")).isEqualTo(new Rejected("the token is malformed"));
    assertThat(first.requests()).isEmpty();
    assertThat(second.requests()).isEmpty();
  }

  @Test
  void verify_alias_isTheSameCaller() {
    isVerified(token(first).claim("iss", "https://alias.example").sign(), first);

    assertThat(verify(token(second).claim("iss", "https://alias.example").sign()))
        .isEqualTo(new Rejected("the signature does not verify"));
  }

  @Test
  void verify_oneIssuerDown_doesNoHarmToTheOther() {
    first.answer(Answer.UNAVAILABLE);

    assertThat(verify(token(first).sign())).isInstanceOf(Unavailable.class);
    isVerified(token(second).sign(), second);
    first.answer(Answer.HANG);
    clock.advance(Duration.ofSeconds(4));
    assertThat(verifier.verify(new BearerToken(token(first).sign()), Verifying.request()))
        .satisfies(stage -> assertThat(stage.toCompletableFuture()).isNotDone());
    isVerified(token(second).sign(), second);
  }

  @Test
  void trap48_withdrawnKey_outlivesItsIssuersWordByTheCacheAtMost() {
    String token = token(first).sign();
    first.cacheControl("max-age=60");
    isVerified(token, first);
    first.rotate("key-2");
    clock.advance(Duration.ofMinutes(5).minusMillis(1));
    isVerified(token, first);
    assertThat(first.keyFetches()).as("the token is remembered").isEqualTo(1);
    clock.advance(Duration.ofMillis(1));

    assertThat(verify(token)).isEqualTo(new Rejected("the signature key is not known"));
  }

  @Test
  void close_closesAll() {
    verifier.close();

    assertThat(verify(token(first).sign())).isInstanceOf(Unavailable.class);
    assertThat(verify(token(second).sign())).isInstanceOf(Unavailable.class);
  }

  @Test
  void build_sameIssuerTwice_isRefused() {
    try (JwtVerifier one = of(first).build();
        JwtVerifier same = of(second).issuerAliases(first.issuer()).build()) {
      assertThatThrownBy(() -> MultiIssuerVerifier.builder().verifier(one).verifier(same).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("issuers: " + first.issuer() + " twice (expected: once)");
    }
    assertThatThrownBy(() -> MultiIssuerVerifier.builder().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("issuers: none (expected: at least one)");
  }
}
