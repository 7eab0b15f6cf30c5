package io.mcpgateway.jwt;

import static io.mcpgateway.jwt.Verifying.AUDIENCE;
import static io.mcpgateway.jwt.Verifying.assertVerified;
import static io.mcpgateway.jwt.Verifying.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.auth.TokenVerification.Unavailable;
import io.mcpgateway.auth.TokenVerification.Verified;
import io.mcpgateway.testkit.MutableClock;
import io.mcpgateway.testkit.TestIssuer;
import io.mcpgateway.testkit.TestKey;
import io.mcpgateway.testkit.TestToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtVerifierTest {
  private final MutableClock clock = MutableClock.create();
  private final TestIssuer issuer = TestIssuer.start(clock);

  @AfterEach
  void close() {
    issuer.close();
  }

  private JwtVerifier.Builder builder() {
    return JwtVerifier.builder()
        .issuer(issuer.issuer())
        .audiences(AUDIENCE)
        .jwks(issuer.jwks())
        .clock(clock);
  }

  private TestToken token() {
    return issuer.token().audience(AUDIENCE);
  }

  static Stream<TestKey> keys() {
    return Stream.of(
        TestKey.rsa("k"),
        TestKey.ec("k"),
        TestKey.ec("k", Curve.P_384),
        TestKey.ec("k", Curve.P_521),
        TestKey.ed25519("k"));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void verify_eachKindOfKey_isVerified(TestKey key) {
    issuer.use(key);
    try (JwtVerifier verifier = builder().build()) {
      assertVerified(verifier, token().sign());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
  void verify_eachAlgorithmOfRsa_isVerified(String algorithm) {
    issuer.use(TestKey.rsa("k"));
    try (JwtVerifier verifier = builder().build()) {
      assertVerified(verifier, token().header("alg", algorithm).sign());
    }
  }

  @Test
  void verify_goodToken_tellsWhoIsCalling() {
    AuthenticatedPrincipal caller =
        principal(token().scope("mcp:read", "mcp:write").claim("groups", List.of("a", "b")));

    assertThat(caller.issuer()).isEqualTo(issuer.issuer());
    assertThat(caller.subject()).isEqualTo("eitan");
    assertThat(caller.scopes()).containsExactlyInAnyOrder("mcp:read", "mcp:write");
    assertThat(caller.expiresAt()).isEqualTo(Optional.of(Instant.parse("2026-06-01T12:05:00Z")));
    assertThat(caller.claims())
        .containsEntry("groups", List.of("a", "b"))
        .containsEntry("aud", AUDIENCE)
        .containsEntry("client_id", "mcp-client");
  }

  @Test
  void verify_withoutSubject_namesTheClient() {
    assertThat(principal(token().withoutClaim("sub")).subject()).isEqualTo("mcp-client");
    assertThat(
            principal(token().withoutClaim("sub").withoutClaim("client_id").claim("azp", "app"))
                .subject())
        .isEqualTo("app");
    assertThat(principal(token().withoutClaim("sub").withoutClaim("client_id")).subject())
        .isEmpty();
  }

  @Test
  void verify_subjectIsNoString_isRejected() {
    try (JwtVerifier verifier = builder().build()) {
      Verifying.assertRejected(verifier, token().claim("sub", 7).sign(), "the token is malformed");
    }
  }

  @Test
  void verify_scopesInEachForm_areRead() {
    assertThat(principal(token().claim("scope", List.of("a", "b"))).scopes())
        .containsExactlyInAnyOrder("a", "b");
    assertThat(principal(token().claim("scp", List.of("a", "b"))).scopes())
        .containsExactlyInAnyOrder("a", "b");
    assertThat(principal(token().claim("scp", "a b")).scopes()).containsExactlyInAnyOrder("a", "b");
    assertThat(principal(token().claim("scope", " a  a ").claim("scp", "b")).scopes())
        .containsExactly("a");
    assertThat(principal(token().claim("scope", List.of("a", 1))).scopes()).isEmpty();
    assertThat(principal(token().claim("scope", 1)).scopes()).isEmpty();
    assertThat(principal(token()).scopes()).isEmpty();
  }

  private AuthenticatedPrincipal principal(TestToken token, String... scopeClaims) {
    try (JwtVerifier verifier = builder().scopeClaims(scopeClaims).build()) {
      return ((Verified) verify(verifier, token.sign())).principal();
    }
  }

  @Test
  void verify_scopeClaims_areUnited() {
    TestToken token =
        token()
            .scope("a", "b")
            .claim("scp", List.of("b", "c"))
            .claim("realm_access", Map.of("roles", List.of("d")))
            .claim("resource_access", Map.of("my.client", Map.of("roles", List.of("e"))))
            .claim("https://ns.example.com/roles", List.of("f"))
            .claim("count", 1);

    assertThat(principal(token, "scope", "scp").scopes()).containsOnly("a", "b", "c");
    assertThat(principal(token, "realm_access.roles").scopes()).containsOnly("d");
    assertThat(
            principal(token, "resource_access.my.client.roles", "https://ns.example.com/roles")
                .scopes())
        .containsOnly("e", "f");
    assertThat(principal(token, "none", "realm_access", "count", "scope.x", ".", "a.").scopes())
        .isEmpty();
  }

  @Test
  void verify_issuerAlias_isTheCanonicalIssuersCaller() {
    try (JwtVerifier verifier = builder().issuerAliases("https://alias.example").build()) {
      String token = token().claim("iss", "https://alias.example").sign();
      assertThat(((Verified) verify(verifier, token)).principal().issuer())
          .isEqualTo(issuer.issuer());
      assertThat(verifier.issuers()).containsExactly(issuer.issuer());
      Verifying.assertRejected(
          verifier,
          token().claim("iss", "https://alias.example/").sign(),
          "the token is from another issuer");
    }
  }

  @Test
  void verify_algorithmNotInTheList_isRejected() {
    issuer.use(TestKey.rsa("k"));
    try (JwtVerifier verifier = builder().algorithms("PS256", "ES256").build()) {
      assertVerified(verifier, token().header("alg", "PS256").sign());
      Verifying.assertRejected(verifier, token().sign(), "the signature algorithm is not allowed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HS256", "none", "rs256", "ES256K", ""})
  void build_unknownAlgorithm_isRefused(String algorithm) {
    assertThatThrownBy(() -> builder().algorithms(algorithm).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "algorithms: "
                + algorithm
                + " (expected: some of RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512"
                + " EdDSA)");
    assertThatThrownBy(() -> builder().algorithms().build())
        .hasMessageStartingWith("algorithms: none (expected: ");
  }

  @Test
  void verify_accessTokenTypeRequired_isRequired() {
    try (JwtVerifier verifier = builder().requireAccessTokenType(true).build()) {
      assertVerified(verifier, token().header("typ", "at+JWT").sign());
      assertVerified(verifier, token().header("typ", "application/at+jwt").sign());
      for (String token :
          List.of(token().header("typ", "JWT").sign(), token().withoutHeader("typ").sign())) {
        Verifying.assertRejected(verifier, token, "the token type is not an access token");
      }
    }
  }

  @Test
  void verify_requiredClaim_hasToBeThere() {
    try (JwtVerifier verifier = builder().requiredClaims("sub", "tenant").build()) {
      assertVerified(verifier, token().claim("tenant", false).sign());
      for (String token :
          List.of(
              token().sign(),
              token().claim("tenant", null).sign(),
              token().claim("tenant", "t").withoutClaim("sub").sign())) {
        Verifying.assertRejected(verifier, token, "the token lacks a required claim");
      }
    }
  }

  @Test
  void verify_noRequiredClaims_stillNeedsAnEnd() {
    try (JwtVerifier verifier = builder().requiredClaims().build()) {
      Verifying.assertRejected(
          verifier, token().withoutClaim("exp").sign(), "the token has no expiry");
    }
  }

  @Test
  void a11_configuredAudience_isComparedAsItIs() {
    String resource = "https://MCP.example.com/mcp";
    try (JwtVerifier other = builder().audiences("https://x.example/").resource(resource).build();
        JwtVerifier same =
            builder()
                .audiences("weather", "https://mcp.example.com:443/mcp")
                .resource(resource)
                .build()) {
      assertVerified(other, issuer.token().audience("https://x.example/").sign());
      for (String audience : List.of("https://x.example", "HTTPS://x.example/", resource)) {
        Verifying.assertRejected(
            other, issuer.token().audience(audience).sign(), "the token is for another audience");
      }
      assertVerified(same, issuer.token().audience("weather").sign());
      assertVerified(same, issuer.token().audience("https://mcp.example.com/mcp").sign());
      Verifying.assertRejected(
          same, issuer.token().audience("Weather").sign(), "the token is for another audience");
    }
  }

  @Test
  void verify_remembered_asksForNothingUntilItEnds() {
    String token = token().sign();
    try (JwtVerifier verifier =
        JwtVerifier.builder()
            .issuer(issuer.issuer())
            .audiences(AUDIENCE)
            .jwksUrl(issuer.jwksUrl())
            .clock(clock)
            .build()) {
      Verified first = (Verified) verify(verifier, token);

      assertThat(verify(verifier, token)).isSameAs(first);
      assertThat(verifier.tokenCache().maxAge()).isEqualTo(Duration.ofMinutes(5));
    }
  }

  @Test
  void verify_cacheOff_verifiesAgain() {
    String token = token().sign();
    try (JwtVerifier verifier = builder().tokenCache(Duration.ZERO, 1).build()) {
      assertThat(verify(verifier, token)).isNotSameAs(verify(verifier, token));
    }
  }

  @Test
  void options_nameWhatIsNotAsByDefault() {
    try (JwtVerifier plain = builder().build();
        JwtVerifier strict =
            builder()
                .issuerAliases("https://alias.example")
                .algorithms("ES256", "RS256")
                .requireAccessTokenType(true)
                .requiredClaims("sub")
                .scopeClaims("scope", "roles")
                .build()) {
      assertThat(plain.options()).isEmpty();
      assertThat(strict.options())
          .hasToString(
              "{issuerAliases=https://alias.example, algorithms=RS256 ES256,"
                  + " requireAccessTokenType=true, requiredClaims=sub, scopeClaims=scope roles}");
    }
  }

  @Test
  void verify_clockSkew_isTheEdge() {
    try (JwtVerifier verifier = builder().clockSkew(Duration.ofSeconds(5)).build()) {
      String token = token().expiresIn(Duration.ofSeconds(10)).sign();
      clock.advance(Duration.ofSeconds(14));
      assertVerified(verifier, token);
      clock.advance(Duration.ofSeconds(1));
      Verifying.assertRejected(verifier, token, "the token has expired");
    }
  }

  @Test
  void verify_keysAtHand_completesAtOnce() {
    try (JwtVerifier verifier = builder().build()) {
      assertThat(Verifying.start(verifier, token().sign())).isCompleted();
    }
  }

  @Test
  void verify_closed_isUnavailable() {
    JwtVerifier verifier = builder().build();
    verifier.close();
    verifier.close();

    assertThat(verify(verifier, token().sign()))
        .isEqualTo(new Unavailable(Duration.ofSeconds(1), "the verifier is closed"));
  }

  @Test
  void build_tellsWhatItWasGiven(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("jwks.json"), issuer.jwks());
    try (JwtVerifier inline = builder().audiences("a", "b", "a").build();
        JwtVerifier byUrl =
            JwtVerifier.builder()
                .issuer("urn:issuer")
                .audiences("a")
                .jwksUrl("https://issuer.example/keys")
                .clockSkew(Duration.ZERO)
                .build();
        JwtVerifier byFile =
            JwtVerifier.builder().issuer("x").audiences("a").jwksFile(file).build();
        JwtVerifier discovered =
            JwtVerifier.builder().issuer("https://issuer.example").audiences("a").build()) {
      assertThat(inline.issuer()).isEqualTo(issuer.issuer());
      assertThat(inline.issuers()).containsExactly(issuer.issuer());
      assertThat(inline.audiences()).containsExactly("a", "b");
      assertThat(inline.clockSkew()).isEqualTo(Duration.ofSeconds(60));
      assertThat(byUrl.clockSkew()).isEqualTo(Duration.ZERO);
      assertThat(inline.keysFrom()).isEqualTo("inline");
      assertThat(byUrl.keysFrom()).isEqualTo("https://issuer.example/keys");
      assertThat(byFile.keysFrom()).isEqualTo(file.toString());
      assertThat(discovered.keysFrom()).isEqualTo("metadata of https://issuer.example");
    }
    assertThat(issuer.requests()).isEmpty();
  }

  @Test
  void verify_keysInFile_isVerified(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("jwks.json"), issuer.jwks());
    try (JwtVerifier verifier =
        JwtVerifier.builder()
            .issuer(issuer.issuer())
            .audiences(AUDIENCE)
            .jwksFile(file)
            .clock(clock)
            .build()) {
      assertVerified(verifier, token().sign());
      Verifying.assertRejected(
          verifier, token().header("kid", "x").sign(), "the signature key is not known");
    }
  }

  @Test
  void build_somethingMissing_isRefused() {
    assertThatThrownBy(() -> JwtVerifier.builder().audiences("a").build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("issuer: none (expected: the identifier in iss)");
    assertThatThrownBy(() -> JwtVerifier.builder().issuer("").audiences("a").build())
        .hasMessage("issuer: none (expected: the identifier in iss)");
    assertThatThrownBy(() -> builder().audiences().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("audiences: none (expected: at least one)");
    assertThatThrownBy(() -> builder().audiences("").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("audiences: an empty one (expected: identifiers)");
  }

  @Test
  void build_clockSkewOutOfRange_isRefused() {
    assertThatThrownBy(() -> builder().clockSkew(Duration.ofSeconds(-1)).build())
        .hasMessage("clockSkew: PT-1S (expected: PT0S to PT10M)");
    assertThatThrownBy(() -> builder().clockSkew(Duration.ofMinutes(11)).build())
        .hasMessage("clockSkew: PT11M (expected: PT0S to PT10M)");
  }

  @Test
  void build_keysFromSeveralPlaces_isRefused() {
    assertThatThrownBy(() -> builder().jwksUrl("https://issuer.example/keys").build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("keys from several places (expected: at most one of jwksUrl, jwks, jwksFile)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://issuer.example/keys",
        "http://127.0.0.1.evil.example/keys",
        "http://localhost.evil.example/keys",
        "https://user:secret@issuer.example/keys",
        "https://issuer.example/keys#x",
        "ftp://issuer.example/keys",
        "file:///etc/keys",
        "/keys",
        "https:///keys",
        "not a url"
      })
  void a17_build_insecureKeyUrl_isRefused(String url) {
    assertThatThrownBy(() -> JwtVerifier.builder().issuer("x").audiences("a").jwksUrl(url).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("jwksUrl: " + url.replace("user:secret", "***") + " (expected: ")
        .hasMessageContaining("an https URL, or http to a loopback address;");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:1/k", "http://127.8.9.1/k", "http://[::1]:2/k"})
  void build_loopbackKeyUrl_isFine(String url) {
    JwtVerifier.builder().issuer("x").audiences("a").jwksUrl(url).build().close();
  }

  @Test
  void build_insecureKeyUrlAllowed_isFine() {
    JwtVerifier.builder()
        .issuer("x")
        .audiences("a")
        .jwksUrl("http://issuer.internal/keys")
        .allowInsecureKeyUrls(true)
        .build()
        .close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://issuer.example", "urn:issuer", "https://issuer.example/?t=1"})
  void build_issuerWithoutMetadata_isRefused(String issuer) {
    assertThatThrownBy(() -> JwtVerifier.builder().issuer(issuer).audiences("a").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("issuer: " + issuer + " (expected: an https URL, ");
  }

  @Test
  void build_unusableKeys_isRefused(@TempDir Path directory) {
    assertThatThrownBy(() -> builder().jwks("{}").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "jwks: no JWK set (expected: an object with a list of keys) (expected: a JWK set)");
    assertThatThrownBy(() -> builder().jwks("{\"keys\":[]}").build())
        .hasMessage("jwks: no usable key (expected: a JWK set)");
    Path missing = directory.resolve("missing.json");
    assertThatThrownBy(
            () -> JwtVerifier.builder().issuer("x").audiences("a").jwksFile(missing).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("jwksFile: " + missing + " (expected: a readable file)");
  }
}
