package io.mcpgateway.backendauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mcpgateway.backendauth.BackendCredential.Denied;
import io.mcpgateway.backendauth.BackendCredential.Supplied;
import io.mcpgateway.backendauth.BackendCredential.Unavailable;
import io.mcpgateway.oauth.ClientAuthentication;
import io.mcpgateway.testkit.Latches;
import io.mcpgateway.testkit.MutableClock;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.Responses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Tokens of a token endpoint: when it is asked, what for, and what becomes of its answers. */
@Timeout(60)
class AcquiredTokenTest {
  private static final ClientAuthentication CLIENT =
      ClientAuthentication.basic("gateway", "canary-secret");

  private final MutableClock clock = MutableClock.create();
  private final AtomicInteger issued = new AtomicInteger();
  private final CountDownLatch answering = new CountDownLatch(1);
  private volatile String fixedAnswer = "";
  private volatile boolean hanging;
  private final RawBackend endpoint =
      RawBackend.forEachRequest(
          (request, connection) -> {
            if (hanging) {
              Latches.passed(answering);
            }
            connection.write(
                fixedAnswer.isEmpty() ? token(issued.incrementAndGet(), 300) : fixedAnswer);
          });
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.mcpgateway");
  private final Level level = logger.getLevel();

  @BeforeEach
  void listen() {
    events.start();
    logger.addAppender(events);
    logger.setLevel(Level.DEBUG);
  }

  @AfterEach
  void close() throws Exception {
    logger.detachAppender(events);
    logger.setLevel(level);
    answering.countDown();
    endpoint.close();
    assertThat(List.copyOf(events.list))
        .extracting(ILoggingEvent::getFormattedMessage)
        .noneMatch(line -> line.contains("canary"));
  }

  private static String token(int number, int seconds) {
    return Responses.ok(
        "{\"access_token\":\"canary-%d\",\"token_type\":\"Bearer\",\"expires_in\":%d}"
            .formatted(number, seconds));
  }

  private AcquiredToken.Builder tokens() {
    return AcquiredToken.builder(endpoint.url(), CLIENT).clock(clock);
  }

  private static BackendCredential ask(BackendAuth policy, String... callerToken) throws Exception {
    return policy
        .credential(List.of(callerToken).stream().findFirst())
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  private static String value(BackendCredential credential) {
    return ((Supplied) credential).value();
  }

  @Test
  void clientCredentials_isAskedOnceForAllCallers() throws Exception {
    try (AcquiredToken own = tokens().scopes("read", "write").clientCredentials()) {
      assertThat(value(ask(own))).isEqualTo("Bearer canary-1");
      assertThat(value(ask(own, "alices"))).isEqualTo("Bearer canary-1");

      RawMessage request = endpoint.requests().get(0);
      assertThat(endpoint.requests()).hasSize(1);
      assertThat(request.startLine()).startsWith("POST /mcp ");
      assertThat(request.field("Content-Type")).contains("application/x-www-form-urlencoded");
      assertThat(request.field("Authorization")).get().asString().startsWith("Basic ");
      assertThat(request.body()).isEqualTo("grant_type=client_credentials&scope=read+write");
    }
  }

  @Test
  void token_isReplacedShortlyBeforeItsEnd() throws Exception {
    try (AcquiredToken own = tokens().clientCredentials()) {
      assertThat(value(ask(own))).endsWith("canary-1");
      clock.advance(Duration.ofSeconds(269));
      assertThat(value(ask(own))).endsWith("canary-1");
      clock.advance(Duration.ofSeconds(1));
      assertThat(value(ask(own))).endsWith("canary-2");
    }
  }

  @Test
  void manyAtOnce_waitForOneAnswer() throws Exception {
    hanging = true;
    try (AcquiredToken own = tokens().clientCredentials()) {
      List<CompletableFuture<BackendCredential>> waiting = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        waiting.add(own.credential(Optional.empty()).toCompletableFuture());
      }
      assertThat(waiting).noneMatch(CompletableFuture::isDone);
      answering.countDown();

      for (CompletableFuture<BackendCredential> each : waiting) {
        assertThat(value(each.get(30, TimeUnit.SECONDS))).endsWith("canary-1");
      }
      assertThat(endpoint.requests()).hasSize(1);
    }
  }

