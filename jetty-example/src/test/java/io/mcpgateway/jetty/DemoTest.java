package io.mcpgateway.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The embedded default: official SDK client, gateway, official SDK server. */
class DemoTest {
  @Test
  void demo_open_listsAndCallsThroughTheGateway() throws IOException {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
    try (Demo demo = Demo.start(FreePort.any(), false, Duration.ZERO)) {
      demo.showFirstCall(out);
      demo.showHowToGoOn(out);
    }

    assertThat(shown.toString(StandardCharsets.UTF_8))
        .contains("tools/list  -> [echo]", "-> hello", "curl -s http", "--method tools/list")
        .doesNotContain("TOKEN");
  }

  @Test
  void demo_withAuthentication_takesItsTokenAndNoOther() throws IOException {
    int port = FreePort.any();
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
    try (Demo demo = Demo.start(port, true, Duration.ZERO);
        RawConnection client = RawConnection.to(port)) {
      demo.showFirstCall(out);
      demo.showHowToGoOn(out);

      RawMessage anonymous =
          client.write("GET /mcp HTTP/1.1\r\nHost: localhost:" + port + "\r\n\r\n").readMessage();

      assertThat(anonymous.status()).isEqualTo(401);
      assertThat(anonymous.field("WWW-Authenticate"))
          .contains(
              "Bearer resource_metadata=\"http://localhost:"
                  + port
                  + "/.well-known/oauth-protected-resource/mcp\"");
    }
    assertThat(shown.toString(StandardCharsets.UTF_8)).contains("-> hello", "TOKEN=ey");
  }
}
