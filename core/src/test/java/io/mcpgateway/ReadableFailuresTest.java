package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.authorization.RequiredScopes;
import io.mcpgateway.backendauth.BackendAuth;
import io.mcpgateway.backendauth.BackendCredential;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.ResponseHead;
import io.mcpgateway.mcp.HeaderValidation;
import io.mcpgateway.testkit.ClientExchange;
import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.OpenResources;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.Responses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * C2 (Fetch, CORS): whatever becomes of a request, the script of an allowed page can read it. An
 * answer that it cannot read looks like a server that is not there, and nobody is told where to get
 * a token.
 */
@Timeout(60)
class ReadableFailuresTest {
  private static final String APP = "https://app.example.com";
  private static final String CALL = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}";

  @AutoClose private final OpenResources open = new OpenResources();

  private static Route.Builder route() {
    return Route.builder()
        .cors(CorsPolicy.builder().allowOrigins(APP).build())
        .backend(Backend.of("http://127.0.0.1:1/mcp"));
  }

  private static RequestHead.Builder request(String token) {
    return RequestHead.builder("POST", "/mcp")
        .header("Origin", APP)
        .header("Content-Type", "application/json")
        .header("Authorization", "Bearer " + token);
  }

  private McpGateway gateway(GatewayLimits.Builder limits, Route.Builder route) {
    return open.add(McpGateway.builder().limits(limits.build()).route(route.build()).build());
  }

  private static ClientExchange sent(McpGateway gateway, RequestHead request, BodySource body) {
    ClientExchange exchange = new ClientExchange(request, body);
    gateway.handle(exchange);
    return exchange;
  }

  private static BodySource body(String text) {
    return BodySource.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private void isReadable(int status, Route.Builder route, RequestHead request, String body)
      throws IOException {
    isReadable(status, sent(gateway(GatewayLimits.builder(), route), request, body(body)));
  }

  private static void isReadable(int status, ClientExchange exchange) throws IOException {
    exchange.rest();
    ResponseHead head = exchange.head();
    assertThat(head.status()).isEqualTo(status);
    assertThat(head.headers().all(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN)).containsExactly(APP);
    assertThat(head.headers().list(HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS))
        .contains("WWW-Authenticate", "Mcp-Session-Id");
    assertThat(head.headers().list(HeaderNames.VARY)).contains("Origin");
  }

  @ParameterizedTest
  @CsvSource({"bad, 401", "x y, 400", "good, 403", "down, 503"})
  void c2_tokenThatDoesNotDo(String token, int status) throws Exception {
    isReadable(
        status,
        route()
            .authentication(Tokens.required())
            .requiredScopes(RequiredScopes.builder().scopes("mcp").build()),
        request(token).build(),
        CALL);
  }

  @Test
  void c2_sessionOfNobody() throws Exception {
    isReadable(
        404,
        route().authentication(Tokens.required()),
        request("good").header("Mcp-Session-Id", "x").build(),
        CALL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{ | application/json | 400", "{} | text/plain | 415"})
  void c2_messageThatCannotBeRead(String body, String type, int status) throws Exception {
    isReadable(
        status,
        route().headerValidation(HeaderValidation.ALWAYS),
        RequestHead.builder("POST", "/mcp")
            .header("Origin", APP)
            .header("Content-Type", type)
            .header("Content-Encoding", status == 415 ? "gzip" : "identity")
            .build(),
        body);
  }

  @Test
  void c2_backendThatIsDown_is502() throws Exception {
    Backend down = Backend.of("http://127.0.0.1:" + FreePort.any() + "/mcp");
    isReadable(502, route().backend(down), request("x").build(), CALL);
  }

  @Test
  void c2_backendThatIsSilent_is504() throws Exception {
    RawBackend silent = open.add(RawBackend.forEachRequest((request, connection) -> {}));
    isReadable(
        504,
        route().backend(Backend.of(silent.url())).responseTimeout(Duration.ofMillis(200)),
        request("x").build(),
        CALL);
  }

  @Test
  void c2_backendThatFails_keepsItsStatus() throws Exception {
    RawBackend failing =
        open.add(RawBackend.answering(Responses.json("500 Internal Server Error", "{}")));
    isReadable(500, route().backend(Backend.of(failing.url())), request("x").build(), CALL);
  }

  @Test
  void c2_backendWithoutCredential_is503() throws Exception {
    isReadable(503, route().backendAuth(new NoCredential()), request("x").build(), CALL);
  }

  @ParameterizedTest
  @CsvSource({"503, false", "429, true"})
  void c2_tooManyStreams(int status, boolean ofOneCaller) throws Exception {
    RawBackend streaming = open.add(RawBackend.answering(Responses.STREAM_HEAD));
    GatewayLimits.Builder limits = GatewayLimits.builder();
    McpGateway gateway =
        gateway(
            ofOneCaller ? limits.streamsPerCaller(1) : limits.streams(1),
            route().authentication(Tokens.required()).backend(Backend.of(streaming.url())));
    RequestHead listening =
        RequestHead.builder("GET", "/mcp")
            .header("Origin", APP)
            .header("Authorization", "Bearer good")
            .header("Accept", "text/event-stream")
            .build();
    assertThat(sent(gateway, listening, BodySource.empty()).head().status()).isEqualTo(200);

    isReadable(status, sent(gateway, listening, BodySource.empty()));
  }

  @Test
  void c2_tooManyRequests_is503() throws Exception {
    RawBackend silent = open.add(RawBackend.forEachRequest((request, connection) -> {}));
    McpGateway gateway =
        gateway(GatewayLimits.builder().requests(1), route().backend(Backend.of(silent.url())));
    sent(gateway, request("x").build(), body(CALL));

    isReadable(503, sent(gateway, request("x").build(), body(CALL)));
  }

  @Test
  void c2_tooManyMessages_is503() throws Exception {
    McpGateway gateway =
        gateway(
            GatewayLimits.builder().messageBytesInAll(CALL.length()),
            route().headerValidation(HeaderValidation.ALWAYS));

    isReadable(503, sent(gateway, request("x").build(), body(CALL + " ")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void c2_bodyThatDoesNotCome_is408(boolean isRead) throws Exception {
    RawBackend backend = open.add(RawBackend.answering(Responses.ok("{}")));
    McpGateway gateway =
        gateway(
            GatewayLimits.builder().requestBodyPatience(Duration.ofMillis(200)),
            route()
                .backend(Backend.of(backend.url()))
                .headerValidation(isRead ? HeaderValidation.ALWAYS : HeaderValidation.OFF));

    isReadable(408, sent(gateway, request("x").build(), new SilentBody()));
  }

  @Test
  void c2_messageThatIsTooLong_is413() throws Exception {
    McpGateway gateway =
        gateway(
            GatewayLimits.builder().messageBytes(10),
            route().headerValidation(HeaderValidation.ALWAYS));

    isReadable(413, sent(gateway, request("x").build(), body(CALL)));
  }

  @Test
  void c2_bodyThatIsTooLong_is413() throws Exception {
    McpGateway gateway =
        open.add(McpGateway.builder().maxRequestBytes(10).route(route().build()).build());

    isReadable(413, sent(gateway, request("x").build(), body(CALL)));
  }

  // A context path that no URL can have: nothing but a fault of the server around gets here.
  @Test
  void c2_gatewayThatFails_is500() throws Exception {
    isReadable(
        500,
        route().authentication(Tokens.required()),
        request("bad").mountPath("/a b").build(),
        CALL);
  }

  /** Nothing comes, and nobody leaves. */
  private static final class SilentBody implements BodySource {
    @Override
    public Chunk read() {
      return Chunk.PENDING;
    }

    @Override
    public void demand(Runnable readable) {}

    @Override
    public void cancel(Throwable cause) {}
  }

  /** Has nothing, and never will. */
  private static final class NoCredential implements BackendAuth {
    @Override
    public CompletionStage<BackendCredential> credential(Optional<String> callerToken) {
      return CompletableFuture.completedStage(
          new BackendCredential.Unavailable(Duration.ofSeconds(1), "down"));
    }

    @Override
    public String description() {
      return "none";
    }
  }
}
