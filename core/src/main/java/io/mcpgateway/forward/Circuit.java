package io.mcpgateway.forward;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a backend can be connected to. After some failures in a row requests are not made to wait
 * for one more: for a moment they fail at once, then one of them tries. Thread-safe.
 */
final class Circuit {
  /** After how many failures in a row it opens. */
  static final int THRESHOLD = 5;

  /** How long it stays open before the next attempt; clients are told the same. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(Circuit.class);

  private final String origin;
  private final Clock clock;
  private final AtomicReference<State> state;

  /**
   * How things stand.
   *
   * @param failures in a row
   * @param since when the backend became reachable, or ceased to be
   * @param tried when an attempt has failed last
   * @param probing whether the one attempt of an open circuit is under way
   * @param lost the requests that have failed since then
   * @param lastFailure of all time
   */
  private record State(
      int failures,
      Instant since,
      Instant tried,
      boolean probing,
      long lost,
      Optional<String> lastFailure) {
    boolean open() {
      return failures >= THRESHOLD;
    }

    /** A clock that was put back must not keep it shut. */
    boolean mayProbe(Instant now) {
      return !probing && (now.isBefore(tried) || !now.isBefore(tried.plus(PAUSE)));
    }

    State probing(boolean under) {
      return new State(failures, since, tried, under, lost, lastFailure);
    }
  }

  /**
   * A backend that nothing is known of.
   *
   * @param origin for the log
   * @param clock tells the time
   */
  Circuit(String origin, Clock clock) {
    this.origin = origin;
    this.clock = clock;
    Instant now = clock.instant();
    this.state = new AtomicReference<>(new State(0, now, now, false, 0, Optional.empty()));
  }

  private State now() {
    return Objects.requireNonNull(state.get());
  }

  private State before(UnaryOperator<State> change) {
    return Objects.requireNonNull(state.getAndUpdate(change));
  }

  /**
   * Asks to connect.
   *
   * @return what is to be told how it went; empty when it would fail, so that nobody tries
   */
  Optional<Attempt> attempt() {
    Instant now = clock.instant();
    State before =
        before(known -> known.open() && known.mayProbe(now) ? known.probing(true) : known);
    return before.open() && !before.mayProbe(now)
        ? Optional.empty()
        : Optional.of(new Attempt(before.open()));
  }

  /** A request was given up: there was no connection for it. */
  void lost() {
    before(
        known ->
            new State(
                known.failures,
                known.since,
                known.tried,
                known.probing,
                known.lost + 1,
                known.lastFailure));
  }

  /** What is known. */
  BackendState state() {
    State known = now();
    return new BackendState(origin, known.failures == 0, known.since, known.lastFailure);
  }

  /** An attempt to connect; only the first that is said of it counts. */
  final class Attempt {
    private final boolean probe;
    private final AtomicBoolean over = new AtomicBoolean();

    private Attempt(boolean probe) {
      this.probe = probe;
    }

    /** There is a connection. */
    void connected() {
      if (!over.compareAndSet(false, true) || now().failures == 0) {
        return;
      }
      Instant now = clock.instant();
      State before =
          before(
              known ->
                  known.failures == 0
                      ? known
                      : new State(0, now, known.tried, false, 0, known.lastFailure));
      if (before.failures > 0) {
        LOG.info(
            "backend {} is reachable again, after {} s; {} requests have failed",
            origin,
            Duration.between(before.since, now).toSeconds(),
            before.lost);
      }
    }

    /**
     * There is none.
     *
     * @param reason for the log
     */
    void failed(String reason) {
      if (!over.compareAndSet(false, true)) {
        return;
      }
      Instant now = clock.instant();
      State before =
          before(
              known ->
                  new State(
                      Math.min(known.failures + 1, THRESHOLD),
                      known.failures == 0 ? now : known.since,
                      now,
                      !probe && known.probing,
                      known.failures == 0 ? 0 : known.lost,
                      Optional.of(reason)));
      if (before.failures == 0) {
        LOG.warn("backend {} is unreachable: {}", origin, reason);
      }
    }

    /** Nobody waited for the outcome; without effect when it is known. */
    void abandoned() {
      if (over.compareAndSet(false, true) && probe) {
        before(known -> known.probing(false));
      }
    }
  }
}
