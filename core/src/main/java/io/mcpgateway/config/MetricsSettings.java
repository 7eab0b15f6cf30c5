package io.mcpgateway.config;

import io.mcpgateway.config.ServerSettings.LocalAddress;
import java.util.Optional;
import java.util.Set;

/**
 * What monitoring gets. Immutable and thread-safe.
 *
 * @param address where metrics can be read besides the address of health
 * @param toolNames the tools whose calls are measured by name
 */
public record MetricsSettings(Optional<LocalAddress> address, Set<String> toolNames) {
  /** No address of their own, and no names. */
  public static final MetricsSettings DEFAULT = new MetricsSettings(Optional.empty(), Set.of());

  /** Copies the set. */
  public MetricsSettings {
    toolNames = Set.copyOf(toolNames);
  }
}
