package io.mcpgateway.mcp;

import io.mcpgateway.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An error in JSON-RPC's terms (JSON-RPC 2.0, 5.1).
 *
 * @param code see MCP 2026-07-28, Error Codes: -32000 to -32099 are not ours to invent
 * @param message for the client's developer; holds nothing of the inside
 */
public record JsonRpcError(int code, String message) {
  /** The message is no JSON. */
  public static final int PARSE_ERROR = -32700;

  /** Header fields and message contradict each other (MCP 2026-07-28, Server Validation). */
  public static final int HEADER_MISMATCH = -32020;

  /** There is no such method (JSON-RPC 2.0, 5.1). */
  public static final int METHOD_NOT_FOUND = -32601;

  /** There is no such tool, prompt or resource (MCP, tools: Error Handling). */
  public static final int INVALID_PARAMS = -32602;

  /** The gateway or the way behind it failed, not the request. */
  public static final int INTERNAL_ERROR = -32603;

  /** The request is not one that can be served. */
  public static final int INVALID_REQUEST = -32600;

  /**
   * The response object. An unknown id is left out, as MCP has it (JSONRPCErrorResponse), not null
   * as JSON-RPC does.
   *
   * @param id the request's id as JSON text; empty when it is not known
   * @return JSON
   */
  public String body(Optional<String> id) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", code);
    error.put("message", message);
    return "{\"jsonrpc\":\"2.0\""
        + id.map(known -> ",\"id\":" + known).orElse("")
        + ",\"error\":"
        + Json.write(error)
        + "}";
  }
}
