package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.bearer;
import static io.mcpgateway.testkit.Requests.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.RouteMatch;
import io.mcpgateway.testkit.ChunkedBody;
import io.mcpgateway.testkit.OpenResources;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.ResourceLevel;
import io.mcpgateway.testkit.traps.GuardFault;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The {@link GuardFault}s of an application behind the filter. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(90)
class GuardFaultsTest {
  private static final String BODY = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}";
  private static final int ASYNC_TIMEOUT_MS = 300;

  @Parameter Container.Kind kind = Container.Kind.JETTY;

  @AutoClose private final OpenResources open = new OpenResources();

  private Container start() throws Exception {
    McpGateway gateway =
        open.add(
            McpGateway.builder()
                .route(
                    Route.builder()
                        .matches(RouteMatch.pathPrefix("/mcp"))
                        .authentication(Tokens.atOnce())
                        .build())
                .build());
    return open.add(
        kind.start(
            "",
            context -> {
              Application misbehaving = GuardFaultsTest::answer;
              misbehaving.serve(context, "/mcp");
              McpGatewayFilter.register(context, gateway, "/mcp/*");
            }));
  }

  private static void answer(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    request.getInputStream().readAllBytes();
    response.setContentType("application/json");
    String fault = request.getHeader("X-Fault");
    if (fault == null) {
      response.getWriter().print(request.getHeader("X-Number"));
      return;
    }
    switch (GuardFault.valueOf(fault)) {
      case THROWS_BEFORE_THE_HEAD -> throw new IllegalStateException("the application's own");
      case THROWS_WITHIN_THE_BODY -> {
        response.getOutputStream().print("{");
        response.flushBuffer();
        throw new IllegalStateException("the application's own");
      }
      case NEVER_COMPLETES -> {
        async(request);
        response.getOutputStream().print("{");
        response.flushBuffer();
      }
      case FORGETS_TO_ANSWER -> async(request);
      case WRITES_TOO_MUCH -> {
        response.setContentLength(BODY.length());
        response.getOutputStream().print(BODY);
        try {
          response.getOutputStream().print("{\"smuggled\":true}");
        } catch (IOException refused) {
          // as some containers do
        }
      }
      case DRIPS -> {
        for (int i = 0; i < BODY.length(); i++) {
          response.getOutputStream().write(BODY.charAt(i));
          response.flushBuffer();
        }
      }
    }
  }

  private static void async(HttpServletRequest request) {
    AsyncContext async = request.startAsync();
    async.setTimeout(ASYNC_TIMEOUT_MS);
  }

  private static void answersRightly(RawConnection client, String number) throws IOException {
    RawMessage answer =
        client
            .write(post("/mcp", TOOLS_LIST, bearer(Tokens.GOOD), "X-Number: " + number))
            .readMessage();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(number);
  }

  private static String seen(RawConnection client) throws IOException {
    try {
      RawMessage head = client.readHead();
      String body =
          head.field("Transfer-Encoding").isPresent()
              ? new ChunkedBody(client).readToEnd()
              : client.readText(head.field("Content-Length").map(Integer::parseInt).orElse(0));
      return head.status() == 200 && !body.equals(BODY) ? "cut" : "" + head.status();
    } catch (EOFException | SocketException | NumberFormatException gone) {
      return "broken";
    }
  }

  private void play(GuardFault fault, int port) throws IOException {
    try (RawConnection client = RawConnection.to(port)) {
      client.write(post("/mcp", TOOLS_LIST, bearer(Tokens.GOOD), "X-Fault: " + fault.name()));
      String seen = seen(client);
      if (fault.seen().equals("timeout")) {
        assertThat(seen).isIn("500", "503");
      } else if (fault.seen().equals("cut")
          || (fault == GuardFault.THROWS_WITHIN_THE_BODY && kind == Container.Kind.UNDERTOW)) {
        // Undertow ends a response cleanly that its application did not, with or without a filter.
        assertThat(seen).isIn("broken", "cut");
      } else {
        assertThat(seen).isEqualTo(fault.seen());
      }
      if (seen.equals("200")) {
        answersRightly(client, "same");
      }
    }
    try (RawConnection client = RawConnection.to(port)) {
      for (int call = 0; call < 20; call++) {
        answersRightly(client, fault.name() + call);
      }
    }
  }

  private void playAll(SoftAssertions softly, int port) {
    for (GuardFault fault : GuardFault.values()) {
      softly
          .assertThatCode(() -> play(fault, port))
          .as("the application %s", fault.what())
          .doesNotThrowAnyException();
    }
  }

  @Test
  void faultsOfTheApplication_haveTheirAnswerAndLeaveNothingBehind() throws Exception {
    int port = start().port();
    SoftAssertions.assertSoftly(softly -> playAll(softly, port));
    ResourceLevel before = ResourceLevel.now();

    SoftAssertions.assertSoftly(softly -> playAll(softly, port));

    await("level " + before)
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(ResourceLevel.now()).matches(now -> now.isBackTo(before)));
  }

  @Test
  void clientThatLeavesAnAnswerThatNeverComes_leavesNothingBehind() throws Exception {
    int port = start().port();
    leaveOften(port, 30);
    ResourceLevel before = ResourceLevel.now();

    leaveOften(port, 30);

    await("level " + before)
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(ResourceLevel.now()).matches(now -> now.isBackTo(before)));
  }

  private static void leaveOften(int port, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      GuardFault fault = i % 2 == 0 ? GuardFault.FORGETS_TO_ANSWER : GuardFault.NEVER_COMPLETES;
      try (RawConnection client = RawConnection.to(port)) {
        client.write(post("/mcp", TOOLS_LIST, bearer(Tokens.GOOD), "X-Fault: " + fault.name()));
        if (i % 3 == 0) {
          client.reset();
        }
      }
      try (RawConnection client = RawConnection.to(port)) {
        answersRightly(client, "later " + i);
      }
    }
  }
}
