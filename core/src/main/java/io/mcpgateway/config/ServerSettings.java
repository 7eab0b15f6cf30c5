package io.mcpgateway.config;

import io.mcpgateway.LiveGateway;
import java.time.Duration;
import java.util.Optional;

/**
 * What a configuration says to the server that runs the gateway, rather than to the gateway.
 * Immutable and thread-safe.
 *
 * @param health where liveness and readiness can be asked for
 * @param admin where operators can look at the gateway; empty where they cannot
 * @param metrics what monitoring gets, and where
 * @param shutdownDelay how long connections are still accepted once the end was announced
 * @param drain how long what is under way may take then
 * @param idleConnection how long a connection may be idle
 * @param requestHeadTimeout how long a client may take over the head of a request
 * @param connections how many connections of clients there may be
 * @param streamsOnReload what becomes of open event streams when the configuration changes
 */
public record ServerSettings(
    LocalAddress health,
    Optional<LocalAddress> admin,
    MetricsSettings metrics,
    Duration shutdownDelay,
    Duration drain,
    Duration idleConnection,
    Duration requestHeadTimeout,
    int connections,
    LiveGateway.Streams streamsOnReload) {
  /** What holds unless something else is said. */
  public static final ServerSettings DEFAULT =
      new ServerSettings(
          new LocalAddress("127.0.0.1", 15021, false),
          Optional.empty(),
          MetricsSettings.DEFAULT,
          Duration.ZERO,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(15),
          20_000,
          LiveGateway.Streams.GO_ON);

  /**
   * The same, with another time to drain.
   *
   * @param time how long what is under way may take
   */
  public ServerSettings withDrain(Duration time) {
    return new ServerSettings(
        health,
        admin,
        metrics,
        shutdownDelay,
        time,
        idleConnection,
        requestHeadTimeout,
        connections,
        streamsOnReload);
  }

  /**
   * The same, with something else done to streams.
   *
   * @param streams what becomes of open event streams when the configuration changes
   */
  public ServerSettings with(LiveGateway.Streams streams) {
    return new ServerSettings(
        health,
        admin,
        metrics,
        shutdownDelay,
        drain,
        idleConnection,
        requestHeadTimeout,
        connections,
        streams);
  }

  /**
   * A port for operators and probes.
   *
   * @param host a local address, without brackets
   * @param port 0 for any that is free
   * @param required whether the server refuses to start when the port is taken
   */
  public record LocalAddress(String host, int port, boolean required) {
    /** Host and port, as the configuration has them. */
    @Override
    public String toString() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }
}
