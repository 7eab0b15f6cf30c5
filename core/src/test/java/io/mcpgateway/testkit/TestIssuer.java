package io.mcpgateway.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mcpgateway.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * An issuer of access tokens on loopback: a JWK set, its metadata, and signatures. It counts what
 * it is asked, and misbehaves when told to. Thread-safe.
 */
public final class TestIssuer implements AutoCloseable {
  /** How the JWK set is answered. */
  public enum Answer {
    /** 200 with the keys. */
    GOOD,
    /** 503. */
    UNAVAILABLE,
    /** Nothing, until told otherwise; then 200 with the keys of when it was asked. */
    HANG,
    /** 200 with the keys, ten bytes in a second, until told otherwise; then the rest. */
    DRIP,
    /** 200 with bytes that are no JSON. */
    GARBAGE,
    /** 200 with a login page. */
    HTML,
    /** 200 without a body. */
    EMPTY,
    /** 200 with a set of no keys. */
    NO_KEYS,
    /** 302 to {@link #redirectTarget}. */
    REDIRECT,
    /** 200 whose body ends too early. */
    TRUNCATED,
    /** 200 with the keys in gzip, which nobody asked for: unpacked, they could be of any size. */
    GZIPPED,
    /** 200 with 64 MiB. */
    HUGE
  }

  private static final String JWKS_PATH = "/jwks";

