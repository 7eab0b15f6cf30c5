package io.mcpgateway.authorization;

import io.mcpgateway.mcp.McpOperation;
import java.util.List;

/** What authorization says of a message. */
public sealed interface AuthorizationDecision {
  /** It may go on. */
  record Permitted() implements AuthorizationDecision {}

  /**
   * It may not: nothing of it, also where only one message of a batch is denied.
   *
   * @param operation what is denied
   * @param lackingScopes what would have helped; empty when no scope would
   */
  record Denied(McpOperation operation, List<String> lackingScopes)
      implements AuthorizationDecision {
    /** Copies the list. */
    public Denied {
      lackingScopes = List.copyOf(lackingScopes);
    }
  }
}
