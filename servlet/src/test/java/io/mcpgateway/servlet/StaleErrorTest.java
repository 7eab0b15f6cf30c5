package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.post;
import static io.mcpgateway.testkit.Requests.request;
import static io.mcpgateway.testkit.Responses.STREAM_HEAD;
import static io.mcpgateway.testkit.Responses.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients that reset their connections, between calls on connections that are kept: the failure of
 * one request never hurts a later one.
 */
@ParameterizedClass
@EnumSource(Container.Kind.class)
class StaleErrorTest {
  private static final int CLIENTS = 8;
  private static final int CALLS_PER_CONNECTION = 50; // Tomcat closes it behind the hundredth
  private static final String EVENT = "data: " + "x".repeat(16_000) + "\n\n";

  @Parameter Container.Kind kind = Container.Kind.JETTY;

  private final Map<String, Stream> streams = new ConcurrentHashMap<>();
  private final Queue<String> hurt = new ConcurrentLinkedQueue<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger told = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** When a client resets its connection. */
  private enum Manner {
    BEFORE_THE_HEAD {
      @Override
      void leave(RawConnection client, Stream stream) throws Exception {
        stream.await(stream.asked);
        client.reset();
      }
    },
    MID_STREAM {
      @Override
      void leave(RawConnection client, Stream stream) throws IOException {
        stream.mayBegin.countDown();
        client.readHead();
        client.readChunk();
        client.reset();
      }
    },
    NOT_READING {
      @Override
      void leave(RawConnection client, Stream stream) throws Exception {
        stream.mayBegin.countDown();
        client.readHead();
        stream.await(stream.someWritten);
        client.reset();
      }
    };

    abstract void leave(RawConnection client, Stream stream) throws Exception;
  }

  /** One endless stream. */
  private static final class Stream {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch mayBegin = new CountDownLatch(1);
    private final CountDownLatch someWritten = new CountDownLatch(20);

    private void await(CountDownLatch latch) throws IOException {
      try {
        if (!latch.await(20, TimeUnit.SECONDS)) {
          throw new IOException("nobody came");
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IOException(stopped);
      }
    }
  }

  private interface Send {
    void send(String text) throws IOException;
  }

  private void stream(String number, Send begin, Send send) throws IOException {
    Stream stream = Objects.requireNonNull(streams.get(number));
    stream.asked.countDown();
    stream.await(stream.mayBegin);
    begin.send("");
    while (true) {
      send.send(EVENT);
      stream.someWritten.countDown();
    }
  }

  private void backend(RawMessage request, RawConnection connection) throws IOException {
    String number = request.field("X-Number").orElseThrow();
    if (request.startLine().startsWith("POST")) {
      connection.write(ok(number));
    } else {
      stream(number, nothing -> connection.write(STREAM_HEAD), connection::writeChunk);
    }
  }

  private void application(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String number = request.getHeader("X-Number");
    if (request.getMethod().equals("POST")) {
      response.setContentType("application/json");
      response.getWriter().print(number);
      return;
    }
    response.setContentType("text/event-stream");
    if (number.hashCode() % 2 == 0) {
      produce(number, response);
      return;
    }
    AsyncContext async = request.startAsync();
    async.setTimeout(0);
    threads.execute(
        () -> {
          try {
            produce(number, response);
          } catch (IOException | RuntimeException left) {
            complete(async);
          }
        });
  }

  private void produce(String number, HttpServletResponse response) throws IOException {
    stream(
        number,
        nothing -> response.flushBuffer(),
        event -> {
          response.getOutputStream().write(event.getBytes(StandardCharsets.US_ASCII));
          response.flushBuffer();
        });
  }

  /** Where its own write failed, the container may have been quicker. */
  private static void complete(AsyncContext async) {
    try {
      async.complete();
    } catch (IllegalStateException over) {
      // as without the gateway
    }
  }

  private void proxy(int resets) throws Exception {
    try (RawBackend backend = RawBackend.forEachRequest(this::backend);
        McpGateway gateway = gateway(Route.builder().backend(Backend.of(backend.url())).build());
        Container container =
            kind.start("", context -> McpGatewayFilter.register(context, gateway))) {
      resetAgainAndAgain(container, resets);
    }
  }

  private void guard(int resets) throws Exception {
    try (McpGateway gateway = gateway(Route.builder().build());
        Container container =
            kind.start(
                "",
                context -> {
                  Application application = this::application;
                  application.serve(context, "/mcp");
                  McpGatewayFilter.register(context, gateway);
                })) {
      resetAgainAndAgain(container, resets);
    }
  }

  private McpGateway gateway(Route route) {
    return McpGateway.builder().route(route).observers(request -> told.incrementAndGet()).build();
  }

  private void resetAgainAndAgain(Container container, int resets) throws Exception {
    AtomicInteger left = new AtomicInteger(resets);
    List<Future<?>> ends = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      int number = client;
      ends.add(
          threads.submit(
              () -> {
                visit(container.port(), number, left);
                return null;
              }));
    }
    for (Future<?> end : ends) {
      try {
        end.get(10, TimeUnit.MINUTES);
      } catch (ExecutionException broken) {
        hurt.add(broken.getMessage());
      }
    }
    assertThat(hurt).isEmpty();
    await().atMost(Duration.ofSeconds(30)).until(() -> told.get() == asked.get());
  }

  /** Calls, leaves a stream, calls again; on a connection that is kept. */
  private void visit(int port, int client, AtomicInteger left) throws Exception {
    Manner[] manners = Manner.values();
    RawConnection kept = RawConnection.to(port);
    try {
      for (int round = 0; left.getAndDecrement() > 0; round++) {
        String number = client + "-" + round;
        if (round % (CALLS_PER_CONNECTION / 2) == 0) {
          kept.close();
          kept = RawConnection.to(port);
        }
        call(kept, number + "-before");
        Stream stream = new Stream();
        streams.put(number, stream);
        asked.incrementAndGet();
        try (RawConnection leaving = RawConnection.to(port)) {
          leaving.write(request("GET", "/mcp", "X-Number: " + number));
          manners[(client + round) % manners.length].leave(leaving, stream);
        }
        stream.mayBegin.countDown();
        call(kept, number + "-after");
      }
    } finally {
      kept.close();
    }
  }

  private void call(RawConnection connection, String number) throws IOException {
    asked.incrementAndGet();
    try {
      RawMessage answer =
          connection.write(post("/mcp", TOOLS_LIST, "X-Number: " + number)).readMessage();
      if (answer.status() != 200
          || !answer.body().equals(number)
          || answer.field("Connection").filter("close"::equalsIgnoreCase).isPresent()) {
        hurt.add(number + ": " + answer);
      }
    } catch (IOException broken) {
      hurt.add(number + ": " + broken);
      throw broken;
    }
  }

  @Test
  @Timeout(60)
  void resets_ofForwardedStreams_hurtNobodyElse() throws Exception {
    proxy(100);
  }

  @Test
  @Timeout(60)
  void resets_ofTheApplicationsStreams_hurtNobodyElse() throws Exception {
    guard(100);
  }

  @Test
  @Tag("soak")
  @Timeout(600)
  void twoThousandResets_ofForwardedStreams_hurtNobodyElse() throws Exception {
    proxy(2_000);
  }

  @Test
  @Tag("soak")
  @Timeout(600)
  void twoThousandResets_ofTheApplicationsStreams_hurtNobodyElse() throws Exception {
    guard(2_000);
  }
}
