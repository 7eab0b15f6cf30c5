package io.mcpgateway.jetty;

import io.mcpgateway.Listener;
import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.forward.Backend;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What runs without a configuration: the echo MCP server, the gateway in front of it, and a first
 * call through both, with the lines to repeat it by hand.
 */
final class Demo implements AutoCloseable {
  private final EchoMcpServer echo;
  private final JettyGateway gateway;
  private final String url;
  private final Optional<DemoIssuer> issuer;

  private Demo(EchoMcpServer echo, JettyGateway gateway, String url, Optional<DemoIssuer> issuer) {
    this.echo = echo;
    this.gateway = gateway;
    this.url = url;
    this.issuer = issuer;
  }

  /**
   * Starts it.
   *
   * @param port of the gateway, on the loopback address
   * @param authenticated whether calls need a token
   * @param drain how long running requests get when it is closed
   * @throws IOException when a port cannot be opened
   */
  static Demo start(int port, boolean authenticated, Duration drain) throws IOException {
    String url = "http://localhost:" + port + "/mcp";
    Optional<DemoIssuer> issuer =
        authenticated ? Optional.of(DemoIssuer.of(url)) : Optional.empty();
    EchoMcpServer echo = EchoMcpServer.start();
    try {
      Route.Builder route =
          Route.builder()
              .name("demo")
              .cors(CorsPolicy.builder().allowOrigins("*").allowHeaders("*").build())
              .backend(new Backend("echo", URI.create(echo.url())));
      issuer.ifPresent(each -> route.authentication(each.authentication()));
      Listener listener =
          Listener.builder().address("127.0.0.1").port(port).route(route.build()).build();
      McpGateway gateway = McpGateway.builder().listener(listener).build();
      return new Demo(echo, JettyGateway.start(gateway, drain), url, issuer);
    } catch (IOException | RuntimeException failure) {
      echo.close();
      throw failure;
    }
  }

  /**
   * Lists and calls the tools through the gateway, as any MCP client would, and shows the result.
   *
   * @param out the console
   */
  void showFirstCall(PrintStream out) {
    HttpClientStreamableHttpTransport.Builder transport =
        HttpClientStreamableHttpTransport.builder(url.substring(0, url.length() - "/mcp".length()))
            .endpoint("/mcp");
    issuer.ifPresent(
        each ->
            transport.requestBuilder(
                HttpRequest.newBuilder().header("Authorization", "Bearer " + each.token())));
    try (McpSyncClient client = McpClient.sync(transport.build()).build()) {
      client.initialize();
      List<String> tools = client.listTools().tools().stream().map(Tool::name).toList();
      out.println("tools/list  -> " + tools);
      var answer =
          client.callTool(
              CallToolRequest.builder("echo").arguments(Map.of("message", "hello")).build());
      String said =
          answer.content().stream()
              .map(content -> ((TextContent) content).text())
              .collect(Collectors.joining());
      out.println("tools/call echo {\"message\": \"hello\"}  -> " + said);
    }
  }

  /**
   * Shows the lines to paste.
   *
   * @param out the console
   */
  void showHowToGoOn(PrintStream out) {
    String header = issuer.isPresent() ? " \\\n     -H \"Authorization: Bearer $TOKEN\"" : "";
    String inspectorHeader = issuer.isPresent() ? " --header \"Authorization: Bearer $TOKEN\"" : "";
    out.println();
    out.println("The gateway is at " + url + ", in front of the echo server at " + echo.url());
    out.println("Try it from another terminal:");
    issuer.ifPresent(
        each -> {
          out.println();
          out.println("TOKEN=" + each.token() + "   # for 15 minutes");
          out.println();
          out.println("curl -i " + url + "   # without it: 401, and where to get one");
        });
    out.println();
    out.println(
        """
        curl -s %s%s \\
             -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \\
             -d '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
        "capabilities":{},"clientInfo":{"name":"curl","version":"1"}}}'
        """
            .formatted(url, header));
    String inspector = "npx @modelcontextprotocol/inspector --cli " + url + " --transport http";
    out.println(inspector + inspectorHeader + " --method tools/list");
    out.println(
        inspector
            + inspectorHeader
            + " --method tools/call --tool-name echo --tool-arg message=hello");
    out.println();
    out.println("Ctrl-C ends it.");
  }

  @Override
  public void close() {
    gateway.close();
    echo.close();
  }
}
