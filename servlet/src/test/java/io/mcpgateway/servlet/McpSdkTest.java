package io.mcpgateway.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.mcp.HeaderValidation;
import io.mcpgateway.telemetry.RequestRecord;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import jakarta.servlet.ServletRegistration;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gateway in front of the official Java SDK's servlet, asked by the SDK's own client. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(120)
class McpSdkTest {
  @Parameter Container.Kind kind = Container.Kind.JETTY;

  private Container start(
      McpGateway gateway, HttpServletStreamableServerTransportProvider transport) throws Exception {
    return kind.start(
        "",
        context -> {
          ServletRegistration.Dynamic mcp = context.addServlet("mcp", transport);
          mcp.setAsyncSupported(true);
          mcp.addMapping("/mcp");
          McpGatewayFilter.register(context, gateway);
        });
  }

  private static HttpServletStreamableServerTransportProvider transport() {
    return HttpServletStreamableServerTransportProvider.builder()
        .mcpEndpoint("/mcp")
        .contextExtractor(
            request -> McpTransportContext.create(Map.of("caller", request.getUserPrincipal())))
        .build();
  }

  private static McpSyncServer server(HttpServletStreamableServerTransportProvider transport) {
    McpSchema.Tool whoAmI =
        McpSchema.Tool.builder("whoami", Map.of("type", "object"))
            .name("whoami")
            .inputSchema(Map.of("type", "object"))
            .build();
    return McpServer.sync(transport)
        .serverInfo("guarded", "1")
        .capabilities(McpSchema.ServerCapabilities.builder().tools(true).build())
        .toolCall(
            whoAmI,
            (exchange, call) ->
                McpSchema.CallToolResult.builder()
                    .addTextContent(
                        "you are "
                            + caller(exchange).subject()
                            + " of "
                            + caller(exchange).issuer())
                    .build())
        .build();
  }

  private static AuthenticatedPrincipal caller(McpSyncServerExchange exchange) {
    return (AuthenticatedPrincipal) exchange.transportContext().get("caller");
  }

  private static McpSyncClient client(int port, String token, Runnable whenToolsChange) {
    HttpRequest.Builder request = HttpRequest.newBuilder();
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return McpClient.sync(
            HttpClientStreamableHttpTransport.builder("http://127.0.0.1:" + port)
                .requestBuilder(request)
                .endpoint("/mcp")
                .build())
        .toolsChangeConsumer(tools -> whenToolsChange.run())
        .build();
  }

  private static List<Integer> statuses(List<RequestRecord> records, String method) {
    return records.stream()
        .filter(request -> request.method().equals(method))
        .map(RequestRecord::status)
        .toList();
  }

  @ParameterizedTest
  @EnumSource(HeaderValidation.class)
  void session_withItsStreamAndItsEnd_isItsCallers(HeaderValidation messagesRead) throws Exception {
    HttpServletStreamableServerTransportProvider transport = transport();
    McpSyncServer server = server(transport);
    CountDownLatch toolsChanged = new CountDownLatch(1);
    List<RequestRecord> records = new CopyOnWriteArrayList<>();
    try (McpGateway gateway =
            McpGateway.builder()
                .route(
                    Route.builder()
                        .authentication(Tokens.atOnce())
                        .headerValidation(messagesRead)
                        .build())
                .observers(records::add)
                .build();
        Container container = start(gateway, transport)) {
      try (McpSyncClient client = client(container.port(), Tokens.GOOD, toolsChanged::countDown)) {
        assertThat(client.initialize().serverInfo().name()).isEqualTo("guarded");
        assertThat(client.listTools().tools()).extracting(McpSchema.Tool::name).contains("whoami");
        assertThat(client.callTool(McpSchema.CallToolRequest.builder("whoami").build()).content())
            .singleElement()
            .asString()
            .contains("you are alice of https://issuer.test");
        // It comes by the stream of the session, which the client opens when it likes.
        await()
            .until(
                () -> {
                  server.notifyToolsListChanged();
                  return toolsChanged.getCount() == 0;
                });
      }
      await()
          .until(
              () ->
                  !statuses(records, "DELETE").isEmpty() && statuses(records, "GET").contains(200));
      // The client lists the tools for each change: once more, it may be, when the session is over.
      assertThat(statuses(records, "POST"))
          .startsWith(200, 202, 200, 200)
          .isSubsetOf(200, 202, 404);
      assertThat(statuses(records, "DELETE")).containsExactly(200);
      assertThat(statuses(records, "GET")).contains(200).isSubsetOf(200, 404);
    } finally {
      server.close();
    }
  }

  @Test
  void client_withoutToken_isTold() throws Exception {
    HttpServletStreamableServerTransportProvider transport = transport();
    McpSyncServer server = server(transport);
    try (McpGateway gateway =
            McpGateway.builder()
                .route(Route.builder().authentication(Tokens.atOnce()).build())
                .build();
        Container container = start(gateway, transport)) {
      try (McpSyncClient stranger = client(container.port(), "", () -> {})) {
        assertThatThrownBy(stranger::initialize)
            .hasStackTraceContaining("McpHttpClientTransportAuthorizationException");
      }
    } finally {
      server.close();
    }
  }
}
