package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.bearer;
import static io.mcpgateway.testkit.Requests.post;
import static io.mcpgateway.testkit.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.RouteMatch;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.RawConnection;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway in front of servlets of the same application. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(60)
class GuardModeTest {
  private static final String ORIGIN = "Origin: https://app.test";

  @Parameter Container.Kind kind = Container.Kind.JETTY;

  private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
  private final AtomicInteger calls = new AtomicInteger();

  private void serve(ServletContext context, String path, Application application) {
    Application counted =
        (request, response) -> {
          calls.incrementAndGet();
          application.answer(request, response);
        };
    counted.serve(context, path);
  }

  private McpGateway gateway(McpAuthentication authentication) {
    return McpGateway.builder()
        .route(
            Route.builder()
                .matches(RouteMatch.pathPrefix("/mcp"))
                .authentication(authentication)
                .cors(CorsPolicy.builder().allowOrigins("https://app.test").build())
                .build())
        .observers(records::add)
        .build();
  }

  private Container start(McpGateway gateway, Application application) throws Exception {
    return kind.start(
        "",
        context -> {
          serve(context, "/mcp", application);
          McpGatewayFilter.register(context, gateway, "/mcp/*", "/.well-known/*");
        });
  }

  private static String call(int port, String request) throws IOException {
    try (RawConnection client = RawConnection.to(port)) {
      return client.write(request).readMessage().toString();
    }
  }

