package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.post;
import static io.mcpgateway.testkit.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many event streams of an application, with as many comments as can be, while clients leave: no
 * event is cut, no stream ends twice, no answer goes astray.
 */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(120)
class GuardedCrowdTest {
  private static final int CLIENTS = 12;
  private static final int EVENTS = 40;
  private static final int ROUNDS = Integer.getInteger("crowd.rounds", 1);
  private static final String COMMENT = ": keep-alive\n\n";

  @Parameter Container.Kind kind = Container.Kind.JETTY;

  private final ExecutorService producers = Executors.newCachedThreadPool();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger completed = new AtomicInteger();
  private final AtomicInteger comments = new AtomicInteger();

  private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String number = request.getHeader("X-Number");
    if (request.getMethod().equals("POST")) {
      response.setContentType("application/json");
      response.getWriter().print(number);
      return;
    }
    response.setContentType("text/event-stream");
    AsyncContext async = request.startAsync();
    async.setTimeout(0);
    opened.incrementAndGet();
    CountDownLatch ended = new CountDownLatch(1);
    async.addListener(new Completion(ended));
    boolean text = number.hashCode() % 2 == 0;
    producers.execute(() -> produce(number, text, async, response, ended));
  }

  private void produce(
      String number,
      boolean text,
      AsyncContext async,
      HttpServletResponse response,
      CountDownLatch ended) {
    Random random = new Random(number.hashCode());
    try {
      for (int event = 0; event < EVENTS && ended.getCount() > 0; event++) {
        for (String piece : new String[] {"id: " + event + "\r", "\ndata: " + number, "\n\n"}) {
          LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(3000)));
          if (text) {
            response.getWriter().write(piece);
            if (response.getWriter().checkError()) {
              throw new IOException("the client left");
            }
          } else {
            response.getOutputStream().print(piece);
            response.getOutputStream().flush();
          }
        }
      }
      async.complete();
    } catch (IOException | RuntimeException left) {
      complete(async);
    }
  }

  /** Where its own write failed, the container may have been quicker. */
  private static void complete(AsyncContext async) {
    try {
      async.complete();
    } catch (IllegalStateException over) {
      // as without the gateway
    }
  }

  private final class Completion implements AsyncListener {
    private final CountDownLatch ended;

    Completion(CountDownLatch ended) {
      this.ended = ended;
    }

    @Override
    public void onComplete(AsyncEvent event) {
      ended.countDown();
      completed.incrementAndGet();
    }

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onError(AsyncEvent event) {
      complete(event.getAsyncContext());
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }

  @Test
  void streams_areWhole_whoeverLeaves() throws Exception {
    AtomicInteger told = new AtomicInteger();
    AtomicInteger asked = new AtomicInteger();
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try (McpGateway gateway =
            McpGateway.builder()
                .route(Route.builder().keepAlive(Duration.ofMillis(1)).build())
                .observers(request -> told.incrementAndGet())
                .build();
        Container container =
            kind.start(
                "",
                context -> {
                  Application application = this::answer;
                  application.serve(context, "/mcp");
                  McpGatewayFilter.register(context, gateway);
                })) {
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
      // The container tells the gateway first, and the application behind it.
      await().atMost(Duration.ofSeconds(20)).until(() -> completed.get() >= opened.get());
      assertThat(completed).hasValue(opened.get());
      assertThat(comments).hasPositiveValue();
    } finally {
      clients.shutdownNow();
      producers.shutdownNow();
    }
  }

  private void ask(int port, int client, AtomicInteger asked) throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      try (RawConnection connection = RawConnection.to(port)) {
        for (int request = 0; request < 20; request++) {
          String number = client + "-" + round + "-" + request;
          asked.incrementAndGet();
          connection.write(post("/mcp", TOOLS_LIST, "X-Number: " + number));
          assertThat(connection.readMessage())
              .asString()
              .startsWith("HTTP/1.1 200")
              .endsWith("\r\n" + number);
          if (request % 4 == 0) {
            asked.incrementAndGet();
            connection.write(request("GET", "/mcp", "X-Number: " + number));
            checkStream(connection.readMessage(), number);
          } else {
            asked.incrementAndGet();
            try (RawConnection leaving = RawConnection.to(port)) {
              leaving.write(request("GET", "/mcp", "X-Number: " + number)).readHead();
              leaving.readChunk();
              leaving.reset();
            }
          }
        }
      }
    }
  }

  private void checkStream(RawMessage answer, String number) {
    StringBuilder whole = new StringBuilder();
    for (int event = 0; event < EVENTS; event++) {
      whole.append("id: ").append(event).append("\r\ndata: ").append(number).append("\n\n");
    }
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().replace(COMMENT, "")).isEqualTo(whole.toString());
    comments.addAndGet((answer.body().length() - whole.length()) / COMMENT.length());
    // Between two events only: behind an empty line, or first.
    assertThat(answer.body().replaceAll("(^|\n\n)(: keep-alive\n\n)+", "$1"))
        .isEqualTo(whole.toString());
  }
}
