package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Requests.post;
import static io.mcpgateway.testkit.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.OpenResources;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.Responses;
import io.undertow.Undertow;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What users of an Undertow that is left as it comes have to know. */
@Timeout(60)
class UndertowDefaultsTest {
  private static final int LARGEST_BODY = 2 * 1024 * 1024;

  @AutoClose private final OpenResources open = new OpenResources();
  private final List<RequestRecord> records = new CopyOnWriteArrayList<>();

  private int start(Container.Setup setup) throws Exception {
    DeploymentManager deployment =
        Servlets.newContainer().addDeployment(Container.undertowApplication("", setup));
    deployment.deploy();
    Undertow server =
        Undertow.builder().addHttpListener(0, "127.0.0.1").setHandler(deployment.start()).build();
    server.start();
    AutoCloseable stop = server::stop;
    open.add(stop);
    return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
  }

  private McpGateway gateway() {
    RawBackend backend = open.add(RawBackend.answering(Responses.ok("{}")));
    return open.add(
        McpGateway.builder()
            .route(Route.builder().backend(Backend.of(backend.url())).build())
            .observers(records::add)
            .build());
  }

  private static String text(int size) {
    return "\"" + "a".repeat(size - 2) + "\"";
  }

  private static String inChunks(String body) {
    return request("POST", "/mcp", "Content-Type: text/plain", "Transfer-Encoding: chunked")
        + Integer.toHexString(body.length())
        + "\r\n"
        + body
        + "\r\n0\r\n\r\n";
  }

  @Test
  void bodies_over2MiB_areRefusedByUndertow() throws Exception {
    McpGateway gateway = gateway();
    int port = start(context -> McpGatewayFilter.register(context, gateway));

    assertThat(answer(port, post("/mcp", text(LARGEST_BODY)))).isEqualTo(200);
    assertThat(answer(port, inChunks(text(LARGEST_BODY)))).isEqualTo(200);
    await().until(() -> records.size() == 2);
    assertThat(answer(port, post("/mcp", text(LARGEST_BODY + 1)))).isEqualTo(413);
    assertThat(records).hasSize(2);
    assertThatThrownBy(() -> answer(port, inChunks(text(LARGEST_BODY + 1))))
        .isInstanceOf(IOException.class);
    await()
        .untilAsserted(
            () ->
                assertThat(records)
                    .last()
                    .extracting(RequestRecord::reason)
                    .isEqualTo(Optional.of("the request body broke off")));
  }

  @Test
  void filters_areNotInitialisedBeforeTheFirstRequest() throws Exception {
    McpGateway gateway = gateway();
    int port =
        start(
            context ->
                McpGatewayFilter.register(context, gateway)
                    .setInitParameter("responseHeadBytes", "8k"));

    assertThat(answer(port, post("/mcp", "{}"))).isEqualTo(500);
  }

  private static int answer(int port, String request) throws IOException {
    try (RawConnection client = RawConnection.to(port)) {
      return client.writeUntilRefused(request).readHead().status();
    }
  }
}
