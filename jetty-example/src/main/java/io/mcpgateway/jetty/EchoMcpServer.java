package io.mcpgateway.jetty;

import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * An MCP server to try the gateway with: the official Java SDK, one tool, {@code echo(message)}. It
 * listens on the loopback address only.
 */
public final class EchoMcpServer implements AutoCloseable {
  private static final String ENDPOINT = "/mcp";

  private final Server server;
  private final McpSyncServer mcpServer;

  private EchoMcpServer(Server server, McpSyncServer mcpServer) {
    this.server = server;
    this.mcpServer = mcpServer;
  }

  /**
   * Starts a server on a free port.
   *
   * @throws IOException when it cannot
   */
  public static EchoMcpServer start() throws IOException {
    HttpServletStreamableServerTransportProvider transport =
        HttpServletStreamableServerTransportProvider.builder().mcpEndpoint(ENDPOINT).build();
    McpSyncServer mcpServer =
        McpServer.sync(transport)
            .serverInfo("echo", "1.0.0")
            .capabilities(ServerCapabilities.builder().tools(false).build())
            .toolCall(
                echoTool(),
                (exchange, call) ->
                    CallToolResult.builder()
                        .addTextContent(String.valueOf(call.arguments().get("message")))
                        .build())
            .build();
    Server server = new Server();
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler();
    ServletHolder servlet = new ServletHolder(transport);
    servlet.setAsyncSupported(true);
    context.addServlet(servlet, ENDPOINT);
    server.setHandler(context);
    try {
      server.start();
    } catch (Exception failure) {
      mcpServer.close();
      throw new IOException("the echo server does not start: " + failure.getMessage(), failure);
    }
    return new EchoMcpServer(server, mcpServer);
  }

  private static Tool echoTool() {
    Map<String, Object> schema =
        Map.of(
            "type",
            "object",
            "properties",
            Map.of("message", Map.of("type", "string")),
            "required",
            List.of("message"));
    return Tool.builder("echo", schema).description("Says it again").build();
  }

  /** Where it answers. */
  public String url() {
    int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    return "http://127.0.0.1:" + port + ENDPOINT;
  }

  /** Stops it. */
  @Override
  public void close() {
    mcpServer.close();
    try {
      server.stop();
    } catch (Exception failure) {
      throw new IllegalStateException("the echo server does not stop", failure);
    }
  }
}
