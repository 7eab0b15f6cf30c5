package io.mcpgateway.telemetry;

/**
 * How much a memory of good tokens was of use.
 *
 * @param issuer whose tokens; several are separated by a blank
 * @param entries how many are remembered
 * @param hits how often a token was known
 * @param misses how often one had to be verified
 */
public record TokenCacheState(String issuer, int entries, long hits, long misses) {}
