package io.mcpgateway.forward;

import java.time.Duration;

/**
 * How much a backend and a client may ask of the gateway.
 *
 * @param maxRequestBytes the largest request body, in bytes
 * @param connectTimeout how long connecting may take
 * @param streamIdleTimeout how long a response may be silent once it began
 */
public record ForwardLimits(
    long maxRequestBytes, Duration connectTimeout, Duration streamIdleTimeout) {}
