package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.Responses;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What HTTP/2 does otherwise: no Host field, bodies without length, streams that are reset. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(60)
class Http2Test {
  @Parameter Container.Kind kind = Container.Kind.JETTY;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

  /** The first request of a connection is HTTP/1.1 and asks for the upgrade. */
  private void upgrade(Container container) throws Exception {
    HttpResponse<String> first =
        client.send(
            request(container, "/.well-known/oauth-protected-resource").GET().build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
  }

  private static HttpRequest.Builder request(Container container, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + container.port() + path));
  }

  private static HttpRequest post(Container container) {
    return request(container, "/mcp")
        .header("Content-Type", "application/json")
        .header("Authorization", "Bearer " + Tokens.GOOD)
        .POST(
            HttpRequest.BodyPublishers.fromPublisher(
                HttpRequest.BodyPublishers.ofString(TOOLS_LIST)))
        .build();
  }

  private static final Duration COMMENTS = Duration.ofSeconds(1);
  private static final Duration NO_COMMENTS = Duration.ZERO;

  private static McpGateway gateway(RawBackend backend) {
    return gateway(backend, COMMENTS);
  }

  private static McpGateway gateway(RawBackend backend, Duration keepAlive) {
    return McpGateway.builder()
        .route(
            Route.builder()
                .backend(Backend.of(backend.url()))
                .authentication(Tokens.atOnce())
                .keepAlive(keepAlive)
                .build())
        .build();
  }

  private Container start(McpGateway gateway) throws Exception {
    return kind.start("", context -> McpGatewayFilter.register(context, gateway));
  }

  @Test
  void post_withoutLength_arrives_andAuthorityIsKnown() throws Exception {
    try (RawBackend backend =
            RawBackend.forEachRequest(
                (request, connection) -> connection.write(Responses.ok(request.body())));
        McpGateway gateway = gateway(backend);
        Container container = start(gateway)) {
      upgrade(container);

      HttpResponse<String> answer =
          client.send(post(container), HttpResponse.BodyHandlers.ofString());
      HttpResponse<String> refused =
          client.send(
              request(container, "/mcp").GET().build(), HttpResponse.BodyHandlers.ofString());

      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.body()).isEqualTo(TOOLS_LIST);
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
          .contains("http://127.0.0.1:" + container.port() + "/.well-known/");
    }
  }

  @Test
  void stream_breaksOff_clientCanTell() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    try (RawBackend backend = Backends.breakingOff(seen);
        McpGateway gateway = gateway(backend);
        Container container = start(gateway)) {
      upgrade(container);

      HttpResponse<InputStream> answer =
          client.send(post(container), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        assertThat(body.readNBytes(9))
            .asString(StandardCharsets.US_ASCII)
            .isEqualTo(Backends.FIRST_EVENT);
        seen.countDown();
        assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void clientCancels_backendIsAborted() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    try (RawBackend backend = Backends.goingOn(cancelled, ended);
        McpGateway gateway = gateway(backend);
        Container container = start(gateway)) {
      upgrade(container);

      HttpResponse<InputStream> answer =
          client.send(post(container), HttpResponse.BodyHandlers.ofInputStream());
      answer.body().readNBytes(9);
      answer.body().close();
      cancelled.countDown();

      assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** A backend whose stream is quiet behind its first event, until the gateway leaves. */
  private static RawBackend quiet(CountDownLatch left) {
    return RawBackend.forEachRequest(
        (request, connection) -> {
          connection.write(Responses.STREAM_HEAD).writeChunk(Backends.FIRST_EVENT);
          try {
            connection.readByte();
          } finally {
            left.countDown();
          }
        });
  }

  private void cancel(Container container) throws Exception {
    HttpResponse<InputStream> answer =
        client.send(post(container), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    answer.body().readNBytes(9);
    answer.body().close();
  }

  @Test
  void clientCancels_quietStream_backendIsAborted() throws Exception {
    boolean told = kind != Container.Kind.UNDERTOW; // which a failed write tells
    CountDownLatch left = new CountDownLatch(1);
    try (RawBackend backend = quiet(left);
        McpGateway gateway = gateway(backend, told ? NO_COMMENTS : COMMENTS);
        Container container = start(gateway)) {
      upgrade(container);

      cancel(container);

      assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Tomcat hands the reset of its stream to nobody. */
  @Test
  void clientCancels_requestThatAskedForHttp2_backendIsAborted() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    try (RawBackend backend = quiet(left);
        McpGateway gateway = gateway(backend);
        Container container = start(gateway)) {
      HttpResponse<InputStream> answer =
          client.send(
              request(container, "/mcp")
                  .header("Authorization", "Bearer " + Tokens.GOOD)
                  .GET()
                  .build(),
              HttpResponse.BodyHandlers.ofInputStream());
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      answer.body().readNBytes(9);
      answer.body().close();

      assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
