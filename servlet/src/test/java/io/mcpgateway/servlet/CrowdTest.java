package io.mcpgateway.servlet;

import static io.mcpgateway.servlet.Requests.TOOLS_LIST;
import static io.mcpgateway.servlet.Requests.bearer;
import static io.mcpgateway.servlet.Requests.post;
import static io.mcpgateway.servlet.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Many clients at once, some of which leave: no lock is held for ever, no answer goes astray. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(120)
class CrowdTest {
  private static final int CLIENTS = 12;
  private static final int ROUNDS = Integer.getInteger("crowd.rounds", 1);

  @Parameter Container.Kind kind = Container.Kind.JETTY;

  @Test
  void eachClient_getsItsOwnAnswers() throws Exception {
    AtomicInteger told = new AtomicInteger();
    AtomicInteger asked = new AtomicInteger();
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try (ScriptedBackend backend = ScriptedBackend.start(CrowdTest::serve);
        McpGateway gateway =
            McpGateway.builder()
                .route(
                    Route.builder()
                        .backend(Backend.of(backend.url()))
                        .authentication(Tokens.sometimesLater())
                        .build())
                .observers(request -> told.incrementAndGet())
                .build();
        Container container =
            kind.start("", context -> McpGatewayFilter.register(context, gateway))) {
      List<Future<?>> ends = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        int number = client;
        ends.add(
            clients.submit(
                () -> {
                  ask(container.port(), number, asked);
                  return null;
                }));
      }
      for (Future<?> end : ends) {
        end.get(100, TimeUnit.SECONDS);
      }
      await().atMost(Duration.ofSeconds(20)).until(() -> told.get() == asked.get());
    } finally {
      clients.shutdownNow();
    }
  }

  private static void serve(ScriptedBackend.Call call) throws Exception {
    call.readBody();
    if (call.head().startsWith("GET")) {
      call.send(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
      while (true) {
        call.sendChunk("data: event\n\n");
      }
    }
    String number = call.header("X-Number").orElseThrow();
    call.send("HTTP/1.1 200 OK\r\nContent-Length: " + number.length() + "\r\n\r\n" + number);
  }

  private static void ask(int port, int client, AtomicInteger asked) throws Exception {
    String token = bearer(Tokens.GOOD);
    for (int round = 0; round < ROUNDS; round++) {
      try (RawClient connection = RawClient.connect(port)) {
        for (int request = 0; request < 40; request++) {
          String number = client + "-" + round + "-" + request;
          asked.incrementAndGet();
          connection.send(post("/mcp", TOOLS_LIST, token, "X-Number: " + number));
          assertThat(connection.readResponse())
              .startsWith("HTTP/1.1 200")
              .endsWith("\r\n" + number);
        }
      }
      for (int stream = 0; stream < 10; stream++) {
        asked.incrementAndGet();
        try (RawClient leaving = RawClient.connect(port)) {
          leaving.send(request("GET", "/mcp", token)).readThrough("data: event\n\n");
          leaving.reset();
        }
      }
    }
  }
}
