package io.mcpgateway.cel;

import dev.cel.runtime.CelVariableResolver;
import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.authorization.AccessRequest;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.mcp.McpOperation;
import io.mcpgateway.mcp.McpOperation.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an expression can ask for.
 *
 * @param access what is decided about
 */
record CelVariables(AccessRequest access) implements CelVariableResolver {
  static final List<String> TEXTS =
      List.of(
          "mcp.methodName",
          "mcp.tool.name",
          "mcp.tool.target",
          "mcp.prompt.name",
          "mcp.prompt.target",
          "mcp.resource.name",
          "mcp.resource.target",
          "request.method",
          "request.path",
          "request.host",
          "request.scheme",
          "source.address");

  /** Nobody needs them to decide, and errors may quote what they say. */
  private static final Set<String> SECRET =
      Set.of("authorization", "cookie", "dpop", "proxy-authorization");

  @Override
  public Optional<Object> find(String name) {
    RequestHead request = access.clientRequest();
    return switch (name) {
      case "mcp" -> Optional.of(mcp());
      case "mcp.methodName" -> Optional.of(access.operation().method());
      case "mcp.tool.name" -> nameOf(Kind.TOOL);
      case "mcp.tool.target" -> targetOf(Kind.TOOL);
      case "mcp.prompt.name" -> nameOf(Kind.PROMPT);
      case "mcp.prompt.target" -> targetOf(Kind.PROMPT);
      case "mcp.resource.name" -> nameOf(Kind.RESOURCE);
      case "mcp.resource.target" -> targetOf(Kind.RESOURCE);
      case "jwt" -> access.caller().map(AuthenticatedPrincipal::claims).map(CelVariables::value);
      case "request.method" -> Optional.of(request.method());
      case "request.path" -> Optional.of(request.path());
      case "request.host" -> Optional.of(request.host());
      case "request.scheme" -> Optional.of(request.scheme());
      case "request.headers" -> Optional.of(headers(request));
      case "source.address" -> Optional.of(request.remoteAddress());
      default -> Optional.empty();
    };
  }

  private Map<String, Object> mcp() {
    McpOperation operation = access.operation();
    Map<String, Object> mcp = new LinkedHashMap<>();
    mcp.put("methodName", operation.method());
    if (operation.kind() != Kind.OTHER) {
      mcp.put(
          operation.kind().toString(),
          Map.of("name", operation.name().orElse(""), "target", access.target()));
    }
    return mcp;
  }

  private Optional<Object> nameOf(Kind kind) {
    return access.operation().kind() == kind
        ? access.operation().name().map(name -> (Object) name)
        : Optional.empty();
  }

  private Optional<Object> targetOf(Kind kind) {
    return access.operation().kind() == kind ? Optional.of(access.target()) : Optional.empty();
  }

  private static Map<String, String> headers(RequestHead request) {
    Map<String, String> headers = new LinkedHashMap<>();
    request
        .headers()
        .forEach(
            field -> {
              String name = field.name().toLowerCase(Locale.ROOT);
              if (!SECRET.contains(name)) {
                headers.merge(name, field.value(), (first, next) -> first + ", " + next);
              }
            });
    return headers;
  }

  /** CEL knows integers of 64 bits only; JSON's null is none of its strings. */
  private static @Nullable Object value(@Nullable Object json) {
    if (json instanceof Integer number) {
      return number.longValue();
    }
    if (json instanceof List<?> list) {
      return list.stream().map(CelVariables::value).toList();
    }
    if (json instanceof Map<?, ?> members) {
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      members.forEach((name, member) -> values.put(String.valueOf(name), value(member)));
      return values;
    }
    return json;
  }
}
