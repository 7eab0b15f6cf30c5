package io.mcpgateway.jetty;

import static io.mcpgateway.testkit.Latches.passed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.Listener;
import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forwarder on real sockets: what goes in at one end comes out at the other. */
class JettyTransportTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}";
  private static final String EVENTS_HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

  private final List<RequestRecord> log = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private <T extends AutoCloseable> T closing(T resource) {
    open.add(resource);
    return resource;
  }

  private RawConnection clientOf(RawBackend backend) throws IOException {
    return clientOf(McpGateway.builder(), Route.builder().backend(Backend.of(backend.url())));
  }

  private RawConnection clientOf(McpGateway.Builder gateway, Route.Builder route)
      throws IOException {
    Listener listener = Listener.builder().address("127.0.0.1").route(route.build()).build();
    JettyGateway running =
        closing(
            JettyGateway.start(
                gateway.observers(log::add).listener(listener).build(), Duration.ZERO));
    return closing(RawConnection.to(running.ports().get(0)));
  }

  private static String post(String body, String... fields) {
    StringBuilder head = new StringBuilder("POST /mcp HTTP/1.1\r\nHost: localhost:9000\r\n");
    head.append("Content-Type: application/json\r\nContent-Length: ").append(body.length());
    for (String field : fields) {
      head.append("\r\n").append(field);
    }
    return head + "\r\n\r\n" + body;
  }

  private static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  @Test
  void forward_jsonCall_arrivesAndReturnsByteForByte() throws IOException {
    RawBackend backend =
        closing(RawBackend.answering(ok("{ \"b\":1.0,\"a\":12345678901234567890}")));
    RawConnection client = clientOf(backend);

    RawMessage answer = client.write(post(CALL, "Mcp-Param-X: =?base64?aGk=?=")).readMessage();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{ \"b\":1.0,\"a\":12345678901234567890}");
    RawMessage request = backend.requests().get(0);
    assertThat(request.body()).isEqualTo(CALL);
    assertThat(request.field("Host")).contains("127.0.0.1:" + backend.port());
    assertThat(request.field("Mcp-Param-X")).contains("=?base64?aGk=?=");
    assertThat(request.field("Content-Length")).contains("" + CALL.length());
    assertThat(request.field("User-Agent")).isEmpty();
    assertThat(request.field("Accept-Encoding")).isEmpty();
    await().until(() -> log.size() == 1);
    assertThat(log.get(0).mcpMethod()).contains("tools/call");
    assertThat(log.get(0).mcpName()).contains("echo");
    assertThat(log.get(0).responseBytes()).hasValue(35);
    assertThat(log.get(0).reason()).isEmpty();
  }

  @Test
  void forward_hopByHopFields_endAtTheGateway() throws IOException {
    RawBackend backend =
        closing(
            RawBackend.answering(
                "HTTP/1.1 200 OK\r\nConnection: X-Inner\r\nX-Inner: 1\r\nKeep-Alive: timeout=5\r\n"
                    + "X-Outer: 2\r\nContent-Length: 2\r\n\r\n{}"));
    RawConnection client = clientOf(backend);

    RawMessage answer =
        client
            .write(
                post(
                    CALL,
                    "Connection: X-Secret, Mcp-Session-Id",
                    "X-Secret: 1",
                    "Mcp-Session-Id: s",
                    "TE: trailers",
                    "Proxy-Authorization: Basic eDp5",
                    "X-Forwarded-For: 6.6.6.6",
                    "Forwarded: for=6.6.6.6;proto=https",
                    "X-Forwarded-Host: evil.example",
                    "Authorization: Bearer of-the-backend"))
            .readMessage();

    RawMessage request = backend.requests().get(0);
    assertThat(request.head())
        .doesNotContain("X-Secret", "TE:", "Proxy-Authorization", "6.6.6.6", "evil.example");
    assertThat(request.field("Mcp-Session-Id")).contains("s");
    assertThat(request.field("Authorization")).contains("Bearer of-the-backend");
    assertThat(request.fields("X-Forwarded-For")).containsExactly("127.0.0.1");
    assertThat(request.field("X-Forwarded-Host")).contains("localhost:9000");
    assertThat(answer.head()).doesNotContain("X-Inner", "Keep-Alive").contains("X-Outer: 2");
  }

  @Test
  void forward_queryAndWellKnownPath_areKept() throws IOException {
    RawBackend backend = closing(RawBackend.answering(ok("{}")));
    RawConnection client = clientOf(backend);

    client.write("GET /any/path?x=1&y=%20a|b HTTP/1.1\r\nHost: localhost\r\n\r\n").readMessage();
    client
        .write("GET /.well-known/oauth-protected-resource/mcp HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .readMessage();

    assertThat(backend.requests().get(0).startLine()).isEqualTo("GET /mcp?x=1&y=%20a|b HTTP/1.1");
    assertThat(backend.requests().get(1).startLine())
        .isEqualTo("GET /.well-known/oauth-protected-resource/mcp HTTP/1.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"e\":404}",
        "HTTP/1.1 405 Method Not Allowed\r\nAllow: POST\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 406 Not Acceptable\r\nContent-Length: 3\r\n\r\nno!",
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer resource_metadata=\"http://b/x\", scope=\"a b\"\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 500 Oops\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n"
      })
  void forward_statusAndFieldsOfTheBackend_passUnchanged(String response) throws IOException {
    RawBackend backend = closing(RawBackend.answering(response));
    RawConnection client = clientOf(backend);

    RawMessage answer = client.write(post(CALL)).readMessage();

    assertThat(answer.startLine().substring(9, 12)).isEqualTo(response.substring(9, 12));
    response
        .lines()
        .skip(1)
        .takeWhile(line -> !line.isEmpty())
        .forEach(line -> assertThat(answer.head()).contains(line));
    assertThat(answer.body()).isEqualTo(response.substring(response.indexOf("\r\n\r\n") + 4));
    client.write(post(CALL));
    assertThat(client.readMessage().status()).isEqualTo(answer.status());
  }

  @Test
  void forward_eventStream_headAndEachEventComeAtOnce() throws Exception {
    CountDownLatch headSeen = new CountDownLatch(1);
    CountDownLatch eventSeen = new CountDownLatch(1);
    RawBackend backend =
        closing(
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.write(EVENTS_HEAD);
                  passed(headSeen);
                  connection.writeChunk("id: 1\r\nretry: 500\r\ndata: \r\n\r\n");
                  passed(eventSeen);
                  connection.writeChunk(": keep\n\ndata: x\r\r").write("0\r\n\r\n");
                }));
    RawConnection client = clientOf(backend);

    client.write("GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");

    RawMessage head = client.readHead();
    assertThat(head.field("X-Accel-Buffering")).contains("no");
    assertThat(head.field("Content-Length")).isEmpty();
    headSeen.countDown();
    assertThat(client.readChunk()).isEqualTo("id: 1\r\nretry: 500\r\ndata: \r\n\r\n");
    eventSeen.countDown();
    assertThat(client.readChunk()).startsWith(": keep\n\n").endsWith("data: x\r\r");
    assertThat(client.readChunk()).isEmpty();
  }

  @Test
  void forward_drippedJson_isNotHeldBack() throws Exception {
    CountDownLatch firstSeen = new CountDownLatch(1);
    RawBackend backend =
        closing(
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.write(
                      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"a\"");
                  passed(firstSeen);
                  connection.write(":true");
                  connection.readByte();
                }));
    RawConnection client = clientOf(backend);

    client.write(post(CALL)).readHead();

    assertThat(client.readText(4)).isEqualTo("{\"a\"");
    firstSeen.countDown();
    assertThat(client.readText(5)).isEqualTo(":true");
  }

  @Test
  void forward_chunkedRequest_isStreamedBeforeItEnds() throws Exception {
    CountDownLatch partSeen = new CountDownLatch(1);
    String large = "x".repeat(100_000);
    RawBackend backend =
        closing(
            RawBackend.start(
                connection -> {
                  RawMessage head = connection.readHead();
                  assertThat(head.field("Transfer-Encoding")).contains("chunked");
                  StringBuilder body = new StringBuilder();
                  while (body.length() < large.length()) {
                    body.append(connection.readChunk());
                  }
                  partSeen.countDown();
                  for (String next = connection.readChunk();
                      !next.isEmpty();
                      next = connection.readChunk()) {
                    body.append(next);
                  }
                  connection.write(ok("" + body.length()));
                  connection.readByte();
                }));
    RawConnection client = clientOf(backend);

    client.write("POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.writeChunk(large);
    passed(partSeen);
    client.writeChunk("end").write("0\r\n\r\n");

    assertThat(client.readMessage().body()).isEqualTo("100003");
  }

  @Test
  void forward_clientLeavesWhileEventsFlow_abortsTheBackendRequest() throws Exception {
    AtomicBoolean aborted = new AtomicBoolean();
    RawBackend backend =
        closing(
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.write(EVENTS_HEAD);
                  try {
                    while (true) {
                      connection.writeChunk("data: " + "x".repeat(1000) + "\n\n");
                    }
                  } catch (IOException gone) {
                    aborted.set(true);
                  }
                }));
    RawConnection client = clientOf(backend);
    client.write("GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n").readHead();
    client.readChunk();

    client.reset();

    await().untilTrue(aborted);
    await().until(() -> log.size() == 1);
    assertThat(log.get(0).reason()).contains("the client left");
  }

  /** A client leaves by a close, as most do, or by a reset. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void forward_clientLeavesASilentStream_abortsTheBackendRequest(boolean byReset) throws Exception {
    RawBackend backend =
        closing(
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.write(EVENTS_HEAD).writeChunk("data: 1\n\n");
                  connection.readByte();
                }));
    RawConnection client = clientOf(backend);
    client.write(post(CALL)).readHead();
    client.readChunk();

    leave(client, byReset);

    await().atMost(Duration.ofSeconds(2)).until(() -> backend.connections() == 0);
    await().until(() -> log.size() == 1);
    assertThat(log.get(0).reason()).contains("the client left");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void forward_clientLeavesBeforeTheHead_abortsTheBackendRequest(boolean byReset) throws Exception {
    CountDownLatch received = new CountDownLatch(1);
    RawBackend backend =
        closing(
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  received.countDown();
                  connection.readByte();
                }));
    RawConnection client = clientOf(backend);
    client.write(post(CALL));
    passed(received);

    leave(client, byReset);

    await().atMost(Duration.ofSeconds(2)).until(() -> backend.connections() == 0);
    await().until(() -> log.size() == 1);
    assertThat(log.get(0).reason()).contains("the client left");
  }

  private static void leave(RawConnection client, boolean byReset) throws IOException {
    if (byReset) {
      client.reset();
    } else {
      client.close();
    }
  }

  @Test
  void forward_nextRequestsSentEarly_areAnsweredInOrder() throws Exception {
    CountDownLatch early = new CountDownLatch(1);
    RawBackend backend =
        closing(
            // A client may have its answer before the connection to the backend is free again.
            RawBackend.forEachRequest(
                (request, connection) -> {
                  if (request.body().equals(CALL)) {
                    connection.write(EVENTS_HEAD).writeChunk("data: 1\n\n");
                    passed(early);
                    connection.writeChunk("data: 2\n\n").write("0\r\n\r\n");
                  } else {
                    connection.write(ok(request.body()));
                  }
                }));
    RawConnection client = clientOf(backend);
    client.write(post(CALL)).readHead();
    assertThat(client.readChunk()).isEqualTo("data: 1\n\n");

    client.write(post("second") + post("third").substring(0, 30));
    early.countDown();
    assertThat(client.readChunk()).isEqualTo("data: 2\n\n");
    assertThat(client.readChunk()).isEmpty();
    assertThat(client.readMessage().body()).isEqualTo("second");
    client.write(post("third").substring(30));
    assertThat(client.readMessage().body()).isEqualTo("third");
  }

  @Test
  void forward_manyClientsLeave_theNextRequestsAreUnharmed() throws Exception {
    int clients = Integer.getInteger("leaving.clients", 100);
    RawBackend backend =
        closing(
            RawBackend.forEachRequest(
                (request, connection) -> {
                  if (request.startLine().startsWith("GET")) {
                    connection.write(ok("{}"));
                    return;
                  }
                  connection.write(EVENTS_HEAD);
                  while (true) {
                    connection.writeChunk("data: event\n\n");
                  }
                }));
    clientOf(backend);
    int port = port();

    for (int i = 0; i < clients; i++) {
      try (RawConnection leaving = RawConnection.to(port)) {
        leaving.write(post(CALL)).readHead();
        assertThat(leaving.readChunk()).startsWith("data: event\n\n");
        leaving.reset();
      }
      try (RawConnection next = RawConnection.to(port)) {
        next.write("GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(next.readMessage().body()).isEqualTo("{}");
      }
    }

    await().until(() -> log.size() == 2 * clients);
    assertThat(log.stream().filter(request -> request.method().equals("POST")))
        .allMatch(request -> request.reason().equals(Optional.of("the client left")));
    assertThat(log.stream().filter(request -> request.method().equals("GET")))
        .allMatch(request -> request.reason().isEmpty());
  }

  private int port() {
    return open.stream()
        .filter(JettyGateway.class::isInstance)
        .map(gateway -> ((JettyGateway) gateway).ports().get(0))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void forward_clientStopsReading_holdsTheBackendBack() throws Exception {
    AtomicLong sent = new AtomicLong();
    byte[] block = new byte[65536];
    RawBackend backend =
        closing(
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n");
                  for (int i = 0; i < 16384; i++) {
                    connection.write(block);
                    sent.addAndGet(block.length);
                  }
                }));
    RawConnection client = clientOf(backend);
    client.write("GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n").readHead();

    // No more comes through than fits the sockets' own buffers on the way.
    long[] last = {-1};
    await()
        .pollInterval(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              long now = sent.get();
              boolean still = now > 0 && now == last[0];
              last[0] = now;
              return still;
            });
    assertThat(sent.get()).isLessThan(64L * 1024 * 1024);
    assertThat(client.readText(1_000_000)).hasSize(1_000_000);
  }

  @Test
  void forward_backendBreaksOff_clientCanTell() throws Exception {
    RawBackend backend =
        closing(
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.write(EVENTS_HEAD).writeChunk("data: 1\n\n");
                }));
    RawConnection client = clientOf(backend);
    client.write(post(CALL)).readHead();

    String rest = client.readToEnd();

    assertThat(rest).isEqualTo("9\r\ndata: 1\n\n");
    await().until(() -> log.size() == 1);
    assertThat(log.get(0).reason().orElseThrow()).startsWith("the response broke off");
  }

  @Test
  void forward_backendClosesOnReceipt_isNotAskedTwice() throws Exception {
    AtomicBoolean answered = new AtomicBoolean();
    RawBackend backend =
        closing(
            RawBackend.forEachRequest(
                (request, connection) -> {
                  if (answered.compareAndSet(false, true)) {
                    connection.write(ok("{}"));
                  } else {
                    connection.close();
                  }
                }));
    RawConnection client = clientOf(backend);
    assertThat(client.write(post(CALL)).readMessage().status()).isEqualTo(200);

    RawMessage answer = client.write(post(CALL)).readMessage();

    assertThat(answer.status()).isEqualTo(502);
    assertThat(backend.requests()).hasSize(2);
  }

  @Test
  void forward_backendRefusesConnections_is502InJsonRpcTerms() throws Exception {
    RawBackend backend = RawBackend.answering("");
    backend.close();
    RawConnection client =
        clientOf(
            McpGateway.builder(),
            Route.builder()
                .cors(CorsPolicy.builder().allowOrigins("*").build())
                .backend(Backend.of(backend.url())));

    RawMessage answer = client.write(post(CALL, "Origin: https://a.example")).readMessage();

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.body())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32603,"
                + "\"message\":\"the MCP server could not be reached\"}}");
    assertThat(answer.field("Access-Control-Allow-Origin")).contains("https://a.example");
    assertThat(client.write(post(CALL)).readMessage().status()).isEqualTo(502);
  }

  @Test
  void forward_backendSilent_is504() throws Exception {
    RawBackend backend =
        closing(
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.readByte();
                }));
    RawConnection client =
        clientOf(
            McpGateway.builder(),
            Route.builder()
                .responseTimeout(Duration.ofMillis(200))
                .backend(Backend.of(backend.url())));

    assertThat(client.write(post(CALL)).readMessage().status()).isEqualTo(504);
    await().until(() -> backend.connections() == 0);
  }

  @Test
  void forward_bodyOverTheLimit_is413() throws Exception {
    RawBackend backend =
        closing(
            RawBackend.start(
                connection -> {
                  connection.readHead();
                  connection.readToEnd();
                }));
    RawConnection declared =
        clientOf(
            McpGateway.builder().maxRequestBytes(100_000),
            Route.builder().backend(Backend.of(backend.url())));

    RawMessage answer = declared.writeUntilRefused(post("x".repeat(100_001))).readMessage();
    assertThat(answer.status()).isEqualTo(413);
    assertThat(backend.connections()).isZero();

    RawConnection streamed =
        clientOf(
            McpGateway.builder().maxRequestBytes(100_000),
            Route.builder().backend(Backend.of(backend.url())));
    streamed.write("POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    streamed.writeChunk("x".repeat(90_000)).writeChunk("x".repeat(20_000));
    assertThat(streamed.readHead().status()).isEqualTo(413);
    await().until(() -> backend.connections() == 0);
  }

  @Test
  void forward_redirectToTheBackendItself_is502() throws Exception {
    RawBackend backend =
        closing(
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.write(
                      "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:"
                          + connection.localPort()
                          + "/mcp/\r\nContent-Length: 0\r\n\r\n");
                }));
    RawConnection client = clientOf(backend);

    RawMessage answer = client.write(post(CALL)).readMessage();

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.head() + answer.body()).doesNotContain("127.0.0.1");
  }

  @Test
  void forward_head_hasTheLengthAndNoBody() throws Exception {
    RawBackend backend =
        closing(RawBackend.answering("HTTP/1.1 200 OK\r\nX-N: 1\r\nContent-Length: 1000\r\n\r\n"));
    RawConnection client = clientOf(backend);

    for (int i = 0; i < 2; i++) {
      RawMessage head = client.write("HEAD /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n").readHead();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.field("Content-Length")).contains("1000");
    }
    assertThat(backend.requests()).extracting(RawMessage::startLine).hasSize(2);
  }

  @Test
  void forward_expectContinue_isAnsweredHereAndEndsHere() throws Exception {
    RawBackend backend = closing(RawBackend.answering(ok("{}")));
    RawConnection client = clientOf(backend);

    client.write(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    assertThat(client.readHead().status()).isEqualTo(100);
    client.write("hello");

    assertThat(client.readMessage().status()).isEqualTo(200);
    assertThat(backend.requests().get(0).body()).isEqualTo("hello");
    assertThat(backend.requests().get(0).field("Expect")).isEmpty();
  }

  @Test
  void forward_date_isTheBackends() throws Exception {
    RawBackend backend =
        closing(
            RawBackend.answering(
                "HTTP/1.1 200 OK\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n"));
    RawConnection client = clientOf(backend);

    assertThat(client.write(post(CALL)).readMessage().fields("Date"))
        .containsExactly("Mon, 01 Jan 2024 00:00:00 GMT");
  }
}
