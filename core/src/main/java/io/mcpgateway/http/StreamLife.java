package io.mcpgateway.http;

import java.time.Duration;
import java.util.Optional;

/**
 * How long an event stream may last. It ends cleanly, between two events.
 *
 * @param longest after how long it ends; empty for never
 * @param end ends it sooner
 */
public record StreamLife(Optional<Duration> longest, EndSignal end) {}
