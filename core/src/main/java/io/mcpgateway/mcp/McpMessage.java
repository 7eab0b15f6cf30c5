package io.mcpgateway.mcp;

import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.json.JsonScan;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the envelope of a JSON-RPC message says, as far as it has been read: for logs and for error
 * answers, not for decisions about access.
 *
 * @param method the JSON-RPC method; empty for responses and for what is no JSON-RPC
 * @param name the tool, prompt, resource or task that the method is about
 * @param id the request's id as JSON text; empty for notifications and unknown ones
 * @param trace what {@code params._meta} says of the trace that the message is part of: {@code
 *     traceparent}, {@code tracestate} and {@code baggage}, as they came, where they are texts of
 *     at most 512 characters
 */
public record McpMessage(
    Optional<String> method,
    Optional<String> name,
    Optional<String> id,
    Map<String, String> trace) {
  /** The method that calls a tool. */
  public static final String TOOL_CALL = "tools/call";

  /** Nothing is known. */
  public static final McpMessage UNKNOWN =
      new McpMessage(Optional.empty(), Optional.empty(), Optional.empty());

  private static final int MAX_LENGTH = 256;
  private static final int MAX_TRACE_LENGTH = 512;

  /** Copies what is said of the trace. */
  public McpMessage {
    trace = Map.copyOf(trace);
  }

  /** A message that says nothing of a trace; the parameters are those of the record. */
  public McpMessage(Optional<String> method, Optional<String> name, Optional<String> id) {
    this(method, name, id, Map.of());
  }

  /**
   * What the client declares in the mirrored header fields (MCP 2026-07-28, Standard Request
   * Headers).
   *
   * @param clientRequest the request's header fields
   */
  public static McpMessage declaredIn(Headers clientRequest) {
    return new McpMessage(
        clientRequest.first(HeaderNames.MCP_METHOD).map(McpMessage::bounded),
        clientRequest.first(HeaderNames.MCP_NAME).map(McpMessage::bounded),
        Optional.empty());
  }

  /**
   * What a scan has found so far.
   *
   * @param scan a scan for {@link Envelope#MEMBERS}
   */
  static McpMessage of(JsonScan scan) {
    Envelope envelope = Envelope.of(scan);
    return new McpMessage(
        scan.array() ? Optional.of("batch") : envelope.method().map(McpMessage::bounded),
        envelope.anyName().map(McpMessage::bounded),
        envelope.id().filter(id -> id.length() <= MAX_LENGTH),
        trace(scan));
  }

  private static Map<String, String> trace(JsonScan scan) {
    Map<String, String> trace = new HashMap<>(0);
    Envelope.TRACE.forEach(
        (name, pointer) ->
            scan.string(pointer)
                .filter(text -> text.length() <= MAX_TRACE_LENGTH)
                .ifPresent(text -> trace.put(name, text)));
    return trace;
  }

  private static String bounded(String text) {
    return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH);
  }
}
