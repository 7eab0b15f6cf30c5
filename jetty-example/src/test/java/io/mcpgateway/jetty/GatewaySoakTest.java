package io.mcpgateway.jetty;

import static io.mcpgateway.testkit.Requests.bearer;
import static io.mcpgateway.testkit.Requests.post;
import static io.mcpgateway.testkit.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.mcpgateway.Listener;
import io.mcpgateway.LiveGateway;
import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.RouteMatch;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.jwt.JwtVerifier;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.TestIssuer;
import io.mcpgateway.testkit.TestKey;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The launcher's gateway for minutes, under calls and streams, clients that leave or read slowly,
 * backends that restart, and keys that change: nothing is lost, doubled, reordered or mixed up, and
 * nothing grows.
 */
@Tag("soak")
class GatewaySoakTest {
  private static final int MINUTES = Integer.getInteger("soak.minutes", 10);
  private static final String AUDIENCE = "https://gateway.example.com/mcp";
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Path REPORT = Path.of("..", "docs", "reliability.md");
  private static final String BEGIN = "<!-- soak -->";
  private static final String END = "<!-- /soak -->";
  private static final long HEAP_MARGIN = 16L << 20;
  private static final int OPEN_MARGIN = 10;

  private final TestIssuer issuer = TestIssuer.start();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger streams = new AtomicInteger();
  private final AtomicInteger events = new AtomicInteger();
  private final AtomicInteger left = new AtomicInteger();
  private final AtomicInteger brokenByRestart = new AtomicInteger();
  private final AtomicInteger refusedByRestart = new AtomicInteger();
  private final AtomicInteger told = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private final List<Long> heap = new ArrayList<>();

  private final List<Restart> restarts = new CopyOnWriteArrayList<>();
  private final ReentrantReadWriteLock keys = new ReentrantReadWriteLock();
  private TestKey key = issuer.key();
  private int restarted;
  private int rotations;
  private int reloads;
  private volatile boolean over;

  /** The backend was away, from and to: times of the JVM's clock. */
  private record Restart(long from, long to) {
    // The gateway has seen the end of the connections that it keeps.
    private static final Duration SEEN = Duration.ofSeconds(1);

    // But for those that hold a response that its client takes slowly: their end is behind it.
    private static final Duration SEEN_BEHIND_A_RESPONSE =
        PAUSE.multipliedBy(SequencedBackend.EVENTS).plus(SEEN);

    /** Whether a request may have been broken off by it. */
    boolean broke(long began, long ended) {
      return began <= to + SEEN.toNanos() && ended >= from;
    }

    /** Whether a request may have met a connection that it has ended. */
    boolean leftStale(long began, long ended) {
      return began <= to + SEEN_BEHIND_A_RESPONSE.toNanos() && ended >= from;
    }
  }

  private static void log(String what) {
    System.out.println(Instant.now() + " " + what);
  }

  private void restart(SequencedBackend backend) throws IOException {
    log("restart");
    long from = System.nanoTime();
    restarts.add(new Restart(from, Long.MAX_VALUE / 2));
    backend.restart();
    restarts.set(restarts.size() - 1, new Restart(from, System.nanoTime()));
    restarted++;
    log("restarted");
  }

  /** Swaps the configuration of the running gateway; what is open goes on. */
  private void reload(JettyGateway gateway, SequencedBackend backend) throws IOException {
    log("reload");
    gateway.replace(configured(backend), LiveGateway.Streams.GO_ON);
    reloads++;
  }

  private void rotate() {
    log("rotate");
    TestKey next = TestKey.ec("rotated-" + (rotations + 1));
    issuer.publish(List.of(key.jwk(), next.jwk()));
    keys.writeLock().lock();
    try {
      key = next;
      rotations++;
    } finally {
      keys.writeLock().unlock();
    }
  }

  private String token() {
    keys.readLock().lock();
    try {
      return bearer(issuer.token().key(key).audience(AUDIENCE).sign());
    } finally {
      keys.readLock().unlock();
    }
  }

  private Route.Builder route(SequencedBackend backend) {
    return Route.builder().backend(Backend.of(backend.url())).dnsRebindingProtection(false);
  }

  private void finished(RequestRecord request) {
    told.incrementAndGet();
    request
        .reason()
        .filter(reason -> !reason.equals("the client left"))
        .ifPresent(
            reason ->
                log(
                    "gateway: %s, %d after %s: %s"
                        .formatted(request.path(), request.status(), request.total(), reason)));
  }

  private McpGateway configured(SequencedBackend backend) {
    JwtVerifier verifier =
        JwtVerifier.builder()
            .issuer(issuer.issuer())
            .audiences(AUDIENCE)
            .jwksUrl(issuer.jwksUrl())
            .build();
    Listener listener =
        Listener.builder()
            .address("127.0.0.1")
            .route(
                route(backend)
                    .name("protected")
                    .matches(RouteMatch.pathPrefix("/protected"))
                    .authentication(McpAuthentication.builder().verifier(verifier).build())
                    .build())
            .route(route(backend).name("open").matches(RouteMatch.pathPrefix("/open")).build())
            .build();
    return McpGateway.builder().listener(listener).observers(this::finished).build();
  }

