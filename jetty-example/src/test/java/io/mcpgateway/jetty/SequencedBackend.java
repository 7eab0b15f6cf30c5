package io.mcpgateway.jetty;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A backend whose answers tell whether they are the right ones: a call gets its own body back, a
 * stream counts its events. It can be restarted, which breaks off all that it is doing. Each
 * request names itself in {@code X-Number}; those that come twice are told.
 */
final class SequencedBackend implements AutoCloseable {
  static final int EVENTS = 200;

  // The gateway has left, because its client has.
  private static final Set<String> GONE = Set.of("Broken pipe", "Connection reset by peer");

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Boolean> seen = new ConcurrentHashMap<>();
  private final AtomicInteger doubled = new AtomicInteger();
  private final Consumer<String> log;
  private final int port;
  private HttpServer server;

  SequencedBackend(Consumer<String> log) throws IOException {
    this.log = log;
    server = listen(0);
    port = server.getAddress().getPort();
  }

  private HttpServer listen(int at) throws IOException {
    HttpServer listening =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 1000);
    listening.createContext("/", this::answer);
    listening.setExecutor(threads);
    listening.start();
    return listening;
  }

  String url() {
    return "http://127.0.0.1:" + port + "/mcp";
  }

  /** How many requests came twice. */
  int doubled() {
    return doubled.get();
  }

  /** Whether a request came. */
  boolean saw(String number) {
    return seen.containsKey(number);
  }

  /** Nobody asks for them any more: what came under these names is forgotten. */
  void forget(String number) {
    seen.remove(number);
  }

  synchronized void restart() throws IOException {
    server.stop(0);
    server = listen(port);
  }

  /** The event of a stream: numbered, of changing length. */
  static String event(String number, int event) {
    return "id: %d\ndata: %s-%d %s\n\n"
        .formatted(event, number, event, "x".repeat(event * 37 % 900));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String number = exchange.getRequestHeaders().getFirst("X-Number");
    try {
      answer(number, exchange);
    } catch (IOException broken) {
      if (!GONE.contains(String.valueOf(broken.getMessage()))) {
        log.accept("backend: " + number + ": " + broken);
      }
      throw broken;
    }
  }

  private void answer(String number, HttpExchange exchange) throws IOException {
    try (exchange) {
      if (seen.putIfAbsent(number, true) != null) {
        doubled.incrementAndGet();
      }
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (exchange.getRequestMethod().equals("POST")) {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
      } else {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        stream(number, exchange.getResponseBody());
      }
    }
  }

  private static void stream(String number, OutputStream client) throws IOException {
    for (int event = 0; event < EVENTS; event++) {
      client.write(event(number, event).getBytes(StandardCharsets.US_ASCII));
      client.flush();
    }
    client.close();
  }

  @Override
  public synchronized void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