  @Test
  void exchange_isDoneForEachCallersToken() throws Exception {
    try (AcquiredToken exchange =
        tokens()
            .audiences("one", "two")
            .resources("https://mcp.example/a?b")
            .scopes("read")
            .requestedTokenType("urn:ietf:params:oauth:token-type:access_token")
            .tokenExchange()) {
      assertThat(exchange.needsCaller()).isTrue();
      assertThat(value(ask(exchange, "alices"))).isEqualTo("Bearer canary-1");
      assertThat(value(ask(exchange, "bobs"))).isEqualTo("Bearer canary-2");
      assertThat(value(ask(exchange, "alices"))).isEqualTo("Bearer canary-1");

      assertThat(endpoint.requests()).hasSize(2);
      assertThat(endpoint.requests().get(0).body())
          .isEqualTo(
              "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"
                  + "&subject_token=alices"
                  + "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token"
                  + "&requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token"
                  + "&scope=read&audience=one&audience=two"
                  + "&resource=https%3A%2F%2Fmcp.example%2Fa%3Fb");
    }
  }

  @Test
  void exchange_withoutCaller_isDenied() throws Exception {
    try (AcquiredToken exchange = tokens().tokenExchange()) {
      assertThat(ask(exchange)).isInstanceOf(Denied.class);
      assertThat(endpoint.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"invalid_grant", "invalid_request", "invalid_token", "access_denied"})
  void exchange_ofAnUnacceptableToken_isDeniedForAWhile(String error) throws Exception {
    fixedAnswer = Responses.json("400 Bad Request", "{\"error\":\"%s\"}".formatted(error));
    try (AcquiredToken exchange = tokens().tokenExchange()) {
      Denied denied = (Denied) ask(exchange, "canary-alices");
      assertThat(denied.reason()).endsWith(error).doesNotContain("canary");
      assertThat(ask(exchange, "canary-alices")).isEqualTo(denied);
      assertThat(endpoint.requests()).hasSize(1);

      fixedAnswer = "";
      assertThat(ask(exchange, "canary-bobs")).as("another caller").isInstanceOf(Supplied.class);
      clock.advance(TokenAnswer.PAUSE);
      assertThat(ask(exchange, "canary-alices")).isInstanceOf(Supplied.class);
    }
  }

  // RFC 6749, 5.2: these are about the gateway, and so are all errors of its own credentials.
  @ParameterizedTest
  @CsvSource({
    "true, invalid_client, 401 Unauthorized",
    "true, unauthorized_client, 400 Bad Request",
    "true, invalid_target, 400 Bad Request",
    "false, invalid_grant, 400 Bad Request",
    "true, invalid_grant, 500 Oops",
  })
  void gatewayRefused_isUnavailableAndAnErrorInTheLog(
      boolean exchanges, String error, String status) throws Exception {
    fixedAnswer = Responses.json(status, "{\"error\":\"%s\"}".formatted(error));
    try (AcquiredToken policy =
        exchanges ? tokens().tokenExchange() : tokens().clientCredentials()) {
      Unavailable unavailable = (Unavailable) ask(policy, "canary-alices");

      assertThat(unavailable.cause()).contains(error);
      assertThat(unavailable.retryAfter()).isEqualTo(TokenAnswer.PAUSE);
      assertThat(List.copyOf(events.list))
          .anySatisfy(
              event -> {
                assertThat(event.getLevel()).isEqualTo(Level.ERROR);
                assertThat(event.getFormattedMessage()).contains(endpoint.url()).contains(error);
              });
      assertThat(ask(policy, "canary-alices")).isEqualTo(unavailable);
      assertThat(endpoint.requests()).as("it is spared").hasSize(1);
      fixedAnswer = "";
      clock.advance(TokenAnswer.PAUSE);
      assertThat(ask(policy, "canary-alices")).isInstanceOf(Supplied.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "<html>",
        "{\"access_token\":\"canary\",\"token_type\":\"DPoP\"}",
        "{\"access_token\":\"\",\"token_type\":\"Bearer\"}",
        "{\"access_token\":\"canary\\r\\nX-Evil: 1\",\"token_type\":\"Bearer\"}",
        "{\"access_token\":7,\"token_type\":\"Bearer\"}",
        "{\"access_token\":\"canary\"}",
      })
  void answerWithoutAUsableToken_isUnavailable(String json) throws Exception {
    fixedAnswer = Responses.ok(json);
    try (AcquiredToken own = tokens().clientCredentials()) {
      assertThat(ask(own)).isInstanceOf(Unavailable.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"'\"60\"', 47, 1", "60, 48, 2", "-5, 269, 1", "null, 269, 1", "0, 0, 2"})
  void lifetime_isReadWithCare(String expiresIn, long after, int asked) throws Exception {
    fixedAnswer =
        Responses.ok(
            "{\"access_token\":\"canary\",\"token_type\":\"bearer\",\"expires_in\":"
                + expiresIn
                + "}");
    try (AcquiredToken own = tokens().clientCredentials()) {
      ask(own);
      clock.advance(Duration.ofSeconds(after));
      ask(own);

      assertThat(endpoint.requests()).hasSize(asked);
    }
  }

  @Test
  void endpointThatIsGone_isUnavailable() throws Exception {
    endpoint.close();
    try (AcquiredToken own = tokens().clientCredentials()) {
      assertThat(((Unavailable) ask(own)).cause()).contains("Connect");
    }
  }

  @Test
  void tokenThatTheBackendRefuses_isDropped() throws Exception {
    try (AcquiredToken own = tokens().clientCredentials()) {
      Supplied first = (Supplied) ask(own);
      first.refused().run();
      assertThat(value(ask(own))).as("too fresh for another to be better").isEqualTo(first.value());

      clock.advance(Duration.ofSeconds(5));
      first.refused().run();
      assertThat(value(ask(own))).endsWith("canary-2");
      first.refused().run();
      assertThat(value(ask(own))).as("the newer one stays").endsWith("canary-2");
    }
  }

  @Test
  void location_isWhereTheTokenStands() throws Exception {
    try (AcquiredToken own =
        tokens().location(new CredentialLocation("X-Api-Key", "")).clientCredentials()) {
      Supplied supplied = (Supplied) ask(own);

      assertThat(supplied.header()).isEqualTo("X-Api-Key");
      assertThat(supplied.value()).isEqualTo("canary-1");
      assertThat(supplied).hasToString("Supplied[header=X-Api-Key]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Moved"})
  void f1_tokenEndpointThatIsElsewhere_getsNoSecret(String status) throws Exception {
    try (RawBackend other = RawBackend.answering(token(7, 300));
        AcquiredToken own = tokens().clientCredentials()) {
      fixedAnswer = Responses.json(status, "", "Location: " + other.url());

      assertThat(ask(own)).isInstanceOf(Unavailable.class);
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void f1_tokenWithoutEnd_isNotReadToItsEnd() throws Exception {
    fixedAnswer = Responses.ok("{\"x\":\"" + "x".repeat(600 * 1024) + "\"}");
    try (AcquiredToken own = tokens().clientCredentials()) {
      assertThat(ask(own))
          .isInstanceOfSatisfying(
              Unavailable.class,
              outcome -> assertThat(outcome.cause()).contains("more than 524288 bytes"));
    }
  }

  @Test
  void tokenEndpoint_isAskedSecurely() {
    AcquiredToken.Builder insecure = AcquiredToken.builder("http://as.example.com/token", CLIENT);

    assertThatThrownBy(insecure::clientCredentials)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("tokenUrl: ");
    assertThat(insecure.allowInsecureTokenUrl(true).clientCredentials().description())
        .isEqualTo(
            "clientCredentials at http://as.example.com/token, client gateway by"
                + " client_secret_basic");
    assertThatThrownBy(() -> insecure.resources("relative"))
        .hasMessageStartingWith("resources: relative");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb", "a\u00e4", " a"})
  void staticCredential_thatCannotStandInAField_isRefusedUnquoted(String key) {
    assertThatThrownBy(() -> StaticCredential.of(key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a credential");
  }

  @Test
  void staticCredential_isAlwaysTheSame() throws Exception {
    StaticCredential key = StaticCredential.of("canary", new CredentialLocation("X-Key", ""));

    assertThat(value(ask(key, "alices"))).isEqualTo("canary");
    assertThat(key.toString() + key.description()).doesNotContain("canary");
    assertThat(value(ask(StaticCredential.of("k")))).isEqualTo("Bearer k");
  }
}
