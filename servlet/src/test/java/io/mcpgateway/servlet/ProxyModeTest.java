package io.mcpgateway.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The filter in front of remote MCP servers. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
class ProxyModeTest {
  @Parameter Container.Kind kind = Container.Kind.JETTY;

  private static McpGateway gateway(ScriptedBackend backend) {
    return McpGateway.builder()
        .route(Route.builder().backend(Backend.of(backend.url())).build())
        .build();
  }

  @Test
  void post_json_isForwardedAndAnswered() throws Exception {
    try (ScriptedBackend backend =
            ScriptedBackend.answering(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
        McpGateway gateway = gateway(backend);
        Container container =
            kind.start("", context -> McpGatewayFilter.register(context, gateway));
        RawClient client = RawClient.connect(container.port())) {
      client.send(
          "POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");

      assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n{}");
    }
  }

  @Test
  void stream_breaksOff_clientCanTell() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    try (ScriptedBackend backend =
            ScriptedBackend.start(
                call -> {
                  call.readBody();
                  call.send(
                      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
                  call.sendChunk("data: 1\n\n");
                  seen.await();
                  call.close();
                });
        McpGateway gateway = gateway(backend);
        Container container =
            kind.start("", context -> McpGatewayFilter.register(context, gateway));
        RawClient client = RawClient.connect(container.port())) {
      client.send(
          "POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
      System.out.println(client.readHead());
      client.readThrough("data: 1\n\n");
      seen.countDown();
      String rest = client.readToEnd();
      System.out.println(kind + " rest=[" + rest + "] reset=" + client.wasReset());
      assertThat(rest).doesNotContain("0\r\n");
    }
    await().until(() -> true);
  }
}
