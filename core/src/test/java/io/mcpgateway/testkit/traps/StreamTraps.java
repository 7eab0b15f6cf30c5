package io.mcpgateway.testkit.traps;

import static io.mcpgateway.testkit.Latches.passed;
import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.request;
import static io.mcpgateway.testkit.Responses.LAST_CHUNK;
import static io.mcpgateway.testkit.Responses.STREAM_HEAD;
import static io.mcpgateway.testkit.Responses.chunked;
import static io.mcpgateway.testkit.Responses.ok;
import static io.mcpgateway.testkit.traps.Specimens.FRAMINGS;
import static io.mcpgateway.testkit.traps.Specimens.LISTEN;
import static io.mcpgateway.testkit.traps.Specimens.PRIMING_EVENT;
import static io.mcpgateway.testkit.traps.Specimens.TOOLS_CALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.RouteMatch;
import io.mcpgateway.testkit.ChunkedBody;
import io.mcpgateway.testkit.CompressionBomb;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Traps 1 to 8: streams, and how they end. */
public abstract class StreamTraps extends ProxyTraps {
  private static final String EVENT = "data: 1\n\n";
  private static final String KEEP_ALIVE = ": keep-alive\n\n";
  private static final Duration INTERVAL = Duration.ofMillis(50);
  private static final int MIB = 1 << 20;

  protected StreamTraps(Adapter adapter) {
    super(adapter);
  }

  /** What a client asks streams by. */
  private String asking(String how) {
    return switch (how) {
      case "GET" -> get("Accept: text/event-stream");
      case "POST" -> post(TOOLS_CALL, "Accept: application/json, text/event-stream");
      default -> post(LISTEN, MODERN, "Mcp-Method: subscriptions/listen");
    };
  }

  private RawBackend sending(Steps steps, String head) {
    return backend(
        connection -> {
          connection.readMessage();
          connection.write(head);
          steps.send(connection::writeChunk);
          connection.write(LAST_CHUNK);
        });
  }

  private RawMessage receiving(Steps steps, String how) throws IOException {
    RawConnection client = client();
    RawMessage answer = client.write(asking(how)).readHead();
    steps.receive(new ChunkedBody(client));
    return answer;
  }

  // --- 1, 2: events without a message, streams that end early

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void trap01_primingEventAndRetry_arriveByteForByteAndAtOnce(String how) throws Exception {
    Steps steps = Steps.ofBytes(PRIMING_EVENT);
    gateway(to(sending(steps, STREAM_HEAD)));

    RawMessage answer = receiving(steps, how);

    assertThat(answer.field("X-Accel-Buffering")).contains("no");
    assertThat(answer.field("Content-Length")).isEmpty();
  }

