package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.LiveGateway;
import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.testkit.OpenResources;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.Requests;
import io.mcpgateway.testkit.Responses;
import jakarta.servlet.AsyncContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A gateway behind a filter is replaced while it runs. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(60)
class LiveFilterTest {
  @Parameter Container.Kind kind = Container.Kind.JETTY;

  @AutoClose private final OpenResources open = new OpenResources();
  private final BlockingQueue<AsyncContext> streams = new LinkedBlockingQueue<>();

  private McpGateway to(RawBackend backend) {
    return gateway(Route.builder().backend(Backend.of(backend.url())));
  }

  private static McpGateway gateway(Route.Builder route) {
    return McpGateway.builder().route(route.build()).observers().build();
  }

  private LiveGateway live(McpGateway first) {
    return open.add(new LiveGateway(first));
  }

  private Container start(LiveGateway gateway) throws Exception {
    return open.add(kind.start("", context -> McpGatewayFilter.register(context, gateway)));
  }

  private static RawMessage call(Container container) throws IOException {
    try (RawConnection client = RawConnection.to(container.port())) {
      return client.write(Requests.post("/mcp", "{}")).readMessage();
    }
  }

  @Test
  void replace_underLoad_eachCallIsAnsweredByOneOfThem() throws Exception {
    RawBackend backend = open.add(RawBackend.answering(Responses.ok("{}")));
    LiveGateway gateway = live(to(backend));
    Container container = start(gateway);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger good = new AtomicInteger();
    AtomicInteger bad = new AtomicInteger();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread client =
          new Thread(
              () -> {
                while (!over.get()) {
                  try {
                    (call(container).status() == 200 ? good : bad).incrementAndGet();
                  } catch (IOException | RuntimeException failure) {
                    bad.incrementAndGet();
                  }
                }
              });
      client.start();
      clients.add(client);
    }

    for (int i = 0; i < 20; i++) {
      int before = good.get();
      gateway.replace(to(backend), LiveGateway.Streams.GO_ON);
      await().until(() -> good.get() > before + 4 || bad.get() > 0);
    }
    over.set(true);
    for (Thread client : clients) {
      client.join();
    }

    assertThat(bad).hasValue(0);
    await().until(() -> gateway.openRequests() == 0);
  }

  private Container streaming(LiveGateway gateway) throws Exception {
    return open.add(
        kind.start(
            "",
            context -> {
              McpGatewayFilter.register(context, gateway);
              Application application =
                  (request, response) -> {
                    response.setContentType("text/event-stream");
                    AsyncContext async = request.startAsync();
                    async.setTimeout(0);
                    write(async, "data: 1\n\n");
                    streams.add(async);
                  };
              application.serve(context, "/mcp");
            }));
  }

  private static void write(AsyncContext async, String text) throws IOException {
    async.getResponse().getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    async.getResponse().flushBuffer();
  }

  private RawConnection listen(Container container) throws Exception {
    RawConnection client = open.add(RawConnection.to(container.port()));
    client.write(request("GET", "/mcp", "Accept: text/event-stream")).readHead();
    assertThat(client.readChunk()).isEqualTo("data: 1\n\n");
    return client;
  }

  @Test
  void replace_streamOfTheApplication_goesOnUnderTheOldOne() throws Exception {
    LiveGateway gateway = live(gateway(Route.builder()));
    Container container = streaming(gateway);
    RawConnection client = listen(container);

    gateway.replace(gateway(Route.builder()), LiveGateway.Streams.GO_ON);
    AsyncContext async = streams.poll(10, TimeUnit.SECONDS);
    write(async, "data: 2\n\n");

    assertThat(client.readChunk()).isEqualTo("data: 2\n\n");
    assertThat(gateway.openStreams()).isEqualTo(1);
    async.complete();
    assertThat(client.readChunk()).isEmpty();
    await().until(() -> gateway.openRequests() == 0);
  }

  @Test
  void replace_endingStreams_endsThatOfTheApplication() throws Exception {
    LiveGateway gateway = live(gateway(Route.builder()));
    RawConnection client = listen(streaming(gateway));

    gateway.replace(gateway(Route.builder()), LiveGateway.Streams.END);

    assertThat(client.readChunk()).isEmpty();
    await().until(() -> gateway.openRequests() == 0);
  }

  @Test
  void drain_streamAndCalls_streamEndsAndCallsAreServed() throws Exception {
    LiveGateway gateway = live(gateway(Route.builder()));
    Container container = streaming(gateway);
    RawConnection client = listen(container);

    assertThat(gateway.drain(Duration.ofSeconds(10))).isTrue();

    assertThat(client.readChunk()).isEmpty();
    try (RawConnection late = RawConnection.to(container.port())) {
      late.write(request("GET", "/mcp", "Accept: text/event-stream"));
      assertThat(late.readMessage().status()).isEqualTo(503);
    }
  }

  @Test
  void close_handledAfterwards_is503() throws Exception {
    RawBackend backend = open.add(RawBackend.answering(Responses.ok("{}")));
    McpGateway retired = to(backend);
    LiveGateway gateway = live(retired);
    LiveGateway other = live(retired);
    Container container = start(other);
    gateway.replace(to(backend), LiveGateway.Streams.GO_ON);

    assertThat(call(container).status()).isEqualTo(503);
  }
}
