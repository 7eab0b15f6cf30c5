package io.mcpgateway.telemetry;

/**
 * Where a request stands in a distributed trace (W3C Trace Context, 3.2).
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits, of the gateway's own span
 */
public record TraceIds(String traceId, String spanId) {}
