package io.mcpgateway.telemetry;

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
 * @param status the HTTP status; 0 when the client left before there was one
 * @param responseBytes the bytes of the response body as far as they were sent; empty in guard mode
 * @param firstByte from arrival to the head of the response
 * @param total from arrival to the end of the response
 * @param clientAddress the client's IP address, as reported by a trusted proxy or seen
 * @param subject the authenticated caller
 * @param reason why the request was refused or went wrong; empty when all is well
 */
public record RequestRecord(
    Instant started,
    String method,
    String path,
    Optional<String> route,
    Optional<String> backend,
    Optional<String> mcpMethod,
    Optional<String> mcpName,
    int status,
    OptionalLong responseBytes,
    Duration firstByte,
    Duration total,
    String clientAddress,
    Optional<String> subject,
    Optional<String> reason) {}
