package io.mcpgateway.forward;

import static io.mcpgateway.testkit.Latches.passed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.TrustedProxies;
import io.mcpgateway.mcp.McpMessage;
import io.mcpgateway.telemetry.RefusalCode;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.ClientExchange;
import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.MutableClock;
import io.mcpgateway.testkit.OpenResources;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.Responses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is tried again, and what is not; and when nobody tries any more. */
@Timeout(60)
class ConnectRetryTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}";
  private static final String ERROR =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32603,"
          + "\"message\":\"the MCP server could not be reached\"}}";
  private static final ConnectRetry OFTEN = new ConnectRetry(100, Duration.ofMillis(20));

  private final MutableClock clock = MutableClock.create();
  private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
  @AutoClose private final OpenResources open = new OpenResources();

  private McpGateway gateway(String url, ConnectRetry retry) {
    return gateway(Route.builder().backend(Backend.of(url)).retry(retry));
  }

  private McpGateway gateway(Route.Builder route) {
    return open.add(
        McpGateway.builder().clock(clock).observers(records::add).route(route.build()).build());
  }

  private static ClientExchange call(McpGateway gateway) {
    ClientExchange client = ClientExchange.post(CALL);
    gateway.handle(client);
    return client;
  }

  private RawBackend startAt(int port) throws IOException {
    return open.add(
        RawBackend.start(
            new ServerSocket(port, 100, InetAddress.getLoopbackAddress()),
            RawBackend.eachRequest((request, connection) -> connection.write(Responses.ok("{}")))));
  }

  private static String urlOf(int port) {
    return "http://127.0.0.1:" + port + "/mcp";
  }

  @Test
  void refusedConnection_isTriedAgainUntilThereIsOne() throws Exception {
    int port = FreePort.any();
    McpGateway gateway = gateway(urlOf(port), OFTEN);
    ClientExchange client = call(gateway);
    await().until(() -> !gateway.backends().isEmpty() && !gateway.backends().get(0).reachable());
    RawBackend backend = startAt(port);
    clock.advance(Circuit.PAUSE);

    assertThat(client.head().status()).isEqualTo(200);
    assertThat(client.rest()).isEqualTo("{}");
    assertThat(backend.requests()).singleElement().extracting(RawMessage::body).isEqualTo(CALL);
    assertThat(gateway.backends()).singleElement().matches(BackendState::reachable);
  }

  @Test
  void withoutRetry_isAnErrorWithTheIdAtOnce() throws Exception {
    ClientExchange client = call(gateway(urlOf(FreePort.any()), ConnectRetry.NONE));

    assertThat(client.head().status()).isEqualTo(502);
    assertThat(client.rest()).isEqualTo(ERROR);
  }

  @Test
  void attemptsThatAllFail_areAnErrorWithTheId() throws Exception {
    McpGateway gateway = gateway(urlOf(FreePort.any()), new ConnectRetry(2, Duration.ZERO));
    ClientExchange client = call(gateway);

    assertThat(client.head().status()).isEqualTo(502);
    assertThat(client.rest()).isEqualTo(ERROR);
  }

  @Test
  void whatWasSent_isNotSentAgain() throws Exception {
    RawBackend backend = open.add(RawBackend.start(RawConnection::readMessage));
    ClientExchange client = call(gateway(backend.url(), OFTEN));

    assertThat(client.head().status()).isEqualTo(502);
    assertThat(backend.requests()).hasSize(1);
  }

  @Test
  void answerOfAnyStatus_isNotAskedForAgain() throws Exception {
    RawBackend backend =
        open.add(RawBackend.answering(Responses.json("503 Service Unavailable", "{}")));
    ClientExchange client = call(gateway(backend.url(), OFTEN));

    assertThat(client.head().status()).isEqualTo(503);
    assertThat(backend.requests()).hasSize(1);
  }

  @Test
  void clientThatLeaves_endsTheWait() throws Exception {
    McpGateway gateway = gateway(urlOf(FreePort.any()), new ConnectRetry(1, Duration.ofHours(1)));
    ClientExchange client = call(gateway);
    await().until(() -> !gateway.backends().isEmpty() && !gateway.backends().get(0).reachable());
    client.leave();

    assertThat(client.head().status()).isEqualTo(502);
  }

  @Test
  void responseTimeout_isForAllAttemptsTogether() throws Exception {
    ClientExchange client =
        call(
            gateway(
                Route.builder()
                    .backend(Backend.of(urlOf(FreePort.any())))
                    .responseTimeout(Duration.ofMillis(200))
                    .retry(new ConnectRetry(1, Duration.ofHours(1)))));

    assertThat(client.head().status()).isEqualTo(504);
  }

  @Test
  void afterFiveFailures_requestsFailAtOnceAndOneTriesEachSecond() throws Exception {
    int port = FreePort.any();
    McpGateway gateway = gateway(urlOf(port), ConnectRetry.NONE);
    for (int i = 0; i < Circuit.THRESHOLD; i++) {
      assertThat(call(gateway).head().status()).isEqualTo(502);
    }
    ClientExchange refused = call(gateway);
    assertThat(refused.head().status()).isEqualTo(503);
    assertThat(refused.head().headers().first("Retry-After")).contains("1");
    assertThat(refused.rest()).isEqualTo(ERROR);
    await()
        .untilAsserted(
            () ->
                assertThat(records.get(records.size() - 1).reason().orElseThrow())
                    .startsWith("the backend is unreachable: "));

    clock.advance(Circuit.PAUSE);
    assertThat(call(gateway).head().status()).isEqualTo(502);
    startAt(port);
    assertThat(call(gateway).head().status()).isEqualTo(503);
    clock.advance(Circuit.PAUSE);
    assertThat(call(gateway).head().status()).isEqualTo(200);
    assertThat(call(gateway).head().status()).isEqualTo(200);
  }

  // --- names

  /** Forwards by a resolver of the test's own. */
  private ClientExchange forwarded(Forwarder forwarder, String url) {
    ClientExchange client = ClientExchange.post(CALL);
    ForwardPlan plan =
        Plans.of(
            new Backend("named", URI.create(url)),
            client.request(),
            PublicOrigin.of(client.request(), TrustedProxies.NONE),
            false,
            Headers.EMPTY);
    forwarder.forward(client, plan, new Unobserved());
    return client;
  }

  private static final class Unobserved implements ForwardObserver {
    @Override
    public Headers sending(McpMessage message) {
      return Headers.EMPTY;
    }

    @Override
    public void failed(RefusalCode code, String reason) {}
  }

  private Forwarder forwarder(SharedLookups.Names names) {
    return open.add(
        new Forwarder(
            new ForwardLimits(1 << 20, Duration.ofSeconds(5), Duration.ofMinutes(5)),
            Clock.systemUTC(),
            BackendTransport.Readers.SELECTORS,
            Duration.ofSeconds(4),
            names));
  }

  @Test
  void n1_everyAddressOfAHostIsTried() throws Exception {
    RawBackend backend = open.add(RawBackend.answering(Responses.ok("{}")));
    List<InetAddress> addresses =
        List.of(
            InetAddress.getByAddress("dead", new byte[] {127, 0, 0, 2}),
            InetAddress.getByAddress("dead", new byte[] {127, 0, 0, 3}),
            InetAddress.getByAddress("live", new byte[] {127, 0, 0, 1}));
    ClientExchange client =
        forwarded(forwarder(host -> addresses), "http://backend.test:" + backend.port() + "/mcp");

    assertThat(client.head().status()).isEqualTo(200);
    assertThat(backend.requests()).hasSize(1);
  }

  @Test
  void n1_nameIsLookedUpForEachConnection() throws Exception {
    RawBackend backend = open.add(RawBackend.answering(Responses.ok("{}")));
    AtomicInteger lookups = new AtomicInteger();
    Forwarder forwarder =
        forwarder(
            host -> {
              if (lookups.getAndIncrement() == 0) {
                throw new UnknownHostException(host);
              }
              return List.of(InetAddress.getLoopbackAddress());
            });
    String url = "http://backend.test:" + backend.port() + "/mcp";

    assertThat(forwarded(forwarder, url).head().status()).isEqualTo(502);
    assertThat(forwarder.backends().get(0).lastFailure())
        .contains("the host name is not resolved: backend.test");
    assertThat(forwarded(forwarder, url).head().status()).isEqualTo(200);
  }

  @Test
  void n1_nameServersThatAreSilent_holdOneThreadAndNoOtherBackend() throws Exception {
    RawBackend backend = open.add(RawBackend.answering(Responses.ok("{}")));
    CountDownLatch found = new CountDownLatch(1);
    AtomicInteger lookups = new AtomicInteger();
    Forwarder forwarder =
        forwarder(
            host -> {
              if (host.equals("slow.test")) {
                lookups.incrementAndGet();
                passed(found);
              }
              return List.of(InetAddress.getLoopbackAddress());
            });
    List<ClientExchange> waiting = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 200; i++) {
      waiting.add(forwarded(forwarder, "http://slow.test:" + backend.port() + "/mcp"));
    }

    assertThat(forwarded(forwarder, "http://fast.test:" + backend.port() + "/mcp").head().status())
        .isEqualTo(200);
    assertThat(lookups.get()).isEqualTo(1);
    found.countDown();
    for (ClientExchange client : waiting) {
      assertThat(client.head().status()).isEqualTo(200);
    }
  }

  // --- the settings

  @Test
  void settings_areChecked() {
    assertThatThrownBy(() -> new ConnectRetry(-1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ConnectRetry(101, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ConnectRetry(1, Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
