package io.mcpgateway.testkit.traps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.GatewayLimits;
import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.RouteMatch;
import io.mcpgateway.mcp.HeaderValidation;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.Requests;
import io.mcpgateway.testkit.Responses;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is too much is refused, at the limit and one beyond it, and the next request is served. */
public abstract class LimitTraps extends ProxyTraps {
  private static final int MIB = 1 << 20;
  private static final String LISTENS = "Accept: text/event-stream";

  /** By comments a filter sees that a client has left. */
  private static final Duration OFTEN = Duration.ofMillis(50);

  /** Of a response: those of its body, of the server, and the gateway's. */
  private static final int ALL_OTHER_FIELDS = 1_024;

  private final int responseHeadBytes;

  /**
   * Limits of one kind of server.
   *
   * @param responseHeadBytes how large a response head it passes on
   */
  protected LimitTraps(Adapter adapter, int responseHeadBytes) {
    super(adapter);
    this.responseHeadBytes = responseHeadBytes;
  }

  private static McpGateway.Builder limited(GatewayLimits.Builder limits) {
    return McpGateway.builder().limits(limits.build());
  }

  private void assertServes() throws Exception {
    assertThat(call(post("{}")).status()).isEqualTo(200);
  }

  /** Opens a stream that says nothing. */
  private RawBackend listeners() {
    return forEachRequest(
        (request, connection) -> {
          if (request.startLine().startsWith("GET")) {
            connection.write(Responses.STREAM_HEAD);
            connection.readByte();
          } else {
            connection.write(Responses.ok("{}"));
          }
        });
  }

  private RawConnection listen(String... fields) throws Exception {
    String[] all = new String[fields.length + 1];
    System.arraycopy(fields, 0, all, 1, fields.length);
    all[0] = LISTENS;
    RawConnection client = client();
    assertThat(client.write(get(all)).readHead().status()).isEqualTo(200);
    return client;
  }

  @Test
  void headerFields_oneTooMany_is431() throws Exception {
    RawBackend backend = indifferent();
    gateway(limited(GatewayLimits.builder().headerFields(20)), to(backend));
    int own = 3; // Host, Content-Type, Content-Length
    String[] most =
        IntStream.range(0, 20 - own).mapToObj(i -> "X-Field-" + i + ": 1").toArray(String[]::new);
    String[] more =
        IntStream.range(0, 21 - own).mapToObj(i -> "X-Field-" + i + ": 1").toArray(String[]::new);

    assertThat(call(post("{}", most)).status()).isEqualTo(200);
    assertThat(call(post("{}", more)).status()).isEqualTo(431);
    assertThat(backend.requests()).hasSize(1);
    assertServes();
  }

  @Test
  void target_oneCharacterTooLong_is414() throws Exception {
    RawBackend backend = indifferent();
    gateway(limited(GatewayLimits.builder().targetLength(100)), to(backend));
    String query = "/mcp?" + "a".repeat(100 - "/mcp".length());

    assertThat(call(postTo(query, "{}")).status()).isEqualTo(200);
    assertThat(call(postTo(query + "a", "{}")).status()).isEqualTo(414);
    assertThat(backend.requests()).hasSize(1);
    assertServes();
  }

  @Test
  void bodyThatIsOnlyForwarded_isNotHeldToTheLimitOfMessages() throws Exception {
    RawBackend backend = indifferent();
    gateway(limited(GatewayLimits.builder().messageBytes(100)), to(backend));

    assertThat(call(post("\"" + "a".repeat(200_000) + "\"")).status()).isEqualTo(200);
    assertThat(backend.requests().get(0).body()).hasSize(200_002);
  }

  @Test
  void message_oneByteTooLong_is413() throws Exception {
    RawBackend backend = indifferent();
    gateway(
        limited(GatewayLimits.builder().messageBytes(100)),
        to(backend).headerValidation(HeaderValidation.ALWAYS));
    String frame = "{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"x\":\"\"}";
    String longest =
        frame.substring(0, frame.length() - 2) + "a".repeat(100 - frame.length()) + "\"}";

    assertThat(call(post(longest, "MCP-Protocol-Version: 2025-11-25")).status()).isEqualTo(200);
    assertThat(
            call(post(longest.replace("a\"}", "aa\"}"), "MCP-Protocol-Version: 2025-11-25"))
                .status())
        .isEqualTo(413);
    assertThat(backend.requests()).hasSize(1);
  }

