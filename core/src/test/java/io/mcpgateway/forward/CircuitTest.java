package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mcpgateway.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class CircuitTest {
  private static final String ORIGIN = "http://backend:8000";

  private final MutableClock clock = MutableClock.create();
  private final Circuit circuit = new Circuit(ORIGIN, clock);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(Circuit.class);

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void listenNoMore() {
    logger.detachAppender(log);
  }

  private Circuit.Attempt attempt() {
    return circuit.attempt().orElseThrow();
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      attempt().failed("refused");
      circuit.lost();
    }
  }

  private List<String> lines(Level level) {
    return log.list.stream()
        .filter(line -> line.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void opensAfterFiveFailuresInARow() {
    fail(4);
    attempt().connected();
    fail(4);
    assertThat(circuit.attempt()).isPresent();
    fail(1);

    assertThat(circuit.attempt()).isEmpty();
    clock.advance(Duration.ofMillis(999));
    assertThat(circuit.attempt()).isEmpty();
  }

  @Test
  void afterASecondOneAttemptAtATimeDecides() {
    fail(5);
    clock.advance(Circuit.PAUSE);
    Circuit.Attempt probe = attempt();
    assertThat(circuit.attempt()).isEmpty();
    probe.failed("still refused");
    assertThat(circuit.attempt()).isEmpty();

    clock.advance(Circuit.PAUSE);
    attempt().connected();

    assertThat(circuit.attempt()).isPresent();
    fail(4);
    assertThat(circuit.attempt()).isPresent();
  }

  @Test
  void attemptThatNobodyWaitedFor_leavesThePlaceToTheNext() {
    fail(5);
    clock.advance(Circuit.PAUSE);
    Circuit.Attempt probe = attempt();
    probe.abandoned();

    Circuit.Attempt next = attempt();
    probe.abandoned();
    assertThat(circuit.attempt()).isEmpty();
    next.failed("refused");
  }

  @Test
  void attemptFromBefore_doesNotTakeTheProbesPlace() {
    Circuit.Attempt slow = attempt();
    fail(5);
    clock.advance(Circuit.PAUSE);
    attempt();
    slow.failed("timed out");
    clock.advance(Circuit.PAUSE);

    assertThat(circuit.attempt()).isEmpty();
  }

  @Test
  void attemptFromBeforeThatSucceeds_closesIt() {
    Circuit.Attempt slow = attempt();
    fail(5);
    slow.connected();

    assertThat(circuit.attempt()).isPresent();
    assertThat(circuit.state().reachable()).isTrue();
  }

  @Test
  void clockThatIsPutBack_doesNotKeepItOpen() {
    fail(5);
    clock.advance(Duration.ofDays(-1));

    assertThat(circuit.attempt()).isPresent();
  }

  @Test
  void logSaysItOnce() {
    fail(5);
    circuit.lost();
    circuit.lost();
    clock.advance(Duration.ofSeconds(12));
    attempt().connected();
    attempt().connected();
    attempt().connected();

    assertThat(lines(Level.WARN))
        .containsExactly("backend http://backend:8000 is unreachable: refused");
    assertThat(lines(Level.INFO))
        .containsExactly(
            "backend http://backend:8000 is reachable again, after 12 s; 7 requests have failed");
  }

  @Test
  void requestsAreCountedFromTheFailureOn() {
    fail(1);
    attempt().connected();
    log.list.clear();
    fail(2);
    attempt().connected();

    assertThat(lines(Level.INFO)).singleElement().asString().endsWith("2 requests have failed");
  }

  @Test
  void stateSaysSinceWhen() {
    Instant start = clock.instant();
    assertThat(circuit.state()).isEqualTo(new BackendState(ORIGIN, true, start, Optional.empty()));

    clock.advance(Duration.ofSeconds(1));
    fail(1);
    clock.advance(Duration.ofSeconds(1));
    attempt().failed("no route");
    assertThat(circuit.state())
        .isEqualTo(new BackendState(ORIGIN, false, start.plusSeconds(1), Optional.of("no route")));

    attempt().connected();
    assertThat(circuit.state().reachable()).isTrue();
    assertThat(circuit.state().since()).isEqualTo(start.plusSeconds(2));
    assertThat(circuit.state().lastFailure()).contains("no route");
  }
}
