package io.mcpgateway.samples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.mcpgateway.McpGateway;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.Exchange;
import io.mcpgateway.http.HandOver;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.ResponseHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * The gateway on the JDK's own HTTP server. That server is blocking: each request, and each open
 * stream, holds the thread it is given, so give it virtual threads or a large pool.
 */
final class JdkExchange implements Exchange {
  private final HttpExchange jdk;
  private final RequestHead head;
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();

  /** What the gateway answers. */
  private record Answer(ResponseHead head, BodySource body) {}

  private JdkExchange(HttpExchange jdk) {
    this.jdk = jdk;
    this.head = head(jdk);
  }

  /**
   * A handler for {@code HttpServer.createContext("/", ...)}.
   *
   * @param gateway answers the requests
   */
  static HttpHandler handler(McpGateway gateway) {
    return jdk -> {
      try (jdk) {
        JdkExchange exchange = new JdkExchange(jdk);
        gateway.handle(exchange);
        Answer answer = exchange.answer.join();
        exchange.send(answer.head(), answer.body());
      }
    };
  }

  private static RequestHead head(HttpExchange jdk) {
    Headers.Builder headers = Headers.builder();
    jdk.getRequestHeaders()
        .forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
    URI uri = jdk.getRequestURI();
    return new RequestHead(
        jdk.getRequestMethod(),
        "http",
        Optional.ofNullable(jdk.getRequestHeaders().getFirst("Host")).orElse(""),
        "",
        uri.getRawPath(),
        Optional.ofNullable(uri.getRawQuery()).orElse(""),
        headers.build(),
        jdk.getRemoteAddress().getAddress().getHostAddress(),
        jdk.getLocalAddress().getPort());
  }

  @Override
  public RequestHead request() {
    return head;
  }

  @Override
  public BodySource requestBody() {
    InputStream in = jdk.getRequestBody();
    return new BodySource() {
      @Override
      public Chunk read() {
        try {
          byte[] bytes = in.readNBytes(8192);
          return Chunk.of(bytes, bytes.length < 8192);
        } catch (IOException broken) {
          return new Chunk.Failed(broken);
        }
      }

      @Override
      public void demand(Runnable readable) {
        readable.run();
      }

      @Override
      public void cancel(Throwable cause) {}

      @Override
      public long length() {
        return head.headers()
            .first("Content-Length")
            .map(Long::parseLong)
            .orElse(head.headers().contains("Transfer-Encoding") ? -1L : 0L);
      }
    };
  }

  @Override
  public void respond(ResponseHead response, BodySource body) {
    answer.complete(new Answer(response, body));
  }

  private void send(ResponseHead response, BodySource body) throws IOException {
    response.headers().forEach(field -> jdk.getResponseHeaders().add(field.name(), field.value()));
    long length =
        response.headers().first("Content-Length").map(Long::parseLong).orElse(0L /* chunked */);
    boolean empty = response.headers().first("Content-Length").equals(Optional.of("0"));
    jdk.sendResponseHeaders(response.status(), empty ? -1 : length);
    Semaphore readable = new Semaphore(0);
    OutputStream out = jdk.getResponseBody();
    try {
      while (true) {
        Chunk chunk = body.read();
        if (chunk instanceof Chunk.Data data) {
          byte[] bytes = new byte[data.bytes().remaining()];
          data.bytes().get(bytes);
          data.release();
          out.write(bytes);
          out.flush();
          if (data.last()) {
            return;
          }
        } else if (chunk instanceof Chunk.Failed failed) {
          throw new IOException("the response broke off", failed.cause());
        } else {
          body.demand(readable::release);
          readable.acquireUninterruptibly();
        }
      }
    } catch (IOException clientGone) {
      body.cancel(clientGone);
      throw clientGone;
    }
  }

  @Override
  public void proceed(HandOver handOver) {
    handOver.completed().accept(404);
    respond(new ResponseHead(404, handOver.responseHeaders()), BodySource.empty());
  }

  /** The JDK's server notices when it writes; {@link #send} cancels the body then. */
  @Override
  public void onClientGone(Consumer<Throwable> action) {}
}
