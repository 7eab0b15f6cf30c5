package io.mcpgateway.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.mcpgateway.McpGateway;
import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

/** The programs of the documentation, in a container. */
class EmbeddedSamplesTest {
  /** An application that does what a sample says when it starts, and closes what it built. */
  private record Application(
      Function<ServletContext, McpGateway> sample, AtomicReference<McpGateway> built)
      implements ServletContextListener {
    @Override
    public void contextInitialized(ServletContextEvent event) {
      built.set(sample.apply(event.getServletContext()));
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
      Objects.requireNonNull(built.get()).close();
    }
  }

  private static RawMessage ask(Function<ServletContext, McpGateway> sample, String request)
      throws Exception {
    Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    ServletContextHandler context = new ServletContextHandler();
    context.addEventListener(new Application(sample, new AtomicReference<>()));
    server.setHandler(context);
    server.start();
    int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    try (RawConnection client = RawConnection.to(port)) {
      return client.write(request).readMessage();
    } finally {
      server.stop();
    }
  }

  @Test
  void guard_withoutToken_challenges() throws Exception {
    RawMessage answer =
        ask(
            EmbeddedSamples::guard,
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nOrigin: https://app.example.com\r\n"
                + "Content-Length: 0\r\n\r\n");

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.field("WWW-Authenticate").orElseThrow())
        .contains("http://localhost/.well-known/oauth-protected-resource/mcp");
    assertThat(answer.field("Access-Control-Allow-Origin")).contains("https://app.example.com");
  }

  @Test
  void forward_otherPaths_areNotFound() throws Exception {
    assertThat(
            ask(EmbeddedSamples::forward, "GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .status())
        .isEqualTo(404);
  }

  @Test
  void guardedRoute_leadsToTheApplication() {
    assertThat(EmbeddedSamples.guardedRoute().backend()).isEmpty();
  }

  @Test
  void whoIsCalling_readsPrincipalScopesAndClaims() {
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.isUserInRole("write")).thenReturn(true);
    when(request.getUserPrincipal())
        .thenReturn(
            new AuthenticatedPrincipal(
                "https://id.example.com/realms/main",
                "eitan",
                Set.of("write"),
                Map.of("email", "eitan@example.com"),
                Optional.empty()));

    assertThat(EmbeddedSamples.whoIsCalling(request)).isEqualTo("eitan true eitan@example.com");
  }
}
