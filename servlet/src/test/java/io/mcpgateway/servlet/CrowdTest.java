package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.bearer;
import static io.mcpgateway.testkit.Requests.post;
import static io.mcpgateway.testkit.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.Responses;
import java.io.IOException;
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
    try (RawBackend backend = RawBackend.forEachRequest(CrowdTest::answer);
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

  private static void answer(RawMessage request, RawConnection connection) throws IOException {
    if (request.startLine().startsWith("GET")) {
      Backends.flood(connection);
    } else {
      connection.write(Responses.ok(request.field("X-Number").orElseThrow()));
    }
  }

  private static void ask(int port, int client, AtomicInteger asked) throws Exception {
    String token = bearer(Tokens.GOOD);
    for (int round = 0; round < ROUNDS; round++) {
      try (RawConnection connection = RawConnection.to(port)) {
        for (int request = 0; request < 40; request++) {
          String number = client + "-" + round + "-" + request;
          asked.incrementAndGet();
          connection.write(post("/mcp", TOOLS_LIST, token, "X-Number: " + number));
          assertThat(connection.readMessage())
              .asString()
              .startsWith("HTTP/1.1 200")
              .endsWith("\r\n" + number);
        }
      }
      for (int stream = 0; stream < 10; stream++) {
        asked.incrementAndGet();
        try (RawConnection leaving = RawConnection.to(port)) {
          leaving.write(request("GET", "/mcp", token)).readHead();
          assertThat(leaving.readChunk()).startsWith("data: event\n\n");
          leaving.reset();
        }
      }
    }
  }
}
