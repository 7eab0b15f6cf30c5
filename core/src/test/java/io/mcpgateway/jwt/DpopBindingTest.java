package io.mcpgateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.auth.BearerError;
import io.mcpgateway.auth.BearerToken;
import io.mcpgateway.auth.BindingOutcome;
import io.mcpgateway.auth.BindingOutcome.Confirmed;
import io.mcpgateway.auth.BindingOutcome.Refused;
import io.mcpgateway.auth.BindingOutcome.Unavailable;
import io.mcpgateway.auth.BoundToken;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.testkit.MutableClock;
import io.mcpgateway.testkit.TestKey;
import io.mcpgateway.testkit.TestProof;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A25: proofs as RFC 9449, 4.3 has them checked. */
class DpopBindingTest {
  private static final TestKey KEY = TestKey.ec("proof");
  private static final TestKey OTHER = TestKey.ec("other");
  private static final String TOKEN = "canary-7531.token";
  private static final String URL = "https://mcp.example.com/mcp";
  private static final PublicOrigin ORIGIN =
      new PublicOrigin("https", "mcp.example.com", "", "203.0.113.9", true);

  private final MutableClock clock = MutableClock.create();
  private final Instant now = clock.instant();
  private final DpopBinding binding = DpopBinding.builder().clock(clock).build();

  private TestProof proof() {
    return new TestProof(KEY, "POST", URL, TOKEN, clock.instant());
  }

  private static BindingOutcome confirm(DpopBinding binding, TestKey key, String... proofs) {
    RequestHead.Builder head =
        RequestHead.builder("POST", "/mcp").authority("10.1.1.1:8080").query("a=b");
    for (String proof : proofs) {
      head.header("dpop", proof);
    }
    return binding.confirm(
        new BoundToken(new BearerToken(TOKEN), TestProof.thumbprint(key), head.build(), ORIGIN));
  }

  private BindingOutcome confirm(String... proofs) {
    return confirm(binding, KEY, proofs);
  }

  private static void assertRefused(BindingOutcome outcome, String code, String description) {
    assertThat(outcome).isEqualTo(new Refused(new BearerError(code, description)));
  }

  @Test
  void a25_goodProof_isConfirmed() {
    assertThat(confirm(proof().sign())).isEqualTo(new Confirmed());
  }

