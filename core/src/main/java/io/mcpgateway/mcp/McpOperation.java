package io.mcpgateway.mcp;

import io.mcpgateway.json.Json;
import io.mcpgateway.json.JsonScan;
import io.mcpgateway.json.MalformedJsonException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one JSON-RPC request or notification asks for, as its body says it: what decisions about
 * access are made of.
 *
 * @param method the JSON-RPC method
 * @param kind what it is about
 * @param name the tool's or prompt's name, or the resource's URI; empty where the message does not
 *     say, or says something that is no string
 * @param id the request's id as JSON text; empty for notifications
 */
public record McpOperation(String method, Kind kind, Optional<String> name, Optional<String> id) {
  private static final String LISTEN = "subscriptions/listen";

  /** What an operation may be about. */
  public enum Kind {
    /** A tool: {@code tools/call}. */
    TOOL("tool"),
    /** A prompt: {@code prompts/get}, and completion of its arguments. */
    PROMPT("prompt"),
    /** A resource: read, subscribed to, or completed as a template. */
    RESOURCE("resource"),
    /** Nothing that has a name: {@code initialize}, {@code tools/list}, notifications. */
    OTHER("method");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** What people call it. */
    @Override
    public String toString() {
      return word;
    }
  }

  /**
   * The call that an entry of a list is there for.
   *
   * @param kind tool, prompt or resource
   * @param name the entry's
   */
  public static McpOperation callOf(Kind kind, Optional<String> name) {
    String method =
        switch (kind) {
          case TOOL -> McpMessage.TOOL_CALL;
          case PROMPT -> "prompts/get";
          default -> "resources/read";
        };
    return new McpOperation(method, kind, name, Optional.empty());
  }

  /** Whether its answer is a list of tools, prompts, resources or resource templates. */
  public boolean isList() {
    return switch (method) {
      case "tools/list", "prompts/list", "resources/list", "resources/templates/list" -> true;
      default -> false;
    };
  }

  /**
   * What one message asks for.
   *
   * @param message the message, a JSON object
   * @param envelope what was found in it
   * @return nothing for a response; several for a request that names several resources
   * @throws MalformedJsonException when it cannot be told
   */
  static List<McpOperation> of(ByteBuffer message, Envelope envelope)
      throws MalformedJsonException {
    if (envelope.method().isEmpty()) {
      return List.of();
    }
    String method = envelope.method().get();
    if (method.equals(LISTEN)) {
      return listening(message, envelope);
    }
    Kind kind = kindOf(method, envelope);
    Optional<String> name =
        switch (kind) {
          case TOOL -> envelope.toolOrPrompt();
          case PROMPT ->
              method.equals("prompts/get") ? envelope.toolOrPrompt() : envelope.referredPrompt();
          case RESOURCE ->
              method.startsWith("resources/") ? envelope.resource() : envelope.referredResource();
          case OTHER -> Optional.empty();
        };
    return List.of(new McpOperation(method, kind, name, envelope.id()));
  }

  private static Kind kindOf(String method, Envelope envelope) {
    return switch (method) {
      case McpMessage.TOOL_CALL -> Kind.TOOL;
      case "prompts/get" -> Kind.PROMPT;
      case "resources/read", "resources/subscribe", "resources/unsubscribe" -> Kind.RESOURCE;
      case "completion/complete" ->
          envelope.referenceType().equals(Optional.of("ref/prompt")) ? Kind.PROMPT : Kind.RESOURCE;
      default -> Kind.OTHER;
    };
  }

  /** MCP 2026-07-28, Subscriptions: one request for changes of several resources. */
  private static List<McpOperation> listening(ByteBuffer message, Envelope envelope)
      throws MalformedJsonException {
    byte[] bytes = new byte[message.remaining()];
    message.duplicate().get(bytes);
    List<McpOperation> all = new ArrayList<>();
    all.add(new McpOperation(LISTEN, Kind.OTHER, Optional.empty(), envelope.id()));
    Object notifications = member(member(Json.readObject(bytes), "params"), "notifications");
    Object wanted = member(notifications, "resourceSubscriptions");
    for (Object uri : wanted instanceof List<?> uris ? uris : List.of()) {
      Optional<String> name = uri instanceof String text ? Optional.of(text) : Optional.empty();
      all.add(new McpOperation(LISTEN, Kind.RESOURCE, name, envelope.id()));
    }
    return List.copyOf(all);
  }

  private static Object member(Object object, String name) {
    Object found = object instanceof Map<?, ?> members ? members.get(name) : null;
    return found == null ? Map.of() : found;
  }

  /**
   * What the messages of a body ask for.
   *
   * @param messages each a JSON object
   * @return in order; responses ask for nothing
   * @throws MalformedJsonException when it cannot be told for one of them
   */
  static List<McpOperation> ofAll(List<ByteBuffer> messages) throws MalformedJsonException {
    List<McpOperation> all = new ArrayList<>();
    for (ByteBuffer message : messages) {
      JsonScan scan = new JsonScan(Envelope.MEMBERS);
      scan.feed(message);
      scan.finish();
      boolean object = message.get(message.position()) == '{';
      if (!object || scan.malformed() || scan.ambiguous()) {
        throw new MalformedJsonException("a message that is not one (expected: an object)");
      }
      all.addAll(of(message, Envelope.of(scan)));
    }
    return List.copyOf(all);
  }
}
