package io.mcpgateway.testkit.traps;

import static io.mcpgateway.testkit.Latches.passed;
import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.request;
import static io.mcpgateway.testkit.Responses.LAST_CHUNK;
import static io.mcpgateway.testkit.Responses.STREAM_HEAD;
import static io.mcpgateway.testkit.Responses.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.RouteMatch;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.testkit.ChunkedBody;
import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.ResourceLevel;
import io.mcpgateway.testkit.traps.Fault.Outcome;
import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The {@link Faults} of backends and of clients, and what they leave behind: nothing. */
public abstract class FaultTraps extends ProxyTraps {
  private static final int LATER_CALLS = 20;
  private static final int MIB = 1 << 20;
  private static final List<Fault> FAULTS = Faults.all();

  private final Set<String> dropped = ConcurrentHashMap.newKeySet();
  private final AtomicInteger numbers = new AtomicInteger();

  protected FaultTraps(Adapter adapter) {
    super(adapter);
  }

  // --- the backend

  /** Does what the field {@code X-Fault} says, and otherwise sends {@code X-Number} back. */
  private void answer(RawMessage request, RawConnection connection) throws IOException {
    Optional<String> number = request.field("X-Fault");
    if (number.isEmpty()) {
      connection.write(ok(request.field("X-Number").orElseThrow()));
      return;
    }
    Fault fault = FAULTS.get(Integer.parseInt(number.get()));
    if (!fault.connectionIsDropped()) {
      fault.script().serve(connection);
      return;
    }
    if (isRefused(fault.script(), connection) || isClosed(connection)) {
      dropped.add(fault.what());
    }
    connection.close();
  }

  /** Whether the gateway has left before all was said. */
  private static boolean isRefused(RawBackend.Script script, RawConnection connection)
      throws IOException {
    try {
      script.serve(connection);
      return false;
    } catch (SocketException refused) {
      return true;
    }
  }

  private static boolean isClosed(RawConnection connection) throws IOException {
    try {
      return connection.readByte() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  // --- the client

  private void answersRightly(RawConnection client) throws IOException {
    answersRightly(client, 0);
  }

  /** A call may meet a connection that its backend has just closed: it is not sent twice. */
  private void answersRightly(RawConnection client, int staleAtMost) throws IOException {
    String number = "number " + numbers.incrementAndGet();
    RawMessage answer = client.write(post(TOOLS_LIST, "X-Number: " + number)).readMessage();
    if (answer.status() == 502 && staleAtMost > 0) {
      answersRightly(client, staleAtMost - 1);
      return;
    }
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(number);
  }

  /** What a client can tell of an answer: its status, or that it is not whole. */
  private record Seen(String end, Optional<RawMessage> message) {}

  private static Seen read(RawConnection client) throws IOException {
    RawMessage head;
    try {
      head = client.readHead();
    } catch (EOFException | SocketException gone) {
      return new Seen("broken", Optional.empty());
    }
    try {
      String body =
          head.field("Transfer-Encoding").isPresent()
              ? new ChunkedBody(client).readToEnd()
              : client.readText(head.field("Content-Length").map(Integer::parseInt).orElse(0));
      return new Seen("" + head.status(), Optional.of(new RawMessage(head.head(), body)));
    } catch (EOFException | SocketException | NumberFormatException gone) {
      return new Seen("broken", Optional.of(head));
    }
  }

  private static void isErrorWithId(RawMessage answer, int status) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body())
        .startsWith("{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32603");
  }

