package io.mcpgateway.telemetry;

import java.time.Instant;
import java.util.Optional;

/**
 * A request that is under way. Holds no token, no query and no header values.
 *
 * @param started when it arrived
 * @param method the HTTP method
 * @param path the path below the mount path, without query
 * @param route the name of the route; empty before one was found
 * @param mcpMethod the JSON-RPC method, where it is known
 * @param mcpName the tool, prompt or resource that it names, where it is known
 * @param subject the authenticated caller
 * @param clientAddress the client's IP address
 * @param status the HTTP status; 0 before there is one
 * @param responseBytes the bytes of the response body that were sent so far
 * @param listening whether it asks for a stream of whatever comes, rather than for an answer
 */
public record OpenRequest(
    Instant started,
    String method,
    String path,
    Optional<String> route,
    Optional<String> mcpMethod,
    Optional<String> mcpName,
    Optional<String> subject,
    String clientAddress,
    int status,
    long responseBytes,
    boolean listening) {}
