package io.mcpgateway.oauth;

import static io.mcpgateway.testkit.Responses.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.auth.BearerToken;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerification.Rejected;
import io.mcpgateway.auth.TokenVerification.Unavailable;
import io.mcpgateway.auth.TokenVerification.Verified;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.testkit.MutableClock;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7662, against an endpoint that says what it is told. */
class IntrospectionVerifierTest {
  private static final String ISSUER = "https://as.example.com";
  private static final String AUDIENCE = "https://mcp.example.com/mcp";
  private static final String TOKEN = "canary-7531";

  private final MutableClock clock = MutableClock.create();
  private volatile String answer = ok("{\"active\":false}");
  private final CountDownLatch open = new CountDownLatch(1);
  private final RawBackend endpoint =
      RawBackend.forEachRequest(
          (request, connection) -> {
            if (request.body().contains("slow")) {
              awaitQuietly(open);
            }
            connection.write(answer);
          });
  private IntrospectionVerifier verifier = builder().build();

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @AfterEach
  void stop() throws Exception {
    open.countDown();
    verifier.close();
    endpoint.close();
  }

  private IntrospectionVerifier.Builder builder() {
    return IntrospectionVerifier.builder()
        .issuer(ISSUER)
        .url(endpoint.url())
        .client(ClientAuthentication.basic("gate:way", "s%cret"))
        .audiences("other", AUDIENCE)
        .clock(clock);
  }

  private void use(IntrospectionVerifier.Builder builder) {
    verifier.close();
    verifier = builder.build();
  }

  private void says(String more) {
    answer = ok("{\"active\":true,\"sub\":\"alice\",\"aud\":\"" + AUDIENCE + "\"" + more + "}");
  }

  private CompletableFuture<TokenVerification> start(String token) {
    return verifier
        .verify(new BearerToken(token), RequestHead.builder("POST", "/mcp").build())
        .toCompletableFuture();
  }

  private TokenVerification verify() {
    return start(TOKEN).orTimeout(20, TimeUnit.SECONDS).join();
  }

  private long inSeconds(long seconds) {
    return clock.instant().getEpochSecond() + seconds;
  }

  @Test
  void verify_activeToken_isAskedAboutAndTold() {
    says(",\"scope\":\"read write\",\"exp\":" + inSeconds(60) + ",\"cnf\":{\"jkt\":\"key\"}");

    TokenVerification outcome = verify();

    assertThat(outcome).isInstanceOf(Verified.class);
    assertThat(((Verified) outcome).principal())
        .satisfies(
            caller -> {
              assertThat(caller.issuer()).isEqualTo(ISSUER);
              assertThat(caller.subject()).isEqualTo("alice");
              assertThat(caller.scopes()).isEqualTo(Set.of("read", "write"));
              assertThat(caller.expiresAt()).contains(Instant.ofEpochSecond(inSeconds(60)));
              assertThat(caller.claims())
                  .containsEntry("cnf", Map.of("jkt", "key"))
                  .doesNotContainKey("active");
            });
    RawMessage request = endpoint.requests().get(0);
    assertThat(request.startLine()).isEqualTo("POST /mcp HTTP/1.1");
    assertThat(request.body()).isEqualTo("token=canary-7531&token_type_hint=access_token");
    assertThat(request.field("Content-Type")).contains("application/x-www-form-urlencoded");
    // RFC 6749, 2.3.1: form-encoded before base64: gate%3Away:s%25cret
    assertThat(request.field("Authorization")).contains("Basic Z2F0ZSUzQXdheTpzJTI1Y3JldA==");
  }

