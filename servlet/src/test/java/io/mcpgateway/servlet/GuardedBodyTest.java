package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.mcp.HeaderValidation;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that the gateway has read before the application reads them. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(60)
class GuardedBodyTest {
  private static final String[] FIELDS = {
    "Content-Type: application/json",
    "MCP-Protocol-Version: 2026-07-28",
    "Mcp-Method: tools/list",
    "Origin: https://app.test"
  };

  @Parameter Container.Kind kind = Container.Kind.JETTY;

  /** What the application read, as ISO 8859-1. */
  private final List<String> read = new CopyOnWriteArrayList<>();

  /** How the application reads. */
  private enum Reading {
    BLOCKING {
      @Override
      void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        echo(request.getInputStream().readAllBytes(), request, response);
      }
    },
    BYTE_BY_BYTE {
      @Override
      void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        ServletInputStream input = request.getInputStream();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!input.isFinished()) {
          assertThat(input.available()).isPositive();
          assertThat(input.isReady()).isTrue();
          bytes.write(input.read());
        }
        assertThat(input.read()).isEqualTo(-1);
        assertThat(input.available()).isZero();
        echo(bytes.toByteArray(), request, response);
      }
    },
    READER {
      @Override
      void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        request.setCharacterEncoding("UTF-8");
        StringBuilder text = new StringBuilder();
        for (int c = request.getReader().read(); c >= 0; c = request.getReader().read()) {
          text.append((char) c);
        }
        echo(text.toString().getBytes(StandardCharsets.UTF_8), request, response);
      }
    },
    LISTENER {
      @Override
      void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        AsyncContext async = request.startAsync();
        request
            .getInputStream()
            .setReadListener(new Reader(request.getInputStream(), async, Runnable::run));
        response.setHeader("X-Servlet", "returned");
      }
    },
    LISTENER_SET_LATE {
      @Override
      void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("X-Servlet", "returned");
        AsyncContext async = request.startAsync();
        ServletInputStream input = request.getInputStream();
        async.start(() -> input.setReadListener(new Reader(input, async, Runnable::run)));
      }
    },
    LISTENER_READING_ELSEWHERE {
      @Override
      void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        AsyncContext async = request.startAsync();
        request
            .getInputStream()
            .setReadListener(new Reader(request.getInputStream(), async, async::start));
        response.setHeader("X-Servlet", "returned");
      }
    };

    abstract void answer(HttpServletRequest request, HttpServletResponse response)
        throws IOException;

    static void echo(byte[] bytes, HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.setHeader("X-Length", String.valueOf(request.getContentLengthLong()));
      response.setContentLength(bytes.length);
      response.getOutputStream().write(bytes);
    }
  }

  /** Reads as an application does that does not block. */
  private record Reader(
      ServletInputStream input, AsyncContext async, Executor executor, ByteArrayOutputStream bytes)
      implements ReadListener {
    Reader(ServletInputStream input, AsyncContext async, Executor executor) {
      this(input, async, executor, new ByteArrayOutputStream());
    }

    @Override
    public void onDataAvailable() {
      executor.execute(this::readOn);
    }

    private void readOn() {
      try {
        byte[] some = new byte[1000];
        while (input.isReady()) {
          int count = input.read(some);
          bytes.write(some, 0, count); // as on containers, the end is told by a call
        }
      } catch (IOException broken) {
        onError(broken);
      }
    }

    @Override
    public void onAllDataRead() throws IOException {
      HttpServletResponse response = (HttpServletResponse) async.getResponse();
      assertThat(response.getHeader("X-Servlet")).isEqualTo("returned");
      Reading.echo(bytes.toByteArray(), (HttpServletRequest) async.getRequest(), response);
      async.complete();
    }

    @Override
    public void onError(Throwable broken) {
      ((HttpServletResponse) async.getResponse()).setStatus(500);
      async.complete();
    }
  }

  private static McpGateway gateway() {
    return McpGateway.builder()
        .route(
            Route.builder()
                .headerValidation(HeaderValidation.ALWAYS)
                .cors(CorsPolicy.builder().allowOrigins("https://app.test").build())
                .build())
        .observers()
        .build();
  }

  private Container start(McpGateway gateway, Application application) throws Exception {
    Application recording =
        (request, response) -> {
          read.add(request.getDispatcherType().name());
          application.answer(request, response);
        };
    return kind.start(
        "",
        context -> {
          recording.serve(context, "/mcp");
          McpGatewayFilter.register(context, gateway);
        });
  }

  private static byte[] message(String method, int padding) {
    String json =
        """
        {"jsonrpc":"2.0","id":"a-7","method":"%s","params":{"text":"\u00e4 \u20ac %s","_meta":
        {"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}
        """
            .formatted(method, "x".repeat(padding));
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static RawConnection write(RawConnection client, byte[] body, String... fields)
      throws IOException {
    String[] all = Arrays.copyOf(FIELDS, FIELDS.length + fields.length);
    System.arraycopy(fields, 0, all, FIELDS.length, fields.length);
    return client.write(request("POST", "/mcp", all)).write(body);
  }

  private static String length(byte[] body) {
    return "Content-Length: " + body.length;
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @EnumSource(Reading.class)
  void agreement_applicationReadsTheSameBytes(Reading how) throws Exception {
    byte[] body = message("tools/list", 3000);
    try (McpGateway gateway = gateway();
        Container container = start(gateway, how::answer);
        RawConnection client = RawConnection.to(container.port())) {
      for (int call = 1; call <= 3; call++) {
        RawMessage answer = write(client, body, length(body)).readMessage();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(latin1(body));
        assertThat(answer.field("X-Length")).contains(String.valueOf(body.length));
        assertThat(answer.field("Access-Control-Allow-Origin")).contains("https://app.test");
      }
      assertThat(read).containsOnly("ASYNC").hasSize(3);
    }
  }

  @ParameterizedTest
  @EnumSource(Reading.class)
  void bigBodyInSmallPieces_isTheSameForTheApplication(Reading how) throws Exception {
    byte[] body = message("tools/list", 1 << 20);
    try (McpGateway gateway = gateway();
        Container container = start(gateway, how::answer);
        RawConnection client = RawConnection.to(container.port())) {
      write(client, new byte[0], "Transfer-Encoding: chunked");
      for (int from = 0; from < body.length; from += 40_000) {
        byte[] piece = Arrays.copyOfRange(body, from, Math.min(from + 40_000, body.length));
        client.writeChunk(latin1(piece));
      }
      RawMessage answer = client.write("0\r\n\r\n").readMessage();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(latin1(body));
      assertThat(answer.field("X-Length")).contains(String.valueOf(body.length));
    }
  }

  @Test
  void disagreement_isRefusedWithTheRequestsId_applicationSeesNothing() throws Exception {
    byte[] body = message("tools/call", 50_000);
    try (McpGateway gateway = gateway();
        Container container = start(gateway, Reading.BLOCKING::answer);
        RawConnection client = RawConnection.to(container.port())) {
      RawMessage answer = write(client, body, length(body)).readMessage();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("\"id\":\"a-7\"").contains("\"code\":-32020");
      assertThat(answer.field("Access-Control-Allow-Origin")).contains("https://app.test");
      assertThat(read).isEmpty();
    }
  }

  @Test
  void withoutBody_isRefused_applicationSeesNothing() throws Exception {
    try (McpGateway gateway = gateway();
        Container container = start(gateway, Reading.BLOCKING::answer);
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(write(client, new byte[0], "Content-Length: 0").readMessage().status())
          .isEqualTo(400);
      assertThat(read).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE"})
  void withoutMessage_applicationIsCalledAtOnce(String method) throws Exception {
    try (McpGateway gateway = gateway();
        Container container = start(gateway, (request, response) -> {});
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(client.write(request(method, "/mcp")).readMessage().status()).isEqualTo(200);
      assertThat(read).containsExactly("REQUEST");
    }
  }

  @Test
  void streamAndReader_excludeEachOther() throws Exception {
    byte[] body = message("tools/list", 0);
    Application application =
        (request, response) -> {
          try {
            if (request.getParameter("reader") == null) {
              request.getInputStream();
              request.getReader();
            } else {
              request.getReader();
              request.getInputStream();
            }
          } catch (IllegalStateException expected) {
            response.setStatus(204);
          }
        };
    try (McpGateway gateway = gateway();
        Container container = start(gateway, application);
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(write(client, body, length(body)).readMessage().status()).isEqualTo(204);
      client.write(request("POST", "/mcp?reader", FIELDS).replaceFirst("\r\n\r\n", "\r\n"));
      client.write(length(body) + "\r\n\r\n").write(body);
      assertThat(client.readMessage().status()).isEqualTo(204);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void listener_needsAsynchronousMode_andIsOne(boolean asynchronous) throws Exception {
    byte[] body = message("tools/list", 0);
    Application application =
        (request, response) -> {
          if (asynchronous) {
            AsyncContext async = request.startAsync();
            request
                .getInputStream()
                .setReadListener(new Reader(request.getInputStream(), async, Runnable::run));
            response.setHeader("X-Servlet", "returned");
          }
          try {
            request.getInputStream().setReadListener(mock(ReadListener.class));
          } catch (IllegalStateException expected) {
            response.setStatus(203);
          }
        };
    try (McpGateway gateway = gateway();
        Container container = start(gateway, application);
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(write(client, body, length(body)).readMessage().status()).isEqualTo(203);
    }
  }

  @Test
  void listenerThatFails_isToldAndEnds() throws Exception {
    byte[] body = message("tools/list", 0);
    Application application =
        (request, response) -> {
          AsyncContext async = request.startAsync();
          request
              .getInputStream()
              .setReadListener(
                  new ReadListener() {
                    @Override
                    public void onDataAvailable() throws IOException {
                      throw new IOException("a failure");
                    }

                    @Override
                    public void onAllDataRead() {}

                    @Override
                    public void onError(Throwable failure) {
                      read.add(String.valueOf(failure.getMessage()));
                      response.setStatus(500);
                      async.complete();
                    }
                  });
        };
    try (McpGateway gateway = gateway();
        Container container = start(gateway, application);
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(write(client, body, length(body)).readMessage().status()).isEqualTo(500);
      assertThat(read).containsExactly("ASYNC", "a failure");
    }
  }

  @Test
  void filterInFrontWithoutAsyncSupport_isAClear500() throws Exception {
    byte[] body = message("tools/list", 0);
    Filter front = (request, response, chain) -> chain.doFilter(request, response);
    try (McpGateway gateway = gateway();
        Container container =
            kind.start(
                "",
                context -> {
                  FilterRegistration.Dynamic registration = context.addFilter("front", front);
                  registration.setAsyncSupported(false);
                  registration.addMappingForUrlPatterns(null, false, "/*");
                  Application application = (request, response) -> read.add("called");
                  application.serve(context, "/mcp");
                  McpGatewayFilter.register(context, gateway);
                });
        RawConnection client = RawConnection.to(container.port())) {
      RawMessage answer = write(client, body, length(body)).readMessage();
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.body()).contains("async_not_supported");
      assertThat(read).isEmpty();
    }
  }
}
