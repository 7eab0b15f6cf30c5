package io.mcpgateway.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.config.ServerSettings.LocalAddress;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.OpenResources;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.Requests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The ports for operators and probes: which are opened, and what is answered there. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class AdminServerTest {
  private static final List<AdminEndpoint> ONE = List.of(saying("/one", "1"));
  private static final List<AdminEndpoint> TWO = List.of(saying("/two", "2"));

  @AutoClose private final OpenResources open = new OpenResources();

  private static AdminEndpoint saying(String path, String text) {
    return AdminEndpoint.get(path, () -> new Response(200, Headers.EMPTY, text));
  }

  private static LocalAddress at(int port, boolean required) {
    return new LocalAddress("127.0.0.1", port, required);
  }

  private AdminServer start(AdminPort... ports) throws IOException {
    return open.add(AdminServer.start(List.of(ports)));
  }

  private static RawMessage send(AdminServer server, String key, String request)
      throws IOException {
    try (RawConnection client = RawConnection.to(server.port(key).orElseThrow())) {
      return client.write(request).readMessage();
    }
  }

  private static int status(AdminServer server, String key, String path) throws IOException {
    return send(server, key, Requests.request("GET", path)).status();
  }

  @Test
  void start_twoAddresses_answersAtEachItsOwn() throws Exception {
    AdminServer server =
        start(
            new AdminPort("a", at(FreePort.any(), true), ONE),
            new AdminPort("b", at(FreePort.any(), true), TWO));

    assertThat(status(server, "a", "/one")).isEqualTo(200);
    assertThat(status(server, "a", "/two")).isEqualTo(404);
    assertThat(status(server, "b", "/two")).isEqualTo(200);
  }

  @Test
  void start_addressesThatAreTheSame_shareAPort() throws Exception {
    LocalAddress address = at(FreePort.any(), true);
    AdminServer server = start(new AdminPort("a", address, ONE), new AdminPort("b", address, TWO));

    assertThat(server.port("a")).isEqualTo(server.port("b"));
    assertThat(status(server, "a", "/one")).isEqualTo(200);
    assertThat(status(server, "a", "/two")).isEqualTo(200);
  }

  @Test
  void start_portThatIsTaken_isMissingWhereItIsNotRequired() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      AdminPort other = new AdminPort("b", at(FreePort.any(), true), TWO);

      AdminServer server = start(new AdminPort("a", at(taken.getLocalPort(), false), ONE), other);

      assertThat(server.port("a")).isEmpty();
      assertThat(status(server, "b", "/two")).isEqualTo(200);
      assertThatThrownBy(() -> start(new AdminPort("a", at(taken.getLocalPort(), true), ONE)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("a 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void answer_otherMethod_is405AndHeadIsGet() throws Exception {
    AdminServer server = start(new AdminPort("a", at(0, true), ONE));

    RawMessage refused = send(server, "a", Requests.post("/one", "x"));

    assertThat(refused.status()).isEqualTo(405);
    assertThat(refused.head()).contains("Allow: GET");
    try (RawConnection client = RawConnection.to(server.port("a").orElseThrow())) {
      assertThat(client.write(Requests.request("HEAD", "/one")).readHead().status()).isEqualTo(200);
    }
  }

  @Test
  void answer_post_hasItsParameters() throws Exception {
    AdminEndpoint echo =
        new AdminEndpoint(
            "POST", "/echo", request -> new Response(200, Headers.EMPTY, "" + request.query()));
    AdminServer server = start(new AdminPort("a", at(0, true), List.of(echo)));

    assertThat(send(server, "a", Requests.post("/echo?a=b%3F", "body")).body()).isEqualTo("{a=b?}");
  }

  @Test
  void answer_thatFails_is500WithoutDetails() throws Exception {
    AdminEndpoint broken =
        AdminEndpoint.get(
            "/x",
            () -> {
              throw new IllegalStateException("canary");
            });
    AdminServer server = start(new AdminPort("a", at(0, true), List.of(broken)));

    RawMessage answer = send(server, "a", Requests.request("GET", "/x"));

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("canary");
  }
}