  static Stream<TestKey> keys() {
    return Stream.of(KEY, TestKey.rsa("rsa"), TestKey.ed25519("ed"));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void a25_asymmetricKeys_areConfirmed(TestKey key) {
    String proof = new TestProof(key, "POST", URL, TOKEN, now).sign();

    assertThat(confirm(binding, key, proof)).isEqualTo(new Confirmed());
  }

  // RFC 7638, 3.1.
  @Test
  void thumbprint_isThatOfTheStandard() throws Exception {
    String modulus =
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECP"
            + "ebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FD"
            + "W2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhA"
            + "I4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    Map<String, String> jwk =
        Map.of("kty", "RSA", "n", modulus, "e", "AQAB", "alg", "RS256", "kid", "2011-04-29");

    assertThat(JwkReader.thumbprint(jwk)).isEqualTo("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  }

  static Stream<Arguments> badProofs() {
    return Stream.of(
        bad("the type of the proof is not dpop+jwt", p -> p.header("typ", "JWT")),
        bad("the type of the proof is not dpop+jwt", p -> p.withoutHeader("typ")),
        bad("the algorithm of the proof is not allowed", p -> p.header("alg", "none")),
        bad("the algorithm of the proof is not allowed", p -> p.header("alg", "HS256")),
        bad("the algorithm of the proof is not allowed", p -> p.withoutHeader("alg")),
        bad("the signature of the proof does not verify", p -> p.header("alg", "RS256")),
        bad("the signature of the proof does not verify", p -> p.signedBy(OTHER)),
        bad("the proof shows no key", p -> p.withoutHeader("jwk")),
        bad("the proof shows no key", p -> p.header("jwk", "text")),
        bad("the key of the proof cannot be used", p -> p.header("jwk", Map.of("kty", "EC"))),
        bad("the key of the proof cannot be used", p -> p.header("jwk", KEY.jwkWith("d", "AAAA"))),
        bad("the key of the proof cannot be used", p -> p.header("jwk", KEY.jwkWith("p", "AAAA"))),
        bad("the key of the proof cannot be used", p -> p.header("jwk", symmetric())),
        bad("the proof is malformed", p -> p.header("crit", List.of("exp"))),
        bad("the proof is malformed", p -> p.header("b64", false)),
        bad("the proof is for another method: htm", p -> p.claim("htm", "GET")),
        bad("the proof is for another method: htm", p -> p.claim("htm", "post")),
        bad("the proof is for another method: htm", p -> p.withoutClaim("htm")),
        bad("no absolute URL: htu", p -> p.withoutClaim("htu")),
        bad("no absolute URL: htu", p -> p.claim("htu", "/mcp")),
        bad("no absolute URL: htu", p -> p.claim("htu", "https://[::55555555555.1]/mcp")),
        bad("no absolute URL: htu", p -> p.claim("htu", "https://u@mcp.example.com/mcp")),
        bad("the proof is for another token: ath", p -> p.withoutClaim("ath")),
        bad("the proof is for another token: ath", p -> p.claim("ath", "AAAA")),
        bad("the proof is too old, or from the future: iat", p -> p.withoutClaim("iat")),
        bad("the proof is too old, or from the future: iat", p -> p.claim("iat", "now")),
        bad("no identifier of 1 to 256 characters: jti", p -> p.withoutClaim("jti")),
        bad("no identifier of 1 to 256 characters: jti", p -> p.claim("jti", "")),
        bad("no identifier of 1 to 256 characters: jti", p -> p.claim("jti", 7)),
        bad("no identifier of 1 to 256 characters: jti", p -> p.claim("jti", "x".repeat(257))));
  }

  private static Arguments bad(String description, Consumer<TestProof> change) {
    return Arguments.of(description, change);
  }

  private static Map<String, Object> symmetric() {
    return Map.of("kty", "oct", "k", "AAAA");
  }

  @ParameterizedTest
  @MethodSource("badProofs")
  void a25_badProof_isRefused(String description, Consumer<TestProof> change) {
    TestProof proof = proof();
    change.accept(proof);

    assertRefused(confirm(proof.sign()), "invalid_dpop_proof", description);
  }

  @Test
  void a25_noProofOrSeveral_areRefused() {
    assertRefused(confirm(), "invalid_dpop_proof", "no proof: the DPoP header");
    assertRefused(
        confirm(proof().sign(), proof().sign()), "invalid_dpop_proof", "more than one DPoP header");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b", "a.b.c", "a.b.c.d", "e30.e30.", "e30=.e30.AA"})
  void a25_noJwt_isRefused(String text) {
    assertThat(confirm(text)).isInstanceOf(Refused.class);
  }

  // RFC 9449, 7.1: the proof is in order, the token is not its key's.
  @Test
  void a25_keyOfAnotherToken_isAnInvalidToken() {
    String proof = new TestProof(OTHER, "POST", URL, TOKEN, now).sign();

    assertRefused(
        confirm(proof), "invalid_token", "the token is bound to another key than the proof's");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://mcp.example.com/mcp",
        "HTTPS://MCP.example.COM/mcp",
        "https://mcp.example.com:443/mcp",
        "https://mcp.example.com/%6d%63p",
        "https://mcp.example.com/x/../mcp",
        "https://mcp.example.com/mcp?other=1#part"
      })
  void a25_htu_isComparedNormalised(String url) {
    assertThat(confirm(proof().claim("htu", url).sign())).isEqualTo(new Confirmed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://mcp.example.com/mcp",
        "https://mcp.example.com:8443/mcp",
        "https://mcp.example.com/MCP",
        "https://mcp.example.com/mcp/",
        "https://mcp.example.com/",
        "https://10.1.1.1:8080/mcp",
        "https://evil.example/mcp",
        "https://mcp.example.com%2fmcp/mcp"
      })
  void a25_htuOfAnotherUrl_isRefused(String url) {
    assertThat(confirm(proof().claim("htu", url).sign())).isInstanceOf(Refused.class);
  }

  @Test
  void a25_htu_isWhereTheClientSeesTheGateway() {
    PublicOrigin mounted = new PublicOrigin("https", "a.example", "/outer", "203.0.113.9", true);
    RequestHead head =
        RequestHead.builder("GET", "/a%2Fb")
            .mountPath("/ctx")
            .header(
                "DPoP",
                new TestProof(KEY, "GET", "https://a.example/outer/ctx/a%2fb", TOKEN, now).sign())
            .build();

    assertThat(
            binding.confirm(
                new BoundToken(new BearerToken(TOKEN), TestProof.thumbprint(KEY), head, mounted)))
        .isEqualTo(new Confirmed());
  }

  @Test
  void a25_iat_isWithinTheWindow() {
    assertThat(confirm(proof().claim("iat", now.getEpochSecond() - 300).sign()))
        .isEqualTo(new Confirmed());
    assertThat(confirm(proof().claim("iat", now.getEpochSecond() + 300).sign()))
        .isEqualTo(new Confirmed());
    for (long away : List.of(-301L, 301L, -10_000_000L)) {
      assertRefused(
          confirm(proof().claim("iat", now.getEpochSecond() + away).sign()),
          "invalid_dpop_proof",
          "the proof is too old, or from the future: iat");
    }
    assertThat(confirm(proof().claim("iat", 1e300).sign())).isInstanceOf(Refused.class);
  }

  @Test
  void a25_replay_isRefusedAsLongAsTheProofIsGood() {
    String proof = proof().sign();
    String ahead = proof().claim("iat", now.getEpochSecond() + 300).sign();
    assertThat(confirm(proof)).isEqualTo(new Confirmed());
    assertThat(confirm(ahead)).isEqualTo(new Confirmed());

    assertRefused(confirm(proof), "invalid_dpop_proof", "the proof was used before: jti");
    clock.advance(Duration.ofMinutes(5));
    assertRefused(confirm(proof), "invalid_dpop_proof", "the proof was used before: jti");
    clock.advance(Duration.ofMinutes(5));
    assertRefused(confirm(ahead), "invalid_dpop_proof", "the proof was used before: jti");
    clock.advance(Duration.ofSeconds(1));
    assertRefused(
        confirm(ahead), "invalid_dpop_proof", "the proof is too old, or from the future: iat");
  }

  @Test
  void a25_sameIdentifierOfAnotherKey_isNoReplay() {
    assertThat(confirm(proof().claim("jti", "1").sign())).isEqualTo(new Confirmed());
    String other = new TestProof(OTHER, "POST", URL, TOKEN, now).claim("jti", "1").sign();

    assertThat(confirm(binding, OTHER, other)).isEqualTo(new Confirmed());
    assertThat(confirm(proof().claim("jti", "1").claim("x", 1).sign())).isInstanceOf(Refused.class);
  }

  @Test
  void refusedProof_isNotUsed() {
    TestProof proof = proof();
    assertThat(confirm(proof.signedBy(OTHER).sign())).isInstanceOf(Refused.class);

    assertThat(confirm(proof.signedBy(KEY).sign())).isEqualTo(new Confirmed());
  }

  @Test
  void a25_fullMemory_takesNoMoreAndForgetsWhatHasEnded() {
    DpopBinding small = DpopBinding.builder().clock(clock).maxProofs(2).build();
    assertThat(confirm(small, KEY, proof().sign())).isEqualTo(new Confirmed());
    assertThat(confirm(small, KEY, proof().sign())).isEqualTo(new Confirmed());

    assertThat(confirm(small, KEY, proof().sign()))
        .isEqualTo(new Unavailable(Duration.ofSeconds(30), "too many DPoP proofs to remember"));
    clock.advance(Duration.ofMinutes(6));
    assertThat(confirm(small, KEY, proof().sign())).isEqualTo(new Confirmed());
  }

  @Test
  void a25_nonce_isAskedForAndTaken() {
    DpopBinding asking = DpopBinding.builder().clock(clock).nonce(true).build();
    String nonce = nonceOf(confirm(asking, KEY, proof().sign()));

    assertThat(confirm(asking, KEY, proof().claim("nonce", nonce).sign()))
        .isEqualTo(new Confirmed());
    clock.advance(Duration.ofMinutes(5));
    assertThat(confirm(asking, KEY, proof().claim("nonce", nonce).sign()))
        .isEqualTo(new Confirmed());
    clock.advance(Duration.ofMinutes(5));
    String next = nonceOf(confirm(asking, KEY, proof().claim("nonce", nonce).sign()));
    assertThat(next).isNotEqualTo(nonce);
    assertThat(nonceOf(confirm(asking, KEY, proof().claim("nonce", "guess").sign())))
        .isEqualTo(next);
    assertThat(
            nonceOf(
                confirm(
                    DpopBinding.builder().clock(clock).nonce(true).build(), KEY, proof().sign())))
        .as("of another process")
        .isNotEqualTo(next);
  }

  private static String nonceOf(BindingOutcome outcome) {
    assertThat(outcome).isInstanceOf(Refused.class);
    Refused refused = (Refused) outcome;
    assertThat(refused.error())
        .isEqualTo(
            new BearerError("use_dpop_nonce", "a proof with the nonce of this server is required"));
    assertThat(refused.headers().first("Cache-Control")).contains("no-store");
    return refused.headers().first("DPoP-Nonce").orElseThrow();
  }

  @Test
  void builder_whatIsOutOfRange_isRefused() {
    assertThatThrownBy(() -> DpopBinding.builder().algorithms("HS256"))
        .hasMessageStartingWith("algorithms: HS256 (expected: RS256, ");
    assertThatThrownBy(() -> DpopBinding.builder().algorithms())
        .hasMessage("algorithms: none (expected: at least one)");
    assertThatThrownBy(() -> DpopBinding.builder().maxAge(Duration.ofMinutes(6)))
        .hasMessage("maxAge: PT6M (expected: PT1S to PT5M)");
    assertThatThrownBy(() -> DpopBinding.builder().maxProofs(0))
        .hasMessage("maxProofs: 0 (expected: at least 1)");
  }

  @Test
  void algorithms_otherThanAllowed_areRefused() {
    DpopBinding rsaOnly = DpopBinding.builder().clock(clock).algorithms("RS256").build();

    assertThat(rsaOnly.challengeParameters()).isEqualTo(Map.of("algs", "RS256"));
    assertRefused(
        confirm(rsaOnly, KEY, proof().sign()),
        "invalid_dpop_proof",
        "the algorithm of the proof is not allowed");
  }
}
