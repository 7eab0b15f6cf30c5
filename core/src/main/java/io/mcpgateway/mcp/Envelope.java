package io.mcpgateway.mcp;

import io.mcpgateway.json.JsonScan;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The members of a JSON-RPC message that say what it is about.
 *
 * @param method the JSON-RPC method
 * @param id the id as JSON text
 * @param protocolVersion the revision that the message itself names
 * @param toolOrPrompt {@code params.name}
 * @param resource {@code params.uri}
 * @param task {@code params.taskId}
 * @param referenceType {@code params.ref.type}: what is to be completed
 * @param referredPrompt {@code params.ref.name}
 * @param referredResource {@code params.ref.uri}
 */
record Envelope(
    Optional<String> method,
    Optional<String> id,
    Optional<String> protocolVersion,
    Optional<String> toolOrPrompt,
    Optional<String> resource,
    Optional<String> task,
    Optional<String> referenceType,
    Optional<String> referredPrompt,
    Optional<String> referredResource) {
  private static final String METHOD = "/method";
  private static final String ID = "/id";
  private static final String VERSION = "/params/_meta/io.modelcontextprotocol~1protocolVersion";
  private static final String NAME = "/params/name";
  private static final String URI = "/params/uri";
  private static final String TASK = "/params/taskId";

  private static final String REFERENCE_TYPE = "/params/ref/type";
  private static final String REFERRED_NAME = "/params/ref/name";
  private static final String REFERRED_URI = "/params/ref/uri";

  /** W3C Trace Context and Baggage in the message (MCP 2026-07-28, {@code _meta}). */
  static final Map<String, String> TRACE =
      Map.of(
          "traceparent", "/params/_meta/traceparent",
          "tracestate", "/params/_meta/tracestate",
          "baggage", "/params/_meta/baggage");

  static final JsonScan.Members MEMBERS =
      JsonScan.Members.of(
              METHOD, ID, VERSION, NAME, URI, TASK, REFERENCE_TYPE, REFERRED_NAME, REFERRED_URI)
          .andUndecisive(Set.copyOf(TRACE.values()));

  /** MCP 2026-07-28, Standard Request Headers; the tasks extension. */
  private static final Map<String, String> NAMED_BY =
      Map.of(
          McpMessage.TOOL_CALL,
          NAME,
          "prompts/get",
          NAME,
          "resources/read",
          URI,
          "tasks/get",
          TASK,
          "tasks/update",
          TASK,
          "tasks/cancel",
          TASK);

  /**
   * What a scan has found.
   *
   * @param scan a scan for {@link #MEMBERS}
   */
  static Envelope of(JsonScan scan) {
    return new Envelope(
        scan.string(METHOD),
        scan.raw(ID),
        scan.string(VERSION),
        scan.string(NAME),
        scan.string(URI),
        scan.string(TASK),
        scan.string(REFERENCE_TYPE),
        scan.string(REFERRED_NAME),
        scan.string(REFERRED_URI));
  }

  /** Whether it wants an answer. */
  boolean isRequest() {
    return method.isPresent() && id.isPresent();
  }

  /** Whether its method is about something that {@code Mcp-Name} names. */
  boolean hasName() {
    return method.filter(NAMED_BY::containsKey).isPresent();
  }

  /** What its method is about. */
  Optional<String> name() {
    String member = method.map(NAMED_BY::get).orElse("");
    return switch (member) {
      case NAME -> toolOrPrompt;
      case URI -> resource;
      case TASK -> task;
      default -> Optional.empty();
    };
  }

  /** Whatever it may be about, for logs. */
  Optional<String> anyName() {
    return toolOrPrompt.or(() -> resource).or(() -> task);
  }
}
