package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Latches.passed;
import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.bearer;
import static io.mcpgateway.testkit.Requests.post;
import static io.mcpgateway.testkit.Requests.request;
import static io.mcpgateway.testkit.Responses.LAST_CHUNK;
import static io.mcpgateway.testkit.traps.Specimens.ERRORS;
import static io.mcpgateway.testkit.traps.Specimens.FRAMINGS;
import static io.mcpgateway.testkit.traps.Specimens.IDS;
import static io.mcpgateway.testkit.traps.Specimens.MESSAGES;
import static io.mcpgateway.testkit.traps.Specimens.PRIMING_EVENT;
import static io.mcpgateway.testkit.traps.Specimens.TOOLS_CALL;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.RouteMatch;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.mcp.HeaderValidation;
import io.mcpgateway.testkit.ChunkedBody;
import io.mcpgateway.testkit.OpenResources;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.traps.Specimens;
import io.mcpgateway.testkit.traps.Steps;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The traps in front of a servlet of the same application: its bytes pass as if the filter were not
 * there. Not all can be fallen into here:
 *
 * <table>
 *   <caption>Traps that are tested elsewhere, or are not for guard mode</caption>
 *   <tr><th>trap</th><th>why</th></tr>
 *   <tr><td>6, 25</td><td>{@link GuardedStreamTest}, {@link GuardedRequestTest}</td></tr>
 *   <tr><td>10</td><td>there is one connection only, which is the container's</td></tr>
 *   <tr><td>11</td><td>the application's addresses are the client's own</td></tr>
 *   <tr><td>12</td><td>nothing is sent, so nothing is sent twice</td></tr>
 * </table>
 */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(60)
class GuardTrapsTest {
  private static final String STREAM = "text/event-stream";
  private static final String EVENT = "data: 1\n\n";
  private static final String ALICE = bearer(Tokens.GOOD);

  @Parameter Container.Kind kind = Container.Kind.JETTY;

  private final Queue<String> seen = new ConcurrentLinkedQueue<>();
  @AutoClose private final OpenResources open = new OpenResources();
  private @Nullable Container running;

  private void guard(Application application) throws Exception {
    guard(application, HeaderValidation.AUTO);
  }

  /** Guards an application below {@code /app} that only Alice may call. */
  private void guard(Application application, HeaderValidation validation) throws Exception {
    McpGateway gateway =
        open.add(
            McpGateway.builder()
                .route(
                    Route.builder()
                        .matches(RouteMatch.pathPrefix("/mcp"))
                        .authentication(Tokens.atOnce())
                        .headerValidation(validation)
                        .cors(CorsPolicy.builder().allowOrigins("https://app.test").build())
                        .build())
                .observers()
                .build());
    running =
        open.add(
            kind.start(
                "/app",
                context -> {
                  application.serve(context, "/mcp");
                  application.serve(context, "/message");
                  McpGatewayFilter.register(context, gateway);
                }));
  }

  private RawConnection client() throws IOException {
    return open.add(RawConnection.to(Objects.requireNonNull(running).port()));
  }

  private RawMessage call(String request) throws IOException {
    try (RawConnection client = RawConnection.to(Objects.requireNonNull(running).port())) {
      return client.write(request).readMessage();
    }
  }

  private static String calling(String json) {
    return post("/app/mcp", json, ALICE);
  }

  private static String asking(String method, String... fields) {
    List<String> all = new ArrayList<>(List.of(fields));
    all.add(ALICE);
    return request(method, "/app/mcp", all.toArray(String[]::new));
  }

  private static String bodyOf(HttpServletRequest request) throws IOException {
    return new String(request.getInputStream().readAllBytes(), ISO_8859_1);
  }

  /** Sends a piece of a body at once. */
  private static void send(HttpServletResponse response, String text) throws IOException {
    response.getOutputStream().write(text.getBytes(ISO_8859_1));
    response.flushBuffer();
  }

  /** An application that says what it was told. */
  private static final Application ECHO =
      (request, response) -> {
        response.setContentType("application/json");
        send(response, bodyOf(request));
      };

  private void arriveInSteps(Steps steps, String type) throws Exception {
    guard(
        (request, response) -> {
          response.setHeader("Content-Type", type);
          response.flushBuffer();
          steps.send(piece -> send(response, piece));
        });
    RawConnection client = client();
    RawMessage answer = client.write(calling(TOOLS_CALL)).readHead();
    steps.receive(new ChunkedBody(client));
    assertThat(answer.field("Content-Type")).contains(type);
    assertThat(answer.field("Content-Length")).isEmpty();
  }

