package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Latches.passed;
import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.bearer;
import static io.mcpgateway.testkit.Requests.post;
import static io.mcpgateway.testkit.Requests.request;
import static io.mcpgateway.testkit.Responses.STREAM_HEAD;
import static io.mcpgateway.testkit.Responses.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.forward.HttpVersion;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.Http2Backend;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway in front of remote MCP servers. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(60)
class ProxyModeTest {
  private static final int MIB = 1 << 20;
  private static final int LEAVING = Integer.getInteger("leaving.clients", 100);

  @Parameter Container.Kind kind = Container.Kind.JETTY;

  private final List<RequestRecord> records = new CopyOnWriteArrayList<>();

  private McpGateway gateway(RawBackend backend) {
    return gateway(Route.builder().backend(Backend.of(backend.url())).build());
  }

  private McpGateway gateway(Route route) {
    return McpGateway.builder()
        .route(route)
        .maxRequestBytes(64 * MIB)
        .observers(records::add)
        .build();
  }

  private Container start(McpGateway gateway) throws Exception {
    return kind.start("", context -> McpGatewayFilter.register(context, gateway));
  }

  private static Route protectedRoute(RawBackend backend) {
    return Route.builder()
        .backend(Backend.of(backend.url()))
        .authentication(Tokens.atOnce())
        .cors(CorsPolicy.builder().allowOrigins("https://app.test").build())
        .build();
  }

  @Test
  void post_json_isForwardedAndAnswered() throws Exception {
    try (RawBackend backend = RawBackend.answering(ok("{\"id\":7}"));
        McpGateway gateway = gateway(backend);
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      client.write(post("/mcp?x=%20y", TOOLS_LIST, "Mcp-Session-Id: s1", "X-Two: a", "X-Two: b"));

      assertThat(client.readMessage())
          .asString()
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("Content-Type: application/json\r\n")
          .doesNotContainIgnoringCase("Transfer-Encoding")
          .endsWith("\r\n\r\n{\"id\":7}");
      RawMessage request = backend.requests().get(0);
      assertThat(request.body()).isEqualTo(TOOLS_LIST);
      assertThat(request.head())
          .startsWith("POST /mcp?x=%20y HTTP/1.1\r\n")
          .containsIgnoringCase("\r\nMcp-Session-Id: s1\r\n")
          .containsIgnoringCase("\r\nX-Two: a\r\n")
          .containsIgnoringCase("\r\nX-Two: b\r\n")
          .contains("Content-Length: " + TOOLS_LIST.length() + "\r\n");
    }
  }

  @Test
  void post_onOneConnection_oneAfterTheOther() throws Exception {
    try (RawBackend backend = RawBackend.answering(ok("{}"));
        McpGateway gateway = gateway(backend);
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      for (int i = 0; i < 50; i++) {
        assertThat(client.write(post("/mcp", TOOLS_LIST)).readMessage())
            .asString()
            .endsWith("\r\n\r\n{}");
        assertThat(client.write(request("DELETE", "/mcp")).readMessage())
            .asString()
            .endsWith("\r\n\r\n{}");
      }
      await().until(() -> records.size() == 100);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void stream_headAndEachEvent_arriveAtOnce(String method) throws Exception {
    CountDownLatch headSeen = new CountDownLatch(1);
    CountDownLatch firstSeen = new CountDownLatch(1);
    try (RawBackend backend =
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.write(STREAM_HEAD);
                  passed(headSeen);
                  connection.writeChunk("id: 1\r\ndata: one\r\n\r\n");
                  passed(firstSeen);
                  connection.writeChunk(": two\n\n").write("0\r\n\r\n");
                });
        McpGateway gateway = gateway(backend);
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      client.write(
          method.equals("GET")
              ? request("GET", "/mcp", "Accept: text/event-stream")
              : post("/mcp", TOOLS_LIST));

      assertThat(client.readHead())
          .asString()
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("\r\nContent-Type: text/event-stream\r\n")
          .containsIgnoringCase("\r\nTransfer-Encoding: chunked\r\n");
      headSeen.countDown();
      assertThat(client.readChunk()).isEqualTo("id: 1\r\ndata: one\r\n\r\n");
      firstSeen.countDown();
      assertThat(client.readChunk()).isEqualTo(": two\n\n");
      assertThat(client.readChunk()).isEmpty();
    }
  }

