package io.mcpgateway.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.OpenResources;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.Requests;
import io.mcpgateway.testkit.Responses;
import io.mcpgateway.testkit.TestCertificate;
import io.mcpgateway.testkit.TestIssuer;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The configuration and the files that it names change while the gateway runs, and its end. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConfiguredGatewayTest {
  private static final Duration OFTEN = Duration.ofMillis(20);

  @AutoClose private final OpenResources open = new OpenResources();
  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("gateway.yaml");
  }

  private void write(String yaml) throws IOException {
    Path fresh = Files.writeString(directory.resolve("fresh.yaml"), yaml);
    Files.move(fresh, file(), StandardCopyOption.REPLACE_EXISTING);
  }

  private ConfiguredGateway start(String yaml) throws Exception {
    write(yaml);
    ConfiguredGateway.Source source = ConfiguredGateway.Source.of(file());
    return open.add(ConfiguredGateway.start(source, Map.of(), source.read(Map.of()), OFTEN));
  }

  private static String config(String settings, String... binds) {
    return "config:\n"
        + "  readinessAddr: 127.0.0.1:0\n"
        + "  connectionTerminationDeadline: 5s\n"
        + settings
        + "binds:\n"
        + String.join("", binds);
  }

  private static String bind(int port, RawBackend backend) {
    return bind(port, "", "", backend);
  }

  private static String bind(int port, String listener, String policies, RawBackend backend) {
    return """
        - port: %d
          address: 127.0.0.1
          listeners:
          - name: one
        %s    routes:
            - policies:
                dnsRebindingProtection: false
        %s      backends:
              - mcp: {targets: [{name: t, mcp: {host: "%s"}}]}
        """
        .formatted(port, listener, policies, backend.url());
  }

  private RawBackend answering(String json) {
    return open.add(RawBackend.answering(Responses.ok(json)));
  }

  private static String call(int port) throws IOException {
    try (RawConnection client = RawConnection.to(port)) {
      RawMessage answer = client.write(Requests.post("/mcp", "{}")).readMessage();
      return answer.status() + " " + answer.body();
    }
  }

  private RawMessage health(ConfiguredGateway gateway, String path) throws IOException {
    try (RawConnection client = RawConnection.to(gateway.healthPort().orElseThrow())) {
      return client.write(Requests.request("GET", path)).readMessage();
    }
  }

  // --- change

  @Test
  void reload_anotherBackend_isCalledFromThenOn() throws Exception {
    int port = FreePort.any();
    start(config("", bind(port, answering("{\"a\":1}"))));
    assertThat(call(port)).isEqualTo("200 {\"a\":1}");

    write(config("", bind(port, answering("{\"b\":2}"))));

    await().untilAsserted(() -> assertThat(call(port)).isEqualTo("200 {\"b\":2}"));
  }

  @Test
  void reload_mistakes_areToldAndWhatRunsRunsOn() throws Exception {
    int port = FreePort.any();
    ConfiguredGateway gateway = start(config("", bind(port, answering("{\"a\":1}"))));

    write("binds:\n- prot: 1\n");

    await()
        .untilAsserted(
            () -> {
              RawMessage ready = health(gateway, "/healthz/ready");
              assertThat(ready.status()).isEqualTo(200);
              assertThat(ready.body()).contains("refused", "gateway.yaml:2:3", "prot");
            });
    assertThat(call(port)).isEqualTo("200 {\"a\":1}");

    write(config("", bind(port, answering("{\"b\":2}"))));
    await().untilAsserted(() -> assertThat(call(port)).isEqualTo("200 {\"b\":2}"));
    await()
        .untilAsserted(
            () -> assertThat(health(gateway, "/healthz/ready").body()).doesNotContain("refused"));
  }

  @Test
  void reload_portThatIsTaken_isRefusedAsAWhole() throws Exception {
    int port = FreePort.any();
    RawBackend taken = answering("{}");
    ConfiguredGateway gateway = start(config("", bind(port, answering("{\"a\":1}"))));

    write(
        config("", bind(port, answering("{\"b\":2}")), bind(taken.port(), answering("{\"c\":3}"))));

    await()
        .untilAsserted(
            () ->
                assertThat(health(gateway, "/healthz/ready").body())
                    .contains("refused", String.valueOf(taken.port())));
    assertThat(call(port)).isEqualTo("200 {\"a\":1}");
  }

  @Test
  void reload_listenersAddedAndRemoved_portsFollow() throws Exception {
    int first = FreePort.any();
    int second = FreePort.any();
    RawBackend backend = answering("{\"a\":1}");
    start(config("", bind(first, backend)));

    write(config("", bind(second, backend)));

    await()
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(call(second)).isEqualTo("200 {\"a\":1}"));
    await()
        .untilAsserted(
            () -> assertThatThrownBy(() -> call(first)).isInstanceOf(ConnectException.class));

    write(config("", bind(first, backend), bind(second, backend)));
    await()
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(call(first)).isEqualTo("200 {\"a\":1}"));
  }

  /** Streams one event when it is told to, and then another one. */
  private RawBackend streaming(CountDownLatch more) {
    return open.add(
        RawBackend.start(
            connection -> {
              connection.readMessage();
              connection.write(Responses.STREAM_HEAD);
              connection.writeChunk("data: 1\n\n");
              try {
                more.await();
              } catch (InterruptedException over) {
                return;
              }
              connection.writeChunk("data: 2\n\n");
              connection.write(Responses.LAST_CHUNK);
            }));
  }

  private RawConnection listen(int port) throws IOException {
    RawConnection client = open.add(RawConnection.to(port));
    client.write(Requests.request("GET", "/mcp", "Accept: text/event-stream")).readHead();
    assertThat(client.readChunk()).isEqualTo("data: 1\n\n");
    return client;
  }

  @Test
  void reload_openStream_goesOnToItsEnd() throws Exception {
    int port = FreePort.any();
    CountDownLatch more = new CountDownLatch(1);
    ConfiguredGateway gateway = start(config("", bind(port, streaming(more))));
    RawConnection client = listen(port);

    write(config("", bind(port, answering("{\"b\":2}"))));
    await().untilAsserted(() -> assertThat(call(port)).isEqualTo("200 {\"b\":2}"));
    assertThat(gateway.gateway().live().openStreams()).isEqualTo(1);
    more.countDown();

    assertThat(client.readChunk()).isEqualTo("data: 2\n\n");
    assertThat(client.readChunk()).isEmpty();
    await().until(() -> gateway.gateway().live().openRequests() == 0);
  }

  @Test
  void reload_openStreamOfARemovedListener_goesOnToItsEnd() throws Exception {
    int port = FreePort.any();
    int other = FreePort.any();
    CountDownLatch more = new CountDownLatch(1);
    start(config("", bind(port, streaming(more))));
    RawConnection client = listen(port);

    write(config("", bind(other, answering("{}"))));
    await()
        .untilAsserted(
            () -> assertThatThrownBy(() -> call(port)).isInstanceOf(ConnectException.class));
    more.countDown();

    assertThat(client.readChunk()).isEqualTo("data: 2\n\n");
    assertThat(client.readChunk()).isEmpty();
  }

  @Test
  void reload_whenStreamsAreToEnd_theyEndBetweenTwoEvents() throws Exception {
    int port = FreePort.any();
    start(config("", bind(port, streaming(new CountDownLatch(1)))));
    RawConnection client = listen(port);

    write(config("  reload: {streams: end}\n", bind(port, answering("{}"))));

    assertThat(client.readChunk()).as("a clean end").isEmpty();
  }

  @Test
  void reload_whenStreamsAreToEnd_thoseOfEarlierConfigurationsEndToo() throws Exception {
    int port = FreePort.any();
    start(config("", bind(port, streaming(new CountDownLatch(1)))));
    RawConnection client = listen(port);
    write(config("", bind(port, answering("{\"b\":2}"))));
    await().untilAsserted(() -> assertThat(call(port)).isEqualTo("200 {\"b\":2}"));

    write(config("  reload: {streams: end}\n", bind(port, answering("{}"))));

    assertThat(client.readChunk()).as("a clean end").isEmpty();
  }

  @Test
  void reload_keysOfTheSameIssuer_areTakenOver() throws Exception {
    TestIssuer issuer = TestIssuer.start();
    int port = FreePort.any();
    String policies =
        """
                mcpAuthentication:
                  issuer: %s
                  audiences: [mcp]
                  jwks: {url: "%s"}
        """
            .formatted(issuer.issuer(), issuer.jwksUrl());
    start(config("", bind(port, "", policies, answering("{\"a\":1}"))));
    String request =
        Requests.post("/mcp", "{}", Requests.bearer(issuer.token().audience("mcp").sign()));
    assertThat(send(port, request)).isEqualTo("200 {\"a\":1}");
    issuer.close();

    write(config("", bind(port, "", policies, answering("{\"b\":2}"))));

    await().untilAsserted(() -> assertThat(send(port, request)).isEqualTo("200 {\"b\":2}"));
  }

  private static String send(int port, String request) throws IOException {
    try (RawConnection client = RawConnection.to(port)) {
      RawMessage answer = client.write(request).readMessage();
      return answer.status() + " " + answer.body();
    }
  }

  @Test
  void reload_anotherCertificate_isShownToNewConnections() throws Exception {
    TestCertificate authority = TestCertificate.authority();
    TestCertificate first = authority.issue("localhost");
    TestCertificate second = authority.issue("localhost");
    Path certificate = directory.resolve("tls.crt");
    Path key = directory.resolve("tls.key");
    Files.copy(first.file(directory), certificate);
    Files.copy(first.keyFile(directory), key);
    int port = FreePort.any();
    String listener = "    protocol: HTTPS\n    tls: {cert: tls.crt, key: tls.key}\n";
    ConfiguredGateway gateway = start(config("", bind(port, listener, "", answering("{}"))));
    X509Certificate shown = shown(authority, port);

    Files.writeString(key, "no key any more");
    await()
        .untilAsserted(
            () -> assertThat(health(gateway, "/healthz/ready").body()).contains("tls.key"));
    assertThat(shown(authority, port)).as("a bad change is refused").isEqualTo(shown);

    Files.copy(second.file(directory), certificate, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(second.keyFile(directory), key, StandardCopyOption.REPLACE_EXISTING);
    await().untilAsserted(() -> assertThat(shown(authority, port)).isNotEqualTo(shown));
  }

  private static X509Certificate shown(TestCertificate authority, int port) throws IOException {
    try (SSLSocket socket =
        (SSLSocket) authority.client().getSocketFactory().createSocket("localhost", port)) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    } catch (SSLException unusable) {
      throw new IOException(unusable);
    }
  }

  @Test
  void reloadNow_withoutAChange_readsAgain() throws Exception {
    int port = FreePort.any();
    ConfiguredGateway gateway = start(config("", bind(port, answering("{\"a\":1}"))));
    var before = gateway.gateway().live().current();

    gateway.reloadNow();

    await().until(() -> gateway.gateway().live().current() != before);
    assertThat(call(port)).isEqualTo("200 {\"a\":1}");
  }

  // --- health and end

  @Test
  void health_issuerThatIsDown_isNotReadyUntilItIsThere() throws Exception {
    int port = FreePort.any();
    TestIssuer issuer = open.add(TestIssuer.start());
    issuer.disappear();
    String policies =
        """
                mcpAuthentication:
                  issuer: %s
                  audiences: [mcp]
                  jwks: {url: "%s"}
        """
            .formatted(issuer.issuer(), issuer.jwksUrl());
    ConfiguredGateway gateway = start(config("", bind(port, "", policies, answering("{}"))));

    await()
        .untilAsserted(
            () -> {
              RawMessage ready = health(gateway, "/healthz/ready");
              assertThat(ready.status()).isEqualTo(503);
              assertThat(ready.body()).contains("keys of " + issuer.jwksUrl());
            });
    assertThat(health(gateway, "/healthz/live").status()).isEqualTo(200);
    assertThat(health(gateway, "/elsewhere").status()).isEqualTo(404);

    issuer.reappear();
    await()
        .untilAsserted(() -> assertThat(health(gateway, "/healthz/ready").status()).isEqualTo(200));
  }

  @Test
  void close_listeningStream_endsAtOnceBetweenTwoEvents() throws Exception {
    int port = FreePort.any();
    ConfiguredGateway gateway = start(config("", bind(port, streaming(new CountDownLatch(1)))));
    RawConnection client = listen(port);
    long before = System.nanoTime();

    gateway.close();

    assertThat(client.readChunk()).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
  }

  @Test
  void close_runningCall_isAnsweredAndReadinessIsDownMeanwhile() throws Exception {
    int port = FreePort.any();
    CountDownLatch more = new CountDownLatch(1);
    ConfiguredGateway gateway = start(config("", bind(port, streaming(more))));
    RawConnection client = open.add(RawConnection.to(port));
    client.write(Requests.post("/mcp", "{}")).readHead();
    assertThat(client.readChunk()).isEqualTo("data: 1\n\n");

    Thread closing = new Thread(gateway::close);
    closing.start();
    await()
        .untilAsserted(
            () -> {
              RawMessage ready = health(gateway, "/healthz/ready");
              assertThat(ready.status()).isEqualTo(503);
              assertThat(ready.body()).contains("about to end");
            });
    assertThatThrownBy(() -> call(port)).isInstanceOf(IOException.class);
    more.countDown();

    assertThat(client.readChunk()).isEqualTo("data: 2\n\n");
    assertThat(client.readChunk()).isEmpty();
    closing.join();
  }
}
