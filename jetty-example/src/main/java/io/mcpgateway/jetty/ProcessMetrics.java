package io.mcpgateway.jetty;

import io.mcpgateway.LiveGateway;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import io.mcpgateway.metrics.GatewayMetrics;
import io.mcpgateway.telemetry.GatewayObserver;
import io.mcpgateway.telemetry.KeyFetch;
import io.mcpgateway.telemetry.RequestRecord;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of this process, as Prometheus reads them. The start does not wait for them: they are
 * made when something is to be counted, those of the JVM when they are asked for. Thread-safe.
 */
final class ProcessMetrics implements GatewayObserver, AutoCloseable {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final Set<String> tools;
  private final Instant loaded;
  private final AtomicReference<@Nullable LiveGateway> gateway = new AtomicReference<>();
  private final AtomicReference<@Nullable Meters> meters = new AtomicReference<>();
  private final AtomicReference<@Nullable JvmGcMetrics> collections = new AtomicReference<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private record Meters(PrometheusMeterRegistry registry, GatewayMetrics ofGateway) {}

  /**
   * Metrics that nothing has happened for.
   *
   * @param tools those whose calls are measured by name
   * @param loaded when the configuration was read
   */
  ProcessMetrics(Set<String> tools, Instant loaded) {
    this.tools = tools;
    this.loaded = loaded;
  }

  /** The gateway runs. */
  synchronized void watch(LiveGateway running) {
    gateway.set(running);
    Meters made = meters.get();
    if (made != null) {
      made.ofGateway.watch(running);
    }
  }

  @Override
  public void requestFinished(RequestRecord request) {
    meters().ofGateway.requestFinished(request);
  }

  @Override
  public void keysFetched(KeyFetch fetch) {
    meters().ofGateway.keysFetched(fetch);
  }

  /** A change of the configuration runs. */
  void configurationLoaded(Instant at) {
    meters().ofGateway.configurationLoaded(at);
  }

  /** A change of the configuration is refused. */
  void configurationRefused() {
    meters().ofGateway.configurationRefused();
  }

  /** Where Prometheus asks. */
  AdminEndpoint endpoint() {
    return new AdminEndpoint("GET", "/metrics", request -> scrape(request.headers()));
  }

  private Response scrape(Headers asked) {
    boolean openMetrics =
        asked.list("Accept").stream().anyMatch(type -> type.startsWith("application/openmetrics"));
    String form = openMetrics ? OPEN_METRICS : TEXT;
    Meters made = meters();
    watchTheJvm(made.registry);
    return new Response(200, Headers.of("Content-Type", form), made.registry.scrape(form));
  }

  private Meters meters() {
    Meters made = meters.get();
    return made == null ? make() : made;
  }

  private synchronized Meters make() {
    Meters made = meters.get();
    if (made != null) {
      return made;
    }
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    GatewayMetrics ofGateway = GatewayMetrics.builder(registry).tools(tools).build();
    ofGateway.configurationLoaded(loaded);
    LiveGateway running = gateway.get();
    if (running != null) {
      ofGateway.watch(running);
    }
    Meters fresh = new Meters(registry, ofGateway);
    meters.set(fresh);
    return fresh;
  }

  private synchronized void watchTheJvm(PrometheusMeterRegistry registry) {
    if (collections.get() != null || closed.get()) {
      return;
    }
    JvmGcMetrics garbage = new JvmGcMetrics();
    collections.set(garbage);
    List<MeterBinder> binders =
        List.of(
            garbage,
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new FileDescriptorMetrics(),
            new ProcessorMetrics(),
            new UptimeMetrics());
    binders.forEach(binder -> binder.bindTo(registry));
  }

  /** Nothing is asked for any more. */
  @Override
  public synchronized void close() {
    closed.set(true);
    JvmGcMetrics garbage = collections.get();
    if (garbage != null) {
      garbage.close();
    }
  }
}
