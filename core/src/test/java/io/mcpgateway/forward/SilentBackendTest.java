package io.mcpgateway.forward;

import static io.mcpgateway.testkit.Latches.passed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RecordedExchange;
import io.mcpgateway.testkit.Responses;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Trap 6, on the side of the backend. */
class SilentBackendTest {
  /** A request whose response has begun. */
  private static RecordedExchange handledBy(McpGateway gateway, String query) {
    RecordedExchange exchange =
        new RecordedExchange(RequestHead.builder("GET", "/mcp").query(query).build());
    gateway.handle(exchange);
    await().until(() -> exchange.heads().size() == 1);
    return exchange;
  }

  @Test
  void trap06_silentStream_outlivesUnusedConnections() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    RawBackend.Answer answer =
        (request, connection) -> {
          if (request.startLine().contains("?silent")) {
            connection.write(Responses.STREAM_HEAD);
            passed(over);
            connection.writeChunk("data: 1\n\n").write(Responses.LAST_CHUNK);
          } else {
            connection.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
          }
        };
    try (RawBackend backend = RawBackend.forEachRequest(answer);
        McpGateway gateway =
            McpGateway.builder()
                .route(Route.builder().backend(Backend.of(backend.url())).build())
                .build()) {
      RecordedExchange stream = handledBy(gateway, "silent");
      handledBy(gateway, "").sendBody();
      assertThat(backend.connections()).isEqualTo(2);

      await("the unused connection is closed").until(() -> backend.connections() == 1);
      CountDownLatch readable = new CountDownLatch(1);
      stream.bodies().get(0).demand(readable::countDown);
      over.countDown();
      passed(readable);
      stream.sendBody();

      assertThat(stream.bodySent()).isEqualTo("data: 1\n\n");
    }
  }
}
