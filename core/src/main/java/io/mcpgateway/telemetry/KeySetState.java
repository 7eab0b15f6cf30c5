package io.mcpgateway.telemetry;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of an issuer's keys. Holds no keys.
 *
 * @param source where they come from: an issuer, a URL, or a file
 * @param keyIds the ids of those that can be used; a key without one has an empty id
 * @param fetched when they came; empty for keys of the configuration, and as long as there are none
 * @param problem why the last attempt to get newer ones failed; empty when it did not
 */
public record KeySetState(
    String source, List<String> keyIds, Optional<Instant> fetched, Optional<String> problem) {
  /** Copies the list. */
  public KeySetState {
    keyIds = List.copyOf(keyIds);
  }
}