  @Test
  void messagesInAll_moreThanThereIsRoomFor_are503WithRetryAfter() throws Exception {
    RawBackend backend = indifferent();
    gateway(
        limited(GatewayLimits.builder().messageBytesInAll(60)),
        to(backend).headerValidation(HeaderValidation.ALWAYS));
    String version = "MCP-Protocol-Version: 2025-11-25";
    String message = "{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"x\":12345}";

    // The first one is half there, and held.
    RawConnection half = client();
    String request = post(message, version);
    half.write(request.substring(0, request.length() - 5));
    await()
        .untilAsserted(
            () -> {
              RawMessage refused = call(post(message, version));
              assertThat(refused.status()).isEqualTo(503);
              assertThat(refused.field("Retry-After")).isPresent();
            });
    half.write(request.substring(request.length() - 5));

    assertThat(half.readMessage().status()).isEqualTo(200);
    await().untilAsserted(() -> assertThat(call(post(message, version)).status()).isEqualTo(200));
  }

  @Test
  void requests_moreThanAtATime_are503WithRetryAfter() throws Exception {
    gateway(limited(GatewayLimits.builder().requests(2)), to(listeners()).keepAlive(OFTEN));
    RawConnection first = listen();
    listen();

    RawMessage refused = call(post("{}"));
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.field("Retry-After")).isPresent();
    await()
        .untilAsserted(
            () ->
                assertThat(records)
                    .extracting(each -> each.reason())
                    .contains(Optional.of("too many requests")));
    first.reset();