  private void play(Fault fault) throws IOException {
    try (RawConnection client = newClient()) {
      client.write(post(TOOLS_LIST, "X-Fault: " + FAULTS.indexOf(fault)));
      Seen seen = read(client);
      if (fault.outcome() == Outcome.BROKEN) {
        // What was not passed on yet when the backend broke off may still become a 502.
        assertThat(seen.end()).isIn("broken", "502");
      } else {
        assertThat(seen.end()).isNotEqualTo("broken");
        RawMessage answer = seen.message().orElseThrow();
        if (fault.outcome() == Outcome.PASSED) {
          assertThat(answer.body()).isEqualTo(fault.body());
          awaitDropped(fault); // else its bytes may come after the next request, as an answer does
        } else {
          isErrorWithId(answer, 502);
        }
        // Tomcat closes the connection behind some statuses, and says so.
        if (answer.field("Connection").isEmpty()) {
          answersRightly(client, fault.closesSilently() ? 1 : 0);
        }
      }
    }
    awaitDropped(fault);
    try (RawConnection client = newClient()) {
      for (int call = 0; call < LATER_CALLS; call++) {
        answersRightly(client, fault.closesSilently() && call == 0 ? 1 : 0);
      }
    }
  }

  private void awaitDropped(Fault fault) {
    if (fault.connectionIsDropped()) {
      await().atMost(Duration.ofSeconds(10)).until(() -> dropped.contains(fault.what()));
    }
  }

  private void playAll(SoftAssertions softly) {
    for (Fault fault : FAULTS) {
      softly
          .assertThatCode(() -> play(fault))
          .as("the backend %s", fault.what())
          .doesNotThrowAnyException();
    }
  }

  // --- all faults

