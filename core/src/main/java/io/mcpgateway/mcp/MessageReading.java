package io.mcpgateway.mcp;

import io.mcpgateway.http.BodySource;
import java.util.List;
import java.util.Optional;

/** What reading a message came to. */
public sealed interface MessageReading {
  /**
   * A message that says one thing only, and the same as its header fields.
   *
   * @param message what it is about, for logs
   * @param operations what it asks for; several for a batch, none for a response
   * @param body its bytes, as they came
   */
  record Message(McpMessage message, List<McpOperation> operations, BodySource body)
      implements MessageReading {
    /** Copies the list. */
    public Message {
      operations = List.copyOf(operations);
    }
  }

  /**
   * No message to go on with.
   *
   * @param status the HTTP status of the answer
   * @param error what is wrong with it
   * @param id the request's id as JSON text, where it is known
   */
  record Refused(int status, JsonRpcError error, Optional<String> id) implements MessageReading {}
}
