package io.mcpgateway.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until it is moved. Thread-safe. */
public final class MutableClock extends Clock {
  private volatile Instant now;

  private MutableClock(Instant now) {
    this.now = now;
  }

  /** A clock that shows a round moment of 2026. */
  public static MutableClock create() {
    return new MutableClock(Instant.parse("2026-06-01T12:00:00Z"));
  }

  /** Moves the clock; a negative duration sets it back. */
  public synchronized void advance(Duration duration) {
    Instant before = now;
    now = before.plus(duration);
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
