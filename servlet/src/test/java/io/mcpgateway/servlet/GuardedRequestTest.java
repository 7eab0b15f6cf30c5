package io.mcpgateway.servlet;

import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.bearer;
import static io.mcpgateway.testkit.Requests.post;
import static io.mcpgateway.testkit.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which header fields an application behind the gateway sees, and what becomes of its own. */
@ParameterizedClass
@EnumSource(Container.Kind.class)
@Timeout(60)
class GuardedRequestTest {
  private static final String SESSION = "Mcp-Session-Id";

  @Parameter Container.Kind kind = Container.Kind.JETTY;

  /** The session ids that the application saw; {@code null} is "none". */
  private final List<String> sessions = new CopyOnWriteArrayList<>();

  private Container start(McpGateway gateway, Application application) throws Exception {
    return kind.start(
        "",
        context -> {
          application.serve(context, "/mcp");
          McpGatewayFilter.register(context, gateway);
        });
  }

  private static McpGateway gateway() {
    return McpGateway.builder()
        .route(Route.builder().authentication(Tokens.atOnce()).build())
        .observers()
        .build();
  }

  private static RawMessage call(Container container, String request) throws Exception {
    try (RawConnection client = RawConnection.to(container.port())) {
      return client.write(request).readMessage();
    }
  }

  /** Opens a session for whoever has none. */
  private Application server(String id) {
    return (request, response) -> {
      sessions.add(String.valueOf(request.getHeader(SESSION)));
      if (request.getHeader(SESSION) == null) {
        response.setHeader("mcp-session-ID", id);
      }
    };
  }

  private static String openedSession(Container container, String token) throws Exception {
    return call(container, post("/mcp", TOOLS_LIST, bearer(token))).field(SESSION).orElseThrow();
  }

  @Test
  void headerFields_areThoseThatTheGatewayLetsThrough() throws Exception {
    Application application =
        (request, response) -> {
          assertThat(request.getHeader("authorization")).isNull();
          assertThat(request.getHeaders("Authorization").hasMoreElements()).isFalse();
          assertThat(request.getHeader("DPoP")).isNull();
          assertThat(request.getHeader("content-TYPE")).isEqualTo("application/json");
          assertThat(Collections.list(request.getHeaders("X-Two"))).containsExactly("a", "b");
          assertThat(request.getHeader("x-two")).isEqualTo("a");
          assertThat(Collections.list(request.getHeaderNames()))
              .usingElementComparator(String.CASE_INSENSITIVE_ORDER)
              .containsExactlyInAnyOrder(
                  "Host",
                  "Content-Type",
                  "Content-Length",
                  "X-Two",
                  "X-Number",
                  "If-Modified-Since");
          assertThat(request.getIntHeader("x-number")).isEqualTo(-7);
          assertThat(request.getIntHeader("X-None")).isEqualTo(-1);
          assertThatThrownBy(() -> request.getIntHeader("X-Two"))
              .isInstanceOf(NumberFormatException.class);
          assertThat(request.getDateHeader("if-modified-since")).isEqualTo(784111777000L);
          assertThat(request.getDateHeader("Authorization")).isEqualTo(-1);
          assertThatThrownBy(() -> request.getDateHeader("X-Two"))
              .isInstanceOf(IllegalArgumentException.class);
        };
    try (McpGateway gateway = gateway();
        Container container = start(gateway, application)) {
      String request =
          post(
              "/mcp",
              TOOLS_LIST,
              bearer(Tokens.GOOD),
              "DPoP: proof",
              "X-Two: a",
              "x-two: b",
              "X-Number: -7",
              "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT");
      assertThat(call(container, request).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "DELETE"})
  void trap25_session_isItsCallersAlone(String method) throws Exception {
    try (McpGateway gateway = gateway();
        Container container = start(gateway, server("s1"))) {
      String given = openedSession(container, Tokens.GOOD);
      assertThat(given).startsWith("s1").isNotEqualTo("s1");
      sessions.clear();

      String alices = request(method, "/mcp", bearer(Tokens.GOOD), SESSION + ": " + given);
      assertThat(call(container, alices).status()).isEqualTo(200);
      assertThat(sessions).containsExactly("s1");
      sessions.clear();

      String bobs = request(method, "/mcp", bearer(Tokens.BOBS), SESSION + ": " + given);
      assertThat(call(container, bobs).status()).isEqualTo(404);
      String raw = request(method, "/mcp", bearer(Tokens.GOOD), SESSION + ": s1");
      assertThat(call(container, raw).status()).isEqualTo(404);
      String twice =
          request(method, "/mcp", bearer(Tokens.GOOD), SESSION + ": " + given, SESSION + ": s1");
      assertThat(call(container, twice).status()).isEqualTo(404);
      assertThat(sessions).isEmpty();
    }
  }

  @Test
  void sameIdOfTheServer_forTwoCallers_isTwoIds() throws Exception {
    try (McpGateway gateway = gateway();
        Container container = start(gateway, server("s1"))) {
      assertThat(openedSession(container, Tokens.GOOD))
          .isNotEqualTo(openedSession(container, Tokens.BOBS));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"setHeader", "addHeader", "setIntHeader", "addIntHeader", "late"})
  void trap25_sessionIdOfTheApplication_goesOutBound(String how) throws Exception {
    Application application =
        (request, response) -> {
          switch (how) {
            case "setHeader" -> response.setHeader("MCP-SESSION-ID", "42");
            case "addHeader" -> response.addHeader("mcp-session-id", "42");
            case "setIntHeader" -> response.setIntHeader(SESSION, 42);
            case "addIntHeader" -> response.addIntHeader(SESSION, 42);
            default -> request.startAsync().start(() -> setLate(request.getAsyncContext()));
          }
          if (!how.equals("late")) {
            assertThat(response.containsHeader(SESSION)).isTrue();
            assertThat(response.getHeader("mcp-session-id")).isEqualTo("42");
            assertThat(response.getHeaders(SESSION)).containsExactly("42");
          }
        };
    try (McpGateway gateway = gateway();
        Container container = start(gateway, application)) {
      RawMessage answer = call(container, post("/mcp", TOOLS_LIST, bearer(Tokens.GOOD)));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.fields(SESSION)).singleElement().asString().startsWith("42.");
    }
  }