  @Test
  void trap01_streamThatEndedEarly_isResumedByItsId() throws Exception {
    RawBackend backend =
        forEachRequest(
            (request, connection) ->
                connection
                    .write(STREAM_HEAD)
                    .writeChunk(
                        request.startLine().startsWith("POST")
                            ? PRIMING_EVENT
                            : "id: 2\ndata: " + TOOLS_CALL + "\n\n")
                    .write(LAST_CHUNK));
    gateway(to(backend));

    assertThat(call(asking("POST")).body()).isEqualTo(PRIMING_EVENT);
    assertThat(call(get("Accept: text/event-stream", "Last-Event-ID: 1")).body())
        .isEqualTo("id: 2\ndata: " + TOOLS_CALL + "\n\n");
    assertThat(backend.requests().get(1).field("Last-Event-ID")).contains("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"last chunk", "last chunk and close", "close"})
  void trap02_upstreamEndsAfterAnId_isACleanEnd(String how) throws Exception {
    String closing = STREAM_HEAD.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    RawBackend backend =
        forEachRequest(
            (request, connection) -> {
              switch (how) {
                case "last chunk" ->
                    connection.write(STREAM_HEAD).writeChunk(PRIMING_EVENT).write(LAST_CHUNK);
                case "last chunk and close" -> {
                  connection.write(closing).writeChunk(PRIMING_EVENT).write(LAST_CHUNK).close();
                }
                default -> {
                  connection.write(closing.replace("Transfer-Encoding: chunked\r\n", ""));
                  connection.write(PRIMING_EVENT).close();
                }
              }
            });
    gateway(to(backend));
    RawConnection client = client();

    for (int i = 0; i < 2; i++) {
      RawMessage answer = client.write(asking("POST")).readMessage();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(PRIMING_EVENT);
    }
    await().until(() -> records.size() == 2);
    assertThat(records).allSatisfy(record -> assertThat(record.reason()).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"no last chunk", "within a chunk", "reset"})
  void trap02_upstreamBreaksOff_isNeverACleanEnd(String how) throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    RawBackend backend =
        backend(
            connection -> {
              connection.readMessage();
              connection.write(STREAM_HEAD).writeChunk(EVENT);
              passed(seen);
              if (how.equals("within a chunk")) {
                connection.write("ff\r\ndata: ha");
              } else if (how.equals("reset")) {
                connection.reset();
              }
            });
    gateway(to(backend));
    RawConnection client = client();

    client.write(asking("POST")).readHead();
    assertThat(client.readChunk()).isEqualTo(EVENT);
    seen.countDown();

    assertThat(client.readToEnd()).doesNotContain(LAST_CHUNK);
    await().until(() -> records.size() == 1);
    assertThat(records.get(0).reason().orElseThrow()).startsWith("the response broke off");
  }

  @Test
  void trap02_upstreamBreaksOffBehindItsHead_isNeverACleanEnd() throws Exception {
    gateway(
        to(
            backend(
                connection -> {
                  connection.readMessage();
                  connection.write(STREAM_HEAD);
                })));
    RawConnection client = client();

    RawMessage answer = client.write(asking("POST")).readHead();

    // The head may have been passed on before.
    assertThat(answer.status()).isIn(200, 502);
    if (answer.status() == 200) {
      assertThat(client.readToEnd()).doesNotContain(LAST_CHUNK);
    }
  }

  @Test
  void trap02_bodyThatIsTooShort_isNotFilledUp() throws Exception {
    gateway(
        to(
            backend(
                connection -> {
                  connection.readMessage();
                  connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
                })));
    RawConnection client = client();

    assertThat(client.write(asking("POST")).readHead().field("Content-Length")).contains("100");
    assertThat(client.readToEnd()).isEqualTo("short");
  }

  // --- 3: clients that leave

  @ParameterizedTest
  @CsvSource({"GET, false", "GET, true", "POST, false", "POST, true", "listen, false"})
  void trap03_clientLeavesASilentStream_upstreamSeesTheClose(String how, boolean byReset)
      throws Exception {
    RawBackend backend =
        backend(
            connection -> {
              connection.readMessage();
              connection.write(STREAM_HEAD).writeChunk(EVENT);
              connection.readToEnd();
            });
    gateway(to(backend).keepAlive(INTERVAL));
    RawConnection client = client();
    client.write(asking(how)).readHead();
    assertThat(client.readChunk()).isEqualTo(EVENT);

    leave(client, byReset);

    awaitTheClose(backend);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "listen"})
  void trap03_clientLeavesBeforeTheHead_upstreamSeesTheCloseOnceItAnswers(String how)
      throws Exception {
    CountDownLatch received = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    RawBackend backend =
        backend(
            connection -> {
              connection.readMessage();
              received.countDown();
              passed(left);
              connection.write(STREAM_HEAD).writeChunk(EVENT);
              connection.readToEnd();
            });
    gateway(to(backend).keepAlive(INTERVAL));
    RawConnection client = client().write(asking(how));
    passed(received);

    client.close();
    left.countDown();

    awaitTheClose(backend);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void trap03_clientThatDoesNotRead_leaves_upstreamSeesTheClose(boolean byReset) throws Exception {
    AtomicLong sent = new AtomicLong();
    String events = "data: event\n\n".repeat(5_000);
    RawBackend backend =
        backend(
            connection -> {
              connection.readMessage();
              connection.write(STREAM_HEAD);
              while (true) {
                connection.writeChunk(events);
                sent.addAndGet(events.length());
              }
            });
    gateway(to(backend));
    RawConnection client = client();
    client.write(asking("GET")).readHead();
    AtomicLong before = new AtomicLong();
    await()
        .pollInterval(Duration.ofMillis(200))
        .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());

    leave(client, byReset);

    awaitTheClose(backend);
  }

