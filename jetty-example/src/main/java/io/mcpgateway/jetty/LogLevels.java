package io.mcpgateway.jetty;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import io.mcpgateway.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * Shows and sets how much the gateway logs. Only its own loggers, which never log a token: those of
 * libraries print header values when they are told to say all. Access and audit log are not to be
 * silenced by way of a port without a login. Thread-safe.
 */
final class LogLevels {
  private static final String OURS = "io.mcpgateway";
  private static final List<String> RECORDS = List.of(OURS + ".access", OURS + ".audit");
  private static final List<Level> LEVELS =
      List.of(Level.ERROR, Level.WARN, Level.INFO, Level.DEBUG, Level.TRACE);
  private static final String NOTE =
      "only " + OURS + " and loggers below can be set: others may log header values";

  private final LoggerContext context;

  private LogLevels(LoggerContext context) {
    this.context = context;
  }

  /** What is answered about levels; nothing where another library than Logback logs. */
  static List<AdminEndpoint> endpoints() {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return List.of();
    }
    LogLevels levels = new LogLevels(context);
    return List.of(
        AdminEndpoint.get("/loglevel", levels::show),
        new AdminEndpoint("POST", "/loglevel", levels::set),
        new AdminEndpoint("POST", "/logging", levels::set)); // as agentgateway has it
  }

  private Response set(AdminEndpoint.Request request) {
    String wanted = request.query().getOrDefault("level", "").toUpperCase(Locale.ROOT);
    Level level = Level.toLevel(wanted, Level.OFF);
    if (!LEVELS.contains(level)) {
      return refused("level (expected: error, warn, info, debug or trace)");
    }
    String name = request.query().getOrDefault("logger", OURS);
    Logger logger = isOurs(name) ? context.exists(name) : null;
    if (logger == null) {
      return refused("logger (expected: one that there is; " + NOTE + ")");
    }
    logger.setLevel(level);
    return show();
  }

  private static boolean isOurs(String name) {
    boolean below = name.equals(OURS) || name.startsWith(OURS + ".");
    return below && RECORDS.stream().noneMatch(log -> (name + ".").startsWith(log + "."));
  }

  private Response show() {
    Map<String, Object> levels = new LinkedHashMap<>();
    for (Logger logger : context.getLoggerList()) {
      if (logger.getLevel() != null && isOurs(logger.getName())) {
        levels.put(logger.getName(), logger.getLevel().toString().toLowerCase(Locale.ROOT));
      }
    }
    return Response.json(
        200, Headers.EMPTY, Json.write(Map.of("levels", levels, "note", NOTE)) + "\n");
  }

  private static Response refused(String problem) {
    return Response.json(400, Headers.EMPTY, Json.write(Map.of("error", problem)) + "\n");
  }
}
