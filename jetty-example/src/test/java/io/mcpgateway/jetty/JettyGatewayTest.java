package io.mcpgateway.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.Listener;
import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.Http2Backend;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.TestCertificate;
import io.mcpgateway.tls.BackendTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ports, certificates and protocol versions. */
class JettyGatewayTest {
  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "9\r\ndata: 1\n\n\r\n0\r\n\r\n";

  private static final TestCertificate AUTHORITY = TestCertificate.authority();

  @TempDir Path directory;

  private Listener.Tls tls(TestCertificate identity) {
    return new Listener.Tls(identity.file(directory), identity.keyFile(directory));
  }

  private static Listener.Builder listener(RawBackend backend) {
    return listener(Backend.of(backend.url()));
  }

  private static Listener.Builder listener(Backend backend) {
    return Listener.builder().address("127.0.0.1").route(Route.builder().backend(backend).build());
  }

  private static JettyGateway start(Listener... listeners) throws IOException {
    McpGateway.Builder gateway = McpGateway.builder();
    for (Listener listener : listeners) {
      gateway.listener(listener);
    }
    return JettyGateway.start(gateway.build(), Duration.ZERO);
  }

  private static HttpResponse<String> post(HttpClient.Builder client, String url)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"method\":\"ping\"}"))
            .build();
    return client.build().send(request, BodyHandlers.ofString());
  }

  @Test
  void https_pemFiles_servesHttp2ByAlpnAndHttp1() throws Exception {
    Listener.Tls tls = tls(AUTHORITY.issue("localhost"));
    try (RawBackend backend = RawBackend.answering(ANSWER);
        JettyGateway gateway = start(listener(backend).tls(tls).build())) {
      String url = "https://localhost:" + gateway.ports().get(0) + "/mcp";

      for (HttpClient.Version version : HttpClient.Version.values()) {
        HttpResponse<String> answer =
            post(HttpClient.newBuilder().sslContext(AUTHORITY.client()).version(version), url);

        assertThat(answer.version()).isEqualTo(version);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("data: 1\n\n");
      }
      assertThat(backend.requests()).hasSize(2);
      assertThat(backend.requests().get(0).field("X-Forwarded-Proto")).contains("https");
      assertThat(backend.requests().get(1).body()).isEqualTo("{\"method\":\"ping\"}");
    }
  }

  @Test
  void https_severalListenersOnAPort_eachHostItsCertificate() throws Exception {
    TestCertificate localhost = TestCertificate.authority();
    TestCertificate other = TestCertificate.authority();
    try (RawBackend backend = RawBackend.answering(ANSWER);
        JettyGateway gateway =
            start(
                listener(backend)
                    .hostname("other.example")
                    .tls(tls(other.issue("other.example")))
                    .build(),
                listener(backend)
                    .hostname("localhost")
                    .tls(tls(localhost.issue("localhost")))
                    .build())) {
      String url = "https://localhost:" + gateway.ports().get(0) + "/mcp";

      assertThat(post(trusting(localhost.client()), url).statusCode()).isEqualTo(200);
      assertThatThrownBy(() -> post(trusting(other.client()), url)).isInstanceOf(IOException.class);
    }
  }

  private static HttpClient.Builder trusting(SSLContext context) {
    return HttpClient.newBuilder().sslContext(context);
  }

  @Test
  void http_clearText_takesHttp2Too() throws Exception {
    try (RawBackend backend = RawBackend.answering(ANSWER);
        JettyGateway gateway = start(listener(backend).build())) {
      String url = "http://127.0.0.1:" + gateway.ports().get(0) + "/mcp";

      // A GET: the JDK's client reaches HTTP/2 by an upgrade here, which a body would hinder.
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());

      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.body()).isEqualTo("data: 1\n\n");
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void https_clientLeavesASilentStream_backendIsToldAtOnce(HttpClient.Version version)
      throws Exception {
    Listener.Tls tls = tls(AUTHORITY.issue("localhost"));
    try (RawBackend backend =
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                  connection.writeChunk("data: 1\n\n");
                  connection.readByte();
                });
        JettyGateway gateway = start(listener(backend).tls(tls).build())) {
      URI url = URI.create("https://localhost:" + gateway.ports().get(0) + "/mcp");
      HttpClient client = trusting(AUTHORITY.client()).version(version).build();

      try (InputStream stream =
          client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofInputStream()).body()) {
        assertThat(stream.read()).isEqualTo('d');
        assertThat(backend.connections()).isEqualTo(1);
      }

      Awaitility.await().atMost(Duration.ofSeconds(2)).until(() -> backend.connections() == 0);
    }
  }

  @Test
  void http2OnBothSides_streamsEndTogether() throws Exception {
    try (Http2Backend backend =
            Http2Backend.start(
                AUTHORITY.issue("127.0.0.1").server(),
                call ->
                    call.respond(200, "content-type", "text/event-stream").data("data: 1\n\n"));
        JettyGateway gateway =
            start(listener(target(backend)).tls(tls(AUTHORITY.issue("localhost"))).build())) {
      URI url = URI.create("https://localhost:" + gateway.ports().get(0) + "/mcp");
      HttpClient client = trusting(AUTHORITY.client()).build();

      HttpResponse<InputStream> answer =
          client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofInputStream());
      try (InputStream stream = answer.body()) {
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(stream.read()).isEqualTo('d');
        assertThat(backend.streams()).isEqualTo(1);
      }

      backend.calls().get(0).awaitLeft();
      Awaitility.await().until(() -> backend.streams() == 0);
    }
  }

  private Backend target(Http2Backend backend) {
    BackendTls tls = BackendTls.builder().root(AUTHORITY.file(directory)).build();
    return Backend.of(backend.url()).withTls(tls);
  }

  @Test
  void start_manyPorts_allAnswer() throws Exception {
    try (RawBackend backend =
        RawBackend.forEachRequest((request, client) -> client.write(ANSWER))) {
      Set<Integer> ports = new HashSet<>();
      while (ports.size() < 40) {
        ports.add(FreePort.any());
      }
      Listener[] listeners =
          ports.stream().map(port -> listener(backend).port(port).build()).toArray(Listener[]::new);
      try (JettyGateway running = start(listeners)) {
        assertThat(running.ports()).hasSize(40);
        for (int port : running.ports()) {
          String url = "http://127.0.0.1:" + port + "/mcp";
          assertThat(post(HttpClient.newBuilder(), url).statusCode()).isEqualTo(200);
        }
      }
    }
  }

  @Test
  void start_portTaken_namesThePort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RawBackend backend = RawBackend.answering(ANSWER)) {
      Listener listener = listener(backend).port(taken.getLocalPort()).build();

      assertThatThrownBy(() -> start(listener).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void start_unusableKey_namesTheFile() throws Exception {
    Path certificate = AUTHORITY.issue("localhost").file(directory);
    Path key = directory.resolve("encrypted.pem");
    Files.writeString(
        key, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
    try (RawBackend backend = RawBackend.answering(ANSWER)) {
      Listener.Tls tls = new Listener.Tls(certificate, key);
      Listener listener = listener(backend).tls(tls).build();

      assertThatThrownBy(() -> start(listener).close())
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(key + ": a key of the form ENCRYPTED PRIVATE KEY");
    }
  }
}