  @Test
  void post_acceptedNotification_is202WithoutBody() throws Exception {
    try (RawBackend backend =
            RawBackend.answering("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
        McpGateway gateway = gateway(backend);
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(client.write(post("/mcp", TOOLS_LIST)).readMessage())
          .asString()
          .startsWith("HTTP/1.1 202")
          .containsIgnoringCase("\r\nContent-Length: 0\r\n")
          .doesNotContainIgnoringCase("Content-Type")
          .endsWith("\r\n\r\n");
    }
  }

  @Test
  void delete_hasNoBodyOnTheWay() throws Exception {
    try (RawBackend backend = RawBackend.answering("HTTP/1.1 204 No Content\r\n\r\n");
        McpGateway gateway = gateway(backend);
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(client.write(request("DELETE", "/mcp")).readHead().status()).isEqualTo(204);
      assertThat(client.write(request("DELETE", "/mcp")).readHead().status()).isEqualTo(204);
      assertThat(backend.requests())
          .hasSize(2)
          .allSatisfy(
              request ->
                  assertThat(request.head()).doesNotContain("Content-Length", "Transfer-Encoding"));
    }
  }

  @Test
  void head_and304_haveLengthButNoBody() throws Exception {
    try (RawBackend backend =
            RawBackend.forEachRequest(
                (request, connection) ->
                    connection.write(
                        request.startLine().startsWith("HEAD")
                            ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
                            : "HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\nContent-Length: 5\r\n\r\n"));
        McpGateway gateway = gateway(backend);
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(client.write(request("HEAD", "/mcp")).readHead())
          .asString()
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("Content-Length: 5\r\n");
      assertThat(client.write(request("GET", "/mcp")).readHead())
          .asString()
          .startsWith("HTTP/1.1 304")
          .containsIgnoringCase("ETag: \"e\"\r\n");
      assertThat(client.write(request("HEAD", "/mcp")).readHead().status()).isEqualTo(200);
    }
  }

  @Test
  void response_fieldsOfTheBackend_arriveUnchanged() throws Exception {
    try (RawBackend backend =
            RawBackend.answering(
                """
                HTTP/1.1 401 Unauthorized
                Date: Sun, 06 Nov 1994 08:49:37 GMT
                WWW-Authenticate: Bearer resource_metadata="https://x/y", scope="a b"
                Set-Cookie: a=1
                Set-Cookie: b=2
                Content-Length: 0

                """
                    .replace("\n", "\r\n"));
        McpGateway gateway = gateway(backend);
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(client.write(post("/mcp", TOOLS_LIST)).readMessage())
          .asString()
          .startsWith("HTTP/1.1 401")
          .containsIgnoringCase(
              "WWW-Authenticate: Bearer resource_metadata=\"https://x/y\", scope=\"a b\"\r\n")
          .containsIgnoringCase("Set-Cookie: a=1\r\n")
          .containsIgnoringCase("Set-Cookie: b=2\r\n")
          .containsOnlyOnce("Date: ");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void upload_big_arrivesByteForByte(boolean chunked) throws Exception {
    byte[] body = new byte[3 * MIB + 17];
    new Random(1).nextBytes(body);
    try (RawBackend backend = RawBackend.answering(ok("{}"));
        McpGateway gateway = gateway(backend);
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      String type = "Content-Type: application/octet-stream";
      if (chunked) {
        client.write(request("POST", "/mcp", type, "Transfer-Encoding: chunked"));
        for (int at = 0; at < body.length; at += 100_000) {
          int count = Math.min(100_000, body.length - at);
          client.writeChunk(new String(body, at, count, StandardCharsets.ISO_8859_1));
        }
        client.write("0\r\n\r\n");
      } else {
        client.write(request("POST", "/mcp", type, "Content-Length: " + body.length)).write(body);
      }

      assertThat(client.readMessage()).asString().endsWith("\r\n\r\n{}");
      assertThat(backend.requests().get(0).body().getBytes(StandardCharsets.ISO_8859_1))
          .isEqualTo(body);
    }
  }

  @Test
  void upload_backendDoesNotRead_clientHasToWait() throws Exception {
    CountDownLatch readOn = new CountDownLatch(1);
    AtomicLong sent = new AtomicLong();
    byte[] block = new byte[64 * 1024];
    long total = 48L * MIB;
    try (RawBackend backend =
            RawBackend.start(
                connection -> {
                  passed(readOn);
                  int bytes = connection.readMessage().body().length();
                  connection.write(ok("{\"bytes\":" + bytes + "}"));
                });
        McpGateway gateway = gateway(backend);
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      client.write(request("POST", "/mcp", "Content-Length: " + total));
      Thread upload =
          new Thread(
              () -> {
                try {
                  while (sent.get() < total) {
                    client.write(block);
                    sent.addAndGet(block.length);
                  }
                } catch (IOException broken) {
                  sent.set(-1);
                }
              });
      upload.start();
      awaitStandstill(sent);

      assertThat(sent.get()).isBetween(1L, 24L * MIB);
      readOn.countDown();
      assertThat(client.readMessage()).asString().endsWith("{\"bytes\":" + total + "}");
      upload.join();
    }
  }

  @Test
  void download_clientDoesNotRead_backendHasToWait() throws Exception {
    AtomicLong sent = new AtomicLong();
    byte[] block = new byte[64 * 1024];
    new Random(2).nextBytes(block);
    String text = new String(block, StandardCharsets.ISO_8859_1);
    long total = 64L * MIB;
    try (RawBackend backend =
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + total + "\r\n\r\n");
                  while (sent.get() < total) {
                    connection.write(block);
                    sent.addAndGet(block.length);
                  }
                });
        McpGateway gateway = gateway(backend);
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      client.write(request("GET", "/mcp")).readHead();
      awaitStandstill(sent);

      assertThat(sent.get()).isBetween(1L, 32L * MIB);
      for (long read = 0; read < total; read += block.length) {
        assertThat(client.readText(block.length)).isEqualTo(text);
      }
      assertThat(records)
          .as("told at the end")
          .satisfies(
              all ->
                  await()
                      .untilAsserted(
                          () ->
                              assertThat(all)
                                  .singleElement()
                                  .satisfies(
                                      one ->
                                          assertThat(one.responseBytes().orElseThrow())
                                              .isEqualTo(total))));
    }
  }

