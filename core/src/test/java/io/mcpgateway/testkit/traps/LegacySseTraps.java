package io.mcpgateway.testkit.traps;

import static io.mcpgateway.testkit.Latches.passed;
import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.request;
import static io.mcpgateway.testkit.Responses.LAST_CHUNK;
import static io.mcpgateway.testkit.Responses.STREAM_HEAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.testkit.ChunkedBody;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.Requests;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Traps 30 and 31: HTTP with SSE, revision 2024-11-05. */
public abstract class LegacySseTraps extends ProxyTraps {
  private static final String ENDPOINT = "/message?sessionId=1";
  private static final String OTHER_EVENTS =
      ": hello\r\n\r\nevent: message\r\ndata: {\"endpoint\":\"/message\"}\r\n\r\nid: 3\ndata: x\n\n";
  private static final String TAGGED = "gateway-endpoint=[\\w-]+\\.[\\w-]{22}";

  protected LegacySseTraps(Adapter adapter) {
    super(adapter);
  }

  /** A server that names its place for messages, and answers there. */
  private RawBackend server(String endpoint, int chunkSize) {
    return forEachRequest(
        (request, connection) -> {
          if (request.startLine().startsWith("GET")) {
            String named = endpoint.formatted(request.field("Host").orElseThrow());
            connection
                .write(STREAM_HEAD)
                .writeChunks("event: endpoint\ndata: " + named + "\n\n" + OTHER_EVENTS, chunkSize)
                .write(LAST_CHUNK);
          } else {
            connection.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
          }
        });
  }

  private static Route.Builder toLegacy(RawBackend backend) {
    return Route.builder().backend(Backend.of(backend.url()).speakingSse());
  }

  /** Where a stream says that messages are to go. */
  private static String endpointIn(String stream) {
    assertThat(stream).startsWith("event: endpoint\ndata: ");
    return stream.substring("event: endpoint\ndata: ".length(), stream.indexOf("\n\n"));
  }

  // --- 30: where messages go

  @ParameterizedTest
  @CsvSource({
    "/message?sessionId=1, 1000",
    "/message?sessionId=1, 1",
    "message?sessionId=1, 7",
    "http://%s/message?sessionId=1, 1000",
    "http://%s/message?sessionId=1, 1",
    "//%s/message?sessionId=1, 5",
  })
  void trap30_endpoint_isThePathOfTheRoute(String endpoint, int chunkSize) throws Exception {
    RawBackend server = server(endpoint, chunkSize);
    gateway(toLegacy(server));

    String stream = call(request("GET", at("/a/b"), "Accept: text/event-stream")).body();

    String place = endpointIn(stream);
    assertThat(place).matches(at("/a/b") + "\\?sessionId=1&" + TAGGED);
    assertThat(stream).endsWith("\n\n" + OTHER_EVENTS).doesNotContain("127.0.0.1");
    assertThat(call(Requests.post(place, TOOLS_LIST)).status()).isEqualTo(202);
    RawMessage message = server.requests().get(1);
    assertThat(message.startLine()).isEqualTo("POST /message?sessionId=1 HTTP/1.1");
    assertThat(message.body()).isEqualTo(TOOLS_LIST);
  }

  @Test
  void trap30_endpoint_hasThePrefixThatAProxyTookOff() throws Exception {
    gateway(McpGateway.builder().trustedProxies("127.0.0.1"), toLegacy(server(ENDPOINT, 1000)));

    String stream = call(get("X-Forwarded-Prefix: /pre")).body();

    assertThat(endpointIn(stream)).startsWith("/pre" + at("/mcp") + "?sessionId=1&");
  }

  @Test
  void trap30_endpointOfAServerNotKnownToBeLegacy_isRewrittenToo() throws Exception {
    RawBackend server = server(ENDPOINT, 1);
    gateway(to(server));

    String place = endpointIn(call(get()).body());

    assertThat(place).matches(at("/mcp") + "\\?sessionId=1&" + TAGGED);
    call(Requests.post(place, TOOLS_LIST));
    assertThat(server.requests().get(1).startLine()).startsWith("POST /message?sessionId=1 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example/message",
        "//evil.example/message",
        "https://%s/message",
        "http://%s@evil.example/"
      })
  void trap30_endpointOfAnotherOrigin_endsTheStream(String endpoint) throws Exception {
    gateway(toLegacy(server(endpoint, 3)));
    RawConnection client = client();
    client.write(get()).readHead();

    assertThat(client.readToEnd()).doesNotContain("evil", LAST_CHUNK);

    await().until(() -> records.size() == 1);
    assertThat(records.get(0).reason().orElseThrow()).contains("another origin");
  }

