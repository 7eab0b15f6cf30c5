package io.mcpgateway.testkit.traps;

import static io.mcpgateway.testkit.Latches.passed;
import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.request;
import static io.mcpgateway.testkit.Responses.LAST_CHUNK;
import static io.mcpgateway.testkit.Responses.STREAM_HEAD;
import static io.mcpgateway.testkit.Responses.json;
import static io.mcpgateway.testkit.Responses.ok;
import static io.mcpgateway.testkit.traps.Specimens.ERRORS;
import static io.mcpgateway.testkit.traps.Specimens.IDS;
import static io.mcpgateway.testkit.traps.Specimens.MESSAGES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.Route;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.mcp.HeaderValidation;
import io.mcpgateway.testkit.ChunkedBody;
import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Traps 9 to 16, 18, 22 and 26 to 29: messages and their header fields, both ways. */
public abstract class MessageTraps extends ProxyTraps {
  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
          + "\"2025-11-25\"}}";
  private static final String VERSION = "MCP-Protocol-Version";

  protected MessageTraps(Adapter adapter) {
    super(adapter);
  }

  /** A backend that says what it was told. */
  private RawBackend echo() {
    return forEachRequest((request, connection) -> connection.write(ok(request.body())));
  }

  /** A backend that is not there. */
  private static Route.Builder toNobody() throws IOException {
    return Route.builder().backend(Backend.of("http://127.0.0.1:" + FreePort.any() + "/mcp"));
  }

  private void passesBothWays(RawBackend echo, String json, String... fields) throws IOException {
    int before = echo.requests().size();
    assertThat(call(post(json, fields)).body()).isEqualTo(json);
    assertThat(echo.requests()).hasSize(before + 1);
    assertThat(echo.requests().get(before).body()).isEqualTo(json);
  }

  // --- 9: ids

  @Test
  void trap09_idsOfMessages_areNotRewritten() throws Exception {
    RawBackend echo = echo();
    gateway(to(echo));

    for (String id : IDS) {
      passesBothWays(echo, Specimens.called(id));
      passesBothWays(
          echo,
          "{\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":%s,\"progressToken\":%s}}"
              .formatted(id, id));
    }
  }

  @Test
  void trap09_idsOfEvents_areNotRewritten() throws Exception {
    RawBackend backend =
        forEachRequest(
            (request, connection) ->
                connection
                    .write(STREAM_HEAD)
                    .writeChunk("id: " + request.field("Last-Event-ID").orElseThrow() + "\n\n")
                    .write(LAST_CHUNK));
    gateway(to(backend));

    for (String id : IDS) {
      assertThat(call(get("Last-Event-ID: " + id)).body()).isEqualTo("id: " + id + "\n\n");
    }
  }

