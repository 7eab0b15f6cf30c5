package io.mcpgateway.metrics;

import io.mcpgateway.McpGateway;
import io.mcpgateway.forward.BackendState;
import io.mcpgateway.telemetry.KeySetState;
import io.mcpgateway.telemetry.TokenCacheState;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a gateway says of its parts. Parts that share a label are taken together: what concerns
 * several of them looks as the worst of them does.
 *
 * @param gateway whose
 * @param at when it was asked, in nanoseconds of the registry's clock
 * @param backends whether each can be reached
 * @param keySets by where they come from
 * @param caches by issuer
 */
record GatewayReading(
    McpGateway gateway,
    long at,
    Map<String, Boolean> backends,
    Map<String, KeySet> keySets,
    Map<String, Cache> caches) {

  /**
   * The keys of an issuer.
   *
   * @param keys how many
   * @param fetchedMs when they came, in milliseconds since 1970; NaN when they did not
   */
  record KeySet(int keys, double fetchedMs) {
    static KeySet of(KeySetState state) {
      return new KeySet(
          state.keyIds().size(),
          state.fetched().map(Instant::toEpochMilli).map(Long::doubleValue).orElse(Double.NaN));
    }

    KeySet worse(KeySet other) {
      return new KeySet(
          Math.min(keys, other.keys), Math.min(fetchedMs, other.fetchedMs)); // NaN is less
    }
  }

  /**
   * The memory for tokens of an issuer.
   *
   * @param entries how many are remembered
   * @param hits how often one was known
   * @param misses how often one was not
   */
  record Cache(long entries, long hits, long misses) {
    static Cache of(TokenCacheState state) {
      return new Cache(state.entries(), state.hits(), state.misses());
    }

    Cache plus(Cache other) {
      return new Cache(entries + other.entries, hits + other.hits, misses + other.misses);
    }
  }

  /** Asks a gateway. */
  static GatewayReading of(McpGateway gateway, long at) {
    return new GatewayReading(
        gateway,
        at,
        gateway.backends().stream()
            .collect(
                Collectors.toMap(
                    BackendState::origin, BackendState::reachable, Boolean::logicalAnd)),
        gateway.keySets().stream()
            .collect(Collectors.toMap(KeySetState::source, KeySet::of, KeySet::worse)),
        gateway.tokenCaches().stream()
            .collect(Collectors.toMap(TokenCacheState::issuer, Cache::of, Cache::plus)));
  }
}