  private static void leave(RawConnection client, boolean byReset) throws IOException {
    if (byReset) {
      client.reset();
    } else {
      client.close();
    }
  }

  private void awaitTheClose(RawBackend backend) {
    await().atMost(Duration.ofSeconds(5)).until(() -> backend.connections() == 0);
    await().until(() -> records.size() == 1);
    assertThat(records.get(0).reason()).contains("the client left");
  }

  // --- 4: many at once

  @Test
  void trap04_clientAnswersAServersRequest_whileItsStreamIsOpen() throws Exception {
    String question = "data: {\"jsonrpc\":\"2.0\",\"id\":\"s-1\",\"method\":\"roots/list\"}\n\n";
    String answer = "{\"jsonrpc\":\"2.0\",\"id\":\"s-1\",\"result\":{\"roots\":[]}}";
    CountDownLatch answered = new CountDownLatch(1);
    RawBackend backend =
        forEachRequest(
            (request, connection) -> {
              if (request.body().equals(answer)) {
                answered.countDown();
                connection.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
              } else {
                connection.write(STREAM_HEAD).writeChunk(question);
                passed(answered);
                connection.writeChunk(EVENT).write(LAST_CHUNK);
              }
            });
    gateway(to(backend));
    RawConnection client = client();
    client.write(post(TOOLS_CALL, "Mcp-Session-Id: s")).readHead();
    assertThat(client.readChunk()).isEqualTo(question);

    assertThat(call(post(answer, "Mcp-Session-Id: s")).status()).isEqualTo(202);
    assertThat(new ChunkedBody(client).readToEnd()).isEqualTo(EVENT);
  }

  /** No pool, queue or thread is used up by streams. */
  @ParameterizedTest
  @CsvSource({"200, listen", "1000, GET"})
  void trap04_manyStreamsAreOpen_aCallIsAnswered(int streams, String how) throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    RawBackend backend =
        forEachRequest(
            (request, connection) -> {
              if (request.body().equals(TOOLS_LIST)) {
                connection.write(ok("{}"));
              } else {
                connection.write(STREAM_HEAD).writeChunk(EVENT);
                passed(over);
                connection.write(LAST_CHUNK);
              }
            });
    gateway(to(backend));
    List<RawConnection> clients = new ArrayList<>();
    while (clients.size() < streams) {
      List<RawConnection> batch = new ArrayList<>(); // no larger than what servers let wait
      for (int i = 0; i < 25; i++) {
        batch.add(client().write(asking(how)));
      }
      for (RawConnection client : batch) {
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(client.readChunk()).isEqualTo(EVENT);
      }
      clients.addAll(batch);
    }

    assertThat(call(post(TOOLS_LIST)).body()).isEqualTo("{}");

