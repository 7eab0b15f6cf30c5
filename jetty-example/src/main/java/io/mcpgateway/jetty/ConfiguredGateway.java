package io.mcpgateway.jetty;

import io.mcpgateway.McpGateway;
import io.mcpgateway.config.ConfigException;
import io.mcpgateway.config.GatewayConfig;
import io.mcpgateway.config.ServerSettings;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import io.mcpgateway.session.SessionKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A configuration that runs: with its ports open, its health told, and its files watched. A change
 * that can be used takes the place of what runs; any other is refused as a whole, and told.
 */
final class ConfiguredGateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfiguredGateway.class);
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);
  private static final String READINESS = "readinessAddr";
  private static final String STATS = "statsAddr";
  private static final String ADMIN = "adminAddr";

  private final Source source;
  private final Map<String, String> environment;
  // Without a configured key, sessions outlive changes of the configuration all the same.
  private final SessionKey ownSessionKey = SessionKey.random();
  private final AtomicReference<GatewayConfig> config;
  private final Optional<TraceExport> traces;
  private final RecentProblems recent = new RecentProblems();
  private final JettyGateway gateway;
  private final Health health;
  private final ProcessMetrics metrics;
  private final AdminServer adminServer;
  private final FileWatch watch;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Where a configuration comes from. */
  interface Source {
    /**
     * Reads it.
     *
     * @param environment the values of its variables
     */
    GatewayConfig read(Map<String, String> environment) throws ConfigException;

    /** The file that it is read from each time; empty when it stays as it is. */
    Optional<Path> file();

    /** A file. */
    static Source of(Path file) {
      return new FileSource(file);
    }

    /** A text. */
    static Source of(String text, String name) {
      return new TextSource(text, name);
    }
  }

  private record FileSource(Path path) implements Source {
    @Override
    public GatewayConfig read(Map<String, String> environment) throws ConfigException {
      return GatewayConfig.read(path, environment);
    }

    @Override
    public Optional<Path> file() {
      return Optional.of(path);
    }
  }

  private record TextSource(String text, String name) implements Source {
    @Override
    public GatewayConfig read(Map<String, String> environment) throws ConfigException {
      return GatewayConfig.parse(text, name, environment);
    }

    @Override
    public Optional<Path> file() {
      return Optional.empty();
    }
  }

  private ConfiguredGateway(
      Source source, Map<String, String> environment, GatewayConfig first, Duration interval)
      throws IOException {
    this.source = source;
    this.environment = environment;
    this.config = new AtomicReference<>(first);
    this.metrics = new ProcessMetrics(first.server().metrics().toolNames(), Instant.now());
    this.traces = TraceExport.start(first.tracing(), environment);
    this.gateway = start(first);
    this.health = new Health(gateway.live());
    metrics.watch(gateway.live());
    try {
      this.adminServer = AdminServer.start(adminPorts(first.server()));
    } catch (IOException failure) {
      gateway.close();
      traces.ifPresent(TraceExport::close);
      throw failure;
    }
    this.watch = new FileWatch(this::files, interval, this::reload);
  }

  /**
   * Starts a configuration.
   *
   * @param source is read again when its files change
   * @param environment the values of its variables
   * @param first what was read
   * @throws IOException when a port cannot be opened or a certificate cannot be used
   */
  static ConfiguredGateway start(
      Source source, Map<String, String> environment, GatewayConfig first) throws IOException {
    return start(source, environment, first, LOOK_INTERVAL);
  }

  /** The same, looking more or less often. */
  static ConfiguredGateway start(
      Source source, Map<String, String> environment, GatewayConfig first, Duration interval)
      throws IOException {
    return new ConfiguredGateway(source, environment, first, interval);
  }

  private List<AdminPort> adminPorts(ServerSettings settings) {
    List<AdminPort> ports = new ArrayList<>();
    List<AdminEndpoint> probed = new ArrayList<>(health.endpoints());
    probed.add(metrics.endpoint());
    ports.add(new AdminPort(READINESS, settings.health(), probed));
    settings
        .metrics()
        .address()
        .ifPresent(own -> ports.add(new AdminPort(STATS, own, List.of(metrics.endpoint()))));
    settings
        .admin()
        .ifPresent(
            address -> {
              AdminGuard guard = new AdminGuard(address.toString().replaceFirst(":[0-9]+$", ""));
              List<AdminEndpoint> guarded =
                  adminEndpoints().stream().map(endpoint -> endpoint.guardedBy(guard)).toList();
              ports.add(new AdminPort(ADMIN, address, guarded));
            });
    return ports;
  }

  private List<AdminEndpoint> adminEndpoints() {
    List<AdminEndpoint> endpoints = new ArrayList<>(LogLevels.endpoints());
    AdminPage page =
        new AdminPage(
            gateway.live(), health, recent, this::running, GatewayMain.version(), Instant.now());
    endpoints.add(new AdminEndpoint("GET", "/", page::answer));
    endpoints.add(metrics.endpoint());
    endpoints.add(
        AdminEndpoint.get(
            "/config",
            () -> {
              Headers type = Headers.of("Content-Type", "application/yaml; charset=utf-8");
              return new Response(200, type, running().maskedYaml());
            }));
    return endpoints;
  }

  private JettyGateway start(GatewayConfig first) throws IOException {
    try {
      return JettyGateway.start(build(first), first.server());
    } catch (IOException failure) {
      traces.ifPresent(TraceExport::close);
      throw failure;
    }
  }

  private McpGateway build(GatewayConfig from) {
    McpGateway.Builder builder = from.toBuilder();
    if (!from.hasSessionKey()) {
      builder.sessionKey(ownSessionKey);
    }
    builder.nonBlockingExchanges().observer(recent).observer(metrics);
    traces.ifPresent(export -> builder.tracer(export.tracer()).observer(export.tracer()));
    return builder.build();
  }

  private GatewayConfig running() {
    return Objects.requireNonNull(config.get());
  }

  private @Nullable GatewayConfig config() {
    return config.get();
  }

  private Set<Path> files() {
    Set<Path> files = new LinkedHashSet<>();
    source.file().ifPresent(files::add);
    GatewayConfig running = config();
    if (running != null) {
      files.addAll(running.files());
    }
    return files;
  }

  /** Reads the configuration again at once, whether it has changed or not. */
  void reloadNow() {
    watch.lookNow();
  }

  /** One at a time, on the watching thread. */
  private boolean reload() {
    String problems = "";
    try {
      GatewayConfig next = source.read(environment);
      next.warnings().forEach(warning -> LOG.warn("{}", warning));
      tellWhatNeedsARestart(next);
      gateway.replace(build(next), next.server().streamsOnReload());
      config.set(next);
      metrics.configurationLoaded(Instant.now());
      LOG.info("the configuration was read again, and runs");
    } catch (ConfigException | IOException | RuntimeException refused) {
      problems = message(refused);
      if (!health.isRefused(problems)) {
        LOG.error("the change is refused, the configuration before runs on: {}", problems);
        metrics.configurationRefused();
      }
    }
    health.changed(problems);
    return problems.isEmpty();
  }

  private void tellWhatNeedsARestart(GatewayConfig next) {
    GatewayConfig running = config();
    if (running != null
        && !next.server().with(running.server().streamsOnReload()).equals(running.server())) {
      LOG.warn(
          "addresses, metrics, connections, timeouts and deadlines change with the next start");
    }
    if (running != null && !next.tracing().equals(running.tracing())) {
      LOG.warn("tracing changes with the next start");
    }
  }

  private static String message(Exception failure) {
    return String.valueOf(failure.getMessage());
  }

  /** The ports that are open, in the order of the binds. */
  JettyGateway gateway() {
    return gateway;
  }

  /** The port for operators; empty when there is none. */
  Optional<Integer> adminPort() {
    return adminServer.port(ADMIN);
  }

  /** The port of the health endpoints; empty when there are none. */
  Optional<Integer> healthPort() {
    return adminServer.port(READINESS);
  }

  /**
   * Ends in order: readiness goes down, connections are accepted until a load balancer has noticed,
   * then the ports are closed and what is under way gets its time.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    health.ending();
    watch.close();
    GatewayConfig running = config();
    try {
      if (running != null) {
        TimeUnit.MILLISECONDS.sleep(running.server().shutdownDelay().toMillis());
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
    gateway.close();
    adminServer.close();
    traces.ifPresent(TraceExport::close);
    metrics.close();
  }
}