  private interface Load {
    void run(int port, String name, Random random) throws IOException;
  }

  /** Repeats a load under new names until the soak is over. */
  private Future<?> load(ExecutorService clients, int port, String name, Load load) {
    return clients.submit(
        () -> {
          Random random = new Random(name.hashCode());
          for (int round = 0; !over; round++) {
            String number = name + "-" + round;
            long began = System.nanoTime();
            try {
              load.run(port, number, random);
            } catch (IOException broken) {
              judge(
                  number + ": " + broken,
                  brokenByRestart,
                  restart -> restart.broke(began, System.nanoTime()));
            }
          }
          return null;
        });
  }

  /** What does not meet a restart must be right. */
  private void judge(String what, AtomicInteger count, Predicate<Restart> met) {
    if (restarts.stream().anyMatch(met)) {
      count.incrementAndGet();
    } else {
      wrong(what);
    }
  }

  private void wrong(String what) {
    log("WRONG: " + what);
    wrong.add(what);
  }

  /** The backend is away, or was when its connection was taken from the pool. */
  private void refused(SequencedBackend backend, String number, long began, RawMessage answer) {
    long ended = System.nanoTime();
    boolean came = backend.saw(number);
    judge(
        number + (came ? " came: " : ": ") + answer,
        refusedByRestart,
        restart -> came ? restart.broke(began, ended) : restart.leftStale(began, ended));
  }

  private String at(String number, String... more) {
    return "X-Number: " + number + (more.length == 0 ? "" : "\r\n" + more[0]);
  }

  private boolean isProtected(String number) {
    return number.hashCode() % 2 == 0;
  }

  private String get(String number) {
    asked.incrementAndGet();
    return isProtected(number)
        ? request("GET", "/protected/" + number, at(number, token()))
        : request("GET", "/open/" + number, at(number));
  }

  private static boolean isRefusal(RawMessage answer) {
    return answer.status() == 502 || answer.status() == 503;
  }

  private void calls(SequencedBackend backend, int port, String name, Random random)
      throws IOException {
    try (RawConnection connection = RawConnection.to(port)) {
      for (int call = 0; call < 50 && !over; call++) {
        String number = name + "-" + call;
        String body =
            "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"method\":\"tools/call\",\"params\":\"%s\"}"
                .formatted(number, "y".repeat(random.nextInt(20_000)));
        long began = System.nanoTime();
        asked.incrementAndGet();
        calls.incrementAndGet();
        connection.write(
            isProtected(number)
                ? post("/protected/" + number, body, at(number, token()))
                : post("/open/" + number, body, at(number)));
        RawMessage answer = connection.readMessage();
        if (isRefusal(answer)) {
          refused(backend, number, began, answer);
        } else if (answer.status() != 200 || !answer.body().equals(body)) {
          wrong(number + ": " + answer);
        }
        backend.forget(number);
      }
    }
  }

  /** Reads a stream to its end, or as far as it is told. */
  private void stream(SequencedBackend backend, int port, String number, int most, Duration pause)
      throws IOException {
    try (RawConnection connection = RawConnection.to(port)) {
      streams.incrementAndGet();
      long began = System.nanoTime();
      RawMessage head = connection.write(get(number)).readHead();
      if (isRefusal(head)) {
        refused(backend, number, began, head);
        return;
      }
      if (head.status() != 200) {
        wrong(number + ": " + head);
        return;
      }
      StringBuilder unread = new StringBuilder();
      int next = 0;
      for (String chunk = connection.readChunk();
          !chunk.isEmpty();
          chunk = connection.readChunk()) {
        unread.append(chunk);
        for (int end = unread.indexOf("\n\n"); end >= 0; end = unread.indexOf("\n\n")) {
          String event = unread.substring(0, end + 2);
          unread.delete(0, end + 2);
          if (!event.equals(SequencedBackend.event(number, next))) {
            wrong(number + ": event " + next + " is " + event);
            return;
          }
          next++;
          events.incrementAndGet();
        }
        if (next >= most) {
          left.incrementAndGet();
          connection.reset();
          return;
        }
        LockSupport.parkNanos(pause.toNanos());
      }
      if (next != SequencedBackend.EVENTS || unread.length() > 0) {
        wrong(number + ": ended behind " + next + " events");
      }
    } finally {
      backend.forget(number);
    }
  }

  /** Leaves with the request sent, and nothing read. */
  private void leave(int port, String number) throws IOException {
    try (RawConnection connection = RawConnection.to(port)) {
      connection.write(get(number));
      left.incrementAndGet();
      connection.reset();
    }
  }