  @Test
  void trap01_primingEventAndRetry_arriveByteForByteAndAtOnce() throws Exception {
    arriveInSteps(Steps.ofBytes(PRIMING_EVENT), STREAM);
  }

  @Test
  void trap01_streamThatEndedEarly_isResumedByItsId() throws Exception {
    guard(
        (request, response) -> {
          response.setContentType(STREAM);
          String last = request.getHeader("Last-Event-ID");
          send(response, last == null ? PRIMING_EVENT : "id: " + last + "+1\n\n");
        });

    assertThat(call(calling(TOOLS_CALL)).body()).isEqualTo(PRIMING_EVENT);
    assertThat(call(asking("GET", "Last-Event-ID: 1")).body()).isEqualTo("id: 1+1\n\n");
  }

  @Test
  void trap02_applicationEndsAfterAnId_isACleanEnd() throws Exception {
    guard(
        (request, response) -> {
          response.setContentType(STREAM);
          send(response, PRIMING_EVENT);
        });
    RawConnection client = client();

    for (int i = 0; i < 2; i++) {
      assertThat(client.write(calling(TOOLS_CALL)).readMessage().body()).isEqualTo(PRIMING_EVENT);
    }
  }

  @Test
  void trap02_applicationFailsInAStream_isNeverACleanEnd() throws Exception {
    guard(
        (request, response) -> {
          response.setContentType(STREAM);
          send(response, EVENT);
          throw new IllegalStateException("in the middle of a stream");
        });
    RawConnection client = client();

    client.write(calling(TOOLS_CALL)).readHead();
    assertThat(client.readChunk()).isEqualTo(EVENT);

    if (kind == Container.Kind.UNDERTOW) {
      // Undertow ends the response as if it were whole, with or without the gateway.
      assertThat(client.readChunk()).isEmpty();
      return;
    }
    assertThat(client.readToEnd()).doesNotContain(LAST_CHUNK);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void trap03_clientLeaves_applicationSeesItWhenItWrites(boolean byReset) throws Exception {
    CountDownLatch failed = new CountDownLatch(1);
    guard(
        (request, response) -> {
          response.setContentType(STREAM);
          try {
            while (true) {
              send(response, EVENT);
            }
          } catch (IOException gone) {
            failed.countDown();
            throw gone;
          }
        });
    RawConnection client = client();
    client.write(asking("GET")).readHead();
    assertThat(client.readChunk()).startsWith(EVENT);

    if (byReset) {
      client.reset();
    } else {
      client.close();
    }

    passed(failed);
  }

  @Test
  void trap04_clientAnswersAServersRequest_whileItsStreamIsOpen() throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    guard(
        (request, response) -> {
          if (bodyOf(request).equals(TOOLS_LIST)) {
            answered.countDown();
            response.setStatus(202);
          } else {
            response.setContentType(STREAM);
            send(response, EVENT);
            passed(answered);
            send(response, EVENT);
          }
        });
    RawConnection client = client();
    client.write(calling(TOOLS_CALL)).readHead();
    assertThat(client.readChunk()).isEqualTo(EVENT);

    assertThat(call(calling(TOOLS_LIST)).status()).isEqualTo(202);
    assertThat(new ChunkedBody(client).readToEnd()).isEqualTo(EVENT);
  }

  @Test
  void trap04_manyStreamsAreOpen_aCallIsAnswered() throws Exception {
    Queue<AsyncContext> streams = new ConcurrentLinkedQueue<>();
    guard(
        (request, response) -> {
          if (request.getMethod().equals("POST")) {
            send(response, bodyOf(request));
          } else {
            streams.add(request.startAsync());
            response.setContentType(STREAM);
            send(response, EVENT);
          }
        });
    List<RawConnection> clients = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      RawConnection client = client();
      client.write(asking("GET")).readHead();
      assertThat(client.readChunk()).isEqualTo(EVENT);
      clients.add(client);
    }

    assertThat(call(calling(TOOLS_LIST)).body()).isEqualTo(TOOLS_LIST);

