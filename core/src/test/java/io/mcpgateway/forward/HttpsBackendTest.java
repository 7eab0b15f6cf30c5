package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.RouteMatch;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.ClientExchange;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.TestCertificate;
import io.mcpgateway.tls.BackendTls;
import io.mcpgateway.tls.BackendTls.Verification;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the gateway takes for the backend, and as whom it shows itself. */
@Timeout(60)
class HttpsBackendTest {
  private static final String CALL = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}";
  private static final TestCertificate AUTHORITY = TestCertificate.authority();
  private static final TestCertificate OTHER = TestCertificate.authority();
  private static final TestCertificate HERE = AUTHORITY.issue("127.0.0.1");
  private static final TestCertificate ELSEWHERE =
      AUTHORITY.issue("mcp.test", "10.1.1.1", "spiffe://example.org/mcp", "*.wild.test");

  private final List<RequestRecord> log = new CopyOnWriteArrayList<>();

  @TempDir private Path directory;

  private static RawBackend backend(SSLServerSocket socket) {
    return RawBackend.start(
        socket,
        RawBackend.eachRequest(
            (request, connection) ->
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")));
  }

  private BackendTls.Builder trusting() {
    return BackendTls.builder().root(AUTHORITY.file(directory));
  }

  /** What the client got. */
  record Answer(int status, String body) {}

  private Answer call(RawBackend backend, BackendTls tls) throws IOException {
    return call(Backend.of(backend.url()).withTls(tls));
  }

  private Answer call(Backend backend) throws IOException {
    try (McpGateway gateway =
        McpGateway.builder()
            .route(Route.builder().backend(backend).build())
            .observers(log::add)
            .build()) {
      ClientExchange client = ClientExchange.post(CALL);
      gateway.handle(client);
      return new Answer(client.head().status(), client.rest());
    }
  }

  private void assertRefused(Answer answer, String reason) {
    assertRefused(answer);
    assertThat(log.get(0).reason().orElseThrow()).startsWith("TLS: ").contains(reason);
  }

  private void assertRefused(Answer answer) {
    assertThat(answer)
        .isEqualTo(
            new Answer(
                502,
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32603,"
                    + "\"message\":\"the MCP server could not be reached\"}}"));
    await().until(() -> log.size() == 1);
    assertThat(log.get(0).reason()).isPresent();
  }

  record Accepted(String name, TestCertificate shown, Setting setting) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Sets what a test is about. */
  interface Setting {
    BackendTls.Builder on(BackendTls.Builder tls);
  }

  static Stream<Accepted> accepted() {
    return Stream.of(
        new Accepted("authority and host", HERE, tls -> tls),
        new Accepted("another name", ELSEWHERE, tls -> tls.hostname("mcp.test")),
        new Accepted("another address", ELSEWHERE, tls -> tls.hostname("10.1.1.1")),
        new Accepted("listed name", ELSEWHERE, tls -> tls.subjectAltNames("x.test", "MCP.test")),
        new Accepted("listed address", ELSEWHERE, tls -> tls.subjectAltNames("10.1.1.1")),
        new Accepted(
            "listed URI", ELSEWHERE, tls -> tls.subjectAltNames("spiffe://example.org/mcp")),
        new Accepted("wildcard", ELSEWHERE, tls -> tls.subjectAltNames("a.wild.test")),
        new Accepted("any host", ELSEWHERE, tls -> tls.verification(Verification.AUTHORITY)),
        new Accepted(
            "anybody", OTHER.issueExpired("x.test"), tls -> tls.verification(Verification.NONE)));
  }

  @ParameterizedTest
  @MethodSource
  void accepted(Accepted one) throws Exception {
    try (RawBackend backend = backend(one.shown().listen())) {
      BackendTls tls = one.setting().on(trusting()).build();

      assertThat(call(backend, tls)).isEqualTo(new Answer(200, "{}"));
      assertThat(backend.requests()).hasSize(1);
    }
  }

  record Refused(String name, TestCertificate shown, Setting setting, String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Refused> refused() {
    String unknown = "unable to find valid certification path";
    String unnamed = "no subjectAltName is one of";
    return Stream.of(
        new Refused("other authority", OTHER.issue("127.0.0.1"), tls -> tls, unknown),
        new Refused("other host", ELSEWHERE, tls -> tls, "matching IP address 127.0.0.1"),
        new Refused("expired", AUTHORITY.issueExpired("127.0.0.1"), tls -> tls, "NotAfter: "),
        new Refused("other name", HERE, tls -> tls.hostname("mcp.test"), "mcp.test"),
        new Refused("listed, not here", HERE, tls -> tls.subjectAltNames("mcp.test"), unnamed),
        new Refused(
            "a URI is exact",
            ELSEWHERE,
            tls -> tls.subjectAltNames("spiffe://example.org/MCP"),
            unnamed),
        new Refused(
            "a wildcard is one label",
            ELSEWHERE,
            tls -> tls.subjectAltNames("a.b.wild.test", "wild.test", ".wild.test", "test"),
            unnamed),
        new Refused(
            "listed, of another authority",
            OTHER.issue("mcp.test"),
            tls -> tls.subjectAltNames("mcp.test"),
            unknown),
        new Refused(
            "listed, expired",
            AUTHORITY.issueExpired("mcp.test"),
            tls -> tls.subjectAltNames("mcp.test"),
            "NotAfter: "),
        new Refused(
            "any host of another authority",
            OTHER.issue("127.0.0.1"),
            tls -> tls.verification(Verification.AUTHORITY),
            unknown));
  }

  @ParameterizedTest
  @MethodSource
  void refused(Refused one) throws Exception {
    try (RawBackend backend = backend(one.shown().listen())) {
      assertRefused(call(backend, one.setting().on(trusting()).build()), one.reason());
      assertThat(backend.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bytesThatNobodyAskedFor_endTheConnection(boolean atOnce) throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    String forged = answer.replace("{}", "[]");
    AtomicInteger dropped = new AtomicInteger();
    try (RawBackend backend =
        RawBackend.start(
            HERE.listen(),
            connection -> {
              connection.readMessage();
              if (atOnce) {
                connection.write(answer + forged);
              } else {
                connection.write(answer).write(forged);
              }
              if (connection.readToEnd().isEmpty()) {
                dropped.incrementAndGet();
              }
            })) {
      Backend here = Backend.of(backend.url()).withTls(trusting().build());
      try (McpGateway gateway =
          McpGateway.builder().route(Route.builder().backend(here).build()).build()) {
        for (int call = 1; call <= 20; call++) {
          int calls = call;
          ClientExchange client = ClientExchange.post(CALL);
          gateway.handle(client);
          assertThat(client.rest()).isEqualTo("{}");
          await().untilAsserted(() -> assertThat(dropped).hasValueGreaterThanOrEqualTo(calls));
        }
      }
    }
  }

  @Test
  void https_withoutSettings_trustsTheJvmsAuthoritiesOnly() throws Exception {
    try (RawBackend backend = backend(HERE.listen())) {
      assertRefused(call(Backend.of(backend.url())), "unable to find valid certification path");
      assertThat(backend.requests()).isEmpty();
    }
  }

  @Test
  void https_toAPlainServer_saysSo() throws Exception {
    try (RawBackend backend =
        RawBackend.start(
            connection -> {
              connection.readByte();
              connection.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
              connection.readToEnd();
            })) {
      String url = backend.url().replace("http:", "https:");

      assertRefused(call(Backend.of(url)), "plaintext connection?");
    }
  }

  @Test
  void clientCertificate_isShownToWhoAsks() throws Exception {
    TestCertificate gateway = OTHER.issue("gateway.test");
    try (RawBackend backend = backend(HERE.listenFor(OTHER))) {
      BackendTls tls =
          trusting().certificate(gateway.file(directory), gateway.keyFile(directory)).build();

      assertThat(call(backend, tls).status()).isEqualTo(200);
    }
  }

  @Test
  void clientCertificate_missing_is502() throws Exception {
    try (RawBackend backend = backend(HERE.listenFor(OTHER))) {
      assertRefused(call(backend, trusting().build()));
      assertThat(backend.requests()).isEmpty();
    }
  }

  @Test
  void clientCertificate_ofAnUnknownAuthority_is502() throws Exception {
    TestCertificate gateway = AUTHORITY.issue("gateway.test");
    try (RawBackend backend = backend(HERE.listenFor(OTHER))) {
      BackendTls tls =
          trusting().certificate(gateway.file(directory), gateway.keyFile(directory)).build();

      assertRefused(call(backend, tls));
      assertThat(backend.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mcp.test", "dotless"})
  void hostname_isAskedForBySni(String hostname) throws Exception {
    AtomicReference<String> asked = new AtomicReference<>("");
    SSLServerSocket socket = AUTHORITY.issue(hostname).listen();
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setSNIMatchers(
        List.of(
            new SNIMatcher(0) {
              @Override
              public boolean matches(SNIServerName name) {
                asked.set(new SNIHostName(name.getEncoded()).getAsciiName());
                return true;
              }
            }));
    socket.setSSLParameters(parameters);
    try (RawBackend backend = backend(socket)) {
      assertThat(call(backend, trusting().hostname(hostname).build()).status()).isEqualTo(200);
      assertThat(asked).hasValue(hostname);
      assertThat(backend.requests().get(0).field("Host")).contains("127.0.0.1:" + backend.port());
    }
  }

  @Test
  void twoSettings_forOneAddress_shareNoConnection() throws Exception {
    try (RawBackend backend = backend(ELSEWHERE.listen())) {
      Backend any =
          Backend.of(backend.url()).withTls(trusting().verification(Verification.NONE).build());
      Backend strict = Backend.of(backend.url()).withTls(trusting().build());
      try (McpGateway gateway =
          McpGateway.builder()
              .route(Route.builder().matches(RouteMatch.exactPath("/any")).backend(any).build())
              .route(Route.builder().backend(strict).build())
              .build()) {
        for (int i = 0; i < 3; i++) {
          ClientExchange one =
              new ClientExchange(RequestHead.builder("GET", "/any").build(), BodySource.empty());
          gateway.handle(one);
          assertThat(one.head().status()).isEqualTo(200);
          one.rest();
          ClientExchange two = ClientExchange.get();
          gateway.handle(two);
          assertThat(two.head().status()).isEqualTo(502);
        }
        assertThat(backend.requests()).hasSize(3);
      }
    }
  }

  @Test
  void backend_plainUrlWithTls_isRefused() {
    assertThatThrownBy(() -> Backend.of("http://h:1/mcp").withTls(trusting().build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("backend: http://h:1/mcp with TLS settings (expected: https://...)");
    assertThat(new Backend("b", URI.create("https://h/")).tls()).isPresent();
    assertThat(new Backend("b", URI.create("http://h/")).tls()).isEmpty();
  }
}
