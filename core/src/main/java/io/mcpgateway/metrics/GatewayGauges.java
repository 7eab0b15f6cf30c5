package io.mcpgateway.metrics;

import io.mcpgateway.Listener;
import io.mcpgateway.McpGateway;
import io.mcpgateway.forward.Backend;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway can be asked for at any time. When another one takes its place, its parts are
 * asked instead, and meters of parts that it has not are taken off. Thread-safe.
 */
final class GatewayGauges {
  // One scrape asks for many numbers: they are read together.
  private static final long READING_LASTS = TimeUnit.MILLISECONDS.toNanos(100);

  private final MeterRegistry registry;
  private final AtomicReference<@Nullable Watched> watched = new AtomicReference<>();
  private final AtomicReference<@Nullable McpGateway> followed = new AtomicReference<>();
  private final AtomicReference<@Nullable GatewayReading> latest = new AtomicReference<>();
  private final Map<Part, Meter> parts = new HashMap<>(); // guarded by this

  /**
   * Where the numbers are.
   *
   * @param current the gateway that is in place
   * @param openRequests of all that are not closed
   * @param openStreams of all that are not closed
   */
  record Watched(Supplier<McpGateway> current, IntSupplier openRequests, IntSupplier openStreams) {}

  /** A meter of something that a gateway may have several of. */
  private record Part(GatewayMeter meter, String label) {}

  /**
   * Watches nothing yet.
   *
   * @param registry gets the meters
   */
  GatewayGauges(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Watches a gateway.
   *
   * @param gateway instead of what was watched before
   */
  void watch(Watched gateway) {
    if (watched.getAndSet(gateway) == null) {
      always(GatewayMeter.REQUESTS_OPEN, now -> now.openRequests.getAsInt());
      always(GatewayMeter.STREAMS_OPEN, now -> now.openStreams.getAsInt());
      always(GatewayMeter.RECORDS_DROPPED, now -> now.current.get().droppedRecords());
    }
    follow();
  }

  private void always(GatewayMeter meter, ToDoubleFunction<Watched> value) {
    meter.polled(
        registry,
        this,
        gauges -> value.applyAsDouble(Objects.requireNonNull(gauges.watched.get())));
  }

  /** Looks whether another gateway is in place; cheap when it is the same. */
  void follow() {
    Watched gateway = watched.get();
    if (gateway != null && gateway.current.get() != followed.get()) {
      follow(gateway.current);
    }
  }

  private synchronized void follow(Supplier<McpGateway> current) {
    McpGateway gateway = current.get();
    followed.set(gateway);
    Map<Part, ToDoubleFunction<GatewayReading>> wanted = new LinkedHashMap<>();
    for (String origin : backends(gateway)) {
      wanted.put(
          new Part(GatewayMeter.BACKEND_REACHABLE, origin),
          reading -> reading.backends().getOrDefault(origin, true) ? 1 : 0);
    }
    GatewayReading first = GatewayReading.of(gateway, now());
    for (String source : first.keySets().keySet()) {
      wanted.put(new Part(GatewayMeter.JWKS_AGE, source), reading -> age(reading, source));
      wanted.put(
          new Part(GatewayMeter.JWKS_KEYS, source),
          reading -> of(reading.keySets(), source, GatewayReading.KeySet::keys));
    }
    for (String issuer : first.caches().keySet()) {
      wanted.put(
          new Part(GatewayMeter.TOKEN_CACHE_SIZE, issuer),
          reading -> of(reading.caches(), issuer, GatewayReading.Cache::entries));
      wanted.put(
          new Part(GatewayMeter.TOKEN_CACHE_HITS, issuer),
          reading -> of(reading.caches(), issuer, GatewayReading.Cache::hits));
      wanted.put(
          new Part(GatewayMeter.TOKEN_CACHE_MISSES, issuer),
          reading -> of(reading.caches(), issuer, GatewayReading.Cache::misses));
    }
    List<Part> gone = parts.keySet().stream().filter(part -> !wanted.containsKey(part)).toList();
    gone.forEach(part -> Optional.ofNullable(parts.remove(part)).ifPresent(registry::remove));
    wanted.forEach(
        (part, value) ->
            parts.computeIfAbsent(
                part,
                added ->
                    added.meter.polled(
                        registry,
                        this,
                        gauges -> value.applyAsDouble(gauges.reading()),
                        added.label)));
  }

  private static List<String> backends(McpGateway gateway) {
    return gateway.listeners().stream()
        .map(Listener::routes)
        .flatMap(List::stream)
        .flatMap(route -> route.backend().stream())
        .map(Backend::origin)
        .distinct()
        .toList();
  }

  private GatewayReading reading() {
    McpGateway gateway = Objects.requireNonNull(watched.get()).current.get();
    GatewayReading known = latest.get();
    if (known != null && known.gateway() == gateway && now() - known.at() < READING_LASTS) {
      return known;
    }
    GatewayReading fresh = GatewayReading.of(gateway, now());
    latest.set(fresh);
    return fresh;
  }

  private long now() {
    return registry.config().clock().monotonicTime();
  }

  private double age(GatewayReading reading, String source) {
    double fetched = of(reading.keySets(), source, GatewayReading.KeySet::fetchedMs);
    return (registry.config().clock().wallTime() - fetched) / 1000;
  }

  /** NaN for what is there no more. */
  private static <T> double of(Map<String, T> all, String name, ToDoubleFunction<T> value) {
    T one = all.get(name);
    return one == null ? Double.NaN : value.applyAsDouble(one);
  }
}
