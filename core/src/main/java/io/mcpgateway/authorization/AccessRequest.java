package io.mcpgateway.authorization;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.mcp.McpOperation;
import java.util.Optional;

/**
 * What a rule decides about.
 *
 * @param operation what is asked for
 * @param caller who asks; empty when nobody proved it
 * @param clientRequest the request that it came with
 * @param target what the backend is called; empty in front of an application
 */
public record AccessRequest(
    McpOperation operation,
    Optional<AuthenticatedPrincipal> caller,
    RequestHead clientRequest,
    String target) {

  AccessRequest about(McpOperation other) {
    return new AccessRequest(other, caller, clientRequest, target);
  }
}
