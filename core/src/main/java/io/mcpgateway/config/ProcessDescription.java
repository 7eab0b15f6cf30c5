package io.mcpgateway.config;

import io.mcpgateway.GatewayLimits;
import io.mcpgateway.LiveGateway;
import io.mcpgateway.config.ServerSettings.LocalAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Tells what is said about the process, where it is not the usual. */
final class ProcessDescription {
  private ProcessDescription() {}

  /** At most two lines. */
  static String of(GatewayLimits limits, ServerSettings server) {
    return line("limits", limits(limits), limits(GatewayLimits.DEFAULT))
        + line("process", server(server), server(ServerSettings.DEFAULT));
  }

  private static String line(String what, Map<String, String> all, Map<String, String> usual) {
    String told =
        all.entrySet().stream()
            .filter(entry -> !Objects.equals(entry.getValue(), usual.get(entry.getKey())))
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    return told.isEmpty() ? "" : what + ": " + told + "\n";
  }

  private static Map<String, String> limits(GatewayLimits limits) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("maxBufferSize", limits.messageBytes() + " bytes");
    all.put("messagesInAll", limits.messageBytesInAll() + " bytes");
    all.put("http1MaxHeaders", "" + limits.headerFields());
    all.put("targetLength", "" + limits.targetLength());
    all.put("requestBodyPatience", GoDuration.format(limits.requestBodyPatience()));
    all.put("requests", "" + limits.requests());
    all.put("streams", "" + limits.streams());
    all.put("streamsPerRoute", "" + limits.streamsPerRoute());
    all.put("streamsPerCaller", "" + limits.streamsPerCaller());
    return all;
  }

  private static Map<String, String> server(ServerSettings server) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("readinessAddr", server.health().toString());
    all.put("adminAddr", server.admin().map(LocalAddress::toString).orElse("off"));
    all.put("statsAddr", server.metrics().address().map(LocalAddress::toString).orElse("none"));
    all.put("toolNames", String.join(" ", new TreeSet<>(server.metrics().toolNames())));
    all.put("connectionMinTerminationDeadline", time(server.shutdownDelay()));
    all.put("connectionTerminationDeadline", time(server.drain()));
    all.put("http1IdleTimeout", time(server.idleConnection()));
    all.put("requestHeadTimeout", time(server.requestHeadTimeout()));
    all.put("connections", "" + server.connections());
    all.put("reload.streams", server.streamsOnReload() == LiveGateway.Streams.END ? "end" : "goOn");
    return all;
  }

  private static String time(Duration duration) {
    return GoDuration.format(duration);
  }
}