  @Test
  void trap09_errorsOfTheGateway_haveTheIdAsItCame() throws Exception {
    gateway(toNobody());

    for (String id : IDS) {
      assertThat(call(post(Specimens.called(id))).body())
          .startsWith("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":-32603,");
    }
  }

  // --- 10: fields of one hop

  @Test
  void trap10_hopByHopFields_endAtTheGatewayBothWays() throws Exception {
    RawBackend backend =
        forEachRequest(
            (request, connection) ->
                connection.write(
                    json(
                        "200 OK",
                        "{}",
                        "Connection: x-foo, keep-alive",
                        "X-Foo: of-one-hop",
                        "Keep-Alive: timeout=77",
                        "Proxy-Authenticate: Basic realm=of-one-hop",
                        "Trailer: X-Of-One-Hop",
                        "Upgrade: of-one-hop",
                        "X-End: to-end")));
    gateway(to(backend));

    RawMessage answer =
        call(
            post(
                TOOLS_LIST,
                "Connection: x-foo, Mcp-Session-Id, Last-Event-ID, Accept",
                "X-Foo: of-one-hop",
                "Keep-Alive: timeout=77",
                "Proxy-Authorization: of-one-hop",
                "Proxy-Connection: of-one-hop",
                "TE: trailers",
                "Trailer: X-Of-One-Hop",
                "Mcp-Session-Id: s",
                "Last-Event-ID: 1",
                "Accept: application/json",
                "X-End: to-end"));

    assertThat(answer.status()).isEqualTo(200);
    RawMessage onward = backend.requests().get(0);
    assertThat(List.of(answer, onward))
        .allSatisfy(
            message ->
                assertThat(message.head())
                    .doesNotContainIgnoringCase("x-foo")
                    .doesNotContainIgnoringCase("of-one-hop")
                    .doesNotContain("timeout=77")
                    .containsIgnoringCase("X-End: to-end"));
    assertThat(onward.field("TE")).isEmpty();
    assertThat(onward.field("Mcp-Session-Id")).as("not for Connection to name").contains("s");
    assertThat(onward.field("Last-Event-ID")).contains("1");
    assertThat(onward.field("Accept")).contains("application/json");
  }

  // --- 11: redirects

  @ParameterizedTest
  @CsvSource({
    "301, http://%s/mcp/",
    "302, //%s/x",
    "303, HTTP://%s",
    "307, http://%s/mcp/",
    "308, http://u@%s/"
  })
  void trap11_redirectToTheUpstreamItself_is502(int status, String location) throws Exception {
    RawBackend backend =
        forEachRequest(
            (request, connection) ->
                connection.write(
                    "HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
                        .formatted(
                            status, location.formatted(request.field("Host").orElseThrow()))));
    gateway(to(backend));

    RawMessage answer = call(post(TOOLS_LIST));

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.toString()).doesNotContain("127.0.0.1", "" + backend.port());
    assertThat(backend.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/mcp/", "../login?x=%20", "https://login.example/authorize?a=b&c=d#e"})
  void trap11_otherRedirects_passAndAreNotFollowed(String location) throws Exception {
    RawBackend backend =
        forEachRequest(
            (request, connection) ->
                connection.write(json("307 Temporary Redirect", "{}", "Location: " + location)));
    gateway(to(backend));

    RawMessage answer = call(post(TOOLS_LIST));

    assertThat(answer.status()).isEqualTo(307);
    assertThat(answer.fields("Location")).containsExactly(location);
    assertThat(backend.requests()).hasSize(1);
  }

  // --- 12: nothing is sent twice

  @ParameterizedTest
  @CsvSource({"POST, false", "POST, true", "GET, false"})
  void trap12_upstreamClosesOnReceipt_isAskedOnce(String method, boolean midHead) throws Exception {
    RawBackend backend =
        backend(
            connection -> {
              connection.readMessage();
              if (midHead) {
                connection.write("HTTP/1.1 200 OK\r\nContent-Ty");
              }
            });
    gateway(to(backend));

    RawMessage answer = call(method.equals("GET") ? get() : post(TOOLS_LIST));

    assertThat(answer.status()).isEqualTo(502);
    assertThat(backend.requests()).hasSize(1);
  }

  @Test
  void trap12_pooledConnectionClosesOnReceipt_isAskedOnce() throws Exception {
    AtomicBoolean answered = new AtomicBoolean();
    RawBackend backend =
        forEachRequest(
            (request, connection) -> {
              if (answered.compareAndSet(false, true)) {
                connection.write(ok("{}"));
              } else {
                connection.close();
              }
            });
    gateway(to(backend));
    RawConnection client = client();
    assertThat(client.write(post(TOOLS_LIST)).readMessage().status()).isEqualTo(200);

    RawMessage answer = client.write(post(TOOLS_LIST)).readMessage();

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.body()).contains("\"id\":7", "\"code\":-32603");
    assertThat(backend.requests()).hasSize(2);
  }

  // --- 13 to 15: revisions

  @ParameterizedTest
  @EnumSource(HeaderValidation.class)
  void trap13_versionField_isNeitherAddedNorDemanded(HeaderValidation validation) throws Exception {
    RawBackend backend = indifferent();
    gateway(to(backend).headerValidation(validation));

    assertThat(call(post(INITIALIZE)).status()).isEqualTo(200);
    assertThat(call(post(TOOLS_LIST)).status()).isEqualTo(200);
    assertThat(call(get()).status()).isEqualTo(200);
    assertThat(backend.requests())
        .hasSize(3)
        .allSatisfy(request -> assertThat(request.field(VERSION)).isEmpty());

    for (String version : List.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")) {
      assertThat(call(post(TOOLS_LIST, VERSION + ": " + version)).status()).isEqualTo(200);
      RawMessage last = backend.requests().get(backend.requests().size() - 1);
      assertThat(last.fields(VERSION)).containsExactly(version);
    }
  }

  @ParameterizedTest
  @EnumSource(HeaderValidation.class)
  void trap14_bothEras_inTurnOnOneConnection(HeaderValidation validation) throws Exception {
    String modern =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{\"_meta\":"
            + "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}";
    String unknown =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}";
    RawBackend backend =
        forEachRequest(
            (request, connection) ->
                connection.write(
                    request.body().equals(INITIALIZE)
                        ? json("200 OK", "{\"legacy\":1}", "Mcp-Session-Id: s")
                        : request.body().contains("initialize")
                            ? json("404 Not Found", unknown)
                            : ok("{\"modern\":1}")));
    gateway(to(backend).headerValidation(validation));
    RawConnection client = client();

    for (int i = 0; i < 2; i++) {
      assertThat(client.write(post(INITIALIZE)).readMessage().body()).isEqualTo("{\"legacy\":1}");
      client.write(post(modern.formatted("initialize"), MODERN, "Mcp-Method: initialize"));
      RawMessage refused = client.readMessage();
      assertThat(refused.status()).isEqualTo(404);
      assertThat(refused.body()).isEqualTo(unknown);
      client.write(post(modern.formatted("tools/list"), MODERN, "Mcp-Method: tools/list"));
      assertThat(client.readMessage().body()).isEqualTo("{\"modern\":1}");
    }
    assertThat(backend.requests()).hasSize(6);
  }

  @ParameterizedTest
  @EnumSource(HeaderValidation.class)
  void trap15_versionsNobodyKnows_areTheUpstreamsToRefuse(HeaderValidation validation)
      throws Exception {
    String refusal =
        "{ \"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32022,\"message\":\"?\",\"data\":"
            + "{\"supported\":[\"2026-07-28\"],\"requested\":\"2027-01-31\"}}}";
    RawBackend backend =
        forEachRequest((request, connection) -> connection.write(json("400 Bad Request", refusal)));
    gateway(to(backend).headerValidation(validation));

    for (String version : List.of("2027-01-31", "1999-01-01", "DRAFT-2027-v1", "next")) {
      RawMessage answer =
          call(post(TOOLS_LIST, VERSION + ": " + version, "Mcp-Method: tools/list"));
      assertThat(answer.status()).as(version).isEqualTo(400);
      assertThat(answer.body()).isEqualTo(refusal);
    }
    assertThat(backend.requests()).hasSize(4);
  }

  // --- 16, 18: errors

  @Test
  void trap16_errorsOfTheUpstream_keepStatusFieldsAndBytes() throws Exception {
    AtomicInteger next = new AtomicInteger();
    gateway(
        to(
            forEachRequest(
                (request, connection) -> connection.write(ERRORS.get(next.getAndIncrement())))));

    for (String error : ERRORS) {
      RawMessage answer = call(post(TOOLS_LIST, "Mcp-Session-Id: s"));
      assertThat(answer.startLine().substring(9, 12)).isEqualTo(error.substring(9, 12));
      assertThat(answer.body()).isEqualTo(error.substring(error.indexOf("\r\n\r\n") + 4));
      error
          .lines()
          .skip(1)
          .takeWhile(field -> !field.isEmpty())
          .forEach(
              field -> assertThat(answer.head()).containsIgnoringCase("\r\n" + field + "\r\n"));
      assertThat(answer.field("Content-Type").isPresent()).isEqualTo(error.contains("-Type:"));
    }
  }

  @Test
  void trap16_acceptedMessage_is202WithoutABody() throws Exception {
    RawBackend backend =
        forEachRequest(
            (request, connection) ->
                connection.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"));
    gateway(to(backend));
    RawConnection client = client();

    for (int i = 0; i < 2; i++) {
      RawMessage answer = client.write(post("{\"method\":\"notifications/x\"}")).readMessage();
      assertThat(answer.status()).isEqualTo(202);
      assertThat(answer.body()).isEmpty();
      assertThat(answer.field("Content-Type")).isEmpty();
      assertThat(answer.field("Transfer-Encoding")).isEmpty();
    }
  }

  /** A client takes 404, and some clients 400, for the end of their session. */
  @ParameterizedTest
  @ValueSource(strings = {"POST", "GET", "DELETE"})
  void trap18_upstreamIsDown_isNoEndOfTheSession(String method) throws Exception {
    gateway(toNobody());

    RawMessage answer = call(request(method, at("/mcp"), "Mcp-Session-Id: s"));

    assertThat(answer.status()).isEqualTo(502);
  }

  @Test
  void trap18_upstreamIsSilent_isNoEndOfTheSession() throws Exception {
    RawBackend backend =
        backend(
            connection -> {
              connection.readMessage();
              connection.readToEnd();
            });
    gateway(to(backend).responseTimeout(Duration.ofMillis(200)));

    assertThat(call(post(TOOLS_LIST, "Mcp-Session-Id: s")).status()).isEqualTo(504);
    await().until(() -> backend.connections() == 0);
  }

  // --- 22: fields that tools name

  @Test
  void trap22_parameterFields_arriveAsTheyAre() throws Exception {
    RawBackend backend = indifferent();
    gateway(to(backend).headerValidation(HeaderValidation.ALWAYS));

    call(
        post(
            TOOLS_LIST,
            "Mcp-Param-Region: us-west1",
            "mcp-param-Foo: =?base64?IGEg?=",
            "MCP-PARAM-N: 42.0",
            "X-Unheard-Of: a,  b"));

    RawMessage onward = backend.requests().get(0);
    assertThat(onward.fields("Mcp-Param-Region")).containsExactly("us-west1");
    assertThat(onward.fields("Mcp-Param-Foo")).containsExactly("=?base64?IGEg?=");
    assertThat(onward.fields("Mcp-Param-N")).containsExactly("42.0");
    assertThat(onward.fields("X-Unheard-Of")).containsExactly(asParsed("a,  b"));
  }

  /** The value of a field as the server that the gateway lives in reads it. */
  protected String asParsed(String value) {
    return value;
  }

  @Test
  void trap22_parameterFields_arePermittedByPreflights() throws Exception {
    RawBackend backend = indifferent();
    gateway(to(backend).cors(CorsPolicy.builder().allowOrigins("https://app.test").build()));

    RawMessage answer =
        call(
            request(
                "OPTIONS",
                at("/mcp"),
                "Origin: https://app.test",
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: content-type,mcp-param-region,Mcp-Param-Foo,x-evil"));

    assertThat(answer.field("Access-Control-Allow-Headers").orElseThrow())
        .contains("mcp-param-region", "Mcp-Param-Foo", "Content-Type")
        .doesNotContain("x-evil");
    assertThat(backend.requests()).isEmpty();
  }

  // --- 26, 27: the gateway is no server and no client

  @Test
  void trap26_getIsTheUpstreamsToAnswer() throws Exception {
    RawBackend backend =
        forEachRequest(
            (request, connection) ->
                connection.write(
                    json("405 Method Not Allowed", "{\"e\":\"no stream\"}", "Allow: POST")));
    gateway(to(backend));

    RawMessage legacy = call(get("Accept: text/event-stream"));
    RawMessage modern = call(get("Accept: text/event-stream", MODERN));

    assertThat(List.of(legacy, modern))
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(405);
              assertThat(answer.fields("Allow")).containsExactly("POST");
              assertThat(answer.body()).isEqualTo("{\"e\":\"no stream\"}");
            });
    assertThat(backend.requests())
        .hasSize(2)
        .allSatisfy(request -> assertThat(request.startLine()).startsWith("GET /mcp "));
  }

  /** Not even while a stream is kept alive for its client. */
  @Test
  void trap27_upstreamHearsNothingButItsClients() throws Exception {
    CountDownLatch quiet = new CountDownLatch(1);
    RawBackend backend =
        forEachRequest(
            (request, connection) -> {
              connection.write(STREAM_HEAD).writeChunk("data: 1\n\n");
              if (request.startLine().startsWith("POST")) {
                passed(quiet);
                assertThat(connection.available()).isZero();
              }
              connection.write(LAST_CHUNK);
            });
    gateway(to(backend).keepAlive(Duration.ofMillis(20)));
    RawConnection client = client();
    client.write(post(TOOLS_LIST)).readHead();
    ChunkedBody body = new ChunkedBody(client);
    assertThat(body.read(9)).isEqualTo("data: 1\n\n");

    body.read(": keep-alive\n\n".length() * 3);
    quiet.countDown();
    body.readToEnd();

    assertThat(call(get()).status()).isEqualTo(200);
    assertThat(backend.requests()).extracting(RawMessage::body).containsExactly(TOOLS_LIST, "");
  }

  // --- 28, 29: bodies

  @ParameterizedTest
  @EnumSource(HeaderValidation.class)
  void trap28_messages_passByteForByte(HeaderValidation validation) throws Exception {
    RawBackend echo = echo();
    gateway(to(echo).headerValidation(validation));

    for (String message : MESSAGES) {
      passesBothWays(echo, message);
    }
  }

  @Test
  void trap28_whatIsNoMessage_passesByteForByte() throws Exception {
    RawBackend echo = echo();
    gateway(to(echo));

    for (String text : List.of("{\"a\":1,\"a\":2}", "{\"a\":", "\u00ff\u00fe", " ", "{}{}")) {
      passesBothWays(echo, text);
    }
  }

  @ParameterizedTest
  @EnumSource(HeaderValidation.class)
  void trap28_messageInChunks_passesByteForByte(HeaderValidation validation) throws Exception {
    RawBackend echo = echo();
    gateway(to(echo).headerValidation(validation));
    String message = Specimens.utf8("{\"s\":\"" + "h\u00e9llo \u20ac ".repeat(20_000) + "\"}");
    RawConnection client = client();

    client.write(
        request(
            "POST", at("/mcp"), "Content-Type: application/json", "Transfer-Encoding: chunked"));
    client.writeChunks(message, 1361).write(LAST_CHUNK);

    assertThat(client.readMessage().body()).isEqualTo(message);
    assertThat(echo.requests().get(0).body()).isEqualTo(message);
  }

  /**
   * Where a chunked body ends, Tomcat takes a lock of its own, also on a thread of the gateway:
   * here the one that has just connected to the backend. More than one message in ten hung.
   */
  @Test
  void trap28_messageInChunks_andAnotherBehindIt_areBothAnswered() throws Exception {
    RawBackend backend =
        forEachRequest((request, connection) -> connection.write(ok(request.body())));
    gateway(to(backend));
    String chunked =
        request("POST", at("/mcp"), "Content-Type: application/json", "Transfer-Encoding: chunked")
            + "2\r\n{}\r\n0\r\n\r\n";
    String large = "\"" + "x".repeat(60_000) + "\"";
    for (int round = 0; round < 20; round++) {
      RawConnection client = client();
      client.write(chunked + (round % 2 == 0 ? post(large) : ""));

      assertThat(client.readMessage().body()).isEqualTo("{}");
      if (round % 2 == 1) {
        client.write(post(large));
      }
      assertThat(client.readMessage().body()).isEqualTo(large);
    }
  }

  @Test
  void trap28_messagesInChunks_passOneAfterTheOther() throws Exception {
    RawBackend closing =
        forEachRequest(
            (request, connection) -> {
              connection.write(json("200 OK", request.body(), "Connection: close"));
              connection.close();
            });
    gateway(to(closing));
    RawConnection client = client();

    for (int i = 0; i < 60; i++) {
      String message = "{\"s\":\"" + "x".repeat(20_000 + i) + "\"}";
      client.write(request("POST", at("/mcp"), "Transfer-Encoding: chunked"));
      client.writeChunks(message, 1361).write(LAST_CHUNK);
      assertThat(client.readMessage().body()).isEqualTo(message);
    }
  }

  @Test
  void trap29_answers_areKeptForNobody() throws Exception {
    AtomicInteger count = new AtomicInteger();
    RawBackend backend =
        forEachRequest(
            (request, connection) ->
                connection.write(
                    json(
                        "200 OK",
                        "{\"cacheScope\":\"public\",\"ttlMs\":60000,\"n\":%d}"
                            .formatted(count.incrementAndGet()),
                        "Cache-Control: public, max-age=600",
                        "ETag: \"one\"")));
    gateway(to(backend).authentication(authentication()));

    for (int i = 1; i <= 4; i++) {
      RawMessage answer = call(post(TOOLS_LIST, bearer(i % 2 == 0 ? "alice" : "bob")));
      assertThat(answer.body()).endsWith("\"n\":" + i + "}");
      assertThat(answer.fields("Cache-Control")).containsExactly("public, max-age=600");
    }
    call(get(bearer("bob"), "If-None-Match: \"one\""));
    assertThat(backend.requests()).hasSize(5);
    assertThat(backend.requests().get(4).field("If-None-Match")).isEqualTo(Optional.of("\"one\""));
  }
}
