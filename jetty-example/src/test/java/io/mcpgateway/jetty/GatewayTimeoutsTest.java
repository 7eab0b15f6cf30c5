package io.mcpgateway.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.mcpgateway.Listener;
import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.config.ServerSettings;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.OpenResources;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.Requests;
import io.mcpgateway.testkit.ResourceLevel;
import io.mcpgateway.testkit.Responses;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** D2, D7: slow and silent clients, and too many of them. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GatewayTimeoutsTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofMinutes(1);

  @AutoClose private final OpenResources open = new OpenResources();
  private final List<RequestRecord> records = new CopyOnWriteArrayList<>();

  private JettyGateway start(RawBackend backend, Duration head, Duration idle, int connections)
      throws IOException {
    Listener listener =
        Listener.builder()
            .address("127.0.0.1")
            .hostname(Requests.HOST)
            .route(Route.builder().backend(Backend.of(backend.url())).build())
            .build();
    ServerSettings usual = ServerSettings.DEFAULT;
    return open.add(
        JettyGateway.start(
            McpGateway.builder().listener(listener).observers(records::add).build(),
            new ServerSettings(
                usual.health(),
                usual.admin(),
                usual.metrics(),
                Duration.ZERO,
                Duration.ZERO,
                idle,
                head,
                connections,
                usual.streamsOnReload())));
  }

  private RawBackend indifferent() {
    return open.add(RawBackend.answering(Responses.ok("{}")));
  }

  private static int call(RawConnection client) throws IOException {
    return client.write(Requests.post("/mcp", "{}")).readMessage().status();
  }

  private static int call(JettyGateway gateway) throws IOException {
    try (RawConnection client = RawConnection.to(gateway.ports().get(0))) {
      return call(client);
    }
  }

  /** Sends a byte as long as it is taken; tells whether the connection is closed. */
  private static boolean dripsIntoTheVoid(RawConnection client) {
    try {
      client.write("a");
      return client.available() > 0 && client.readByte() < 0;
    } catch (IOException closed) {
      return true;
    }
  }

  @Test
  void d2_headThatDrips_isCut() throws Exception {
    JettyGateway gateway = start(indifferent(), SHORT, LONG, 100);
    try (RawConnection client = RawConnection.to(gateway.ports().get(0))) {
      client.write("POST /mcp HTTP/1.1\r\nX: ");

      await().pollInterval(Duration.ofMillis(10)).until(() -> dripsIntoTheVoid(client));
    }
    assertThat(call(gateway)).isEqualTo(200);
  }

  @Test
  void d2_secondHeadThatDrips_isCutToo() throws Exception {
    JettyGateway gateway = start(indifferent(), SHORT, LONG, 100);
    try (RawConnection client = RawConnection.to(gateway.ports().get(0))) {
      assertThat(call(client)).isEqualTo(200);
      client.write("POST /mc");

      await().pollInterval(Duration.ofMillis(10)).until(() -> dripsIntoTheVoid(client));
    }
  }

  @Test
  void d2_headInPieces_thatComesInTime_isServed() throws Exception {
    JettyGateway gateway = start(indifferent(), LONG, LONG, 100);
    String request = Requests.post("/mcp", "{}");
    try (RawConnection client = RawConnection.to(gateway.ports().get(0))) {
      for (int i = 0; i < request.length(); i++) {
        client.write(request.substring(i, i + 1));
      }
      assertThat(client.readMessage().status()).isEqualTo(200);
      assertThat(call(client)).isEqualTo(200);
    }
  }

  @Test
  void d2_threeHundredHalfHeads_holdNobodyUp() throws Exception {
    JettyGateway gateway = start(indifferent(), LONG, LONG, 1000);
    List<RawConnection> half = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      half.add(open.add(RawConnection.to(gateway.ports().get(0))).write("POST /mcp HTTP/1.1\r\n"));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(call(gateway)).isEqualTo(200);
    }
    for (RawConnection client : half.subList(0, 10)) {
      client.write("Host: " + Requests.HOST + "\r\nContent-Length: 2\r\n\r\n{}");
      assertThat(client.readMessage().status()).isEqualTo(200);
    }
  }

  @Test
  void d2_clientThatTakesNothing_isGivenUpAndTheBackendIsTold() throws Exception {
    RawBackend backend =
        open.add(
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.write(Responses.chunked("application/octet-stream"));
                  String much = "x".repeat(64 * 1024);
                  while (true) {
                    connection.writeChunk(much);
                  }
                }));
    JettyGateway gateway = start(backend, LONG, SHORT, 100);
    RawConnection client = open.add(RawConnection.to(gateway.ports().get(0)));
    client.write(Requests.request("GET", "/mcp")).readHead();

    await().until(() -> backend.connections() == 0);
    await().until(() -> records.size() == 1);
    assertThat(gateway.live().openRequests()).isZero();
  }

  @Test
  void d2_streamThatIsQuiet_isNoIdleConnection() throws Exception {
    RawBackend backend =
        open.add(
            RawBackend.start(
                connection -> {
                  connection.readMessage();
                  connection.write(Responses.STREAM_HEAD);
                  connection.readByte();
                }));
    JettyGateway gateway = start(backend, SHORT, SHORT, 100);
    RawConnection client = open.add(RawConnection.to(gateway.ports().get(0)));
    client.write(Requests.request("GET", "/mcp", "Accept: text/event-stream")).readHead();
    RawConnection idle = open.add(RawConnection.to(gateway.ports().get(0)));

    assertThat(idle.readByte()).as("an idle connection is closed meanwhile").isEqualTo(-1);
    assertThat(gateway.live().openStreams()).isEqualTo(1);
  }

  @Test
  void h7_moreRequestsAtOnceThanABufferHolds_areAllAnsweredInOrder() throws Exception {
    RawBackend backend =
        open.add(
            RawBackend.forEachRequest(
                (request, connection) -> connection.write(Responses.ok(request.body()))));
    JettyGateway gateway = start(backend, LONG, LONG, 100);
    for (int round = 0; round < 10; round++) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        all.append(Requests.post("/mcp", "\"" + i + "x".repeat(37 * i) + "\""));
      }
      try (RawConnection client = RawConnection.to(gateway.ports().get(0))) {
        Thread sending =
            new Thread(
                () -> {
                  try {
                    client.write(all.toString());
                  } catch (IOException closed) {
                    // shows in the answers
                  }
                });
        sending.start();
        for (int i = 0; i < 40; i++) {
          assertThat(client.readMessage().body()).isEqualTo("\"" + i + "x".repeat(37 * i) + "\"");
        }
        sending.join();
      }
    }
  }

  @Test
  void d7_connectionsBeyondTheLimit_waitUntilOneIsClosed() throws Exception {
    JettyGateway gateway = start(indifferent(), LONG, LONG, 3);
    int port = gateway.ports().get(0);
    List<RawConnection> clients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      RawConnection client = open.add(RawConnection.to(port));
      assertThat(call(client)).isEqualTo(200);
      clients.add(client);
    }
    RawConnection waiting = open.add(RawConnection.to(port));
    waiting.write(Requests.post("/mcp", "{}"));
    // Its answer would have come before the last one of these.
    for (int i = 0; i < 50; i++) {
      assertThat(call(clients.get(1))).isEqualTo(200);
    }
    assertThat(waiting.available()).isZero();

    clients.get(0).close();

    assertThat(waiting.readMessage().status()).isEqualTo(200);
  }

  private static void assumeRoomFor(int files) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      assumeThat(system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount())
          .as("file descriptors")
          .isGreaterThan(files);
    }
  }

  /** But for threads, which the pools keep for a minute. */
  private static void assertThatFilesGoBackTo(ResourceLevel before) {
    await()
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () ->
                assertThat(ResourceLevel.now().files())
                    .as("open files")
                    .isLessThanOrEqualTo(before.files() + 4));
  }

  @Test
  void d7_threeThousandIdleConnections_holdNobodyUpAndLeaveNothing() throws Exception {
    int many = 3000;
    assumeRoomFor(2 * many + 500);
    JettyGateway gateway = start(indifferent(), LONG, LONG, many + 100);
    int port = gateway.ports().get(0);
    assertThat(call(gateway)).isEqualTo(200);
    ResourceLevel before = ResourceLevel.now();

    List<RawConnection> idle = new ArrayList<>();
    for (int i = 1; i <= many; i++) {
      RawConnection client = open.add(RawConnection.to(port));
      idle.add(client);
      if (i % 25 == 0) { // all before it have been accepted, too
        assertThat(call(client)).isEqualTo(200);
      }
    }
    for (int i = 0; i < 20; i++) {
      assertThat(call(gateway)).isEqualTo(200);
    }
    assertThat(call(idle.get(0))).as("one that waited").isEqualTo(200);
    assertThat(ResourceLevel.now().isBackTo(before)).as("they are there").isFalse();

    for (RawConnection client : idle) {
      client.close();
    }
    assertThatFilesGoBackTo(before);
    assertThat(call(gateway)).isEqualTo(200);
  }

  @Test
  void d7_thousandStreams_leaveNothing() throws Exception {
    int many = 1000;
    assumeRoomFor(4 * many + 500);
    RawBackend backend =
        open.add(
            RawBackend.forEachRequest(
                (request, connection) -> {
                  if (request.startLine().startsWith("GET")) {
                    connection.write(Responses.STREAM_HEAD);
                    connection.readToEnd();
                  } else {
                    connection.write(Responses.ok("{}"));
                  }
                }));
    JettyGateway gateway = start(backend, LONG, LONG, many + 100);
    assertThat(call(gateway)).isEqualTo(200);
    ResourceLevel before = ResourceLevel.now();

    List<RawConnection> listening = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      RawConnection client = open.add(RawConnection.to(gateway.ports().get(0)));
      client.write(Requests.request("GET", "/mcp", "Accept: text/event-stream")).readHead();
      listening.add(client);
    }
    assertThat(gateway.live().openStreams()).isEqualTo(many);
    assertThat(call(gateway)).isEqualTo(200);

    for (RawConnection client : listening) {
      client.close();
    }
    assertThatFilesGoBackTo(before);
    await().until(() -> gateway.live().openRequests() == 0);
    assertThat(call(gateway)).isEqualTo(200);
  }
}