  @Test
  void trap30_endpointThatCannotBeRead_isNotPassedOn() throws Exception {
    gateway(
        toLegacy(
            backend(
                connection -> {
                  connection.readMessage();
                  connection.write(
                      STREAM_HEAD.replace("\r\n\r\n", "\r\nContent-Encoding: gzip\r\n\r\n"));
                  connection.writeChunk("\u001f\u008b").write(LAST_CHUNK);
                })));

    assertThat(call(get()).status()).isEqualTo(502);
  }

  @Test
  void trap30_answer_comesOnTheStream() throws Exception {
    Semaphore messages = new Semaphore(0);
    String answer = "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}\n\n";
    RawBackend server =
        forEachRequest(
            (request, connection) -> {
              if (request.startLine().startsWith("GET")) {
                String named = "event: endpoint\ndata: " + ENDPOINT + "\n\n";
                connection.write(STREAM_HEAD).writeChunk(named);
                passed(messages);
                connection.writeChunk(answer).write(LAST_CHUNK);
              } else {
                connection.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
                messages.release();
              }
            });
    gateway(toLegacy(server));
    RawConnection client = client();
    client.write(get()).readHead();
    ChunkedBody stream = new ChunkedBody(client);
    String place = endpointIn(stream.readThrough("\n\n"));

    assertThat(call(Requests.post(place, TOOLS_LIST)).status()).isEqualTo(202);
    assertThat(stream.readToEnd()).isEqualTo(answer);
  }

  // --- 31: who may send messages

  private String placeOf(String caller) throws IOException {
    return endpointIn(call(get(bearer(caller))).body());
  }

  @Test
  void trap31_messages_areAuthenticatedAsStreamsAre() throws Exception {
    RawBackend server = server(ENDPOINT, 1000);
    gateway(toLegacy(server).authentication(authentication()));
    assertThat(call(get()).status()).isEqualTo(401);
    assertThat(server.connections()).isZero();
    String place = placeOf("alice");

    RawMessage refused = call(Requests.post(place, TOOLS_LIST));
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.field("WWW-Authenticate").orElseThrow()).startsWith("Bearer ");
    assertThat(server.requests()).hasSize(1);

    String anotherToken = bearer("alice");
    assertThat(call(Requests.post(place, TOOLS_LIST, anotherToken)).status()).isEqualTo(202);
    assertThat(server.requests().get(1).field("Authorization")).isEmpty();
  }

  @Test
  void trap31_placeOfSomebodyElse_isNotFound() throws Exception {
    RawBackend server = server(ENDPOINT, 1000);
    gateway(toLegacy(server).authentication(authentication()));
    String alices = placeOf("alice");
    String bobs = placeOf("bob");
    String tag = alices.substring(alices.lastIndexOf('.'));

    for (String place :
        List.of(
            bobs,
            at("/mcp?gateway-endpoint="),
            at("/mcp?gateway-endpoint=."),
            at("/mcp?gateway-endpoint=L2FkbWlu"), // /admin
            at("/mcp?gateway-endpoint=L2FkbWlu" + tag),
            at("/mcp?gateway-endpoint=L2FkbWlu.") + "A".repeat(22),
            alices.substring(0, alices.length() - 1),
            at("/mcp?gateway-endpoint=x.y&")
                + alices.substring(alices.indexOf("gateway-endpoint=")))) {
      RawMessage answer = call(Requests.post(place, TOOLS_LIST, bearer("alice")));
      assertThat(answer.status()).as(place).isEqualTo(404);
      assertThat(answer.body()).contains("\"code\":-32600");
    }
    assertThat(server.requests()).hasSize(2);
  }

  /** Also where nobody is authenticated: no client chooses what the gateway asks of the server. */
  @Test
  void trap31_placeThatWasMadeUp_isNotFound() throws Exception {
    RawBackend server = server(ENDPOINT, 1000);
    gateway(toLegacy(server));

    for (String value : List.of("", "L2FkbWlu", "L2FkbWlu." + "A".repeat(22))) {
      RawMessage answer = call(postTo("/mcp?gateway-endpoint=" + value, TOOLS_LIST));
      assertThat(answer.status()).as(value).isEqualTo(404);
    }
    assertThat(server.connections()).isZero();
  }

  /** Clients that try Streamable HTTP first go on to ask for the stream. */
  @Test
  void trap31_messageWithoutAPlace_is405() throws Exception {
    RawBackend server = server(ENDPOINT, 1000);
    gateway(toLegacy(server));

    RawMessage answer = call(post(TOOLS_LIST));

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.fields("Allow")).containsExactly("GET");
    assertThat(server.connections()).isZero();
  }
}