  /** Until nothing has moved for a while. */
  private static void awaitStandstill(AtomicLong count) {
    AtomicLong before = new AtomicLong(-1);
    await()
        .pollInterval(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(20))
        .until(() -> count.get() > 0 && before.getAndSet(count.get()) == count.get());
  }

  @Test
  void stream_breaksOff_chunkedResponseHasNoEnd() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    try (RawBackend backend = Backends.breakingOff(seen);
        McpGateway gateway = gateway(backend);
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      client.write(post("/mcp", TOOLS_LIST)).readHead();
      assertThat(client.readChunk()).isEqualTo(Backends.FIRST_EVENT);
      seen.countDown();

      assertThat(client.readToEnd()).isIn("", "\r\n");
      await().until(() -> records.size() == 1);
      assertThat(records.get(0).reason()).isPresent();
    }
  }

  @Test
  void response_breaksOff_missingBytesAreNotMadeUp() throws Exception {
    try (RawBackend backend =
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
                });
        McpGateway gateway = gateway(backend);
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      client.write(post("/mcp", TOOLS_LIST));

      assertThat(client.readHead()).asString().containsIgnoringCase("Content-Length: 100\r\n");
      assertThat(client.readToEnd()).isEqualTo("short");
    }
  }

  @Test
  void backendDown_answers502InJsonRpc() throws Exception {
    Route route =
        Route.builder().backend(Backend.of("http://127.0.0.1:" + FreePort.any() + "/mcp")).build();
    try (McpGateway gateway = gateway(route);
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(client.write(post("/mcp", TOOLS_LIST)).readMessage())
          .asString()
          .startsWith("HTTP/1.1 502")
          .contains("\"jsonrpc\":\"2.0\",\"id\":7,\"error\"");
    }
  }

  @Test
  void clientLeaves_backendIsAborted() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    CountDownLatch aborted = new CountDownLatch(1);
    try (RawBackend backend = Backends.goingOn(left, aborted);
        McpGateway gateway = gateway(backend);
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      client.write(post("/mcp", TOOLS_LIST)).readHead();
      assertThat(client.readChunk()).isEqualTo(Backends.FIRST_EVENT);
      client.reset();
      left.countDown();

      assertThat(aborted.await(20, TimeUnit.SECONDS)).isTrue();
      await()
          .untilAsserted(
              () ->
                  assertThat(records)
                      .singleElement()
                      .satisfies(one -> assertThat(one.reason()).contains("the client left")));
      // Nothing of it hits the next client.
      try (RawConnection next = RawConnection.to(container.port())) {
        assertThat(next.write(post("/mcp", TOOLS_LIST)).readHead().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void clientLeaves_whileUploading_requestIsGivenUp() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    try (RawBackend backend =
            RawBackend.start(
                connection -> {
                  connection.readHead();
                  begun.countDown();
                  connection.readToEnd();
                  ended.countDown();
                });
        McpGateway gateway = gateway(backend);
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      client.write(request("POST", "/mcp", "Content-Length: 1000")).write("half");
      passed(begun);
      client.reset();

      assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
      await().until(() -> records.size() == 1);
    }
  }

  @Test
  void manyClientsLeave_theNextRequestsAreUnharmed() throws Exception {
    try (RawBackend backend =
            RawBackend.forEachRequest(
                (request, connection) -> {
                  if (request.startLine().startsWith("POST")) {
                    Backends.flood(connection);
                  } else {
                    connection.write(ok("{\"fine\":1}"));
                  }
                });
        McpGateway gateway = gateway(backend);
        Container container = start(gateway)) {
      leaveAgainAndAgain(container);
    }
  }

  @Test
  void manyClientsLeave_overHttp2_theNextRequestsAreUnharmed() throws Exception {
    try (Http2Backend backend =
            Http2Backend.start(
                call -> {
                  call.respond(200, "content-type", "text/event-stream");
                  if (call.method().equals("GET")) {
                    call.end("{\"fine\":1}");
                    return;
                  }
                  while (true) {
                    call.data("data: event\n\n");
                  }
                });
        McpGateway gateway =
            gateway(
                Route.builder()
                    .backend(Backend.of(backend.url()).withHttpVersions(HttpVersion.HTTP_2))
                    .build());
        Container container = start(gateway)) {
      leaveAgainAndAgain(container);
      await().until(() -> backend.streams() == 0);
      assertThat(backend.connections()).as("shared by all").isLessThan(10);
    }
  }

  private void leaveAgainAndAgain(Container container) throws IOException {
    for (int i = 0; i < LEAVING; i++) {
      try (RawConnection leaving = RawConnection.to(container.port())) {
        leaving.write(post("/mcp", TOOLS_LIST)).readHead();
        assertThat(leaving.readChunk()).startsWith("data: event\n\n");
        leaving.reset();
      }
      try (RawConnection next = RawConnection.to(container.port())) {
        assertThat(next.write(request("GET", "/mcp")).readMessage())
            .asString()
            .endsWith("{\"fine\":1}");
      }
    }
    await().until(() -> records.size() == 2 * LEAVING);
  }

  @Test
  void bodyTooLarge_answers413() throws Exception {
    try (RawBackend backend = RawBackend.answering(ok("{}"));
        McpGateway gateway =
            McpGateway.builder()
                .route(Route.builder().backend(Backend.of(backend.url())).build())
                .maxRequestBytes(10)
                .build();
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(client.write(post("/mcp", TOOLS_LIST)).readMessage().status()).isEqualTo(413);
      assertThat(backend.requests()).isEmpty();
      assertThat(backend.connections()).isZero();
    }
  }

  @Test
  void withoutToken_challengesReadably_andMetadataAnswers() throws Exception {
    try (RawBackend backend = RawBackend.answering(ok("{}"));
        McpGateway gateway = gateway(protectedRoute(backend));
        Container container =
            kind.start("/app", context -> McpGatewayFilter.register(context, gateway));
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(
              client.write(post("/app/mcp", TOOLS_LIST, "Origin: https://app.test")).readMessage())
          .asString()
          .startsWith("HTTP/1.1 401")
          .containsIgnoringCase("\r\nAccess-Control-Allow-Origin: https://app.test\r\n")
          .contains(
              "resource_metadata=\"http://mcp.test/app/.well-known/oauth-protected-resource/mcp\"");
      assertThat(backend.requests()).isEmpty();

      assertThat(
              client
                  .write(request("GET", "/app/.well-known/oauth-protected-resource/mcp"))
                  .readMessage())
          .asString()
          .startsWith("HTTP/1.1 200")
          .contains("\"resource\":\"http://mcp.test/app/mcp\"")
          .contains("https://issuer.test");

      assertThat(
              client
                  .write(post("/app/mcp", TOOLS_LIST, bearer(Tokens.GOOD)))
                  .readMessage()
                  .status())
          .isEqualTo(200);
      assertThat(backend.requests())
          .singleElement()
          .asString()
          .startsWith("POST /mcp ")
          .containsIgnoringCase("X-Forwarded-Prefix: /app\r\n")
          .doesNotContain(Tokens.GOOD);
    }
  }

  @Test
  void preflight_needsNoToken() throws Exception {
    try (RawBackend backend = RawBackend.answering(ok("{}"));
        McpGateway gateway = gateway(protectedRoute(backend));
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(
              client
                  .write(
                      request(
                          "OPTIONS",
                          "/mcp",
                          "Origin: https://app.test",
                          "Access-Control-Request-Method: POST"))
                  .readMessage())
          .asString()
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("\r\nAccess-Control-Allow-Methods: ");
      assertThat(backend.requests()).isEmpty();
    }
  }

  @Test
  void lateDecision_isForwardedOrRefused() throws Exception {
    try (RawBackend backend = RawBackend.answering(ok("{}"));
        McpGateway gateway =
            gateway(
                Route.builder()
                    .backend(Backend.of(backend.url()))
                    .authentication(Tokens.later())
                    .build());
        Container container = start(gateway);
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(client.write(post("/mcp", TOOLS_LIST, bearer(Tokens.GOOD))).readMessage().status())
          .isEqualTo(200);
      assertThat(client.write(post("/mcp", TOOLS_LIST, bearer("bad"))).readMessage().status())
          .isEqualTo(401);
      assertThat(backend.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/app/mcp;x=1", "/app//mcp", "/app/x/../mcp", "/app/%2e/mcp"})
  void ambiguousPath_reachesNobody(String path) throws Exception {
    try (RawBackend backend = RawBackend.answering(ok("{}"));
        McpGateway gateway = gateway(backend);
        Container container =
            kind.start("/app", context -> McpGatewayFilter.register(context, gateway));
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(client.write(request("GET", path)).readHead().status()).isEqualTo(400);
      assertThat(backend.requests()).isEmpty();
    }
  }

  @Test
  void servlet_atAPath_forwards() throws Exception {
    try (RawBackend backend = RawBackend.answering(ok("{}"));
        McpGateway gateway = gateway(backend);
        Container container =
            kind.start("/app", context -> McpGatewayServlet.register(context, gateway, "/gw/*"));
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(client.write(post("/app/gw/mcp", TOOLS_LIST)).readMessage())
          .asString()
          .startsWith("HTTP/1.1 200")
          .endsWith("{}");
      assertThat(client.write(request("GET", "/app/elsewhere")).readHead().status()).isEqualTo(404);
      assertThat(backend.requests()).hasSize(1);
    }
  }

  @Test
  void servlet_brokenResponse_hasNoEnd() throws Exception {
    try (RawBackend backend = Backends.breakingOff(new CountDownLatch(0));
        McpGateway gateway = gateway(backend);
        Container container =
            kind.start("", context -> McpGatewayServlet.register(context, gateway, "/mcp"));
        RawConnection client = RawConnection.to(container.port())) {
      client.write(post("/mcp", TOOLS_LIST)).readHead();
      assertThat(client.readChunk()).isEqualTo(Backends.FIRST_EVENT);

      assertThat(client.readToEnd()).isIn("", "\r\n");
    }
  }

  @Test
  void servlet_routeWithoutBackend_isRefusedAtConstruction() {
    try (McpGateway gateway = gateway(Route.builder().name("local").build())) {
      assertThatThrownBy(() -> new McpGatewayServlet(gateway))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Route[local]: no backend");
    }
  }

  @Test
  void filter_registeredWithoutAsyncSupport_switchesItOn() throws Exception {
    try (RawBackend backend = RawBackend.answering(ok("{}"));
        McpGateway gateway = gateway(backend);
        Container container =
            kind.start(
                "",
                context ->
                    context
                        .addFilter("gateway", new McpGatewayFilter(gateway))
                        .addMappingForUrlPatterns(
                            EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC),
                            false,
                            "/*"));
        RawConnection client = RawConnection.to(container.port())) {
      // Undertow lets a filter set it, but has looked before.
      assertThat(client.write(post("/mcp", TOOLS_LIST)).readMessage().status())
          .isEqualTo(kind == Container.Kind.UNDERTOW ? 500 : 200);
    }
  }

  @Test
  void filterInFrontWithoutAsyncSupport_answers500AndSaysWhatToSet() throws Exception {
    Filter plain = (request, response, chain) -> chain.doFilter(request, response);
    try (RawBackend backend = RawBackend.answering(ok("{}"));
        McpGateway gateway = gateway(backend);
        LogLines log = LogLines.of(McpGatewayFilter.class);
        Container container =
            kind.start(
                "",
                context -> {
                  FilterRegistration.Dynamic first = context.addFilter("plain", plain);
                  first.setAsyncSupported(false);
                  first.addMappingForUrlPatterns(null, false, "/*");
                  McpGatewayFilter.register(context, gateway);
                });
        RawConnection client = RawConnection.to(container.port())) {
      assertThat(client.write(post("/mcp", TOOLS_LIST)).readMessage())
          .asString()
          .startsWith("HTTP/1.1 500")
          .endsWith("{\"error\":\"async_not_supported\"}");
      try (RawConnection next = RawConnection.to(container.port())) {
        assertThat(next.write(post("/mcp", TOOLS_LIST)).readMessage().status()).isEqualTo(500);
      }
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("<async-supported>true</async-supported>");
      assertThat(backend.requests()).isEmpty();
      // What needs no asynchronous mode is answered as ever.
      try (RawConnection next = RawConnection.to(container.port())) {
        assertThat(next.write(request("GET", "/mcp;x")).readMessage().status()).isEqualTo(400);
      }
    }
  }
}
