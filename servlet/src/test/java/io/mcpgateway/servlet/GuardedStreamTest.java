package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Latches.passed;
import static io.mcpgateway.testkit.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Event streams of an application behind the gateway, and how they are kept alive. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(60)
class GuardedStreamTest {
  private static final String EVENT_STREAM = "text/event-stream";
  private static final String COMMENT = ": keep-alive\n\n";
  private static final Duration INTERVAL = Duration.ofMillis(100);

  @Parameter Container.Kind kind = Container.Kind.JETTY;

  private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
  private final BlockingQueue<AsyncContext> opened = new LinkedBlockingQueue<>();
  private final List<String> told = new CopyOnWriteArrayList<>();

  /** How the application writes. */
  private enum Way {
    BYTES {
      @Override
      void write(ServletResponse response, String text) throws IOException {
        response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      }

      @Override
      void flush(ServletResponse response) throws IOException {
        response.getOutputStream().flush();
      }
    },
    BYTE_BY_BYTE {
      @Override
      void write(ServletResponse response, String text) throws IOException {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
          response.getOutputStream().write(b);
        }
      }

      @Override
      void flush(ServletResponse response) throws IOException {
        response.flushBuffer();
      }
    },
    PRINTED {
      @Override
      void write(ServletResponse response, String text) throws IOException {
        response.getOutputStream().print(text);
      }

      @Override
      void flush(ServletResponse response) throws IOException {
        response.getOutputStream().flush();
      }
    },
    TEXT {
      @Override
      void write(ServletResponse response, String text) throws IOException {
        response.getWriter().write(text);
      }

      @Override
      void flush(ServletResponse response) throws IOException {
        if (response.getWriter().checkError()) {
          throw new IOException("the writer failed");
        }
      }
    },
    CHAR_BY_CHAR {
      @Override
      void write(ServletResponse response, String text) throws IOException {
        PrintWriter writer = response.getWriter();
        writer.print(text.substring(0, 1));
        writer.write(text.toCharArray(), 1, text.length() - 1);
      }

      @Override
      void flush(ServletResponse response) throws IOException {
        response.getWriter().flush();
        if (response.getWriter().checkError()) {
          throw new IOException("the writer failed");
        }
      }
    };

    abstract void write(ServletResponse response, String text) throws IOException;

    abstract void flush(ServletResponse response) throws IOException;

