package io.mcpgateway.forward;

import static io.mcpgateway.testkit.Latches.passed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.TrustedProxies;
import io.mcpgateway.mcp.McpMessage;
import io.mcpgateway.telemetry.RefusalCode;
import io.mcpgateway.testkit.ClientExchange;
import io.mcpgateway.testkit.Http2Backend;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.TestCertificate;
import io.mcpgateway.tls.BackendTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http2.ErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for backends over HTTP/1.1 holds over HTTP/2. */
@Timeout(60)
class Http2BackendTest {
  private static final String CALL = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}";
  private static final String[] EVENTS = {"content-type", "text/event-stream"};
  private static final int MIB = 1 << 20;
  private static final TestCertificate AUTHORITY = TestCertificate.authority();

  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Forwarder forwarder =
      closing(
          new Forwarder(
              new ForwardLimits(64L * MIB, Duration.ofSeconds(5), Duration.ofMinutes(5)),
              Clock.systemUTC(),
              BackendTransport.Readers.SELECTORS,
              Duration.ofMillis(300),
              SharedLookups.Names::ofTheSystem));

  @TempDir private Path directory;

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

  private Http2Backend backend(Http2Backend.Script script) {
    return closing(Http2Backend.start(script));
  }

  /** In clear, with prior knowledge. */
  private static Backend target(Http2Backend backend) {
    return Backend.of(backend.url()).withHttpVersions(HttpVersion.HTTP_2);
  }

  private Backend overTls(String url) {
    return Backend.of(url).withTls(BackendTls.builder().root(AUTHORITY.file(directory)).build());
  }

  private ClientExchange send(Backend backend, ClientExchange client) {
    ForwardPlan plan =
        Plans.of(
            backend,
            client.request(),
            PublicOrigin.of(client.request(), TrustedProxies.NONE),
            false,
            Headers.EMPTY);
    forwarder.forward(
        client,
        plan,
        new ForwardObserver() {
          @Override
          public Headers sending(McpMessage message) {
            return Headers.EMPTY;
          }

          @Override
          public void failed(RefusalCode code, String reason) {
            failures.add(reason);
          }
        });
    return client;
  }

  private ClientExchange get(Backend backend) {
    return send(backend, ClientExchange.get());
  }

  private ClientExchange post(Backend backend) {
    return send(backend, ClientExchange.post(CALL));
  }

  /** A stream stays open, everything else is answered. */
  private static void serve(Http2Backend.Call call) throws IOException {
    if (call.method().equals("GET")) {
      call.respond(200, EVENTS).data("data: 1\n\n");
    } else {
      call.respond(200).end("{\"length\":" + call.body().length() + "}");
    }
  }

  @Test
  void inClear_callAndAnswer_passByteForByte() throws Exception {
    Http2Backend backend =
        backend(
            call -> {
              call.body();
              call.respond(200, "x-two", "a", "x-two", "b", "content-length", "9");
              call.data("{ \"b\":").end("1.0");
            });

    ClientExchange client = post(target(backend));

    assertThat(client.head().status()).isEqualTo(200);
    assertThat(client.head().headers().all("X-Two")).containsExactly("a", "b");
    assertThat(client.head().headers().all("Content-Length")).containsExactly("9");
    assertThat(client.rest()).isEqualTo("{ \"b\":1.0");
    Http2Backend.Call call = backend.calls().get(0);
    assertThat(call.method()).isEqualTo("POST");
    assertThat(call.target()).isEqualTo("/mcp");
    assertThat(call.authority()).isEqualTo("127.0.0.1:" + backend.port());
    assertThat(call.body()).isEqualTo(CALL);
    assertThat(call.field("host")).isEmpty();
    assertThat(call.field("content-length")).contains("" + CALL.length());
    assertThat(call.field("x-forwarded-host")).contains("localhost");
  }

  @ParameterizedTest
  @CsvSource({"gw.example", "gw.example:8443", "[::1]:9000"})
  void host_isPreservedWhereItIsAskedFor(String authority) throws Exception {
    Http2Backend newer = backend(Http2BackendTest::serve);
    RawBackend older =
        closing(RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
    RequestHead head =
        RequestHead.builder("GET", "/mcp").authority(authority).header("Host", authority).build();

    for (Backend target : List.of(target(newer), Backend.of(older.url()))) {
      for (boolean preserved : new boolean[] {true, false}) {
        ClientExchange client = new ClientExchange(head, BodySource.empty());
        send(target.withHostPreserved(preserved), client);
        assertThat(client.head().status()).isEqualTo(200);
      }
    }

    assertThat(newer.calls())
        .extracting(Http2Backend.Call::authority)
        .containsExactly(authority, "127.0.0.1:" + newer.port());
    assertThat(older.requests())
        .extracting(request -> request.fields("Host"))
        .containsExactly(List.of(authority), List.of("127.0.0.1:" + older.port()));
    assertThat(newer.calls())
        .allSatisfy(call -> assertThat(call.field("x-forwarded-host")).contains(authority));
    assertThat(newer.calls()).allSatisfy(call -> assertThat(call.field("host")).isEmpty());
    assertThat(newer.connections()).isEqualTo(1);
  }

  @Test
  void overTls_whoeverCanSpeaksHttp2() throws Exception {
    Http2Backend newer =
        closing(Http2Backend.start(AUTHORITY.issue("127.0.0.1").server(), Http2BackendTest::serve));
    RawBackend older = older();

    assertThat(post(overTls(newer.url())).rest()).isEqualTo("{\"length\":" + CALL.length() + "}");
    assertThat(post(overTls(older.url())).rest()).isEqualTo("{}");
    assertThat(newer.calls()).hasSize(1);
    assertThat(older.requests()).hasSize(1);
    assertThat(post(overTls(newer.url()).withHttpVersions(HttpVersion.HTTP_2)).head().status())
        .isEqualTo(200);
    assertThat(failures).isEmpty();
  }

  private RawBackend older() {
    return closing(
        RawBackend.start(
            AUTHORITY.issue("127.0.0.1").listen(),
            RawBackend.eachRequest(
                (request, connection) ->
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"))));
  }

  @Test
  void overTls_noVersionInCommon_is502() {
    Http2Backend newer =
        closing(Http2Backend.start(AUTHORITY.issue("127.0.0.1").server(), Http2BackendTest::serve));
    RawBackend older = older();

    assertThat(post(overTls(newer.url()).withHttpVersions(HttpVersion.HTTP_1_1)).head().status())
        .isEqualTo(502);
    assertThat(post(overTls(older.url()).withHttpVersions(HttpVersion.HTTP_2)).head().status())
        .isEqualTo(502);
    assertThat(newer.calls()).isEmpty();
    assertThat(older.requests()).isEmpty();
    assertThat(failures.get(1)).isEqualTo("the backend does not speak HTTP/2");
  }

  @Test
  void overTls_otherAuthority_is502() {
    Http2Backend stranger =
        closing(
            Http2Backend.start(
                TestCertificate.authority().issue("127.0.0.1").server(), Http2BackendTest::serve));

    assertThat(post(overTls(stranger.url())).head().status()).isEqualTo(502);
    assertThat(failures).singleElement().asString().startsWith("TLS: ");
  }

  /** Web applications have class loaders of their own; a token verifier may have any thread. */
  @Test
  void overTls_fromAnyThread() throws Exception {
    Http2Backend backend =
        closing(Http2Backend.start(AUTHORITY.issue("127.0.0.1").server(), Http2BackendTest::serve));
    ClientExchange client = ClientExchange.get();
    Thread foreign = new Thread(() -> send(overTls(backend.url()), client));
    foreign.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    foreign.start();

    assertThat(client.head().status()).isEqualTo(200);
    foreign.join();
  }

  @Test
  void stream_headAndEachEvent_comeAtOnce() throws Exception {
    CountDownLatch headSeen = new CountDownLatch(1);
    CountDownLatch eventSeen = new CountDownLatch(1);
    Http2Backend backend =
        backend(
            call -> {
              call.respond(200, EVENTS);
              passed(headSeen);
              call.data("").data("id: 1\r\ndata: \r\n\r\n");
              passed(eventSeen);
              call.data(": x\n\n").trailers("x-trailer", "1");
            });

    ClientExchange client = get(target(backend));

    assertThat(client.head().headers().all("Content-Type")).containsExactly("text/event-stream");
    headSeen.countDown();
    assertThat(client.next()).isEqualTo("id: 1\r\ndata: \r\n\r\n");
    eventSeen.countDown();
    assertThat(client.next()).isEqualTo(": x\n\n");
    assertThat(client.next()).isEmpty();
    assertThat(client.head().headers().all("X-Trailer")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {202, 204, 304, 401, 404, 500})
  void answerWithoutBody_hasNone(int status) throws Exception {
    Http2Backend backend = backend(call -> call.respondOnly(status, "etag", "e"));

    ClientExchange client = post(target(backend));

    assertThat(client.head().status()).isEqualTo(status);
    assertThat(client.head().headers().all("ETag")).containsExactly("e");
    assertThat(client.rest()).isEmpty();
  }

  @Test
  void clientLeaves_itsStreamAloneIsReset() throws Exception {
    Http2Backend backend = backend(Http2BackendTest::serve);
    ClientExchange leaving = get(target(backend));
    assertThat(leaving.next()).isEqualTo("data: 1\n\n");
    ClientExchange staying = get(target(backend));
    assertThat(staying.next()).isEqualTo("data: 1\n\n");

    leaving.leave();

    backend.calls().get(0).awaitLeft();
    await().until(() -> backend.streams() == 1);
    backend.calls().get(1).end("data: 2\n\n");
    assertThat(staying.next()).isEqualTo("data: 2\n\n");
    assertThat(staying.next()).isEmpty();
    assertThat(backend.connections()).isEqualTo(1);
  }

  @Test
  void clientLeaves_beforeTheHead_itsStreamIsReset() {
    CountDownLatch received = new CountDownLatch(1);
    Http2Backend backend = backend(call -> received.countDown());
    ClientExchange leaving = get(target(backend));
    passed(received);

    leaving.leave();

    backend.calls().get(0).awaitLeft();
    await().until(() -> backend.streams() == 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stream_breaksOff_isNoCleanEnd(boolean wholeConnection) throws Exception {
    Http2Backend backend = backend(Http2BackendTest::serve);
    ClientExchange client = get(target(backend));
    assertThat(client.next()).isEqualTo("data: 1\n\n");

    if (wholeConnection) {
      backend.calls().get(0).cut();
    } else {
      backend.calls().get(0).reset(ErrorCode.INTERNAL_ERROR);
    }

    assertThatThrownBy(client::next).isInstanceOf(IOException.class);
    assertThat(post(target(backend)).head().status()).isEqualTo(200);
  }

  /** Bytes that are at hand may be lost when a connection breaks; then the end must be too. */
  @Test
  void connection_breaksBehindTheEnd_noCleanEndWithoutTheBytes() throws Exception {
    Http2Backend backend =
        backend(
            call -> {
              call.respond(200).end("whole");
              call.cut();
            });
    for (int i = 0; i < 200; i++) {
      ClientExchange client = get(target(backend));
      if (client.head().status() == 200) {
        try {
          assertThat(client.rest()).isEqualTo("whole");
        } catch (IOException brokenOff) {
          // as it should be, where the bytes are not all there
        }
      }
    }
  }

  @Test
  void answer_beforeTheRequestIsWhole_arrives() throws Exception {
    Http2Backend backend =
        backend(
            call -> {
              call.respond(413).end("no");
              call.reset(ErrorCode.NO_ERROR);
            });

    ClientExchange client =
        send(
            target(backend),
            new ClientExchange(
                RequestHead.builder("POST", "/mcp").build(), BodySource.of(new byte[4 * MIB])));

    assertThat(client.head().status()).isEqualTo(413);
    assertThat(client.rest()).isEqualTo("no");
  }

  /** RFC 9113, 8.7 allows to send it again; a gateway need not know what was served. */
  @Test
  void refusedStream_isNotSentAgain() throws Exception {
    Http2Backend backend = backend(call -> call.reset(ErrorCode.REFUSED_STREAM_ERROR));

    ClientExchange client = post(target(backend));

    assertThat(client.head().status()).isEqualTo(502);
    assertThat(client.rest()).contains("\"id\":7,\"error\"");
    assertThat(backend.calls()).hasSize(1);
    assertThat(failures).containsExactly("refused_stream_error");
  }

  @Test
  void goAway_streamsBehindIt_areNotSentAgain_andTheNextConnectionServes() throws Exception {
    Http2Backend backend =
        backend(
            call -> {
              if (call.target().endsWith("leave")) {
                call.goAway();
              } else {
                serve(call);
              }
            });
    ClientExchange before = get(target(backend));
    assertThat(before.next()).isEqualTo("data: 1\n\n");

    ClientExchange refused =
        send(
            target(backend),
            new ClientExchange(
                RequestHead.builder("POST", "/mcp").query("leave").build(),
                BodySource.of(CALL.getBytes(StandardCharsets.ISO_8859_1))));

    assertThat(refused.head().status()).isEqualTo(502);
    assertThat(failures).singleElement().asString().contains("did not take the request");
    assertThat(backend.calls()).hasSize(2);
    assertThat(post(target(backend)).head().status()).isEqualTo(200);
    backend.calls().get(0).end("data: 2\n\n");
    assertThat(before.next()).isEqualTo("data: 2\n\n");
    assertThat(backend.calls()).hasSize(3);
  }

  @Test
  void manyOpenStreams_takeFurtherConnections_andStopNobody() throws Exception {
    Http2Backend backend =
        closing(Http2Backend.start(Http2Backend.maxStreams(100), Http2BackendTest::serve));
    List<ClientExchange> streams = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      streams.add(get(target(backend)));
    }
    for (ClientExchange stream : streams) {
      assertThat(stream.next()).isEqualTo("data: 1\n\n");
    }

    assertThat(backend.streams()).isEqualTo(1000);
    assertThat(backend.connections()).isGreaterThanOrEqualTo(10);
    for (int i = 0; i < 100; i++) {
      assertThat(post(target(backend)).rest()).startsWith("{");
    }
    streams.forEach(ClientExchange::leave);
    await().until(() -> backend.streams() == 0);
    await().until(() -> backend.connections() == 0);
    assertThat(failures).isEmpty();
  }

  /** The streams of a connection share its window: clients that do not read must not fill it. */
  @Test
  void manyClientsDoNotRead_backendHasToWait_othersDoNot() throws Exception {
    AtomicLong sent = new AtomicLong();
    String block = "x".repeat(64 * 1024);
    long each = 4L * MIB;
    Http2Backend backend =
        backend(
            call -> {
              if (call.method().equals("POST")) {
                serve(call);
                return;
              }
              call.respond(200);
              for (long done = 0; done < each; done += block.length()) {
                call.data(block);
                sent.addAndGet(block.length());
              }
              call.end("");
            });
    List<ClientExchange> slow = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      slow.add(get(target(backend)));
    }
    slow.forEach(ClientExchange::head);
    AtomicLong before = new AtomicLong(-1);
    await()
        .pollInterval(Duration.ofMillis(300))
        .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());

    assertThat(sent.get()).isLessThan(80L * MIB);
    assertThat(post(target(backend)).rest()).startsWith("{");
    for (ClientExchange client : slow) {
      assertThat(client.rest()).hasSize((int) each);
    }
  }

  @Test
  void upload_large_arrivesByteForByte() throws Exception {
    Http2Backend backend = backend(Http2BackendTest::serve);
    byte[] body = new byte[3 * MIB + 17];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) (i * 31 + i / 255);
    }
    RequestHead head = RequestHead.builder("POST", "/mcp").build();

    ClientExchange client = send(target(backend), new ClientExchange(head, BodySource.of(body)));

    assertThat(client.rest()).isEqualTo("{\"length\":" + body.length + "}");
    assertThat(backend.calls().get(0).body().getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(body);
  }

  @Test
  void silentStream_outlivesTheIdleTimeOfItsConnection() throws Exception {
    Http2Backend backend = backend(Http2BackendTest::serve);
    ClientExchange client = get(target(backend));
    assertThat(client.next()).isEqualTo("data: 1\n\n");
    ClientExchange other = post(target(backend));
    assertThat(other.rest()).startsWith("{");

    await().during(Duration.ofMillis(1500)).until(() -> backend.streams() == 1);

    backend.calls().get(0).end("data: 2\n\n");
    assertThat(client.rest()).isEqualTo("data: 2\n\n");
    await().atMost(Duration.ofSeconds(2)).until(() -> backend.connections() == 0);
  }

  @Test
  void headLargerThanTheBackendTakes_hurtsNobodyElse() throws Exception {
    Http2Backend backend =
        closing(Http2Backend.start(Http2Backend.maxHead(1000), Http2BackendTest::serve));
    ClientExchange open = get(target(backend));
    assertThat(open.next()).isEqualTo("data: 1\n\n");

    ClientExchange large = send(target(backend), withField("x".repeat(2000)));
    ClientExchange small = send(target(backend), withField("x"));

    assertThat(large.head().status()).isEqualTo(431);
    assertThat(small.head().status()).isEqualTo(200);
    assertThat(failures)
        .containsExactly("the request head is larger than the backend takes, 1000 bytes");
    backend.calls().get(0).end("data: 2\n\n");
    assertThat(open.rest()).isEqualTo("data: 2\n\n");
    assertThat(backend.calls()).hasSize(2);
  }

  private static ClientExchange withField(String value) {
    return new ClientExchange(
        RequestHead.builder("GET", "/mcp").header("X-Field", value).build(), BodySource.empty());
  }

  @Test
  void backendGone_is502() throws Exception {
    Http2Backend backend = Http2Backend.start(Http2BackendTest::serve);
    Backend target = target(backend);
    backend.close();

    assertThat(post(target).head().status()).isEqualTo(502);
  }

  @Test
  void backendSpeaksHttp1Only_is502() throws Exception {
    RawBackend older =
        closing(RawBackend.answering("HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n"));

    Backend target = Backend.of(older.url()).withHttpVersions(HttpVersion.HTTP_2);

    assertThat(post(target).head().status()).isEqualTo(502);
  }

  @Test
  void severalVersionsInClear_areRefused() {
    assertThatThrownBy(
            () ->
                Backend.of("http://h:1/mcp")
                    .withHttpVersions(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: one");
    assertThatThrownBy(() -> Backend.of("https://h/mcp").withHttpVersions())
        .isInstanceOf(IllegalArgumentException.class);
  }
}