    await().untilAsserted(this::assertServes);
  }

  @Test
  void streams_moreThanInAll_are503AndCallsAreServed() throws Exception {
    gateway(limited(GatewayLimits.builder().streams(2)), to(listeners()).keepAlive(OFTEN));
    RawConnection first = listen();
    listen();

    RawMessage refused = call(get(LISTENS));
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.field("Retry-After")).isPresent();
    assertServes();
    first.reset();

    await().untilAsserted(() -> listen());
  }

  @Test
  void streams_moreThanOnTheRoute_are503AndOtherRoutesAreServed() throws Exception {
    Route.Builder other = to(listeners()).matches(RouteMatch.pathPrefix("/other"));
    gateway(
        limited(GatewayLimits.builder().streamsPerRoute(1)),
        to(listeners()).matches(RouteMatch.pathPrefix("/mcp")),
        other);
    listen();

    assertThat(call(get(LISTENS)).status()).isEqualTo(503);
    assertThat(client().write(Requests.request("GET", at("/other"), LISTENS)).readHead().status())
        .isEqualTo(200);
  }

  @Test
  void streams_moreThanTheCallerMayHave_are429AndOthersAreServed() throws Exception {
    gateway(
        limited(GatewayLimits.builder().streamsPerCaller(1)),
        to(listeners()).authentication(authentication()));
    listen(bearer("alice"));

    RawMessage refused = call(get(LISTENS, bearer("alice")));
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.field("Retry-After")).isPresent();
    listen(bearer("bob"));
    assertThat(call(post("{}", bearer("alice"))).status()).isEqualTo(200);
  }

  @Test
  void body_thatStops_is408AndTheBackendIsLetGo() throws Exception {
    RawBackend backend = indifferent();
    gateway(
        limited(GatewayLimits.builder().requestBodyPatience(Duration.ofMillis(200))), to(backend));
    String request = post("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}");
    RawConnection client = client();

    client.write(request.substring(0, request.length() - 10));

    assertThat(client.readMessage().status()).isEqualTo(408);
    await().until(() -> backend.connections() == 0);
    assertServes();
  }

  @Test
  void body_thatDrips_is408InTheEnd() throws Exception {
    gateway(
        limited(GatewayLimits.builder().requestBodyPatience(Duration.ofMillis(300))),
        to(indifferent()).headerValidation(HeaderValidation.ALWAYS));
    RawConnection client = client();
    client.write(
        Requests.request(
            "POST",
            at("/mcp"),
            "MCP-Protocol-Version: 2025-11-25",
            "Content-Type: application/json",
            "Content-Length: 100000"));

    await()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              client.writeUntilRefused(" ");
              return client.available() > 0;
            });

    assertThat(client.readMessage().status()).isEqualTo(408);
    assertServes();
  }

  /** Servers answer 500, or break the connection, when they are given more than they write. */
  @ParameterizedTest
  @EnumSource
  void responseHead_largerThanTheServerWrites_is502(ResponseBody body) throws Exception {
    gateway(
        to(
            forEachRequest(
                (request, connection) -> {
                  int size = Integer.parseInt(request.field("X-Size").orElseThrow());
                  connection.write(body.response("X-Filler: " + "a".repeat(size)));
                })));
    RawConnection client = client();

    for (int call = 0; call < 2; call++) {
      int passing = responseHeadBytes - ALL_OTHER_FIELDS;
      RawMessage passed =
          client.write(post(Requests.TOOLS_LIST, "X-Size: " + passing)).readMessage();
      assertThat(passed.status()).isEqualTo(body == ResponseBody.NONE ? 204 : 200);
      assertThat(passed.field("X-Filler"))
          .hasValueSatisfying(value -> assertThat(value).hasSize(passing));

      for (int size = responseHeadBytes; size < 80_000; size += 8_000) {
        RawMessage refused =
            client.write(post(Requests.TOOLS_LIST, "X-Size: " + size)).readMessage();
        assertThat(refused.status()).isEqualTo(502);
        assertThat(refused.body()).startsWith("{\"jsonrpc\":\"2.0\",\"id\":7,\"error\"");
      }
    }
    await()
        .untilAsserted(
            () ->
                assertThat(records)
                    .filteredOn(each -> each.status() == 502)
                    .isNotEmpty()
                    .allSatisfy(each -> assertThat(each.reason()).isPresent()));
  }

  /** What follows a head. */
  enum ResponseBody {
    NONE {
      @Override
      String response(String field) {
        return "HTTP/1.1 204 No Content\r\n" + field + "\r\n\r\n";
      }
    },
    WHOLE {
      @Override
      String response(String field) {
        return Responses.json("200 OK", "{}", field);
      }
    },
    STREAM {
      @Override
      String response(String field) {
        return Responses.STREAM_HEAD.replace("\r\n\r\n", "\r\n" + field + "\r\n\r\n")
            + "9\r\ndata: 1\n\n\r\n"
            + Responses.LAST_CHUNK;
      }
    };

    abstract String response(String field);
  }

  // --- D2, D3: bodies that would be much

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 268435456", "Transfer-Encoding: chunked"})
  void d3_bodyWithoutAToken_isRefusedBeforeItComes(String framing) throws Exception {
    RawBackend backend = indifferent();
    gateway(to(backend).authentication(authentication()).headerValidation(HeaderValidation.ALWAYS));

    RawConnection client = client().write(upload(framing));

    assertThat(client.readHead().status()).isEqualTo(401);
    assertThat(backend.connections()).isZero();
  }

  /** Whether the gateway reads the message or passes it on: it keeps no more than its limit. */
  @ParameterizedTest
  @EnumSource(
      value = HeaderValidation.class,
      names = {"ALWAYS", "OFF"})
  void d3_bodyWithoutEnd_is413AndNotTakenAnyFurther(HeaderValidation validation) throws Exception {
    RawBackend backend = indifferent();
    gateway(McpGateway.builder().maxRequestBytes(MIB), to(backend).headerValidation(validation));
    RawConnection client = client().write(upload("Transfer-Encoding: chunked"));
    // Who is refused may be cut off, or just not be listened to any more.
    AtomicInteger sent = new AtomicInteger();
    Thread sender =
        new Thread(
            () -> {
              String piece = " ".repeat(64 * 1024);
              try {
                while (records.isEmpty() && sent.get() < 256 * MIB) {
                  client.writeChunk(piece);
                  sent.addAndGet(piece.length());
                }
              } catch (IOException refused) {
                // no more of it
              }
            });
    sender.start();

    await()
        .untilAsserted(
            () -> assertThat(records).extracting(RequestRecord::status).containsExactly(413));
    client.close();
    sender.join();
    assertThat(sent.get()).as("with what waits in sockets").isLessThan(64 * MIB);
    await().until(() -> backend.connections() == 0);
    assertServes();
  }

  private String upload(String framing) {
    return Requests.request(
        "POST",
        at("/mcp"),
        "Content-Type: application/json",
        "MCP-Protocol-Version: 2025-11-25",
        framing);
  }
}