  private static McpAuthentication authentication(boolean late) {
    return late ? Tokens.later() : Tokens.atOnce();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void caller_isTheApplicationsPrincipal(boolean late) throws Exception {
    Application application =
        (request, response) -> {
          assertThat(request.getUserPrincipal()).isEqualTo(Tokens.alice());
          assertThat(request.getRemoteUser()).isEqualTo("alice");
          assertThat(request.getAuthType()).isEqualTo("Bearer");
          assertThat(request.isUserInRole("mcp:read")).isTrue();
          assertThat(request.isUserInRole("mcp:write")).isFalse();
          assertThat(request.authenticate(response)).isTrue();
          assertThat(request.getAttribute(McpGatewayFilter.PRINCIPAL)).isEqualTo(Tokens.alice());
          assertThat(request.getAttribute(McpGatewayFilter.CLAIMS))
              .isEqualTo(Map.of("sub", "alice", "tenant", "blue"));
          response.setContentType("application/json");
          response.getWriter().print(request.getReader().readLine());
        };
    try (McpGateway gateway = gateway(authentication(late));
        Container container = start(gateway, application)) {
      assertThat(call(container.port(), post("/mcp", TOOLS_LIST, bearer(Tokens.GOOD))))
          .startsWith("HTTP/1.1 200")
          .endsWith(TOOLS_LIST);
      await().until(() -> records.size() == 1);
      assertThat(records.get(0).status()).isEqualTo(200);
      assertThat(records.get(0).subject()).contains("alice");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withoutGoodToken_applicationIsNotReached(boolean late) throws Exception {
    try (McpGateway gateway = gateway(authentication(late));
        Container container = start(gateway, (request, response) -> {})) {
      assertThat(call(container.port(), post("/mcp", TOOLS_LIST, ORIGIN)))
          .startsWith("HTTP/1.1 401")
          .containsIgnoringCase("\r\nAccess-Control-Allow-Origin: https://app.test\r\n")
          .contains("resource_metadata=");
      assertThat(call(container.port(), post("/mcp", TOOLS_LIST, bearer("bad"))))
          .startsWith("HTTP/1.1 401")
          .contains("invalid_token");
      assertThat(call(container.port(), request("GET", "/mcp;x"))).startsWith("HTTP/1.1 400");
      assertThat(
              call(container.port(), request("GET", "/.well-known/oauth-protected-resource/mcp")))
          .startsWith("HTTP/1.1 200")
          .contains("\"resource\":\"http://mcp.test/mcp\"");
      assertThat(
              call(
                  container.port(),
                  request("OPTIONS", "/mcp", ORIGIN, "Access-Control-Request-Method: POST")))
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("\r\nAccess-Control-Allow-Methods: ");
      assertThat(calls).hasValue(0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:8080, , 200",
    "localhost:8080, http://localhost:6274, 200",
    "localhost:8080, https://app.test, 200",
    "mcp.test, , Host",
    "mcp.test, https://app.test, Host",
    "localhost.mcp.test, http://localhost, Host",
    "localhost:8080, https://evil.test, Origin",
    "localhost:8080, null, Origin",
  })
  void foreignRequest_neverReachesTheApplication(String host, String origin, String outcome)
      throws Exception {
    McpGateway local =
        McpGateway.builder()
            .route(
                Route.builder()
                    .authentication(Tokens.atOnce())
                    .cors(CorsPolicy.builder().allowOrigins("https://app.test").build())
                    .dnsRebindingProtection(true)
                    .build())
            .observers(records::add)
            .build();
    String request =
        (origin == null
                ? post("/mcp", TOOLS_LIST, bearer(Tokens.GOOD))
                : post("/mcp", TOOLS_LIST, bearer(Tokens.GOOD), "Origin: " + origin))
            .replace("Host: mcp.test", "Host: " + host);

    try (local;
        Container container = start(local, (ignored, response) -> {})) {
      String answer = call(container.port(), request);

      if (outcome.equals("200")) {
        assertThat(answer).startsWith("HTTP/1.1 200");
        assertThat(calls).hasValue(1);
      } else {
        assertThat(answer)
            .startsWith("HTTP/1.1 403")
            .endsWith(
                "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600,\"message\":\"%s is not allowed\"}}"
                    .formatted(outcome))
            .doesNotContainIgnoringCase("Access-Control-")
            .doesNotContainIgnoringCase("WWW-Authenticate");
        assertThat(calls).hasValue(0);
      }
    }
  }

  // The container's own port is not known to the gateway, so nothing is checked without being told.
  @Test
  void foreignRequest_nobodyAskedForProtection_reachesTheApplication() throws Exception {
    try (McpGateway gateway =
            McpGateway.builder().route(Route.builder().build()).observers(records::add).build();
        Container container = start(gateway, (request, response) -> {})) {
      assertThat(call(container.port(), post("/mcp", TOOLS_LIST, "Origin: https://evil.test")))
          .startsWith("HTTP/1.1 200");
      assertThat(calls).hasValue(1);
    }
  }

  @Test
  void corsFieldsOfTheApplication_giveWayToThePolicy() throws Exception {
    Application application =
        (request, response) -> {
          response.setHeader("Access-Control-Allow-Origin", "*");
          response.addHeader("access-control-allow-credentials", "true");
          response.setIntHeader("Access-Control-Max-Age", 5);
          response.setHeader("Vary", "Accept");
          response.setHeader("X-Own", "kept");
          response.getWriter().print("done");
        };
    try (McpGateway gateway = gateway(Tokens.atOnce());
        Container container = start(gateway, application)) {
      assertThat(call(container.port(), post("/mcp", TOOLS_LIST, ORIGIN, bearer(Tokens.GOOD))))
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("\r\nAccess-Control-Allow-Origin: https://app.test\r\n")
          .doesNotContain("*")
          .doesNotContainIgnoringCase("Access-Control-Allow-Credentials")
          .doesNotContainIgnoringCase("Access-Control-Max-Age")
          .containsIgnoringCase("\r\nX-Own: kept\r\n")
          .containsPattern("(?i)Vary: (.*\r\nVary: )?.*Origin")
          .containsPattern("(?i)Vary: (.*\r\nVary: )?.*Accept");
      // An origin that the policy refuses is not let in by the application.
      assertThat(
              call(
                  container.port(),
                  post("/mcp", TOOLS_LIST, "Origin: https://evil.test", bearer(Tokens.GOOD))))
          .startsWith("HTTP/1.1 200")
          .doesNotContainIgnoringCase("Access-Control-");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sendError", "reset", "exception", "asyncError"})
  void failureOfTheApplication_isReadableForTheBrowser(String how) throws Exception {
    Application application =
        (request, response) -> {
          switch (how) {
            case "sendError" -> response.sendError(500, "sorry");
            case "reset" -> {
              response.reset();
              response.setStatus(500);
            }
            case "exception" -> throw new ServletException("a failure for the log");
            default -> {
              AsyncContext async = request.startAsync();
              async.start(
                  () -> {
                    ((HttpServletResponse) async.getResponse()).setStatus(500);
                    async.complete();
                  });
            }
          }
        };
    try (McpGateway gateway = gateway(Tokens.atOnce());
        Container container = start(gateway, application)) {
      assertThat(call(container.port(), post("/mcp", TOOLS_LIST, ORIGIN, bearer(Tokens.GOOD))))
          .startsWith("HTTP/1.1 500")
          .containsIgnoringCase("\r\nAccess-Control-Allow-Origin: https://app.test\r\n")
          .doesNotContain("a failure for the log");
      await().until(() -> records.size() == 1);
      assertThat(records.get(0).status()).isEqualTo(500);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void asynchronousApplication_answersThroughTheWrappers(boolean late) throws Exception {
    Application application =
        (request, response) -> {
          AsyncContext async = request.startAsync();
          async.start(
              () -> {
                HttpServletRequest again = (HttpServletRequest) async.getRequest();
                HttpServletResponse answer = (HttpServletResponse) async.getResponse();
                answer.setStatus(207);
                answer.setHeader("Access-Control-Allow-Origin", "*");
                answer.setHeader("X-Caller", String.valueOf(again.getRemoteUser()));
                async.complete();
              });
        };
    try (McpGateway gateway = gateway(authentication(late));
        Container container = start(gateway, application)) {
      assertThat(call(container.port(), post("/mcp", TOOLS_LIST, ORIGIN, bearer(Tokens.GOOD))))
          .startsWith("HTTP/1.1 207")
          .containsIgnoringCase("\r\nX-Caller: alice\r\n")
          .containsIgnoringCase("\r\nAccess-Control-Allow-Origin: https://app.test\r\n");
      await().until(() -> records.size() == 1);
      assertThat(records.get(0).status()).isEqualTo(207);
    }
  }

  @Test
  void asynchronousApplication_dispatches_isDecidedOnce() throws Exception {
    AtomicInteger rounds = new AtomicInteger();
    Application application =
        (request, response) -> {
          if (rounds.incrementAndGet() == 1) {
            request.startAsync().dispatch();
          } else {
            response.setStatus(203);
            response.setHeader("X-Caller", String.valueOf(request.getRemoteUser()));
          }
        };
    try (McpGateway gateway = gateway(Tokens.atOnce());
        Container container = start(gateway, application)) {
      assertThat(call(container.port(), post("/mcp", TOOLS_LIST, ORIGIN, bearer(Tokens.GOOD))))
          .startsWith("HTTP/1.1 203")
          .containsIgnoringCase("\r\nX-Caller: alice\r\n")
          .containsOnlyOnce("Access-Control-Allow-Origin");
      assertThat(rounds).hasValue(2);
      await().until(() -> records.size() == 1);
      assertThat(records.get(0).status()).isEqualTo(203);
    }
  }

  @Test
  void withoutAuthentication_requestIsTheContainers() throws Exception {
    Application application =
        (request, response) -> {
          assertThat(request.getUserPrincipal()).isNull();
          assertThat(request.getAuthType()).isNull();
          assertThat(request.isUserInRole("mcp:read")).isFalse();
          assertThat(request.getAttribute(McpGatewayFilter.PRINCIPAL)).isNull();
          response.setHeader("Access-Control-Allow-Origin", "*");
          response.getWriter().print(request.getHeader("Authorization"));
        };
    try (McpGateway gateway =
            McpGateway.builder().route(Route.builder().build()).observers(records::add).build();
        Container container = start(gateway, application)) {
      assertThat(call(container.port(), post("/mcp", TOOLS_LIST, bearer("any"))))
          .startsWith("HTTP/1.1 200")
          .contains("Access-Control-Allow-Origin: *\r\n")
          .contains("Bearer any");
    }
  }

  @Test
  void pathOutsideTheRoutes_is404_notTheApplication() throws Exception {
    try (McpGateway gateway = gateway(Tokens.atOnce());
        Container container =
            kind.start(
                "",
                context -> {
                  serve(context, "/other", (request, response) -> {});
                  McpGatewayFilter.register(context, gateway);
                })) {
      assertThat(call(container.port(), request("GET", "/other"))).startsWith("HTTP/1.1 404");
      assertThat(calls).hasValue(0);
    }
  }

  @Test
  void forwardsAndErrorPages_areNotDecidedTwice() throws Exception {
    try (McpGateway gateway = gateway(Tokens.atOnce());
        Container container =
            kind.start(
                "",
                context -> {
                  serve(
                      context,
                      "/mcp",
                      (request, response) ->
                          request.getRequestDispatcher("/inner").forward(request, response));
                  serve(
                      context,
                      "/inner",
                      (request, response) -> response.getWriter().print(request.getRemoteUser()));
                  FilterRegistration.Dynamic filter =
                      context.addFilter("gateway", new McpGatewayFilter(gateway));
                  filter.setAsyncSupported(true);
                  filter.addMappingForUrlPatterns(
                      EnumSet.of(
                          DispatcherType.REQUEST,
                          DispatcherType.ASYNC,
                          DispatcherType.FORWARD,
                          DispatcherType.ERROR),
                      false,
                      "/*");
                })) {
      assertThat(call(container.port(), post("/mcp", TOOLS_LIST, bearer(Tokens.GOOD))))
          .startsWith("HTTP/1.1 200")
          .contains("alice");
      assertThat(call(container.port(), post("/mcp", TOOLS_LIST))).startsWith("HTTP/1.1 401");
      assertThat(calls).hasValue(2);
    }
  }

  @Test
  void twoFilters_bothDecide() throws Exception {
    try (McpGateway open =
            McpGateway.builder().route(Route.builder().build()).observers(records::add).build();
        McpGateway guarded = gateway(Tokens.atOnce());
        Container container =
            kind.start(
                "",
                context -> {
                  serve(context, "/mcp", (request, response) -> {});
                  McpGatewayFilter.register(context, open);
                  FilterRegistration.Dynamic second =
                      context.addFilter("second", new McpGatewayFilter(guarded));
                  second.setAsyncSupported(true);
                  second.addMappingForUrlPatterns(null, true, "/*");
                })) {
      assertThat(call(container.port(), post("/mcp", TOOLS_LIST))).startsWith("HTTP/1.1 401");
      assertThat(calls).hasValue(0);
    }
  }

  @Test
  void lateDecision_filterWithoutAsyncDispatch_saysWhatToMap() throws Exception {
    try (McpGateway gateway = gateway(Tokens.later());
        LogLines log = LogLines.of(ServletExchange.class);
        Container container =
            kind.start(
                "",
                context -> {
                  serve(context, "/mcp", (request, response) -> {});
                  FilterRegistration.Dynamic filter =
                      context.addFilter("gateway", new McpGatewayFilter(gateway));
                  filter.setAsyncSupported(true);
                  filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
                })) {
      call(container.port(), post("/mcp", TOOLS_LIST, bearer(Tokens.GOOD)));
      await()
          .untilAsserted(
              () ->
                  assertThat(log.lines())
                      .singleElement()
                      .asString()
                      .contains("dispatcher types REQUEST and ASYNC"));
    }
  }
}
