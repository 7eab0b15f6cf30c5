/**
 * Requests as spans of distributed traces, by OpenTelemetry. Nothing else knows that library, which
 * need not be there.
 */
@NullMarked
package io.mcpgateway.tracing;

import org.jspecify.annotations.NullMarked;