    over.countDown();
    for (RawConnection client : clients) {
      assertThat(client.readChunk()).as("alive to its end").isEmpty();
    }
  }

  // --- 5: streams that are not called so

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/x-ndjson", "text/plain"})
  void trap05_linesOfAnyType_arriveAtOnce(String type) throws Exception {
    Steps lines =
        Steps.of(
            List.of(
                "{\"jsonrpc\":\"2.0\",\"id\"", ":1}\n", "{\"jsonrpc\":\"2.0\",\"result\":{}}\n"));
    gateway(to(sending(lines, chunked(type))));

    assertThat(receiving(lines, "listen").field("Content-Type")).contains(type);
  }

  // --- 6: silence

  /** A stream of the same gateway, elsewhere, whose comments tell that time has passed. */
  private Route.Builder clock() {
    RawBackend clock =
        backend(
            connection -> {
              connection.readMessage();
              connection.write(STREAM_HEAD).readToEnd();
            });
    return to(clock).matches(RouteMatch.exactPath("/clock")).keepAlive(INTERVAL);
  }

  /** Waits for so long that a comment was due. */
  private void letIntervalsPass() throws IOException {
    try (RawConnection ticks = client()) {
      ticks.write(request("GET", at("/clock"))).readHead();
      assertThat(new ChunkedBody(ticks).read(3 * KEEP_ALIVE.length()))
          .isEqualTo(KEEP_ALIVE.repeat(3));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void trap06_quietStream_getsCommentsBetweenEventsOnly(String how) throws Exception {
    List<String> pieces = List.of(EVENT, "data: ha", "lf\n", "\n");
    Steps steps = Steps.of(pieces);
    gateway(to(sending(steps, STREAM_HEAD)).keepAlive(INTERVAL), clock());
    RawConnection client = client();
    client.write(asking(how)).readHead();
    ChunkedBody body = new ChunkedBody(client);
    assertThat(body.read(KEEP_ALIVE.length())).isEqualTo(KEEP_ALIVE);

    for (String piece : pieces) {
      steps.allowNext();
      assertThat(body.readThrough(piece).replace(KEEP_ALIVE, "")).isEqualTo(piece);
      letIntervalsPass();
    }
    assertThat(body.read(KEEP_ALIVE.length())).isEqualTo(KEEP_ALIVE);
    steps.allowNext();
    assertThat(body.readToEnd().replace(KEEP_ALIVE, "")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: application/json",
        "Content-Type: application/x-ndjson",
        "Content-Type: text/event-stream\r\nContent-Encoding: gzip",
        "X-Type: none"
      })
  void trap06_otherBodies_getNoComments(String fields) throws Exception {
    staysAsItIsInSilence(INTERVAL, fields);
  }

  @Test
  void trap06_zeroInterval_meansNoComments() throws Exception {
    staysAsItIsInSilence(Duration.ZERO, "Content-Type: text/event-stream");
  }

  private void staysAsItIsInSilence(Duration keepAlive, String fields) throws Exception {
    CountDownLatch passed = new CountDownLatch(1);
    RawBackend backend =
        backend(
            connection -> {
              connection.readMessage();
              connection.write("HTTP/1.1 200 OK\r\n" + fields);
              connection.write("\r\nTransfer-Encoding: chunked\r\n\r\n").writeChunk(EVENT);
              passed(passed);
              connection.writeChunk(EVENT).write(LAST_CHUNK);
            });
    gateway(to(backend).matches(RouteMatch.exactPath("/mcp")).keepAlive(keepAlive), clock());
    RawConnection client = client();
    client.write(asking("POST")).readHead();
    ChunkedBody body = new ChunkedBody(client);
    assertThat(body.read(EVENT.length())).isEqualTo(EVENT);

    letIntervalsPass();
    passed.countDown();

    assertThat(body.readToEnd()).isEqualTo(EVENT);
  }

  /** Whoever is idle is closed by the server in front; who waits for events is not idle. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void trap06_silentStream_outlivesTheServersPatience(boolean beforeTheHead) throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    RawBackend backend =
        backend(
            connection -> {
              connection.readMessage();
              if (beforeTheHead) {
                passed(over);
              }
              connection.write(STREAM_HEAD);
              passed(over);
              connection.writeChunk(EVENT).write(LAST_CHUNK);
            });
    gateway(Optional.of(Duration.ofMillis(200)), McpGateway.builder(), to(backend));
    RawConnection stream = client().write(asking("POST"));
    await().until(() -> backend.requests().size() == 1);

    assertThat(client().readToEnd()).as("an idle connection is closed").isEmpty();
    over.countDown();

    assertThat(stream.readMessage().body()).isEqualTo(EVENT);
  }

  // --- 7, 8: encodings and spellings

  @Test
  void trap07_encodedStream_passesUntouched() throws Exception {
    Steps halves = Steps.of(gzipped(EVENT, "data: 2\n\n"));
    String head = STREAM_HEAD.replace("\r\n\r\n", "\r\nContent-Encoding: gzip\r\n\r\n");
    gateway(to(sending(halves, head)));

    RawMessage answer = receiving(halves, "GET");

    assertThat(answer.fields("Content-Encoding")).containsExactly("gzip");
    assertThat(answer.field("Content-Length")).isEmpty();
  }

  /** Each text in its own bytes, which can be read without the next. */
  private static List<String> gzipped(String... texts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<String> pieces = new ArrayList<>();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes, true)) {
      for (String text : texts) {
        gzip.write(text.getBytes(StandardCharsets.UTF_8));
        gzip.flush();
        pieces.add(bytes.toString(StandardCharsets.ISO_8859_1));
        bytes.reset();
      }
    }
    return pieces;
  }

  /** D5: what nothing looks into is not unpacked. */
  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/event-stream"})
  void d5_compressedGibibyte_passesBothWaysAsItIs(String type) throws Exception {
    String bomb = CompressionBomb.PIECE.repeat(CompressionBomb.GIBIBYTE);
    RawBackend backend =
        forEachRequest(
            (request, connection) -> {
              connection.write(
                  chunked(type).replace("\r\n\r\n", "\r\nContent-Encoding: gzip\r\n\r\n"));
              for (int i = 0; i < CompressionBomb.GIBIBYTE; i++) {
                connection.writeChunk(CompressionBomb.PIECE);
              }
              connection.write(LAST_CHUNK);
            });
    gateway(to(backend).keepAlive(INTERVAL));

    RawMessage answer = call(post(bomb, "Content-Encoding: gzip", "Accept-Encoding: gzip"));

    assertThat(answer.fields("Content-Encoding")).containsExactly("gzip");
    assertThat(answer.body().equals(bomb)).as("the answer, byte for byte").isTrue();
    assertThat(backend.requests().get(0).fields("Content-Encoding")).containsExactly("gzip");
    assertThat(backend.requests().get(0).body().equals(bomb)).as("the request").isTrue();
  }

  @Test
  void trap07_clientsEncodings_areTheUpstreamsToChoose() throws Exception {
    RawBackend backend =
        forEachRequest(
            (request, connection) ->
                connection.write(STREAM_HEAD).writeChunk(EVENT).write(LAST_CHUNK));
    gateway(to(backend));

    RawMessage willing = call(get("Accept-Encoding: gzip, br;q=0.5"));
    RawMessage silent = call(get());

    assertThat(List.of(willing, silent))
        .allSatisfy(
            answer -> {
              assertThat(answer.field("Content-Encoding")).isEmpty();
              assertThat(answer.body()).isEqualTo(EVENT);
            });
    assertThat(backend.requests())
        .extracting(request -> request.field("Accept-Encoding"))
        .containsExactly(Optional.of("gzip, br;q=0.5"), Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 1000})
  void trap08_framingVariants_arriveByteForByte(int chunkSize) throws Exception {
    gateway(
        to(
            forEachRequest(
                (request, connection) ->
                    connection
                        .write(STREAM_HEAD)
                        .writeChunks(
                            FRAMINGS.getOrDefault(request.field("X-Framing").orElseThrow(), ""),
                            chunkSize)
                        .write(LAST_CHUNK))));
    RawConnection client = client();

    for (Map.Entry<String, String> framing : FRAMINGS.entrySet()) {
      for (String method : List.of("GET", "POST")) {
        client.write(request(method, at("/mcp"), "X-Framing: " + framing.getKey()));
        assertThat(client.readMessage().body())
            .as(method + " " + framing.getKey())
            .isEqualTo(framing.getValue());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void trap08_eventOfAMebibyte_arrivesByteForByte(String how) throws Exception {
    String text = Specimens.utf8("h\u00e9llo \u20ac \ud83d\ude00 ");
    String event = "id: 1\ndata: " + text.repeat(MIB / text.length()) + "\n\n";
    gateway(
        to(
            forEachRequest(
                (request, connection) ->
                    // no divisor of the text, so that its characters are cut everywhere
                    connection.write(STREAM_HEAD).writeChunks(event, 1361).write(LAST_CHUNK))));

    assertThat(call(asking(how)).body()).isEqualTo(event);
  }
}