  private static void setLate(AsyncContext async) {
    ((HttpServletResponse) async.getResponse()).setHeader(SESSION, "42");
    async.complete();
  }

  @ParameterizedTest
  @CsvSource({"reset, ''", "replace, s2", "remove, ''", "committed, s1"})
  void sessionIdThatTheApplicationTakesBack_isNotSent(String how, String sent) throws Exception {
    Application application =
        (request, response) -> {
          response.setHeader(SESSION, "s1");
          switch (how) {
            case "reset" -> response.reset();
            case "replace" -> response.setHeader(SESSION, "s2");
            case "remove" -> response.setHeader(SESSION, null);
            default -> {
              response.flushBuffer();
              response.setHeader(SESSION, "too late");
            }
          }
          assertThat(String.join(",", response.getHeaders(SESSION))).isEqualTo(sent);
          assertThat(response.getHeader(SESSION)).isEqualTo(sent.isEmpty() ? null : sent);
        };
    try (McpGateway gateway = gateway();
        Container container = start(gateway, application)) {
      RawMessage answer = call(container, post("/mcp", TOOLS_LIST, bearer(Tokens.GOOD)));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.field(SESSION).orElse("")).startsWith(sent);
      assertThat(answer.fields(SESSION)).hasSize(sent.isEmpty() ? 0 : 1);
    }
  }

  @Test
  void withoutAuthentication_fieldsAreTheClients() throws Exception {
    Application application =
        (request, response) -> {
          assertThat(request.getHeader("Authorization")).isEqualTo("Bearer any");
          assertThat(request.getHeader("DPoP")).isEqualTo("proof");
          assertThat(request.getHeader(SESSION)).isEqualTo("s1");
          response.addHeader(SESSION, "s2");
        };
    try (McpGateway gateway = McpGateway.builder().route(Route.builder().build()).build();
        Container container = start(gateway, application)) {
      String request = post("/mcp", TOOLS_LIST, bearer("any"), "DPoP: proof", SESSION + ": s1");
      assertThat(call(container, request).fields(SESSION)).containsExactly("s2");
    }
  }
}