  @Test
  void verify_secretInTheForm_isSentThere() {
    use(builder().client(ClientAuthentication.post("gateway", "s&cret")));
    says("");

    assertThat(verify()).isInstanceOf(Verified.class);
    assertThat(endpoint.requests().get(0).field("Authorization")).isEmpty();
    assertThat(endpoint.requests().get(0).body())
        .contains("token=canary-7531&", "client_id=gateway", "client_secret=s%26cret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"active\":false}|the token is not active",
        "{\"active\":false,\"sub\":\"alice\",\"aud\":\"other\"}|the token is not active",
        "{\"active\":true,\"sub\":\"a\"}|the token is for another audience",
        "{\"active\":true,\"sub\":\"a\",\"aud\":\"b\"}|the token is for another audience",
        "{\"active\":true,\"sub\":\"a\",\"aud\":[\"other\",1]}|the token is for another audience",
        "{\"active\":true,\"sub\":\"a\",\"aud\":null}|the token is for another audience",
        "{\"active\":true,\"aud\":\"other\"}|the token speaks for nobody",
        "{\"active\":true,\"aud\":\"other\",\"sub\":1,\"client_id\":\"c\"}|the token is malformed",
        "{\"active\":true,\"aud\":\"other\",\"sub\":\"a\",\"exp\":\"1\"}|the token is malformed",
        "{\"active\":true,\"aud\":\"other\",\"sub\":\"a\",\"exp\":1e300}|the token is malformed",
        "{\"active\":true,\"aud\":\"other\",\"sub\":\"a\",\"exp\":1}|the token has expired",
        "{\"active\":true,\"aud\":\"other\",\"sub\":\"a\",\"nbf\":9e9}|the token is not valid yet",
        "{\"active\":true,\"aud\":\"other\",\"sub\":\"a\",\"iss\":\"https://as.example.com/\"}"
            + "|the token is from another issuer",
        "{\"active\":true,\"aud\":\"other\",\"sub\":\"a\",\"token_type\":\"refresh_token\"}"
            + "|the token type is not an access token",
      })
  void verify_badToken_isRejected(String body, String description) {
    answer = ok(body);

    assertThat(verify()).isEqualTo(new Rejected(description));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"sub\":\"a\",\"username\":\"b\",\"client_id\":\"c\"|a",
        "\"username\":\"b\",\"client_id\":\"c\"|b",
        "\"client_id\":\"c\",\"token_type\":\"DPoP\"|c",
      })
  void verify_subject_isTheUserElseTheClient(String members, String subject) {
    answer = ok("{\"active\":true,\"aud\":[\"x\",\"other\"],%s}".formatted(members));

    assertThat(((Verified) verify()).principal().subject()).isEqualTo(subject);
  }

  @Test
  void verify_noAudience_isTakenOnlyWhereTheIssuerVerifiesIt() {
    use(builder().audienceVerifiedByIssuer(true));
    answer = ok("{\"active\":true,\"sub\":\"alice\"}");
    assertThat(verify()).isInstanceOf(Verified.class);

    answer = ok("{\"active\":true,\"sub\":\"alice\",\"aud\":\"elsewhere\"}");
    assertThat(start("another").join())
        .isEqualTo(new Rejected("the token is for another audience"));
  }

  @Test
  void verify_withinClockSkew_isVerified() {
    says(",\"exp\":" + inSeconds(-30) + ",\"nbf\":" + inSeconds(-90));
    assertThat(verify()).isInstanceOf(Verified.class);

    says(",\"nbf\":" + inSeconds(30));
    assertThat(start("another").join()).isInstanceOf(Verified.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{\"active\":\"true\"}",
        "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n[{\"active\":true",
      })
  void verify_unusableAnswer_isUnavailableAndNotKept(String unusable) {
    answer = unusable;
    TokenVerification outcome = verify();

    assertThat(outcome).isInstanceOf(Unavailable.class);
    assertThat(outcome.toString()).doesNotContain(TOKEN, "s%cret");
    says("");
    assertThat(verify()).isInstanceOf(Verified.class);
  }

  @Test
  void verify_credentialsOfTheGatewayRefused_saysWhose() {
    answer = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";

    assertThat(((Unavailable) verify()).cause())
        .isEqualTo(
            endpoint.url()
                + ": status 401: the server refuses client gate:way of the gateway itself");
  }

  @Test
  void verify_tooLargeAnswer_isUnavailable() {
    answer = ok("{\"active\":true,\"x\":\"" + "x".repeat(600 * 1024) + "\"}");

    assertThat(verify()).isInstanceOf(Unavailable.class);
  }

  @Test
  void verify_unreachableEndpoint_isUnavailable() throws Exception {
    endpoint.close();

    assertThat(verify()).isInstanceOf(Unavailable.class);
  }

  @Test
  void verify_knownToken_isNotAskedAboutAgainForAWhile() {
    says("");
    verify();
    clock.advance(Duration.ofSeconds(29));
    answer = ok("{\"active\":false}");

    assertThat(verify()).isInstanceOf(Verified.class);
    assertThat(endpoint.requests()).hasSize(1);
    clock.advance(Duration.ofSeconds(1));
    assertThat(verify()).isInstanceOf(Rejected.class);
    assertThat(endpoint.requests()).hasSize(2);
  }

  @Test
  void verify_knownToken_isNotKeptBeyondItsEnd() {
    says(",\"exp\":" + inSeconds(10));
    verify();
    clock.advance(Duration.ofSeconds(10));

    verify();
    assertThat(endpoint.requests()).hasSize(2);
  }

  @Test
  void verify_refusedToken_isAskedAboutAgainSooner() {
    verify();
    clock.advance(Duration.ofSeconds(4));
    assertThat(verify()).isInstanceOf(Rejected.class);
    assertThat(endpoint.requests()).hasSize(1);

    says("");
    clock.advance(Duration.ofSeconds(1));
    assertThat(verify()).isInstanceOf(Verified.class);
  }

  @Test
  void verify_cacheForNothing_asksEachTime() {
    use(builder().cacheFor(Duration.ZERO));
    says("");
    verify();
    verify();

    assertThat(endpoint.requests()).hasSize(2);
  }

  @Test
  void verify_manyAtOnce_askOnce() {
    says("");
    CompletableFuture<TokenVerification> first = start("slow");
    Awaitility.await().until(() -> !endpoint.requests().isEmpty());
    CompletableFuture<TokenVerification> second = start("slow");
    assertThat(second).isNotDone();
    open.countDown();

    assertThat(first.orTimeout(20, TimeUnit.SECONDS).join()).isInstanceOf(Verified.class);
    assertThat(second.orTimeout(20, TimeUnit.SECONDS).join()).isInstanceOf(Verified.class);
    assertThat(endpoint.requests()).hasSize(1);
  }

  @Test
  void verify_hugeToken_isNotAskedAbout() {
    assertThat(start("x".repeat(16 * 1024 + 1)).join())
        .isEqualTo(new Rejected("the token is malformed"));
    assertThat(endpoint.requests()).isEmpty();
  }

  @Test
  void build_whatIsMissingOrOutOfRange_isRefused() {
    assertThatThrownBy(() -> IntrospectionVerifier.builder().build())
        .hasMessage("issuer: none (expected: an issuer identifier)");
    assertThatThrownBy(() -> IntrospectionVerifier.builder().issuer(ISSUER).build())
        .hasMessage("url: none (expected: where and as whom to ask)");
    assertThatThrownBy(() -> IntrospectionVerifier.builder().issuer(ISSUER).url("x").build())
        .hasMessage("client: none (expected: where and as whom to ask)");
    assertThatThrownBy(() -> builder().audiences().build())
        .hasMessage("audiences: none (expected: at least one, none empty)");
    assertThatThrownBy(() -> builder().url("http://as.example.com/").build())
        .hasMessageStartingWith("url: http://as.example.com/ (expected: an https URL");
    assertThatThrownBy(() -> builder().cacheFor(Duration.ofHours(2)).build())
        .hasMessage("cacheFor: PT2H (expected: PT0S to PT1H)");
    assertThat(Optional.of(verifier.client().toString()))
        .hasValue("ClientAuthentication[client_secret_basic, client_id=gate:way]");
  }
}
