package io.mcpgateway.telemetry;

import io.mcpgateway.mcp.McpMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One finished request. Holds no token, no query and no header values.
 *
 * @param started when the request arrived
 * @param method the HTTP method
 * @param path the path below the mount path, without query
 * @param route the name of the route; empty when none matched
 * @param backend the name of the backend; empty where the gateway answered, or the application did
 * @param mcpMethod the JSON-RPC method, where it is known
 * @param mcpName the tool, prompt or resource that it names, where it is known
 * @param rpcId the JSON-RPC id as JSON text, where it is known
 * @param protocolVersion the MCP revision that the client names, where it names one
 * @param outcome what became of it
 * @param status the HTTP status; 0 when the client left before there was one
 * @param requestBytes the bytes of the request body that were read by the gateway or its backend
 * @param responseBytes the bytes of the response body as far as they were sent; empty in guard mode
 * @param eventStream whether the response is an event stream
 * @param firstByte from arrival to the head of the response
 * @param total from arrival to the end of the response
 * @param upstream from the attempt to send to the backend to the head of its response; empty where
 *     there was none
 * @param clientAddress the client's IP address, as reported by a trusted proxy or seen
 * @param subject the authenticated caller
 * @param issuer who vouches for the caller
 * @param clientId the client that the caller's token was issued to, where the token says so
 * @param refusal why the request was refused or went wrong, in a word; empty when all is well
 * @param reason the same in detail, for operators
 * @param trace where the request stands in a trace; empty when it stands in none
 * @param arguments the arguments of a tool call, as JSON text; of a message that is longer than 8
 *     KiB its beginning, as a JSON string that ends in {@code [cut]}; empty unless an observer
 *     wants them
 */
public record RequestRecord(
    Instant started,
    String method,
    String path,
    Optional<String> route,
    Optional<String> backend,
    Optional<String> mcpMethod,
    Optional<String> mcpName,
    Optional<String> rpcId,
    Optional<String> protocolVersion,
    Outcome outcome,
    int status,
    long requestBytes,
    OptionalLong responseBytes,
    boolean eventStream,
    Duration firstByte,
    Duration total,
    Optional<Duration> upstream,
    String clientAddress,
    Optional<String> subject,
    Optional<String> issuer,
    Optional<String> clientId,
    Optional<RefusalCode> refusal,
    Optional<String> reason,
    Optional<TraceIds> trace,
    Optional<String> arguments) {

  /** Whether it called a tool, or tried to. */
  public boolean isToolCall() {
    return mcpMethod.filter(McpMessage.TOOL_CALL::equals).isPresent();
  }
}
