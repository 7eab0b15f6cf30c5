package io.mcpgateway.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An issuer was asked for its keys.
 *
 * @param source where they come from: an issuer, or the URL of a JWK set
 * @param started when it was asked
 * @param took until its answer was read
 * @param keys how many can be used; 0 when there was no answer of use
 * @param problem why not; empty when all is well
 */
public record KeyFetch(
    String source, Instant started, Duration took, int keys, Optional<String> problem) {}
