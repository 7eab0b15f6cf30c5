package io.mcpgateway.config;

import io.mcpgateway.GatewayLimits;
import io.mcpgateway.LiveGateway;
import io.mcpgateway.config.ServerSettings.LocalAddress;
import io.mcpgateway.http.Loopback;
import io.mcpgateway.telemetry.AuditLog;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** Makes what a configuration says about the process: limits, and the server's settings. */
final class ProcessAssembler {
  private static final int MAX_PORT = 65_535;

  private final Problems problems;

  ProcessAssembler(Problems problems) {
    this.problems = problems;
  }

  /** How much is taken on. */
  GatewayLimits limits(Setting root) {
    GatewayLimits.Builder limits = GatewayLimits.builder();
    http(root)
        .ifPresent(
            http -> {
              count(http, "maxBufferSize").ifPresent(limits::messageBytes);
              count(http, "http1MaxHeaders").ifPresent(limits::headerFields);
            });
    limitsOf(root)
        .ifPresent(
            own -> {
              own.whole("messagesInAll").ifPresent(limits::messageBytesInAll);
              count(own, "targetLength").ifPresent(limits::targetLength);
              own.duration("requestBodyPatience").ifPresent(limits::requestBodyPatience);
              count(own, "requests").ifPresent(limits::requests);
              count(own, "streams").ifPresent(limits::streams);
              count(own, "streamsPerRoute").ifPresent(limits::streamsPerRoute);
              count(own, "streamsPerCaller").ifPresent(limits::streamsPerCaller);
            });
    return limits.build();
  }

  /** The largest request body that is forwarded, in bytes. */
  Optional<Long> requestBody(Setting root) {
    return limitsOf(root).flatMap(own -> own.whole("requestBody"));
  }

  /**
   * Who is told of calls and refusals.
   *
   * @param root the whole
   * @param files finds the log's file
   */
  static Optional<AuditLog> auditLog(Setting root, ReferencedFiles files) {
    return root.get("config")
        .flatMap(config -> config.get("auditLog"))
        .map(
            own -> {
              AuditLog log =
                  own.get("file")
                      .filter(file -> file.as(String.class).filter("stdout"::equals).isEmpty())
                      .flatMap(files::resolveWritable)
                      .map(AuditLog::toFile)
                      .orElseGet(AuditLog::toLog);
              return own.flag("arguments") ? log.withArguments() : log;
            });
  }

  /** What is the server's. */
  ServerSettings server(Setting root) {
    ServerSettings usual = ServerSettings.DEFAULT;
    Optional<Setting> config = root.get("config");
    Optional<Setting> limits = limitsOf(root);
    return new ServerSettings(
        config
            .flatMap(own -> own.get("readinessAddr"))
            .flatMap(this::address)
            .orElse(usual.health()),
        config.flatMap(own -> own.get("adminAddr")).flatMap(this::adminAddress),
        config.map(this::metrics).orElse(usual.metrics()),
        config
            .flatMap(own -> own.duration("connectionMinTerminationDeadline"))
            .orElse(usual.shutdownDelay()),
        config.flatMap(own -> own.duration("connectionTerminationDeadline")).orElse(usual.drain()),
        http(root).flatMap(own -> own.duration("http1IdleTimeout")).orElse(usual.idleConnection()),
        limits
            .flatMap(own -> own.duration("requestHeadTimeout"))
            .orElse(usual.requestHeadTimeout()),
        limits.flatMap(own -> count(own, "connections")).orElse(usual.connections()),
        config
            .flatMap(own -> own.get("reload"))
            .flatMap(reload -> reload.text("streams"))
            .filter("end"::equals)
            .map(end -> LiveGateway.Streams.END)
            .orElse(usual.streamsOnReload()));
  }

  private Optional<LocalAddress> adminAddress(Setting setting) {
    Optional<LocalAddress> address = address(setting);
    if (address.filter(at -> !Loopback.isHost(at.host())).isPresent()) {
      problems.warn(setting, "others reach it, and it has no login");
    }
    return address;
  }

  private MetricsSettings metrics(Setting config) {
    return new MetricsSettings(
        config.get("statsAddr").flatMap(this::address),
        config
            .get("metrics")
            .map(metrics -> Set.copyOf(Arrays.asList(metrics.texts("toolNames"))))
            .orElse(MetricsSettings.DEFAULT.toolNames()));
  }

  private Optional<LocalAddress> address(Setting setting) {
    return setting
        .as(String.class)
        .flatMap(
            address -> {
              int colon = address.lastIndexOf(':');
              int port = Integer.parseInt(address.substring(colon + 1));
              String host = address.substring(0, colon);
              if (port > MAX_PORT) {
                problems.add(setting, "port " + port + " (expected: 0 to 65535)");
                return Optional.empty();
              }
              boolean bracketed = host.startsWith("[");
              return Optional.of(
                  new LocalAddress(
                      bracketed ? host.substring(1, host.length() - 1) : host, port, true));
            });
  }

  private static Optional<Setting> http(Setting root) {
    return root.get("frontendPolicies").flatMap(policies -> policies.get("http"));
  }

  private static Optional<Setting> limitsOf(Setting root) {
    return root.get("config").flatMap(config -> config.get("limits"));
  }

  private static Optional<Integer> count(Setting owner, String key) {
    return owner.whole(key).map(Math::toIntExact);
  }
}
