package io.mcpgateway.metrics;

import io.mcpgateway.LiveGateway;
import io.mcpgateway.McpGateway;
import io.mcpgateway.telemetry.GatewayObserver;
import io.mcpgateway.telemetry.KeyFetch;
import io.mcpgateway.telemetry.RequestRecord;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a gateway does, as meters of Micrometer. It is an observer of the gateway, and watches it:
 *
 * <pre>{@code
 * GatewayMetrics metrics = GatewayMetrics.of(registry);
 * McpGateway gateway = McpGateway.builder().observer(metrics)...build();
 * metrics.watch(gateway);
 * }</pre>
 *
 * <p>Labels are what the configuration names, what MCP defines, and what this gateway says of its
 * outcomes; nothing that a client makes up becomes one. There is one for a registry; several
 * gateways may have it as observer, and one of them is watched. Thread-safe.
 */
public final class GatewayMetrics implements GatewayObserver {
  private final MeterRegistry registry;
  private final RequestMeters requests;
  private final GatewayGauges gauges;
  private final AtomicLong loadedMs = new AtomicLong();
  private final AtomicBoolean refused = new AtomicBoolean();
  private final AtomicBoolean configured = new AtomicBoolean();

  private GatewayMetrics(Builder builder) {
    this.registry = builder.registry;
    this.requests = new RequestMeters(builder.registry, builder.tools);
    this.gauges = new GatewayGauges(builder.registry);
  }

  /**
   * Metrics without names of tools.
   *
   * @param registry gets the meters
   */
  // Transitively, every module that needs this one would need the library, too.
  @SuppressWarnings("exports")
  public static GatewayMetrics of(MeterRegistry registry) {
    return builder(registry).build();
  }

  /**
   * Begins metrics.
   *
   * @param registry gets the meters
   */
  @SuppressWarnings("exports") // as above
  public static Builder builder(MeterRegistry registry) {
    return new Builder(registry);
  }

  @Override
  public void requestFinished(RequestRecord request) {
    requests.count(request);
    gauges.follow();
  }

  @Override
  public void keysFetched(KeyFetch fetch) {
    GatewayMeter.JWKS_FETCHES
        .counter(registry, fetch.source(), fetch.problem().isEmpty() ? "ok" : "failed")
        .increment();
    gauges.follow();
  }

  /**
   * Watches a gateway: what is open, its backends, its keys, its memories for tokens.
   *
   * @param gateway takes the place of the one that was watched before, if there was one
   */
  public void watch(McpGateway gateway) {
    gauges.watch(
        new GatewayGauges.Watched(() -> gateway, gateway::openRequests, gateway::openStreams));
  }

  /**
   * The same for a gateway that may be replaced while it runs.
   *
   * @param gateway the one that is in place is watched; what is open is that of all
   */
  public void watch(LiveGateway gateway) {
    gauges.watch(
        new GatewayGauges.Watched(gateway::current, gateway::openRequests, gateway::openStreams));
  }

  /**
   * A configuration was read, and runs: at the start, or in place of another.
   *
   * @param at when
   */
  public void configurationLoaded(Instant at) {
    loadedMs.set(at.toEpochMilli());
    configurationRead("loaded", false);
    gauges.follow();
  }

  /** A configuration was read and cannot be used: the one before runs on. */
  public void configurationRefused() {
    configurationRead("refused", true);
  }

  private void configurationRead(String outcome, boolean isRefused) {
    refused.set(isRefused);
    GatewayMeter.CONFIG_LOADS.counter(registry, outcome).increment();
    if (configured.compareAndSet(false, true)) {
      GatewayMeter.CONFIG_LOADED.polled(registry, this, all -> all.loadedMs.get() / 1e3);
      GatewayMeter.CONFIG_REFUSED.polled(registry, this, all -> all.refused.get() ? 1 : 0);
    }
  }

  /** Collects metrics. Not thread-safe. */
  public static final class Builder {
    private final MeterRegistry registry;
    private Set<String> tools = Set.of();

    private Builder(MeterRegistry registry) {
      this.registry = registry;
    }

    /**
     * Sets the tools whose calls are measured by their names. Default: none, for clients choose
     * names.
     *
     * @param names each costs a histogram for every outcome of its calls
     * @return this
     */
    public Builder tools(Set<String> names) {
      this.tools = Set.copyOf(names);
      return this;
    }

    /** Builds the metrics. */
    public GatewayMetrics build() {
      return new GatewayMetrics(this);
    }
  }
}