  private final Clock clock;
  private final int port;
  private final String path;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "test-issuer");
            thread.setDaemon(true);
            return thread;
          });
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicLong hugeBytes = new AtomicLong();
  private HttpServer server;
  private volatile CountDownLatch hanging = new CountDownLatch(1);
  private volatile TestKey key = TestKey.ec("key-1");
  private volatile String jwks = jwkSet(List.of(key.jwk()));
  private volatile String cacheControl = "max-age=600";
  private volatile Answer answer = Answer.GOOD;
  private volatile String redirectTarget = "";
  private volatile String metadataPath;
  private volatile String metadataIssuer;

  private TestIssuer(Clock clock, String path) {
    this.clock = clock;
    this.path = path;
    this.server = listen(0);
    this.port = server.getAddress().getPort();
    this.metadataPath = "/.well-known/oauth-authorization-server" + path;
    this.metadataIssuer = issuer();
  }

  /** An issuer without a path that lives by the system's clock. */
  public static TestIssuer start() {
    return start(Clock.systemUTC());
  }

  /** An issuer without a path. */
  public static TestIssuer start(Clock clock) {
    return new TestIssuer(clock, "");
  }

  /** An issuer with a path, e.g. {@code /tenant}. */
  public static TestIssuer startAt(String path) {
    return new TestIssuer(Clock.systemUTC(), path);
  }

  private HttpServer listen(int port) {
    try {
      HttpServer started =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      started.setExecutor(threads);
      started.createContext("/", this::handle);
      started.start();
      return started;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String asked = exchange.getRequestURI().getPath();
      requests.add(asked);
      if (asked.equals(JWKS_PATH)) {
        answerKeys(exchange);
      } else if (asked.equals(metadataPath)) {
        Map<String, Object> metadata = Map.of("issuer", metadataIssuer, "jwks_uri", jwksUrl());
        send(exchange, 200, Json.write(metadata));
      } else {
        send(exchange, 404, "");
      }
    }
  }

  private void answerKeys(HttpExchange exchange) throws IOException {
    String content = jwks;
    exchange.getResponseHeaders().set("Cache-Control", cacheControl);
    switch (answer) {
      case GOOD -> send(exchange, 200, content);
      case UNAVAILABLE -> send(exchange, 503, content);
      case HANG -> {
        awaitChange();
        send(exchange, 200, content);
      }
      case DRIP -> drip(exchange, content);
      case GARBAGE -> send(exchange, 200, "\u0000\u0001keys");
      case HTML -> send(exchange, 200, "<html><body>Log in</body></html>");
      case EMPTY -> send(exchange, 200, "");
      case NO_KEYS -> send(exchange, 200, "{\"keys\":[]}");
      case REDIRECT -> {
        exchange.getResponseHeaders().set("Location", redirectTarget);
        send(exchange, 302, "");
      }
      case TRUNCATED -> {
        exchange.sendResponseHeaders(200, content.length());
        exchange.getResponseBody().write(content.substring(10).getBytes(StandardCharsets.UTF_8));
      }
      case GZIPPED -> {
        exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream packed = new GZIPOutputStream(exchange.getResponseBody())) {
          packed.write(content.getBytes(StandardCharsets.UTF_8));
        }
      }
      case HUGE -> sendHuge(exchange);
    }
  }

  private void awaitChange() {
    try {
      hanging.await();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void drip(HttpExchange exchange, String content) throws IOException {
    CountDownLatch change = hanging;
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    OutputStream body = exchange.getResponseBody();
    int sent = 0;
    try {
      while (sent < bytes.length && !change.await(100, TimeUnit.MILLISECONDS)) {
        body.write(bytes[sent]);
        body.flush();
        sent++;
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
    body.write(bytes, sent, bytes.length - sent);
  }

  private static void send(HttpExchange exchange, int status, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private void sendHuge(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    OutputStream body = exchange.getResponseBody();
    byte[] blanks = " ".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 1024; i++) {
      body.write(blanks);
      hugeBytes.addAndGet(blanks.length);
    }
  }

  /** The issuer identifier. */
  public String issuer() {
    return "http://127.0.0.1:" + port + path;
  }

  /** Where the keys are. */
  public String jwksUrl() {
    return "http://127.0.0.1:" + port + JWKS_PATH;
  }

  /** The published keys. */
  public String jwks() {
    return jwks;
  }

  /** The key that signs. */
  public TestKey key() {
    return key;
  }

  /** A token of the key that signs. */
  public TestToken token() {
    return new TestToken(issuer(), key, clock.instant());
  }

  /** Publishes one new key and signs with it; the old one is withdrawn. */
  public TestKey rotate(String keyId) {
    return use(TestKey.ec(keyId));
  }

  /** Publishes one key and signs with it. */
  public TestKey use(TestKey next) {
    key = next;
    publish(List.of(next.jwk()));
    return next;
  }

  /** Publishes any keys. */
  public void publish(List<Map<String, Object>> jwks) {
    this.jwks = jwkSet(jwks);
  }

  /** A JWK set of keys. */
  public static String jwkSet(List<Map<String, Object>> jwks) {
    return Json.write(Map.of("keys", jwks));
  }

  /** Sets how the JWK set is answered from now on; whoever hangs is answered. */
  public void answer(Answer answer) {
    this.answer = answer;
    CountDownLatch before = hanging;
    hanging = new CountDownLatch(1);
    before.countDown();
  }

  /** Sets the {@code Cache-Control} of the JWK set. Default: ten minutes. */
  public void cacheControl(String value) {
    this.cacheControl = value;
  }

  /** Sets where {@link Answer#REDIRECT} leads. */
  public void redirectTarget(String url) {
    this.redirectTarget = url;
  }

  /** Sets where the metadata is. Default: the form of RFC 8414. */
  public void metadataPath(String path) {
    this.metadataPath = path;
  }

  /** Sets what the metadata says of the issuer. */
  public void metadataIssuer(String issuer) {
    this.metadataIssuer = issuer;
  }

  /** Stops listening; connections are refused. */
  public synchronized void disappear() {
    server.stop(0);
  }

  /** Listens again. */
  public synchronized void reappear() {
    server = listen(port);
  }

  /** The paths of all requests, in order. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** How often the JWK set was asked for. */
  public long keyFetches() {
    return Stream.of(requests.toArray()).filter(JWKS_PATH::equals).count();
  }

  /** How many bytes of {@link Answer#HUGE} were taken from it, those in sockets included. */
  public long hugeBytes() {
    return hugeBytes.get();
  }

  @Override
  public synchronized void close() {
    answer(Answer.GOOD);
    server.stop(0);
    threads.shutdownNow();
  }
}
