package io.mcpgateway.samples;

import static io.mcpgateway.testkit.Latches.passed;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The adapter of the documentation, on a real server and a real backend. */
class JdkExchangeTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private HttpServer serve(McpGateway gateway) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", JdkExchange.handler(gateway));
    server.start();
    return server;
  }

  @Test
  void handler_call_isForwardedAndAnswered() throws IOException {
    try (RawBackend backend =
            RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        McpGateway gateway =
            McpGateway.builder()
                .route(Route.builder().backend(Backend.of(backend.url())).build())
                .build()) {
      HttpServer server = serve(gateway);
      try (RawConnection client = RawConnection.to(server.getAddress().getPort())) {
        RawMessage answer =
            client
                .write("POST /mcp HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello")
                .readMessage();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{}");
        assertThat(backend.requests().get(0).body()).isEqualTo("hello");
      } finally {
        server.stop(0);
      }
    }
  }

  @Test
  void handler_eventStream_comesEventByEvent() throws IOException {
    CountDownLatch firstSeen = new CountDownLatch(1);
    try (RawBackend backend =
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                  connection.writeChunk("data: 1\n\n");
                  passed(firstSeen);
                  connection.writeChunk("data: 2\n\n").write("0\r\n\r\n");
                });
        McpGateway gateway =
            McpGateway.builder()
                .route(Route.builder().backend(Backend.of(backend.url())).build())
                .build()) {
      HttpServer server = serve(gateway);
      try (RawConnection client = RawConnection.to(server.getAddress().getPort())) {
        client.write("GET /mcp HTTP/1.1\r\nHost: h\r\n\r\n").readHead();
        assertThat(client.readChunk()).isEqualTo("data: 1\n\n");
        firstSeen.countDown();
        assertThat(client.readChunk()).isEqualTo("data: 2\n\n");
        assertThat(client.readChunk()).isEmpty();
      } finally {
        server.stop(0);
      }
    }
  }
}
