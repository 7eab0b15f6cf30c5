package io.mcpgateway.tracing;

import io.mcpgateway.mcp.McpMessage;
import io.opentelemetry.api.common.AttributeKey;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Names by OpenTelemetry's semantic conventions for MCP, and for HTTP where there is no message;
 * those that begin with {@code mcpgateway} are the gateway's own.
 */
final class Conventions {
  static final AttributeKey<String> CLIENT_ADDRESS = AttributeKey.stringKey("client.address");
  static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
  static final AttributeKey<String> HTTP_METHOD = AttributeKey.stringKey("http.request.method");
  static final AttributeKey<Long> HTTP_STATUS = AttributeKey.longKey("http.response.status_code");
  static final AttributeKey<String> MCP_METHOD = AttributeKey.stringKey("mcp.method.name");
  static final AttributeKey<String> MCP_VERSION = AttributeKey.stringKey("mcp.protocol.version");
  static final AttributeKey<String> OPERATION = AttributeKey.stringKey("gen_ai.operation.name");
  static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
  static final AttributeKey<String> PROTOCOL = AttributeKey.stringKey("network.protocol.name");
  static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("jsonrpc.request.id");
  static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
  static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
  static final AttributeKey<String> TRANSPORT = AttributeKey.stringKey("network.transport");

  static final AttributeKey<String> BACKEND = AttributeKey.stringKey("mcpgateway.backend");
  static final AttributeKey<Long> KEYS = AttributeKey.longKey("mcpgateway.keys.count");
  static final AttributeKey<String> KEY_SOURCE = AttributeKey.stringKey("mcpgateway.keys.source");
  static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("mcpgateway.outcome");
  static final AttributeKey<String> ROUTE = AttributeKey.stringKey("mcpgateway.route");

  /** What has no name that a few words would do for. */
  static final String OTHER = "_OTHER";

  static final String EXECUTE_TOOL = "execute_tool";

  private static final AttributeKey<String> TOOL = AttributeKey.stringKey("gen_ai.tool.name");
  private static final AttributeKey<String> PROMPT = AttributeKey.stringKey("gen_ai.prompt.name");
  private static final AttributeKey<String> RESOURCE = AttributeKey.stringKey("mcp.resource.uri");

  /** Methods that are about something, and what that is. */
  private static final Map<String, AttributeKey<String>> SUBJECTS =
      Map.of(
          McpMessage.TOOL_CALL,
          TOOL,
          "prompts/get",
          PROMPT,
          "resources/read",
          RESOURCE,
          "resources/subscribe",
          RESOURCE,
          "resources/unsubscribe",
          RESOURCE);

  private static final Set<String> HTTP_METHODS =
      Set.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

  private Conventions() {}

  /**
   * The name of a span. A resource has no part in it: there are too many.
   *
   * @param httpMethod of the request
   * @param mcpMethod of its message, where there is one
   * @param mcpName what that is about
   */
  static String spanName(String httpMethod, Optional<String> mcpMethod, Optional<String> mcpName) {
    if (mcpMethod.isEmpty()) {
      return HTTP_METHODS.contains(httpMethod) ? httpMethod : "HTTP";
    }
    boolean named = subject(mcpMethod.get()).filter(key -> !key.equals(RESOURCE)).isPresent();
    return named ? mcpMethod.get() + mcpName.map(name -> " " + name).orElse("") : mcpMethod.get();
  }

  /**
   * The HTTP method, as one of those that are known.
   *
   * @param httpMethod of the request
   */
  static String knownMethod(String httpMethod) {
    return HTTP_METHODS.contains(httpMethod) ? httpMethod : OTHER;
  }

  /**
   * What says what a message is about.
   *
   * @param mcpMethod its method
   */
  static Optional<AttributeKey<String>> subject(String mcpMethod) {
    return Optional.ofNullable(SUBJECTS.get(mcpMethod));
  }

  /**
   * The name of what a message is about, without what may be a secret: a resource's URI may have a
   * password in it, or a signature in its query.
   *
   * @param subject what says it
   * @param name as the message has it
   */
  static String withoutSecrets(AttributeKey<String> subject, String name) {
    return subject.equals(RESOURCE)
        ? name.replaceFirst("[?#].*", "").replaceFirst("//[^/]*@", "//REDACTED@")
        : name;
  }
}
