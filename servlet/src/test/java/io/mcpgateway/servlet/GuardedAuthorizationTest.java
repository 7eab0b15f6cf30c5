package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.bearer;
import static io.mcpgateway.testkit.Requests.post;
import static io.mcpgateway.testkit.Requests.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.authorization.AccessList;
import io.mcpgateway.authorization.AccessList.Entry;
import io.mcpgateway.authorization.McpAuthorization;
import io.mcpgateway.authorization.RequiredScopes;
import io.mcpgateway.http.EndSignal;
import io.mcpgateway.http.HandOver;
import io.mcpgateway.http.HeaderModifier;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.StreamLife;
import io.mcpgateway.testkit.OpenResources;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may do what in front of an application: refusals, filtered lists, and the end of streams. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(60)
class GuardedAuthorizationTest {
  private static final String LIST =
      "{\"id\":1,\"result\":{\"tools\":[{\"name\":\"echo\",\"d\":\"\u00e9\"},{\"name\":\"delete_all\"}],"
          + "\"nextCursor\":\"p\",\"cacheScope\":\"public\"}}";
  private static final String FILTERED =
      "{\"id\":1,\"result\":{\"tools\":[{\"name\":\"echo\",\"d\":\"\u00e9\"}],"
          + "\"nextCursor\":\"p\",\"cacheScope\":\"private\"}}";
  private static final String JSON = "application/json";
  private static final String EVENTS = "text/event-stream";

  @Parameter Container.Kind kind = Container.Kind.JETTY;

  private final AtomicInteger calls = new AtomicInteger();
  @AutoClose private final OpenResources open = new OpenResources();
  private @Nullable Container running;

  private void guard(Application application) throws Exception {
    McpGateway gateway =
        open.add(
            McpGateway.builder()
                .route(
                    Route.builder()
                        .authentication(Tokens.atOnce())
                        .requiredScopes(
                            RequiredScopes.builder().scopes("mcp:read").tool("pay", "pay").build())
                        .authorization(
                            McpAuthorization.builder()
                                .tools(AccessList.of(Entry.of("echo", "pay")))
                                .build())
                        .build())
                .observers()
                .build());
    running =
        open.add(
            kind.start(
                "",
                context -> {
                  Application counted =
                      (request, response) -> {
                        calls.incrementAndGet();
                        application.answer(request, response);
                      };
                  counted.serve(context, "/mcp");
                  McpGatewayFilter.register(context, gateway);
                }));
  }

  private RawConnection client() throws IOException {
    return open.add(RawConnection.to(Objects.requireNonNull(running).port()));
  }

  private RawMessage call(String json) throws IOException {
    return client().write(post("/mcp", json, bearer(Tokens.GOOD))).readMessage();
  }

  private static String tool(String name) {
    return "{\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\"}}".formatted(name);
  }

  private static String latin(String utf8) {
    return new String(utf8.getBytes(UTF_8), ISO_8859_1);
  }

  @Test
  void refusedCalls_doNotReachTheApplication() throws Exception {
    guard((request, response) -> response.getOutputStream().print("{}"));

    assertThat(call(tool("delete_all")).body()).contains("-32602", "Unknown tool: delete_all");
    RawMessage lacking = call(tool("pay"));
    assertThat(lacking.status()).isEqualTo(403);
    assertThat(lacking.field("WWW-Authenticate").orElseThrow())
        .contains("insufficient_scope", "scope=\"mcp:read pay\"");
    assertThat(calls).hasValue(0);
    assertThat(call(tool("echo")).body()).isEqualTo("{}");
  }

  /** The ways in which servlets write. */
  enum Writing {
    BYTES,
    TEXT,
    BYTE_BY_BYTE,
    ASYNCHRONOUS_BYTES,
    ASYNCHRONOUS_TEXT,
    AFTER_A_DISPATCH,
    NON_BLOCKING;