  private List<Future<?>> loads(ExecutorService clients, SequencedBackend backend, int port) {
    List<Future<?>> loads = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      loads.add(
          load(clients, port, "call-" + i, (to, name, random) -> calls(backend, to, name, random)));
      loads.add(
          load(
              clients,
              port,
              "stream-" + i,
              (to, name, random) -> stream(backend, to, name, Integer.MAX_VALUE, Duration.ZERO)));
      loads.add(
          load(
              clients,
              port,
              "slow-" + i,
              (to, name, random) -> stream(backend, to, name, Integer.MAX_VALUE, PAUSE)));
    }
    for (int i = 0; i < 3; i++) {
      loads.add(
          load(
              clients,
              port,
              "leaving-" + i,
              (to, name, random) -> {
                stream(backend, to, name, 1 + random.nextInt(100), Duration.ofMillis(1));
                leave(to, name + "-unread");
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(50)).toNanos());
              }));
    }
    return loads;
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long openFiles() {
    return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getOpenFileDescriptorCount();
  }

  private static int threads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  private static double mean(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).average().orElseThrow();
  }

  /** What happens to the gateway while it is used: about every second, in turn. */
  private void operate(JettyGateway gateway, SequencedBackend backend, long endNanos)
      throws IOException {
    for (int second = 1; System.nanoTime() < endNanos && wrong.isEmpty(); second++) {
      LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
      if (second % 15 == 0) {
        rotate();
      }
      if (second % 11 == 0) {
        restart(backend);
      }
      if (second % 7 == 0) {
        reload(gateway, backend);
      }
      if (second % 5 == 0) {
        heap.add(usedHeap());
      }
    }
  }

  @Test
  void minutesOfEverything_nothingIsLost_nothingGrows() throws Exception {
    int threadsBefore = threads();
    ExecutorService clients = Executors.newCachedThreadPool();
    try (issuer;
        SequencedBackend backend = new SequencedBackend(GatewaySoakTest::log)) {
      try (JettyGateway gateway = JettyGateway.start(configured(backend), Duration.ZERO)) {
        int port = gateway.ports().get(0);
        calls(backend, port, "first", new Random(1));
        long filesBefore = openFiles();

        List<Future<?>> loads = loads(clients, backend, port);
        operate(gateway, backend, System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos());
        over = true;
        for (Future<?> load : loads) {
          load.get(1, TimeUnit.MINUTES);
        }

        assertThat(wrong).isEmpty();
        assertThat(backend.doubled()).as("requests sent twice").isZero();
        await()
            .atMost(Duration.ofMinutes(1))
            .untilAsserted(
                () -> assertThat(gateway.live().openRequests()).as("open requests").isZero());
        // Who leaves before the head is read was never a request.
        await()
            .atMost(Duration.ofMinutes(1))
            .untilAsserted(
                () -> assertThat(told.get()).isBetween(asked.get() - left.get(), asked.get()));
        await()
            .atMost(Duration.ofMinutes(1))
            .untilAsserted(
                () ->
                    assertThat(openFiles())
                        .as("open files")
                        .isLessThanOrEqualTo(filesBefore + OPEN_MARGIN));
        int third = heap.size() / 3;
        assertThat(mean(heap.subList(heap.size() - third, heap.size())))
            .as("heap in use behind a collection, last third and first third")
            .isLessThan(mean(heap.subList(0, third)) + HEAP_MARGIN);
      }
    } finally {
      clients.shutdownNow();
    }
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                assertThat(threads())
                    .as("threads")
                    .isLessThanOrEqualTo(threadsBefore + OPEN_MARGIN));
    report();
  }

  private void report() throws IOException {
    int third = heap.size() / 3;
    String table =
        """
        | in %d minutes, %d processors, Java %s | |
        |---|---|
        | calls | %,d |
        | streams | %,d, with %,d events |
        | clients that left in the middle | %,d |
        | restarts of the backend | %d: %,d streams broke off, %,d requests were answered 502, as they should be: each met a restart |
        | rotations of the issuer's keys | %d |
        | reloads of the configuration | %d |
        | events lost, doubled, out of order; answers of another call; requests sent twice | 0 |
        | open requests at the end | 0 |
        | open files, and threads once it is closed, more than before | at most %d |
        | heap in use behind a collection, first and last third | %.1f MiB, %.1f MiB |
        """
            .formatted(
                MINUTES,
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                calls.get(),
                streams.get(),
                events.get(),
                left.get(),
                restarted,
                brokenByRestart.get(),
                refusedByRestart.get(),
                rotations,
                reloads,
                OPEN_MARGIN,
                mean(heap.subList(0, third)) / (1 << 20),
                mean(heap.subList(heap.size() - third, heap.size())) / (1 << 20));
    System.out.println(table.replace("\n", "; "));
    if (Boolean.getBoolean("config.update")) {
      String text = Files.exists(REPORT) ? Files.readString(REPORT) : "# Reliability\n";
      if (!text.contains(BEGIN)) {
        text += "\n## Soak\n\n" + BEGIN + "\n" + END + "\n";
      }
      Files.writeString(
          REPORT,
          text.substring(0, text.indexOf(BEGIN))
              + BEGIN
              + "\n"
              + table
              + text.substring(text.indexOf(END)));
    }
  }
}
