package io.mcpgateway.telemetry;

import io.mcpgateway.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line of JSON for each tool call and for each request that was refused: when, who,
 * what, and the decision. Never tokens; the arguments of calls only when asked for. Immutable and
 * thread-safe.
 */
public final class AuditLog implements GatewayObserver {
  private static final Logger LOG = LoggerFactory.getLogger("io.mcpgateway.audit");

  private final Optional<Path> file;
  private final boolean arguments;

  private AuditLog(Optional<Path> file, boolean arguments) {
    this.file = file;
    this.arguments = arguments;
  }

  /** Lines go to the logger {@code io.mcpgateway.audit}, at level INFO. */
  public static AuditLog toLog() {
    return new AuditLog(Optional.empty(), false);
  }

  /**
   * Lines are appended to a file. It is opened for each, so that it can be moved away at any time.
   *
   * @param file is created when it is not there; its directory is not
   */
  public static AuditLog toFile(Path file) {
    return new AuditLog(Optional.of(file), false);
  }

  /**
   * The same with the arguments of tool calls, which can be anything that callers know: of messages
   * longer than 8 KiB their beginning, as text. Where an application answers behind the gateway,
   * they are known only when a policy reads messages.
   */
  public AuditLog withArguments() {
    return new AuditLog(file, true);
  }

  @Override
  public boolean wantsArguments() {
    return arguments;
  }

  @Override
  public void requestFinished(RequestRecord request) {
    if (!request.isToolCall() && request.outcome() != Outcome.REFUSED) {
      return;
    }
    String line = format(request);
    if (file.isEmpty()) {
      LOG.info("{}", line);
      return;
    }
    try {
      Files.writeString(
          file.get(),
          line + System.lineSeparator(),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * The line of one request.
   *
   * @param request what happened
   */
  String format(RequestRecord request) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("time", request.started().toString());
    fields.put("decision", decision(request));
    fields.put("outcome", request.outcome().label());
    fields.put("status", request.status());
    put(fields, "refusal", request.refusal().map(RefusalCode::label));
    put(fields, "reason", request.reason());
    put(fields, "sub", request.subject());
    put(fields, "iss", request.issuer());
    put(fields, "client_id", request.clientId());
    fields.put("client", request.clientAddress());
    fields.put("method", request.method());
    fields.put("path", request.path());
    put(fields, "route", request.route());
    put(fields, "backend", request.backend());
    put(fields, "mcp.method", request.mcpMethod());
    put(fields, "mcp.name", request.mcpName());
    put(fields, "trace_id", request.trace().map(TraceIds::traceId));
    String line = Json.write(fields);
    Optional<String> told = request.arguments().filter(any -> arguments);
    return InvisibleCharacters.escaped(
        told.isEmpty()
            ? line
            : line.substring(0, line.length() - 1) + ",\"arguments\":" + told.get() + "}");
  }

  /** What the policies said; nothing, when the request ended before they could. */
  private static String decision(RequestRecord request) {
    return switch (request.outcome()) {
      case REFUSED -> "refused";
      case FORWARDED, HANDED_OVER, ANSWERED -> "allowed";
      case FAILED, CLIENT_LEFT -> request.backend().isPresent() ? "allowed" : "none";
    };
  }

  private static void put(Map<String, Object> fields, String name, Optional<String> value) {
    value.ifPresent(text -> fields.put(name, text));
  }

  /** Where its lines go, and whether with arguments. */
  @Override
  public String toString() {
    return file.map(Path::toString).orElse("stdout") + (arguments ? " with arguments" : "");
  }
}