    void write(HttpServletRequest request, HttpServletResponse response, String text)
        throws IOException {
      byte[] bytes = text.getBytes(UTF_8);
      switch (this) {
        case BYTES -> response.getOutputStream().write(bytes);
        case TEXT -> response.getWriter().print(text);
        case BYTE_BY_BYTE -> {
          for (byte next : bytes) {
            response.getOutputStream().write(next);
            response.flushBuffer();
          }
        }
        case ASYNCHRONOUS_BYTES -> {
          AsyncContext async = request.startAsync();
          async.start(
              () -> {
                try {
                  async.getResponse().getOutputStream().write(bytes);
                } catch (IOException failure) {
                  throw new UncheckedIOException(failure);
                } finally {
                  async.complete();
                }
              });
        }
        case ASYNCHRONOUS_TEXT -> {
          AsyncContext async = request.startAsync();
          response.getWriter().write(text);
          response.getWriter().flush();
          async.complete();
        }
        case AFTER_A_DISPATCH -> {
          if (request.getDispatcherType() == DispatcherType.ASYNC) {
            response.getOutputStream().write(bytes);
          } else {
            request.startAsync().dispatch();
          }
        }
        case NON_BLOCKING -> {
          AsyncContext async = request.startAsync();
          ServletOutputStream output = response.getOutputStream();
          output.setWriteListener(
              new WriteListener() {
                private boolean written;

                @Override
                public void onWritePossible() throws IOException {
                  while (output.isReady()) {
                    if (written) {
                      async.complete();
                      return;
                    }
                    written = true;
                    output.write(bytes);
                  }
                }

                @Override
                public void onError(Throwable failure) {
                  async.complete();
                }
              });
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Writing.class)
  void trap29_list_showsWhatMayBeCalled(Writing writing) throws Exception {
    guard(
        (request, response) -> {
          response.setContentType(JSON);
          response.setCharacterEncoding("UTF-8");
          response.setContentLength(LIST.getBytes(UTF_8).length);
          response.setHeader("ETag", "\"1\"");
          assertThat(request.getHeader("Accept-Encoding")).isNull();
          writing.write(request, response, LIST);
        });

    RawMessage answer =
        client()
            .write(post("/mcp", TOOLS_LIST, bearer(Tokens.GOOD), "Accept-Encoding: gzip"))
            .readMessage();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(latin(FILTERED));
    assertThat(answer.field("ETag")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Writing.class)
  void trap29_listInEvents_isFiltered(Writing writing) throws Exception {
    String around = ": hello\n\nid: 1\ndata:\n\n%sdata: {\"method\":\"x\"}\n\n";
    guard(
        (request, response) -> {
          response.setContentType(EVENTS);
          response.setCharacterEncoding("UTF-8");
          writing.write(request, response, around.formatted("data: " + LIST + "\n\n"));
        });

    assertThat(call(TOOLS_LIST).body())
        .isEqualTo(latin(around.formatted("data: " + FILTERED + "\n\n")));
  }

  @Test
  void listThatIsNoJson_isNotPassedOn() throws Exception {
    guard(
        (request, response) -> {
          response.setContentType(JSON);
          response.getOutputStream().print("{\"result\":{\"tools\":[{\"name\":\"delete_all\"}");
        });

    RawMessage answer = call(TOOLS_LIST);
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void otherAnswers_passAsTheyAre() throws Exception {
    guard(
        (request, response) -> {
          response.setContentType(JSON);
          response.setContentLength(LIST.getBytes(UTF_8).length);
          response.getOutputStream().write(LIST.getBytes(UTF_8));
        });

    RawMessage answer = call(tool("echo"));
    assertThat(answer.body()).isEqualTo(latin(LIST));
    assertThat(answer.field("Content-Length")).isPresent();
  }

  @Test
  void errorInPlaceOfAList_passesAsItIs() throws Exception {
    guard(
        (request, response) -> {
          response.setStatus(500);
          response.getOutputStream().print("no list today");
        });

    RawMessage answer = call(TOOLS_LIST);
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).isEqualTo("no list today");
  }

  // --- the end of streams

  /** Hands over without a gateway: a token that lives for less than a minute has a minute. */
  private void handOver(Duration lifetime, Application application) throws Exception {
    KeepAliveThreads threads = open.add(new KeepAliveThreads());
    HandOver handOver =
        new HandOver(
            Optional.empty(),
            Headers.EMPTY,
            Optional.empty(),
            Headers.EMPTY,
            id -> id,
            Optional.empty(),
            Optional.empty(),
            new StreamLife(Optional.of(lifetime), new EndSignal()),
            HeaderModifier.NONE,
            status -> {});
    Filter filter =
        (request, response, chain) ->
            new GuardedApplication(handOver, threads)
                .enter((HttpServletRequest) request, (HttpServletResponse) response, chain);
    running =
        open.add(
            kind.start(
                "",
                context -> {
                  application.serve(context, "/mcp");
                  FilterRegistration.Dynamic registration = context.addFilter("guard", filter);
                  registration.setAsyncSupported(true);
                  registration.addMappingForUrlPatterns(
                      EnumSet.of(DispatcherType.REQUEST), false, "/*");
                }));
  }

  @Test
  void a26_trap47_quietStream_endsCleanly_andItsApplicationIsTold() throws Exception {
    AtomicReference<@Nullable AsyncContext> stream = new AtomicReference<>();
    handOver(
        Duration.ofMillis(200),
        (request, response) -> {
          response.setContentType(EVENTS);
          response.getOutputStream().print("data: 1\n\n");
          response.flushBuffer();
          stream.set(request.startAsync());
        });

    RawConnection client = client();
    RawMessage answer = client.write(request("GET", "/mcp")).readMessage();
    assertThat(answer.body()).isEqualTo("data: 1\n\n");

    AsyncContext async = Objects.requireNonNull(stream.get());
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(
                        () -> {
                          ServletOutputStream output = async.getResponse().getOutputStream();
                          output.print("data: 2\n\n");
                          output.flush();
                        })
                    .isInstanceOf(Exception.class));
    assertThat(client.write(request("GET", "/mcp")).readMessage().status())
        .as("the connection goes on")
        .isEqualTo(200);
  }

  @Test
  void a26_trap47_streamWithinAnEvent_endsBehindIt() throws Exception {
    AtomicReference<@Nullable AsyncContext> stream = new AtomicReference<>();
    AtomicReference<@Nullable ServletOutputStream> output = new AtomicReference<>();
    handOver(
        Duration.ofMillis(100),
        (request, response) -> {
          response.setContentType(EVENTS);
          ServletOutputStream own = response.getOutputStream();
          own.print("data: 1\n\ndata: 2");
          response.flushBuffer();
          output.set(own);
          stream.set(request.startAsync());
        });
    RawConnection client = client();
    client.write(request("GET", "/mcp")).readHead();
    assertThat(client.readChunk()).isEqualTo("data: 1\n\ndata: 2");
    await().pollDelay(Duration.ofMillis(300)).until(() -> stream.get() != null);

    ServletOutputStream own = Objects.requireNonNull(output.get());
    own.print("2\n\n");
    assertThatThrownBy(own::flush).isInstanceOf(IOException.class);
    assertThat(client.readChunk()).isEqualTo("2\n\n");
    assertThat(client.readChunk()).as("the end").isEmpty();
  }
}