  @Test
  void u1ToU6_faultsOfTheBackend_haveTheirAnswerAndLeaveNothingBehind() throws Exception {
    gateway(to(forEachRequest(this::answer)));
    SoftAssertions.assertSoftly(this::playAll);
    ResourceLevel before = ResourceLevel.now();
    dropped.clear();

    SoftAssertions.assertSoftly(this::playAll);

    await("level " + before)
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(ResourceLevel.now()).matches(now -> now.isBackTo(before)));
  }

  @Test
  void u4_secondResponseOnAnIdleConnection_isDroppedWithTheConnection() throws Exception {
    CountDownLatch received = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    RawBackend backend =
        forEachRequest(
            (request, connection) -> {
              answer(request, connection);
              if (request.field("X-Number").orElseThrow().equals("number 1")) {
                passed(received);
                connection.write(ok(Faults.SMUGGLED));
                if (isClosed(connection)) {
                  closed.countDown();
                }
                connection.close();
              }
            });
    gateway(to(backend));
    RawConnection client = client();
    answersRightly(client);
    received.countDown();
    passed(closed);

    for (int call = 0; call < LATER_CALLS; call++) {
      answersRightly(client);
    }
  }

  @Test
  void u4_responseThatBeginsBeforeItsRequest_isNotItsAnswer() throws Exception {
    String forged = ok(Faults.SMUGGLED);
    CountDownLatch received = new CountDownLatch(1);
    Semaphore begun = new Semaphore(0);
    RawBackend backend =
        forEachRequest(
            (request, connection) -> {
              answer(request, connection);
              if (request.field("X-Number").orElseThrow().equals("number 1")) {
                passed(received);
                connection.write(forged.substring(0, 7));
                begun.release();
                connection.readByte();
                connection.write(forged.substring(7));
              }
            });
    gateway(to(backend));
    RawConnection client = client();
    answersRightly(client);
    received.countDown();
    begun.acquire();

    for (int call = 0; call < LATER_CALLS; call++) {
      answersRightly(client);
    }
  }

  @Test
  void u4_responseThatWaitsForItsRequest_isNotItsAnswer() throws Exception {
    Semaphore waiting = new Semaphore(0);
    RawBackend backend =
        forEachRequest(
            (request, connection) -> {
              answer(request, connection);
              connection.write(ok(Faults.SMUGGLED));
              waiting.release();
            });
    gateway(to(backend));
    RawConnection client = client();

    for (int call = 0; call < 5 * LATER_CALLS; call++) {
      answersRightly(client);
      waiting.acquire();
    }
  }

  @Test
  void u4_bytesBehindTheAnswerToHead_areDroppedWithTheConnection() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    gateway(
        to(
            forEachRequest(
                (request, connection) -> {
                  if (!request.startLine().startsWith("HEAD")) {
                    answer(request, connection);
                    return;
                  }
                  connection.write(ok(Faults.SMUGGLED));
                  if (isClosed(connection)) {
                    closed.countDown();
                  }
                  connection.close();
                })));
    RawConnection client = client();

    RawMessage head = client.write(request("HEAD", at("/mcp"))).readHead();

    assertThat(head.status()).isEqualTo(200);
    passed(closed);
    for (int call = 0; call < LATER_CALLS; call++) {
      answersRightly(client);
    }
  }

  @Test
  void u6_errorsOfTheBackend_keepTheirFields() throws Exception {
    gateway(to(forEachRequest(this::answer)));
    for (Fault fault : FAULTS) {
      if (fault.section() == Fault.Section.ERRORS) {
        RawMessage answer = call(post(TOOLS_LIST, "X-Fault: " + FAULTS.indexOf(fault)));
        assertThat(answer.startLine()).contains(fault.what().substring("answers ".length(), 11));
        assertThat(answer.field("Retry-After")).contains("17");
        assertThat(answer.fields("WWW-Authenticate")).containsExactly("Bearer realm=\"backend\"");
      }
    }
  }

  // --- no connection, no answer

  @ParameterizedTest
  @ValueSource(strings = {"refused", "not resolved", "no TLS", "TLS that is silent"})
  void u1_n1_noConnection_is502AndTheNextRequestIsRight(String why) throws Exception {
    RawBackend other =
        backend(
            connection -> {
              connection.readByte();
              if (why.equals("no TLS")) {
                connection.write("HTTP/1.1 400 Bad Request\r\n\r\n");
              } else {
                isClosed(connection);
              }
            });
    String url =
        switch (why) {
          case "refused" -> "http://127.0.0.1:" + FreePort.any() + "/mcp";
          case "not resolved" -> "http://backend.invalid/mcp";
          default -> other.url().replace("http:", "https:");
        };
    gateway(
        McpGateway.builder().connectTimeout(Duration.ofSeconds(1)),
        Route.builder().matches(RouteMatch.exactPath("/none")).backend(Backend.of(url)),
        to(forEachRequest(this::answer)));
    RawConnection client = client();

    isErrorWithId(client.write(postTo("/none", TOOLS_LIST)).readMessage(), 502);

    answersRightly(client);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-"})
  void u2_silence_is504AndTheBackendSeesTheClose(String begun) throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    RawBackend silent =
        backend(
            connection -> {
              connection.readMessage();
              connection.write(begun);
              if (isClosed(connection)) {
                closed.countDown();
              }
            });
    gateway(
        Route.builder()
            .matches(RouteMatch.exactPath("/silent"))
            .backend(Backend.of(silent.url()))
            .responseTimeout(Duration.ofMillis(300)),
        to(forEachRequest(this::answer)));
    RawConnection client = client();

    isErrorWithId(client.write(postTo("/silent", TOOLS_LIST)).readMessage(), 504);

    passed(closed);
    answersRightly(client);
  }

  // --- requests

  @Test
  void g3_answerWhileTheBodyUploads_arrivesWhole() throws Exception {
    String body = "x".repeat(3 * MIB);
    CountDownLatch received = new CountDownLatch(1);
    RawBackend early =
        backend(
            connection -> {
              connection.readHead();
              connection.write(ok("{\"early\":true}"));
              passed(received); // and takes no byte of the body
            });
    gateway(to(early));
    RawConnection client = client();
    Thread upload =
        new Thread(
            () -> {
              try {
                client.writeUntilRefused(
                    request(
                            "POST",
                            at("/mcp"),
                            "Content-Type: text/plain",
                            "Content-Length: " + body.length())
                        + body);
              } catch (IOException gone) {
                // the answer is what counts
              }
            });
    upload.setDaemon(true);
    upload.start();

    RawMessage answer = client.readMessage();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"early\":true}");
    received.countDown();
    client.close();
    upload.join(10_000);
    assertThat(upload.isAlive()).isFalse();
  }

  @Test
  void slowBackend_stopsTheClientsUpload() throws Exception {
    AtomicLong sent = new AtomicLong();
    CountDownLatch go = new CountDownLatch(1);
    AtomicLong taken = new AtomicLong();
    RawBackend slow =
        backend(
            connection -> {
              long length =
                  Long.parseLong(connection.readHead().field("Content-Length").orElseThrow());
              passed(go);
              while (taken.get() < length) {
                taken.addAndGet(connection.readText(Math.toIntExact(length / 64)).length());
              }
              connection.write(ok("{}"));
            });
    int length = 64 * MIB;
    gateway(McpGateway.builder().maxRequestBytes(length), to(slow));
    RawConnection client = client();
    client.write(
        request("POST", at("/mcp"), "Content-Type: text/plain", "Content-Length: " + length));
    String piece = "x".repeat(MIB / 4);
    Thread upload =
        new Thread(
            () -> {
              try {
                while (sent.get() < length) {
                  client.write(piece);
                  sent.addAndGet(piece.length());
                }
              } catch (IOException gone) {
                // shows in what the backend has taken
              }
            });
    upload.setDaemon(true);
    upload.start();

    standsStill(sent);
    assertThat(sent.get()).isLessThan(length / 2);
    go.countDown();

    assertThat(client.readMessage().status()).isEqualTo(200);
    assertThat(taken.get()).isEqualTo(length);
  }

  /** Nothing goes any more: buffers are full. */
  private static void standsStill(AtomicLong bytes) {
    AtomicLong last = new AtomicLong(-1);
    await()
        .pollInterval(Duration.ofMillis(250))
        .until(() -> bytes.get() > 0 && last.getAndSet(bytes.get()) == bytes.get());
  }

  // --- responses

  @Test
  void slowClient_stopsTheBackend() throws Exception {
    int length = 64 * MIB;
    AtomicLong sent = new AtomicLong();
    RawBackend fast =
        backend(
            connection -> {
              connection.readMessage();
              connection.write(
                  "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
                      + length
                      + "\r\n\r\n");
              String piece = "x".repeat(MIB / 4);
              while (sent.get() < length) {
                connection.write(piece);
                sent.addAndGet(piece.length());
              }
            });
    gateway(to(fast));
    RawConnection client = client();
    client.write(get()).readHead();

    standsStill(sent);
    assertThat(sent.get()).isLessThan(length / 2);

    for (int read = 0; read < length; read += MIB) {
      assertThat(client.readText(MIB)).hasSize(MIB);
    }
  }

  @Test
  void d4_lineWithoutEnd_passesAsItComesAndIsNotCollected() throws Exception {
    int pieces = 32;
    Semaphore received = new Semaphore(1);
    RawBackend endless =
        backend(
            connection -> {
              connection.readMessage();
              connection.write(STREAM_HEAD).writeChunk("data: ");
              String piece = "x".repeat(MIB);
              for (int i = 0; i < pieces; i++) {
                passed(received);
                connection.writeChunk(piece);
              }
              connection.write(LAST_CHUNK);
            });
    gateway(to(endless));
    long before = ResourceLevel.now().directBytes();
    RawConnection client = client();
    client.write(get("Accept: text/event-stream")).readHead();
    ChunkedBody body = new ChunkedBody(client);

    assertThat(body.read(6)).isEqualTo("data: ");
    for (int i = 0; i < pieces; i++) {
      assertThat(body.read(MIB)).hasSize(MIB);
      received.release();
    }
    assertThat(body.readToEnd()).isEmpty();
    assertThat(ResourceLevel.now().directBytes() - before).isLessThan(16L * MIB);
  }

  // --- restarts

  @Test
  void backendThatRestarts_neverGetsACallTwice_norAClientAnothersAnswer() throws Exception {
    int port = FreePort.any();
    List<RawBackend> backends = new ArrayList<>();
    backends.add(startAt(port));
    gateway(Route.builder().backend(Backend.of(backends.get(0).url())));
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    ExecutorService clients = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> ends = new ArrayList<>();
      for (int client = 0; client < 8; client++) {
        ends.add(
            clients.submit(
                () -> {
                  while (!enough.get()) {
                    callOften(answered, enough);
                  }
                  return null;
                }));
      }
      for (int restart = 0; restart < 4; restart++) {
        int seen = answered.get();
        await().until(() -> answered.get() > seen + 40);
        backends.get(restart).close();
        backends.add(startAt(port));
      }
      int seen = answered.get();
      await().atMost(Duration.ofSeconds(20)).until(() -> answered.get() > seen + 40);
      enough.set(true);
      for (Future<?> end : ends) {
        end.get(30, TimeUnit.SECONDS);
      }
    } finally {
      enough.set(true);
      clients.shutdownNow();
    }
    List<String> taken =
        backends.stream()
            .flatMap(backend -> backend.requests().stream())
            .map(request -> request.field("X-Number").orElseThrow())
            .toList();
    assertThat(taken).doesNotHaveDuplicates();
  }

  private RawBackend startAt(int port) throws IOException {
    // The one before may still be about to let go of the port.
    ServerSocket socket =
        await()
            .ignoreException(BindException.class)
            .until(
                () -> new ServerSocket(port, 1000, InetAddress.getLoopbackAddress()),
                ServerSocket::isBound);
    return closing(RawBackend.start(socket, RawBackend.eachRequest(this::answer)));
  }

  /** Calls on one connection, until it ends. */
  private void callOften(AtomicInteger answered, AtomicBoolean enough) throws IOException {
    try (RawConnection client = newClient()) {
      while (!enough.get()) {
        String number = "number " + numbers.incrementAndGet();
        client.write(post(TOOLS_LIST, "X-Number: " + number));
        Seen seen = read(client);
        assertThat(seen.end()).isIn("200", "502", "503", "broken");
        if (seen.end().equals("broken")) {
          return;
        }
        RawMessage answer = seen.message().orElseThrow();
        if (answer.status() == 200) {
          assertThat(answer.body()).isEqualTo(number);
          answered.incrementAndGet();
        } else {
          isErrorWithId(answer, answer.status());
        }
      }
    }
  }

  // --- clients that leave

  /** At what point of its request a client leaves. */
  private enum Stage {
    IN_THE_HEAD,
    IN_THE_BODY,
    IN_THE_STREAM,
    WITHOUT_READING
  }

  private void leave(Stage stage, boolean byReset) throws IOException {
    try (RawConnection client = newClient()) {
      switch (stage) {
        case IN_THE_HEAD -> client.write("POST " + at("/mcp") + " HTTP/1.1\r\nHos");
        case IN_THE_BODY ->
            client.write(
                request(
                        "POST",
                        at("/mcp"),
                        "Content-Type: application/json",
                        "Content-Length: 100000")
                    + "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":{");
        case IN_THE_STREAM -> {
          client.write(get("X-Stream: 1")).readHead();
          client.readChunk();
        }
        case WITHOUT_READING -> client.write(get("X-Stream: 1")).readHead();
      }
      if (byReset) {
        client.reset();
      }
    }
  }

  private void streamOrAnswer(RawMessage request, RawConnection connection) throws IOException {
    if (request.field("X-Stream").isEmpty()) {
      answer(request, connection);
      return;
    }
    connection.write(STREAM_HEAD);
    String event = "data: " + "x".repeat(8_000) + "\n\n";
    while (true) {
      connection.writeChunk(event); // until the gateway leaves
    }
  }

  @Test
  void g2_clientsThatLeaveAtAnyStage_leaveNothingBehind() throws Exception {
    RawBackend backend = forEachRequest(this::streamOrAnswer);
    gateway(to(backend));
    leaveAtAllStages(20);
    await().atMost(Duration.ofSeconds(20)).until(() -> backend.connections() <= 1);
    ResourceLevel before = ResourceLevel.now();

    leaveAtAllStages(20);

    await("no stream is left")
        .atMost(Duration.ofSeconds(20))
        .until(() -> backend.connections() <= 1);
    await("level " + before)
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(ResourceLevel.now()).matches(now -> now.isBackTo(before)));
  }

  private void leaveAtAllStages(int times) throws IOException {
    for (Stage stage : Stage.values()) {
      for (int i = 0; i < times; i++) {
        leave(stage, i % 2 == 0);
        try (RawConnection client = newClient()) {
          answersRightly(client);
        }
      }
    }
  }
}
