import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.Root;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/**
 * What the Java SDK client does with a server: all that is offered, and all that is asked back.
 *
 * <p>{@code java -cp mcp-gateway.jar WalkClient.java (TRANSPORT URL REVISION)...}: the launcher's
 * jar holds the SDK. TRANSPORT is "http" or "sse". Each connection prints one JSON line. A token
 * comes from LAB_TOKEN.
 */
class WalkClient {
  private final List<Double> steps = new CopyOnWriteArrayList<>();
  private final List<String> logs = new CopyOnWriteArrayList<>();

  public static void main(String[] words) throws Exception {
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    for (int i = 0; i < words.length; i += 3) {
      Map<String, Object> seen = new LinkedHashMap<>();
      seen.put("transport", words[i]);
      seen.put("url", words[i + 1]);
      seen.put("revision", words[i + 2]);
      try {
        new WalkClient().walk(transport(words[i], URI.create(words[i + 1]), words[i + 2]), seen);
      } catch (RuntimeException failure) {
        seen.put("error", failure.toString());
      }
      System.out.println(new ObjectMapper().writeValueAsString(seen));
    }
    System.exit(0); // whatever connection is left open
  }

  @SuppressWarnings("deprecation") // HTTP with SSE is
  private static McpClientTransport transport(String kind, URI url, String revision) {
    String origin = url.resolve("/").toString();
    HttpRequest.Builder request = HttpRequest.newBuilder();
    String token = System.getenv("LAB_TOKEN");
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return kind.equals("sse")
        ? HttpClientSseClientTransport.builder(origin)
            .sseEndpoint(url.getPath())
            .requestBuilder(request)
            .build()
        : HttpClientStreamableHttpTransport.builder(origin)
            .endpoint(url.getPath())
            .requestBuilder(request)
            .supportedProtocolVersions(List.of(revision))
            .build();
  }

  private void walk(McpClientTransport transport, Map<String, Object> seen)
      throws InterruptedException {
    try (McpSyncClient client =
        McpClient.sync(transport)
            .capabilities(ClientCapabilities.builder().roots(true).sampling().elicitation().build())
            .roots(Root.builder("file:///lab").build())
            .sampling(
                asked ->
                    CreateMessageResult.builder(Role.ASSISTANT, "a sampled answer", "lab").build())
            .elicitation(
                asked ->
                    ElicitResult.builder(ElicitResult.Action.ACCEPT)
                        .content(Map.of("name", "eitan"))
                        .build())
            .progressConsumer(notification -> steps.add(notification.progress()))
            .loggingConsumer(notification -> logs.add(notification.data()))
            .build()) {
      seen.put("negotiated", client.initialize().protocolVersion());
      seen.put(
          "listed",
          client.listTools().tools().stream().anyMatch(tool -> tool.name().equals("echo")));
      seen.put("echo", text(call(client, "echo", Map.of("message", "hello"))));
      call(client, "trigger-long-running-operation", Map.of("duration", 0.3, "steps", 3));
      // The third may come with the result.
      seen.put("progress", steps.stream().limit(2).toList());
      seen.put(
          "sampling",
          text(call(client, "trigger-sampling-request", Map.of("prompt", "say")))
              .contains("a sampled answer"));
      if (seen.get("negotiated").toString().compareTo("2025-06-18") >= 0) {
        seen.put(
            "elicitation",
            call(client, "trigger-elicitation-request", Map.of()).toString().contains("eitan"));
      }
      seen.put("roots", text(call(client, "get-roots-list", Map.of())).contains("file:///lab"));
      seen.put("log", false);
      for (int i = 0; i < 100 && seen.get("log").equals(false); i++) {
        seen.put("log", logs.stream().anyMatch(log -> log.contains("Roots updated: 1 root")));
        Thread.sleep(50);
      }
    }
  }

  private static CallToolResult call(
      McpSyncClient client, String tool, Map<String, Object> arguments) {
    return client.callTool(
        CallToolRequest.builder(tool).arguments(arguments).progressToken(tool).build());
  }

  private static String text(CallToolResult result) {
    return ((TextContent) result.content().get(0)).text();
  }
}
