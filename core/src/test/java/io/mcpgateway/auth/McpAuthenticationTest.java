package io.mcpgateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.auth.AuthenticationResult.Passed;
import io.mcpgateway.auth.AuthenticationResult.Refused;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import io.mcpgateway.metadata.ResourceMetadata;
import io.mcpgateway.telemetry.RefusalCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class McpAuthenticationTest {
  private static final AuthenticatedPrincipal ALICE =
      new AuthenticatedPrincipal(
          "https://as.example.com",
          "alice",
          Set.of("read"),
          Map.of("email", "canary@example.com"),
          Optional.of(Instant.EPOCH));
  private static final TokenVerification VERIFIED = new TokenVerification.Verified(ALICE);
  private static final TokenVerification REJECTED = new TokenVerification.Rejected("it is expired");
  private static final TokenVerification UNAVAILABLE =
      new TokenVerification.Unavailable(Duration.ofSeconds(7), "connection refused");
  private static final PublicOrigin ORIGIN =
      new PublicOrigin("https", "mcp.example.com", "", "203.0.113.9", false);
  private static final String METADATA =
      "resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\"";
  private static final Passed NOBODY = new Passed(Optional.empty());

  private static RequestHead request(String... authorization) {
    RequestHead.Builder head = RequestHead.builder("POST", "/mcp");
    for (String value : authorization) {
      head.header("Authorization", value);
    }
    return head.build();
  }

  private static McpAuthentication.Builder policy(AuthenticationMode mode, TokenVerifier verifier) {
    return McpAuthentication.builder().mode(mode).verifier(verifier);
  }

  private static AuthenticationResult now(CompletionStage<AuthenticationResult> stage) {
    assertThat(stage.toCompletableFuture()).isCompleted();
    return stage.toCompletableFuture().join();
  }

  private static AuthenticationResult authenticate(
      AuthenticationMode mode, TokenVerifier verifier, String... authorization) {
    return now(
        policy(mode, verifier).build().authenticate(request(authorization), ORIGIN, List.of()));
  }

  private static Refused refusal(int status, String challenge, String body, String reason) {
    return new Refused(
        Response.json(status, Headers.of("WWW-Authenticate", challenge), body),
        code(status, reason),
        reason);
  }

  private static RefusalCode code(int status, String reason) {
    return switch (status) {
      case 400 -> RefusalCode.BAD_CREDENTIALS;
      case 403 -> RefusalCode.INSUFFICIENT_SCOPE;
      default -> reason.startsWith("no ") ? RefusalCode.NO_TOKEN : RefusalCode.INVALID_TOKEN;
    };
  }

  @Test
  void authenticate_missingToken_challengesWithMetadataUrl() {
    FakeVerifier verifier = FakeVerifier.saying(VERIFIED);

    assertThat(authenticate(AuthenticationMode.STRICT, verifier))
        .isEqualTo(
            refusal(
                401,
                "Bearer " + METADATA,
                "{\"error\":\"unauthorized\",\"error_description\":\"a bearer token is required\"}",
                "no bearer token"));
    assertThat(verifier.asked).isEmpty();
  }

  // RFC 6750, 3.1: no error code for a request without authentication information.
  @ParameterizedTest
  @ValueSource(strings = {"Basic dXNlcjpwYXNz", "DPoP abc", "abc"})
  void authenticate_otherScheme_isChallengedWithoutError(String authorization) {
    assertThat(
            authenticate(AuthenticationMode.STRICT, FakeVerifier.saying(VERIFIED), authorization))
        .isEqualTo(authenticate(AuthenticationMode.STRICT, FakeVerifier.saying(VERIFIED)));
  }

  @Test
  void a8_tokenInTheQuery_isNoToken() {
    FakeVerifier verifier = FakeVerifier.saying(VERIFIED);
    RequestHead head =
        RequestHead.builder("POST", "/mcp").query("access_token=canary-7531").build();

    AuthenticationResult result =
        now(
            policy(AuthenticationMode.STRICT, verifier)
                .build()
                .authenticate(head, ORIGIN, List.of()));

    assertThat(result)
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.response().status()).isEqualTo(401));
    assertThat(result.toString()).doesNotContain("canary");
    assertThat(verifier.asked).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"STRICT", "OPTIONAL"})
  void a13_malformedCredentials_is400(AuthenticationMode mode) {
    FakeVerifier verifier = FakeVerifier.saying(VERIFIED);

    assertThat(authenticate(mode, verifier, "Bearer a", "Bearer b"))
        .isEqualTo(
            refusal(
                400,
                "Bearer "
                    + METADATA
                    + ", error=\"invalid_request\""
                    + ", error_description=\"more than one Authorization header\"",
                "{\"error\":\"invalid_request\","
                    + "\"error_description\":\"more than one Authorization header\"}",
                "invalid_request: more than one Authorization header"));
    assertThat(verifier.asked).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void authenticate_goodToken_namesTheCaller(AuthenticationMode mode) {
    FakeVerifier verifier = FakeVerifier.saying(VERIFIED);

    assertThat(authenticate(mode, verifier, "Bearer abc"))
        .isEqualTo(new Passed(Optional.of(ALICE)));
    assertThat(verifier.asked).containsExactly(new BearerToken("abc"));
  }

  @ParameterizedTest
  @EnumSource(names = {"STRICT", "OPTIONAL"})
  void a13_rejectedToken_is401WithError(AuthenticationMode mode) {
    assertThat(authenticate(mode, FakeVerifier.saying(REJECTED), "Bearer canary-7531"))
        .isEqualTo(
            refusal(
                401,
                "Bearer "
                    + METADATA
                    + ", error=\"invalid_token\", error_description=\"it is expired\"",
                "{\"error\":\"invalid_token\",\"error_description\":\"it is expired\"}",
                "invalid_token: it is expired"));
  }

  @ParameterizedTest
  @EnumSource(names = {"OPTIONAL", "PERMISSIVE"})
  void authenticate_missingTokenNotRequired_passesAsNobody(AuthenticationMode mode) {
    assertThat(authenticate(mode, FakeVerifier.saying(VERIFIED))).isEqualTo(NOBODY);
    assertThat(authenticate(mode, FakeVerifier.saying(VERIFIED), "Basic dTpw")).isEqualTo(NOBODY);
  }

  @Test
  void authenticate_permissiveAndBadCredentials_passesAsNobody() {
    AuthenticationMode mode = AuthenticationMode.PERMISSIVE;

    assertThat(authenticate(mode, FakeVerifier.saying(REJECTED), "Bearer a")).isEqualTo(NOBODY);
    assertThat(authenticate(mode, FakeVerifier.saying(UNAVAILABLE), "Bearer a")).isEqualTo(NOBODY);
    assertThat(authenticate(mode, FakeVerifier.saying(VERIFIED), "Bearer a b")).isEqualTo(NOBODY);
    for (TokenVerifier broken : brokenVerifiers()) {
      assertThat(authenticate(mode, broken, "Bearer a")).isEqualTo(NOBODY);
    }
  }

  // Not a 401, which would make the client throw its good token away.
  @ParameterizedTest
  @EnumSource(names = {"STRICT", "OPTIONAL"})
  void authenticate_noKeys_is503WithRetryAfter(AuthenticationMode mode) {
    assertThat(authenticate(mode, FakeVerifier.saying(UNAVAILABLE), "Bearer abc"))
        .isEqualTo(
            new Refused(
                Response.json(
                    503,
                    Headers.of("Retry-After", "7"),
                    "{\"error\":\"temporarily_unavailable\","
                        + "\"error_description\":\"tokens cannot be verified at the moment\"}"),
                RefusalCode.ISSUER_UNAVAILABLE,
                "tokens cannot be verified: connection refused"));
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 1", "PT-5S, 1", "PT0.9S, 1", "PT1M, 60"})
  void authenticate_noKeys_retriesNotAtOnce(Duration retryAfter, String seconds) {
    TokenVerification outcome = new TokenVerification.Unavailable(retryAfter, "down");

    assertThat(authenticate(AuthenticationMode.STRICT, FakeVerifier.saying(outcome), "Bearer abc"))
        .isInstanceOfSatisfying(
            Refused.class,
            refused ->
                assertThat(refused.response().headers().first("Retry-After")).contains(seconds));
  }

  static List<TokenVerifier> brokenVerifiers() {
    List<Supplier<CompletionStage<TokenVerification>>> outcomes =
        List.of(
            () -> {
              throw new IllegalStateException("broken");
            },
            () -> CompletableFuture.failedStage(new IllegalStateException("broken")),
            // a description that cannot stand in a header
            () -> CompletableFuture.completedStage(new TokenVerification.Rejected("a \"quote\"")),
            () ->
                CompletableFuture.completedStage("x")
                    .thenApply(x -> new TokenVerification.Rejected("line\r\nbreak")));
    return outcomes.stream().<TokenVerifier>map(FakeVerifier::new).toList();
  }

  // A verifier that breaks opens no door, and is not the client's fault.
  @ParameterizedTest
  @MethodSource("brokenVerifiers")
  void authenticate_brokenVerifier_is503(TokenVerifier broken) {
    assertThat(authenticate(AuthenticationMode.STRICT, broken, "Bearer canary-7531"))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.response().status()).isEqualTo(503);
              assertThat(refused.response().headers().first("Retry-After")).contains("5");
              assertThat(refused.response().body()).doesNotContain("broken");
              assertThat(refused.reason())
                  .startsWith("tokens cannot be verified: the token verifier failed: ");
              assertThat(refused.toString()).doesNotContain("canary");
            });
  }

  @Test
  void authenticate_keysHaveToBeFetched_waitsWithoutAThread() {
    CompletableFuture<TokenVerification> keys = new CompletableFuture<>();
    McpAuthentication policy =
        policy(AuthenticationMode.STRICT, new FakeVerifier(() -> keys)).build();

    CompletableFuture<AuthenticationResult> result =
        policy.authenticate(request("Bearer abc"), ORIGIN, List.of()).toCompletableFuture();
    assertThat(result).isNotDone();

    keys.complete(VERIFIED);
    assertThat(result).isCompletedWithValue(new Passed(Optional.of(ALICE)));
  }

  // MCP 2026-07-28, Refresh Tokens: offline_access is not for a resource to ask for.
  @ParameterizedTest
  @CsvSource({
    "read write, ', scope=\"read write\"'",
    "read offline_access write, ', scope=\"read write\"'",
    "offline_access, ''",
    "offline_access_x, ', scope=\"offline_access_x\"'",
  })
  void a4_challenge_namesTheScopes(String scopes, String parameter) {
    McpAuthentication policy =
        policy(AuthenticationMode.STRICT, FakeVerifier.saying(VERIFIED))
            .resourceMetadata(ResourceMetadata.builder().scopesSupported(scopes.split(" ")).build())
            .build();

    assertThat(now(policy.authenticate(request(), ORIGIN, List.of())))
        .isInstanceOfSatisfying(
            Refused.class,
            refused ->
                assertThat(refused.response().headers().all("WWW-Authenticate"))
                    .containsExactly("Bearer " + METADATA + parameter));
  }

  @Test
  void trap33_configuredResource_isNotTakenFromTheHost() {
    McpAuthentication policy =
        policy(AuthenticationMode.STRICT, FakeVerifier.saying(VERIFIED))
            .resourceMetadata(
                ResourceMetadata.builder().resource("https://pub.example/mcp").build())
            .build();
    PublicOrigin spoofed = new PublicOrigin("http", "evil.example", "", "203.0.113.9", false);

    assertThat(now(policy.authenticate(request(), spoofed, List.of())))
        .isInstanceOfSatisfying(
            Refused.class,
            refused ->
                assertThat(refused.response().headers().all("WWW-Authenticate"))
                    .containsExactly(
                        "Bearer resource_metadata=\""
                            + "https://pub.example/.well-known/oauth-protected-resource/mcp\""));
  }

  @Test
  void toString_results_showNoTokenAndNoClaims() {
    for (TokenVerification outcome : List.of(VERIFIED, REJECTED, UNAVAILABLE)) {
      AuthenticationResult result =
          authenticate(
              AuthenticationMode.STRICT, FakeVerifier.saying(outcome), "Bearer canary-7531");
      assertThat(result.toString()).doesNotContain("canary");
    }
    assertThat(VERIFIED.toString()).doesNotContain("canary").contains("alice");
  }

  @Test
  void principal_collections_areCopied() {
    assertThat(ALICE.getName()).isEqualTo("alice");
    assertThatThrownBy(() -> ALICE.scopes().add("admin"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ALICE.claims().put("admin", true))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void build_noVerifier_isRefused() {
    assertThatThrownBy(() -> McpAuthentication.builder().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("verifier is missing (expected: a TokenVerifier)");
  }

  @Test
  void build_defaults_areStrict() {
    FakeVerifier verifier = FakeVerifier.saying(VERIFIED);
    McpAuthentication policy = McpAuthentication.builder().verifier(verifier).build();

    assertThat(policy.mode()).isEqualTo(AuthenticationMode.STRICT);
    assertThat(policy.resourceMetadata().resource()).isEmpty();
    assertThat(policy.verifier()).isSameAs(verifier);

    policy.close();
    assertThat(verifier.closed).isTrue();
  }
}