    await().until(() -> streams.size() == 200);
    streams.forEach(AsyncContext::complete);
    for (RawConnection client : clients) {
      assertThat(client.readChunk()).as("alive to its end").isEmpty();
    }
  }

  @Test
  void trap05_linesOfAnyType_arriveAtOnce() throws Exception {
    arriveInSteps(Steps.of(List.of("{\"id\"", ":1}\n", "{\"id\":2}\n")), "application/json");
  }

  @Test
  void trap07_encodedStream_passesUntouched() throws Exception {
    String encoded = "\u001f\u008b\b\u0000 whatever it is";
    guard(
        (request, response) -> {
          response.setContentType(STREAM);
          response.setHeader("Content-Encoding", "gzip");
          seen.add(String.valueOf(request.getHeader("Accept-Encoding")));
          send(response, encoded);
          send(response, encoded);
        });

    RawMessage answer = call(asking("GET", "Accept-Encoding: gzip"));

    assertThat(answer.fields("Content-Encoding")).containsExactly("gzip");
    assertThat(answer.field("Content-Length")).isEmpty();
    assertThat(answer.body()).isEqualTo(encoded + encoded);
    assertThat(seen).containsExactly("gzip");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000})
  void trap08_framingVariants_arriveByteForByte(int size) throws Exception {
    guard(
        (request, response) -> {
          response.setContentType(STREAM);
          String stream = FRAMINGS.getOrDefault(request.getHeader("X-Framing"), "");
          for (int i = 0; i < stream.length(); i += size) {
            send(response, stream.substring(i, Math.min(stream.length(), i + size)));
          }
        });
    RawConnection client = client();

    for (Map.Entry<String, String> framing : FRAMINGS.entrySet()) {
      client.write(asking("GET", "X-Framing: " + framing.getKey()));
      assertThat(client.readMessage().body()).as(framing.getKey()).isEqualTo(framing.getValue());
    }
  }

  @Test
  void trap09_idsOfMessages_areNotRewritten() throws Exception {
    guard(ECHO);
    RawConnection client = client();

    for (String id : IDS) {
      String message = Specimens.called(id);
      assertThat(client.write(calling(message)).readMessage().body()).isEqualTo(message);
    }
  }

  @Test
  void trap13_versionField_isNeitherAddedNorDemanded() throws Exception {
    guard(
        (request, response) ->
            seen.addAll(Collections.list(request.getHeaders("MCP-Protocol-Version"))));

    assertThat(call(calling(TOOLS_LIST)).status()).isEqualTo(200);
    assertThat(seen).isEmpty();
    call(asking("GET", "MCP-Protocol-Version: 2025-11-25"));
    assertThat(seen).containsExactly("2025-11-25");
  }

  @Test
  void trap14_bothEras_inTurnOnOneConnection() throws Exception {
    guard(
        (request, response) -> {
          boolean modern = "2026-07-28".equals(request.getHeader("MCP-Protocol-Version"));
          response.setStatus(modern ? 404 : 200);
          response.setContentType("application/json");
          send(response, bodyOf(request));
        });
    RawConnection client = client();

    for (int i = 0; i < 2; i++) {
      RawMessage legacy = client.write(calling(TOOLS_LIST)).readMessage();
      assertThat(legacy.status()).isEqualTo(200);
      RawMessage modern =
          client
              .write(post("/app/mcp", TOOLS_CALL, ALICE, "MCP-Protocol-Version: 2026-07-28"))
              .readMessage();
      assertThat(modern.status()).isEqualTo(404);
      assertThat(List.of(legacy.body(), modern.body())).containsExactly(TOOLS_LIST, TOOLS_CALL);
    }
  }

  @Test
  void trap15_versionsNobodyKnows_areTheApplicationsToRefuse() throws Exception {
    guard(
        (request, response) -> {
          response.setStatus(400);
          response.setContentType("application/json");
          send(response, "{\"refused\":\"" + request.getHeader("MCP-Protocol-Version") + "\"}");
        });

    RawMessage answer =
        call(post("/app/mcp", TOOLS_LIST, ALICE, "MCP-Protocol-Version: 2027-01-31"));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).isEqualTo("{\"refused\":\"2027-01-31\"}");
  }

  @Test
  void trap16_errorsOfTheApplication_keepStatusFieldsAndBytes() throws Exception {
    guard(
        (request, response) -> {
          String error = ERRORS.get(Integer.parseInt(request.getHeader("X-Error")));
          String body = error.substring(error.indexOf("\r\n\r\n") + 4);
          response.setStatus(Integer.parseInt(error.substring(9, 12)));
          error
              .lines()
              .skip(1)
              .takeWhile(line -> !line.isEmpty())
              .forEach(
                  line -> {
                    int colon = line.indexOf(": ");
                    response.setHeader(line.substring(0, colon), line.substring(colon + 2));
                  });
          send(response, body);
        });

    for (int i = 0; i < ERRORS.size(); i++) {
      String error = ERRORS.get(i);
      RawMessage answer = call(asking("GET", "X-Error: " + i));
      assertThat(answer.startLine().substring(9, 12)).isEqualTo(error.substring(9, 12));
      assertThat(answer.body()).isEqualTo(error.substring(error.indexOf("\r\n\r\n") + 4));
      assertThat(answer.fields("Allow").isEmpty()).isEqualTo(!error.contains("Allow"));
    }
  }

  @Test
  void trap16_acceptedMessage_is202WithoutABody() throws Exception {
    guard((request, response) -> response.setStatus(202));

    RawMessage answer = call(calling("{\"method\":\"notifications/x\"}"));

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.field("Content-Type")).isEmpty();
  }

  private static final String MODERN = "MCP-Protocol-Version: 2026-07-28";

  private static String delete(String id) {
    return ("{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"tools/call\",\"params\":"
            + "{\"name\":\"delete\",\"_meta\":"
            + "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}")
        .formatted(id);
  }

  /** Runs an application whose messages are compared with their header fields. */
  private AtomicInteger validated() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    guard(
        (request, response) -> {
          calls.incrementAndGet();
          ECHO.answer(request, response);
        },
        HeaderValidation.ALWAYS);
    return calls;
  }

  private RawMessage callNaming(String json, String... fields) throws IOException {
    List<String> all = new ArrayList<>(List.of(fields));
    all.addAll(List.of(ALICE, MODERN, "Mcp-Method: tools/call"));
    return call(post("/app/mcp", json, all.toArray(String[]::new)));
  }

  @Test
  void trap17_mismatch_isRefusedWithTheRequestsId() throws Exception {
    AtomicInteger calls = validated();

    for (String id : IDS) {
      RawMessage answer = callNaming(delete(id), "Mcp-Name: safe");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("\"id\":" + id + ",", "\"code\":-32020");
    }
    assertThat(calls).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Mcp-Name: safe",
        "Mcp-Name: Delete",
        "Mcp-Name: =?base64?c2FmZQ==?=",
        "Mcp-Name: =?BASE64?ZGVsZXRl?=",
        "Mcp-Name: =?base64?ZGVsZXRl!?=",
        "Mcp-Name: delete\r\nMcp-Name: delete",
        "X-Other: 1"
      })
  void trap19_nameFieldThatSaysAnotherThing_reachesNobody(String field) throws Exception {
    AtomicInteger calls = validated();

    RawMessage answer = callNaming(delete("7"), field);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":-32020");
    assertThat(calls).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Mcp-Name: delete", "Mcp-Name: =?base64?ZGVsZXRl?="})
  void trap19_nameFieldThatSaysTheSame_passes(String field) throws Exception {
    AtomicInteger calls = validated();

    assertThat(callNaming(delete("7"), field).body()).isEqualTo(delete("7"));
    assertThat(calls).hasValue(1);
  }

  @Test
  void trap20_messageThatCanBeReadInTwoWays_reachesNobody() throws Exception {
    AtomicInteger calls = validated();

    for (String json :
        List.of(
            delete("7").replace("\"name\"", "\"name\":\"safe\",\"name\""),
            delete("7").replace("\"name\"", "\"NAME\":\"safe\",\"name\""),
            delete("7") + delete("7"),
            "not JSON")) {
      assertThat(callNaming(json, "Mcp-Name: delete").status()).as(json).isEqualTo(400);
    }
    assertThat(calls).hasValue(0);
  }

  @Test
  void trap21_batch_hidesNoMessage() throws Exception {
    AtomicInteger calls = validated();

    RawMessage answer = callNaming("[" + delete("7") + "]", "Mcp-Name: safe");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":-32600");
    assertThat(calls).hasValue(0);
  }

  @Test
  void trap23_errorsOfTheGateway_haveCodesOfTheirOwn() throws Exception {
    validated();

    assertThat(callNaming(delete("7")).body()).contains("\"code\":-32020");
    assertThat(callNaming("not JSON").body()).contains("\"code\":-32700");
    assertThat(callNaming(delete("7"), "Mcp-Name: delete", "Content-Encoding: gzip").body())
        .contains("\"code\":-32600");
  }

  @Test
  void trap24_nameField_isDemandedWhereItHasAMeaningOnly() throws Exception {
    AtomicInteger calls = validated();
    String list = delete("7").replace("tools/call", "tools/list");

    assertThat(call(post("/app/mcp", list, ALICE, MODERN, "Mcp-Method: tools/list")).status())
        .isEqualTo(200);
    assertThat(calls).hasValue(1);
  }

  @Test
  void trap18_failureOfTheApplication_isNoEndOfTheSession() throws Exception {
    guard(
        (request, response) -> {
          throw new IllegalStateException("for the log");
        });

    assertThat(call(asking("POST")).status()).isEqualTo(500);
  }

  @Test
  void trap22_parameterFields_arriveAsTheyAreAndArePermitted() throws Exception {
    guard(
        (request, response) -> {
          seen.add(request.getHeader("Mcp-Param-Region"));
          seen.add(request.getHeader("mcp-param-foo"));
        });

    call(asking("GET", "Mcp-Param-Region: us-west1", "MCP-PARAM-FOO: =?base64?IGEg?="));
    RawMessage preflight =
        call(
            request(
                "OPTIONS",
                "/app/mcp",
                "Origin: https://app.test",
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: mcp-param-region,x-evil"));

    assertThat(seen).containsExactly("us-west1", "=?base64?IGEg?=");
    assertThat(preflight.field("Access-Control-Allow-Headers").orElseThrow())
        .contains("mcp-param-region")
        .doesNotContain("x-evil");
  }

  @Test
  void trap26_getIsTheApplicationsToAnswer() throws Exception {
    guard(
        (request, response) -> {
          response.setStatus(405);
          response.setHeader("Allow", "POST");
          response.setContentType("application/json");
          send(response, "{\"e\":\"no stream\"}");
        });

    RawMessage answer = call(asking("GET", "Accept: text/event-stream"));

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.fields("Allow")).containsExactly("POST");
    assertThat(answer.body()).isEqualTo("{\"e\":\"no stream\"}");
  }

  @Test
  void trap27_applicationHearsNothingButItsClients() throws Exception {
    guard((request, response) -> seen.add(request.getMethod() + bodyOf(request)));

    call(calling(TOOLS_LIST));
    call(asking("DELETE"));

    assertThat(seen).containsExactly("POST" + TOOLS_LIST, "DELETE");
  }

  @Test
  void trap28_messages_passByteForByte() throws Exception {
    guard(ECHO);
    RawConnection client = client();

    for (String message : MESSAGES) {
      assertThat(client.write(calling(message)).readMessage().body()).isEqualTo(message);
    }
    client.write(asking("POST", "Transfer-Encoding: chunked"));
    String large = MESSAGES.get(0).repeat(10_000);
    client.writeChunks(large, 1361).write(LAST_CHUNK);
    assertThat(client.readMessage().body()).isEqualTo(large);
  }

  @Test
  void trap29_answers_areKeptForNobody() throws Exception {
    AtomicInteger count = new AtomicInteger();
    guard(
        (request, response) -> {
          response.setHeader("Cache-Control", "public, max-age=600");
          send(response, "{\"cacheScope\":\"public\",\"n\":" + count.incrementAndGet() + "}");
        });

    for (int i = 1; i <= 3; i++) {
      RawMessage answer = call(calling(TOOLS_LIST));
      assertThat(answer.body()).endsWith("\"n\":" + i + "}");
      assertThat(answer.fields("Cache-Control")).containsExactly("public, max-age=600");
    }
  }

  /** It knows its own address. */
  @Test
  void trap30_endpoint_isTheApplicationsOwn() throws Exception {
    String stream = "event: endpoint\ndata: /app/message?sessionId=1\n\n" + EVENT;
    guard(
        (request, response) -> {
          response.setContentType(STREAM);
          send(response, stream);
        });

    assertThat(call(asking("GET")).body()).isEqualTo(stream);
  }

  /** A place for messages that no route names is not open, but not there. */
  @Test
  void trap31_placeThatNoRouteNames_isNotOpen() throws Exception {
    guard((request, response) -> seen.add(request.getRequestURI()));

    assertThat(call(post("/app/mcp", TOOLS_LIST)).status()).isEqualTo(401);
    assertThat(call(post("/app/message?sessionId=1", TOOLS_LIST)).status()).isEqualTo(404);
    assertThat(call(post("/app/message?sessionId=1", TOOLS_LIST, ALICE)).status()).isEqualTo(404);
    assertThat(seen).isEmpty();
  }
}
