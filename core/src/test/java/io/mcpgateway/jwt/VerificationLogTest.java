package io.mcpgateway.jwt;

import static io.mcpgateway.jwt.Verifying.AUDIENCE;
import static io.mcpgateway.jwt.Verifying.verify;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerification.Rejected;
import io.mcpgateway.auth.TokenVerification.Unavailable;
import io.mcpgateway.testkit.MutableClock;
import io.mcpgateway.testkit.TestIssuer;
import io.mcpgateway.testkit.TestIssuer.Answer;
import io.mcpgateway.testkit.TestKey;
import io.mcpgateway.testkit.TestToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the log says, and that it never says anything of a token. */
class VerificationLogTest {
  private static final String CANARY = "canary-7f3a";

  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Level level = root.getLevel();
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();
  private final MutableClock clock = MutableClock.create();
  private final TestIssuer issuer = TestIssuer.start(clock);
  private final JwtVerifier verifier =
      JwtVerifier.builder()
          .issuer(issuer.issuer())
          .audiences(AUDIENCE)
          .jwksUrl(issuer.jwksUrl())
          .clock(clock)
          .build();

  @BeforeEach
  void listen() {
    events.start();
    root.addAppender(events);
    root.setLevel(Level.DEBUG);
  }

  @AfterEach
  void close() {
    root.detachAppender(events);
    root.setLevel(level);
    verifier.close();
    issuer.close();
  }

  private List<String> lines() {
    return List.copyOf(events.list).stream()
        .filter(event -> event.getLoggerName().startsWith("io.mcpgateway"))
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  private TestToken token() {
    return issuer
        .token()
        .audience(AUDIENCE)
        .subject(CANARY + "-sub")
        .claim("email", CANARY + "@example.com")
        .expiresIn(Duration.ofDays(1));
  }

  @Test
  void verify_whateverHappens_logsNothingOfATokenAndRefusesInPrintableWords() {
    List<String> tokens =
        List.of(
            token().sign(),
            token().header("kid", CANARY).sign(),
            token().header("kid", CANARY + "\r\nINFO forged").sign(),
            token().header("alg", CANARY).sign(),
            token().header("typ", CANARY).sign(),
            token().header("crit", List.of(CANARY)).sign(),
            token().claim("iss", CANARY).sign(),
            token().audience(CANARY).sign(),
            token().claim("exp", CANARY).sign(),
            token().claim("sub", List.of(CANARY)).sign(),
            token().signedBy(TestKey.ec("x")).sign(),
            token().sign("{\"alg\":\"" + CANARY, "{" + CANARY),
            CANARY,
            CANARY + "." + CANARY + "." + CANARY);
    List<TokenVerification> outcomes = new ArrayList<>();
    for (Answer answer : List.of(Answer.UNAVAILABLE, Answer.GOOD, Answer.GARBAGE)) {
      issuer.answer(answer);
      clock.advance(Duration.ofMinutes(15));
      tokens.forEach(token -> outcomes.add(verify(verifier, token)));
    }

    List<String> secrets =
        Stream.concat(
                Stream.of(CANARY),
                tokens.stream()
                    .flatMap(token -> Stream.of(token.split("\\.", -1)))
                    .filter(part -> part.length() > 8))
            .toList();
    for (ILoggingEvent event : List.copyOf(events.list)) {
      assertThat(event.getFormattedMessage() + event.getThrowableProxy())
          .doesNotContain(secrets.toArray(String[]::new));
    }
    assertThat(lines()).isNotEmpty();
    for (TokenVerification outcome : outcomes) {
      if (outcome instanceof Rejected rejected) {
        assertThat(rejected.description()).matches("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]+");
        assertThat(rejected.description()).doesNotContain(CANARY);
      } else if (outcome instanceof Unavailable unavailable) {
        assertThat(unavailable.cause()).doesNotContain(CANARY);
      }
    }
  }

  @Test
  void verify_keysComeAndGo_isTold() {
    String from = "keys of " + issuer.jwksUrl();
    issuer.answer(Answer.UNAVAILABLE);
    verify(verifier, token().sign());
    issuer.answer(Answer.GOOD);
    Map<String, Object> odd = TestKey.ec("od\nd").jwkWith("use", "enc");
    issuer.publish(List.of(issuer.key().jwk(), odd));
    clock.advance(Duration.ofSeconds(1));
    verify(verifier, token().sign());
    clock.advance(Duration.ofMinutes(10));
    verify(verifier, token().sign());
    issuer.answer(Answer.UNAVAILABLE);
    clock.advance(Duration.ofMinutes(10));
    verify(verifier, token().sign());

    String failure = issuer.jwksUrl() + ": status 503 (expected: 200)";
    assertThat(lines())
        .containsExactly(
            "WARN " + from + ": not fetched, no token can be verified: " + failure,
            "INFO " + from + ": 1 usable, fresh for PT10M",
            "WARN " + from + ": skipped kid od?d: use is not sig",
            "DEBUG " + from + ": 1 usable, fresh for PT10M",
            "WARN " + from + ": not fetched, the last good keys serve on: " + failure);
  }
}