    void send(ServletResponse response, String text) throws IOException {
      write(response, text);
      flush(response);
    }
  }

  /** Notes how asynchronous mode ends. */
  private final class Told implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      told.add("complete");
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      told.add("timeout");
      event.getAsyncContext().complete();
    }

    /** As most applications do. */
    @Override
    public void onError(AsyncEvent event) {
      event.getAsyncContext().complete();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this);
    }
  }

  private AsyncContext startAsync(HttpServletRequest request) {
    AsyncContext async = request.startAsync();
    async.setTimeout(0);
    async.addListener(new Told());
    return async;
  }

  /** Opens a stream, whose events somebody else sends. */
  private Application opening(Way way) {
    return (request, response) -> {
      response.setContentType(EVENT_STREAM);
      response.setCharacterEncoding("UTF-8");
      AsyncContext async = startAsync(request);
      if (way == Way.TEXT || way == Way.CHAR_BY_CHAR) {
        response.getWriter();
      } else {
        response.getOutputStream();
      }
      opened.add(async);
    };
  }

  private AsyncContext nextOpened() throws InterruptedException {
    AsyncContext async = opened.poll(20, TimeUnit.SECONDS);
    assertThat(async).isNotNull();
    return async;
  }

  private McpGateway gateway(Duration keepAlive) {
    return McpGateway.builder()
        .route(Route.builder().keepAlive(keepAlive).build())
        .observers(records::add)
        .build();
  }

  /** Next to the application there is a quiet stream that any test may tell the time by. */
  private Container start(McpGateway gateway, Application application) throws Exception {
    Application quiet =
        (request, response) -> {
          response.setContentType(EVENT_STREAM);
          request.startAsync().setTimeout(0);
          response.getOutputStream().flush();
        };
    return kind.start(
        "",
        context -> {
          application.serve(context, "/mcp");
          quiet.serve(context, "/clock");
          McpGatewayFilter.register(context, gateway);
        });
  }

  private static void waitForComments(Container container, int count) throws IOException {
    try (RawConnection clock = RawConnection.to(container.port())) {
      clock.write(request("GET", "/clock")).readHead();
      for (int i = 0; i < count; i++) {
        assertThat(clock.readChunk()).isEqualTo(COMMENT);
      }
    }
  }

  private static RawConnection open(Container container) throws IOException {
    RawConnection client = RawConnection.to(container.port());
    return client.write(request("GET", "/mcp"));
  }

  /** Reads a stream to its end, without its comments. */
  private static String eventsToTheEnd(RawConnection client) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String chunk = client.readChunk(); !chunk.isEmpty(); chunk = client.readChunk()) {
      all.append(chunk);
    }
    return all.toString().replace(COMMENT, "");
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void trap06_quietStream_getsCommentsBetweenItsEvents(Way way) throws Exception {
    try (McpGateway gateway = gateway(INTERVAL);
        Container container = start(gateway, opening(way));
        RawConnection client = open(container)) {
      AsyncContext async = nextOpened();
      way.send(async.getResponse(), "data: 1\n\n");
      RawMessage head = client.readHead();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.field("Content-Type").orElseThrow()).startsWithIgnoringCase(EVENT_STREAM);
      assertThat(head.fields("X-Accel-Buffering")).containsExactly("no");
      StringBuilder seen = new StringBuilder();
      while (!seen.toString().endsWith(COMMENT + COMMENT)) {
        seen.append(client.readChunk());
      }
      assertThat(seen.toString()).startsWith("data: 1\n\n" + COMMENT);

      way.send(async.getResponse(), "data: \u00e4\n\n");
      async.complete();

      assertThat(eventsToTheEnd(client)).isEqualTo("data: \u00c3\u00a4\n\n");
      await().until(() -> told.equals(List.of("complete")));
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void trap06_halfSentEvent_isNeverCut(Way way) throws Exception {
    try (McpGateway gateway = gateway(INTERVAL);
        Container container = start(gateway, opening(way));
        RawConnection client = open(container)) {
      AsyncContext async = nextOpened();
      way.send(async.getResponse(), "id: 1\ndata: 1\n");
      client.readHead();
      waitForComments(container, 3);
      way.send(async.getResponse(), "\n");
      async.complete();

      StringBuilder all = new StringBuilder();
      for (String chunk = client.readChunk(); !chunk.isEmpty(); chunk = client.readChunk()) {
        all.append(chunk);
      }
      assertThat(all.toString().replaceAll(COMMENT + "$", "")).isEqualTo("id: 1\ndata: 1\n\n");
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void streamThatHasNotBegun_beginsWithAComment_andLosesItsMark(Way way) throws Exception {
    try (McpGateway gateway = gateway(INTERVAL);
        Container container = start(gateway, opening(way));
        RawConnection client = open(container)) {
      assertThat(client.readHead().fields("X-Accel-Buffering")).containsExactly("no");
      assertThat(client.readChunk()).isEqualTo(COMMENT);
      AsyncContext async = nextOpened();
      way.send(async.getResponse(), "\uFEFFdata: 1\n\n");
      way.send(async.getResponse(), "\uFEFFdata: 2\n\n");
      async.complete();

      assertThat(eventsToTheEnd(client)).isEqualTo("data: 1\n\n\u00ef\u00bb\u00bfdata: 2\n\n");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BYTES", "TEXT"})
  void markOfAStreamThatBeginsAtOnce_stays(Way way) throws Exception {
    Application application =
        (request, response) -> {
          response.setContentType(EVENT_STREAM);
          response.setCharacterEncoding("UTF-8");
          way.send(response, "\uFEFFdata: 1\n\n");
        };
    try (McpGateway gateway = gateway(Duration.ofMinutes(1));
        Container container = start(gateway, application);
        RawConnection client = open(container)) {
      client.readHead();
      assertThat(eventsToTheEnd(client)).isEqualTo("\u00ef\u00bb\u00bfdata: 1\n\n");
    }
  }

  @ParameterizedTest
  @CsvSource({"BYTES, false", "BYTES, true", "TEXT, false", "TEXT, true"})
  void trap03_clientLeavesAQuietStream_applicationIsToldOnce(Way way, boolean begun)
      throws Exception {
    try (McpGateway gateway = gateway(INTERVAL);
        Container container = start(gateway, opening(way))) {
      AsyncContext async;
      try (RawConnection client = open(container)) {
        async = nextOpened();
        if (begun) {
          way.send(async.getResponse(), "data: 1\n\n");
        }
        client.readHead();
      }

      await().until(() -> told.contains("complete"));
      await().until(() -> records.size() == 1);
      waitForComments(container, 2);
      assertThatCode(async::complete).doesNotThrowAnyException();
      assertThatCode(async::complete).doesNotThrowAnyException();
      assertThat(told).containsExactly("complete");
      assertThat(records).extracting(RequestRecord::status).containsExactly(200);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BYTES", "TEXT"})
  void clientLeft_nextWriteOfTheApplicationFails(Way way) throws Exception {
    BlockingQueue<ServletResponse> responses = new LinkedBlockingQueue<>();
    Application application =
        (request, response) -> {
          response.setContentType(EVENT_STREAM);
          startAsync(request);
          way.send(response, "data: 1\n\n");
          responses.add(response);
        };
    try (McpGateway gateway = gateway(INTERVAL);
        Container container = start(gateway, application)) {
      ServletResponse response;
      try (RawConnection client = open(container)) {
        client.readHead();
        response = responses.take();
      }
      await().until(() -> told.contains("complete"));

      assertThatCode(() -> way.send(response, "data: 2\n\n")).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BYTES", "TEXT"})
  void clientLeavesABlockedServlet_itsNextWriteFails(Way way) throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    Application application =
        (request, response) -> {
          response.setContentType(EVENT_STREAM);
          way.send(response, "data: 1\n\n");
          passed(left);
          try {
            way.send(response, "data: 2\n\n");
            told.add("written");
          } catch (IOException expected) {
            told.add("failed");
            throw expected;
          }
        };
    try (McpGateway gateway = gateway(INTERVAL);
        Container container = start(gateway, application)) {
      try (RawConnection client = open(container)) {
        client.readHead();
        client.readChunk();
      }
      waitForComments(container, 4);
      left.countDown();

      await().until(() -> told.equals(List.of("failed")));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BYTES", "TEXT"})
  void blockedServlet_streamIsKeptAlive_andEndsWhole(Way way) throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    Application application =
        (request, response) -> {
          response.setContentType(EVENT_STREAM);
          way.send(response, "data: 1\n\n");
          passed(seen);
          way.write(response, "data: 2\n\n");
        };
    try (McpGateway gateway = gateway(INTERVAL);
        Container container = start(gateway, application);
        RawConnection client = open(container)) {
      client.readHead();
      StringBuilder first = new StringBuilder();
      while (!first.toString().endsWith(COMMENT + COMMENT)) {
        first.append(client.readChunk());
      }
      assertThat(first).startsWith("data: 1\n\n");
      seen.countDown();
      assertThat(eventsToTheEnd(client)).isEqualTo("data: 2\n\n");
      // The connection's next request is not disturbed by what was planned for this one.
      client.write(request("GET", "/mcp"));
      assertThat(client.readHead().status()).isEqualTo(200);
      assertThat(eventsToTheEnd(client)).isEqualTo("data: 1\n\ndata: 2\n\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "length", "encoding", "status", "off", "listener", "uncommitted"})
  void trap06_streamThatTakesNoComments_getsNone(String why) throws Exception {
    CountDownLatch time = new CountDownLatch(1);
    Application application =
        (request, response) -> {
          response.setContentType(why.equals("json") ? "application/json" : EVENT_STREAM);
          switch (why) {
            case "length" -> response.setContentLength(18);
            case "encoding" -> response.setHeader("Content-Encoding", "x-own");
            case "status" -> response.setStatus(203);
            default -> {}
          }
          if (why.equals("listener")) {
            writeWhenPossible(request, response, time);
            return;
          }
          response.getOutputStream().print("data: 1\n\n");
          if (!why.equals("uncommitted")) {
            response.flushBuffer();
          }
          passed(time);
          response.getOutputStream().print("data: 2\n\n");
        };
    try (McpGateway gateway = gateway(INTERVAL);
        McpGateway silent = gateway(Duration.ZERO);
        Container clock = start(gateway, application);
        Container container = start(why.equals("off") ? silent : gateway, application);
        RawConnection client = open(container)) {
      waitForComments(clock, 3);
      time.countDown();

      assertThat(client.readMessage())
          .extracting(RawMessage::body)
          .isEqualTo("data: 1\n\ndata: 2\n\n");
    }
  }

  /** An application that never blocks, and writes its second event when it is time. */
  private void writeWhenPossible(
      HttpServletRequest request, HttpServletResponse response, CountDownLatch time)
      throws IOException {
    AsyncContext async = startAsync(request);
    ServletOutputStream output = response.getOutputStream();
    output.setWriteListener(
        new WriteListener() {
          private int written;

          @Override
          public void onWritePossible() throws IOException {
            while (output.isReady()) {
              if (written == 1) {
                output.flush();
                written++;
                async.start(this::second);
                return;
              }
              if (written == 3) {
                async.complete();
                return;
              }
              written++;
              output.print("data: " + (written == 1 ? 1 : 2) + "\n\n");
            }
          }

          private void second() {
            try {
              passed(time);
              onWritePossible();
            } catch (IOException broken) {
              onError(broken);
            }
          }

          @Override
          public void onError(Throwable broken) {
            async.complete();
          }
        });
  }

  @Test
  void bufferingByProxies_isTheApplicationsToAllow() throws Exception {
    Application application =
        (request, response) -> {
          response.setHeader("x-accel-buffering", "yes");
          response.setContentType("Text/Event-Stream;charset=utf-8");
          response.getOutputStream().print("data: 1\n\n");
        };
    Application json =
        (request, response) -> {
          response.setContentType("application/json");
          response.getWriter().print("{}");
        };
    try (McpGateway gateway = gateway(Duration.ZERO);
        Container allowing = start(gateway, application);
        Container other = start(gateway, json);
        RawConnection client = open(allowing);
        RawConnection another = open(other)) {
      assertThat(client.readHead().fields("X-Accel-Buffering")).containsExactly("yes");
      assertThat(another.readHead().fields("X-Accel-Buffering")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BYTES", "TEXT"})
  void typeThatIsSetLate_isSeenWithTheFirstWrite(Way way) throws Exception {
    Application application =
        (request, response) -> {
          AsyncContext async = startAsync(request);
          if (way == Way.TEXT || way == Way.CHAR_BY_CHAR) {
            response.getWriter();
          } else {
            response.getOutputStream();
          }
          response.setContentType(EVENT_STREAM);
          way.send(response, "data: 1\n\n");
          opened.add(async);
        };
    try (McpGateway gateway = gateway(INTERVAL);
        Container container = start(gateway, application);
        RawConnection client = open(container)) {
      assertThat(client.readHead().fields("X-Accel-Buffering")).containsExactly("no");
      waitForComments(container, 2);
      nextOpened().complete();
      StringBuilder all = new StringBuilder();
      for (String chunk = client.readChunk(); !chunk.isEmpty(); chunk = client.readChunk()) {
        all.append(chunk);
      }
      assertThat(all).startsWith("data: 1\n\n" + COMMENT);
    }
  }

  @Test
  void dispatchOfTheApplication_endsTheComments_notTheStream() throws Exception {
    Application application =
        (request, response) -> {
          if (request.getDispatcherType() == DispatcherType.ASYNC) {
            response.getOutputStream().print("data: 2\n\n");
            return;
          }
          opening(Way.BYTES).answer(request, response);
        };
    try (McpGateway gateway = gateway(INTERVAL);
        Container container = start(gateway, application);
        RawConnection client = open(container)) {
      client.readHead();
      assertThat(client.readChunk()).isEqualTo(COMMENT);
      nextOpened().dispatch();
      assertThat(eventsToTheEnd(client)).isEqualTo("data: 2\n\n");
      await().until(() -> told.equals(List.of("complete")));
    }
  }

  @Test
  void timeoutOfTheContainer_endsTheStreamOnce() throws Exception {
    Application application =
        (request, response) -> {
          opening(Way.BYTES).answer(request, response);
          nextOpenedNow().setTimeout(2 * INTERVAL.toMillis());
        };
    try (McpGateway gateway = gateway(INTERVAL);
        Container container = start(gateway, application);
        RawConnection client = open(container)) {
      client.readHead();
      assertThat(eventsToTheEnd(client)).isEmpty();
      await().until(() -> told.equals(List.of("timeout", "complete")));
    }
  }

  private AsyncContext nextOpenedNow() {
    return Objects.requireNonNull(opened.poll());
  }

  @Test
  void clientThatDoesNotRead_holdsUpNobodyElse() throws Exception {
    Application application =
        (request, response) -> {
          response.setContentType(EVENT_STREAM);
          AsyncContext async = startAsync(request);
          Thread writer =
              new Thread(
                  () -> {
                    try {
                      while (true) {
                        Way.BYTES.send(response, "data: " + "x".repeat(10_000) + "\n\n");
                      }
                    } catch (IOException | RuntimeException left) {
                      async.complete();
                    }
                  });
          writer.setDaemon(true);
          writer.start();
        };
    try (McpGateway gateway = gateway(INTERVAL);
        Container container = start(gateway, application)) {
      ArrayDeque<RawConnection> stalled = new ArrayDeque<>();
      for (int i = 0; i < 20; i++) {
        stalled.add(open(container));
        stalled.getLast().readHead();
      }
      waitForComments(container, 3);
      for (RawConnection client : stalled) {
        client.reset();
      }
      await().until(() -> told.size() == 20);
    }
  }

  @Test
  void threads_endWithTheFilter() throws Exception {
    try (McpGateway gateway = gateway(INTERVAL);
        Container container = start(gateway, (request, response) -> {})) {
      waitForComments(container, 1);
      assertThat(keepAliveThreads()).isPositive();
    }
    await().until(() -> keepAliveThreads() == 0);
  }

  private static long keepAliveThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("mcp-gateway-"))
        .count();
  }
}
