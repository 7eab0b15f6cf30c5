package io.mcpgateway.jwt;

import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The proofs that were taken and could be replayed still (RFC 9449, 11.1). Memory is bounded: when
 * it is full of such proofs, no further one is taken, for to forget one would be to accept it
 * twice. Thread-safe.
 */
final class SeenProofs {
  /** What the memory says of a proof. */
  enum Sighting {
    FIRST,
    AGAIN,
    /** Nothing can be told: there is no room to remember it. */
    FULL
  }

  private static final int SECONDS_PER_MINUTE = 60;

  private final int max;
  // By the minute of their end: what has ended is dropped minute by minute.
  private final TreeMap<Long, Set<String>> byEnd = new TreeMap<>();

  SeenProofs(int max) {
    this.max = max;
  }

  /**
   * Remembers a proof.
   *
   * @param fingerprint a digest of what makes it the same proof
   * @param end until when it would be taken
   */
  synchronized Sighting see(String fingerprint, Instant end, Instant now) {
    byEnd.headMap(minute(now)).clear();
    if (byEnd.values().stream().anyMatch(seen -> seen.contains(fingerprint))) {
      return Sighting.AGAIN;
    }
    if (byEnd.values().stream().mapToInt(Set::size).sum() >= max) {
      return Sighting.FULL;
    }
    byEnd.computeIfAbsent(minute(end), unused -> new HashSet<>()).add(fingerprint);
    return Sighting.FIRST;
  }

  /** Remembers what another memory does, even beyond the limit. */
  void takeOver(SeenProofs other) {
    Map<Long, Set<String>> known = other.copy();
    synchronized (this) {
      known.forEach(
          (end, proofs) -> byEnd.computeIfAbsent(end, unused -> new HashSet<>()).addAll(proofs));
    }
  }

  private synchronized Map<Long, Set<String>> copy() {
    Map<Long, Set<String>> copy = new TreeMap<>();
    byEnd.forEach((end, proofs) -> copy.put(end, Set.copyOf(proofs)));
    return copy;
  }

  private static long minute(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), SECONDS_PER_MINUTE);
  }
}
