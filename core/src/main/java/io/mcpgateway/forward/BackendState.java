package io.mcpgateway.forward;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a backend from the requests that went to it.
 *
 * @param origin scheme, host and port, e.g. {@code http://localhost:8000}
 * @param reachable whether the last attempt to connect has succeeded, or there was none
 * @param since for how long that has been so
 * @param lastFailure why no connection could be had the last time; empty when there was always one
 */
public record BackendState(
    String origin, boolean reachable, Instant since, Optional<String> lastFailure) {}
