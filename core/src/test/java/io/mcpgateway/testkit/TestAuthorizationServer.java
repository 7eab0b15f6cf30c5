package io.mcpgateway.testkit;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mcpgateway.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An authorization server on loopback, below {@code /tenant}: its metadata, and endpoints that
 * answer what the test says. It remembers what it is asked. Thread-safe.
 */
public final class TestAuthorizationServer implements AutoCloseable {
  private static final String METADATA = "/tenant/.well-known/openid-configuration";

  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "test-authorization-server");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<String, Object> metadata = new ConcurrentHashMap<>();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile String cacheControl = "max-age=600";
  private volatile boolean down;

  /** A request. */
  public record Asked(String method, String path, Map<String, List<String>> headers, String body) {}

  private record Answer(int status, String contentType, String body) {}

  private TestAuthorizationServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
    metadata.put("issuer", issuer());
    metadata.put("authorization_endpoint", issuer() + "/authorize");
    metadata.put("token_endpoint", issuer() + "/token");
    metadata.put("registration_endpoint", issuer() + "/register");
    metadata.put("authorization_response_iss_parameter_supported", true);
    metadata.put("signed_metadata", "e.y.J");
  }

  /** Starts one. */
  public static TestAuthorizationServer start() {
    return new TestAuthorizationServer();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Headers fields = exchange.getRequestHeaders();
      asked.add(new Asked(exchange.getRequestMethod(), path, new LinkedHashMap<>(fields), body));
      if (down) {
        send(exchange, new Answer(503, "text/html", "<html>down</html>"));
      } else if (path.equals(METADATA)) {
        exchange.getResponseHeaders().set("Cache-Control", cacheControl);
        send(exchange, new Answer(200, "application/json", document()));
      } else {
        send(exchange, answers.getOrDefault(path, new Answer(404, "text/plain", "none")));
      }
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", answer.contentType());
    exchange.getResponseHeaders().set("X-Internal", "secret");
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** The issuer identifier. */
  public String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/tenant";
  }

  /** The metadata as it is served. */
  public String document() {
    return Json.write(new TreeMap<>(metadata));
  }

  /** Changes a member of the metadata. */
  public void metadata(String member, Object value) {
    metadata.put(member, value);
  }

  /** Takes a member of the metadata away. */
  public void withoutMetadata(String member) {
    metadata.remove(member);
  }

  /** Sets the {@code Cache-Control} of the metadata. Default: ten minutes. */
  public void cacheControl(String value) {
    cacheControl = value;
  }

  /** Sets what an endpoint answers, e.g. {@code register}. */
  public void answer(String endpoint, int status, String contentType, String body) {
    answers.put("/tenant/" + endpoint, new Answer(status, contentType, body));
  }

  /** Answers everything with 503 from now on, or no longer. */
  public void down(boolean isDown) {
    down = isDown;
  }

  /** What an endpoint was asked, in order. */
  public List<Asked> asked(String endpoint) {
    return asked.stream().filter(request -> request.path().equals("/tenant/" + endpoint)).toList();
  }

  /** How often the metadata was asked for where it is. */
  public long metadataFetches() {
    return asked.stream().filter(request -> request.path().equals(METADATA)).count();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
