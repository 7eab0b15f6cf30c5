package io.mcpgateway.testkit.traps;

import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.request;
import static io.mcpgateway.testkit.Responses.json;
import static io.mcpgateway.testkit.traps.Specimens.IDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.RouteMatch;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.mcp.HeaderValidation;
import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Traps 17, 19 to 21 and 23 to 25: where the gateway reads messages, and binds sessions. */
public abstract class PolicyTraps extends ProxyTraps {
  private static final String DELETE_ALL = toolCall("delete_all");
  private static final String CALL = "Mcp-Method: tools/call";
  private static final int MAX_BYTES = 256 * 1024;
  private static final Pattern CODE = Pattern.compile("\"code\":(-?\\d+)");

  protected PolicyTraps(Adapter adapter) {
    super(adapter);
  }

  /** Runs a gateway that compares header fields with messages. */
  private RawBackend validated() throws Exception {
    RawBackend backend = indifferent();
    gateway(
        McpGateway.builder().maxRequestBytes(MAX_BYTES),
        to(backend).headerValidation(HeaderValidation.ALWAYS));
    return backend;
  }

  private static String toolCall(String name) {
    return message("7", "tools/call", "\"name\":\"" + name + "\"");
  }

  private static String message(String id, String method, String member) {
    return ("{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\",\"params\":{%s,\"_meta\":"
            + "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}")
        .formatted(id, method, member);
  }

  private static String sentinel(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return "=?base64?" + Base64.getEncoder().encodeToString(bytes) + "?=";
  }

  private void refuses(int code, String json, String... fields) throws IOException {
    RawMessage answer = call(post(json, fields));
    String request = String.join(", ", fields) + " " + json;
    assertThat(answer.status()).as(request).isEqualTo(400);
    assertThat(answer.field("Content-Type")).contains("application/json");
    assertThat(codeIn(answer)).as(request).isEqualTo(code);
  }

  private void passes(RawBackend backend, String json, String... fields) throws IOException {
    int before = backend.requests().size();
    assertThat(call(post(json, fields)).status())
        .as(String.join(", ", fields) + " " + json)
        .isEqualTo(200);
    assertThat(backend.requests()).hasSize(before + 1);
    assertThat(backend.requests().get(before).body()).isEqualTo(json);
  }

  private static int codeIn(RawMessage answer) {
    var code = CODE.matcher(answer.body());
    assertThat(code.find()).as(answer.body()).isTrue();
    return Integer.parseInt(code.group(1));
  }

  /** An unknown id is null (JSON-RPC 2.0, 5), or left out (MCP). */
  private static String withoutUnknownId(String error) {
    return error.replace("\"id\":null,", "");
  }

  // --- 17: what the client's SDK has to recognize

  @Test
  void trap17_mismatch_isRefusedWithTheRequestsId() throws Exception {
    RawBackend backend = indifferent();
    gateway(
        to(backend)
            .headerValidation(HeaderValidation.ALWAYS)
            .cors(CorsPolicy.builder().allowOrigins("https://app.test").build()));

    for (String id : IDS) {
      RawMessage answer =
          call(
              post(
                  message(id, "tools/list", "\"x\":1"),
                  MODERN,
                  "Mcp-Method: tools/call",
                  "Origin: https://app.test"));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body())
          .isEqualTo(
              "{\"jsonrpc\":\"2.0\",\"id\":"
                  + id
                  + ",\"error\":{\"code\":-32020,"
                  + "\"message\":\"Mcp-Method is not the method in the message\"}}");
      assertThat(answer.field("Content-Type")).contains("application/json");
      assertThat(answer.field("Access-Control-Allow-Origin")).contains("https://app.test");
    }
    assertThat(backend.connections()).isZero();
  }

  // --- 19 to 21: one request, two readings

  @Test
  void trap19_nameFieldThatSaysAnotherThing_reachesNobody() throws Exception {
    RawBackend backend = validated();

    for (String field :
        List.of(
            "Mcp-Name: safe",
            "Mcp-Name: Delete_All",
            "Mcp-Name: delete_all_too",
            "Mcp-Name: delete all",
            "Mcp-Name: safe, delete_all",
            "Mcp-Name:",
            "Mcp-Name: " + sentinel("safe"),
            "Mcp-Name: " + sentinel(sentinel("delete_all")),
            "Mcp-Name: " + sentinel(" delete_all"),
            "Mcp-Name: " + sentinel("delete_all").replace("base64", "BASE64"),
            "Mcp-Name: " + sentinel("delete_all").replace("base64", "b64"),
            "Mcp-Name: =?base64?ZGVsZXRlX2FsbA?=", // no padding
            "Mcp-Name: =?base64?ZGVsZXRlX2FsbB==?=", // bits left over
            "Mcp-Name: =?base64?ZGVsZXRl!!!X2FsbA==?=",
            "Mcp-Name: =?base64?ZGVs ZXRlX2FsbA==?=",
            "Mcp-Name: =?base64?ZGVsZXRlX2FsbA==",
            "Mcp-Name: ZGVsZXRlX2FsbA==?=",
            "Mcp-Name: =?base64?/w==?=", // no UTF-8
            "Mcp-Name: delete_all\r\nMcp-Name: delete_all",
            "Mcp-Name: safe\r\nMcp-Name: delete_all",
            "Mcp-Name: delete_all\r\nmcp-name: safe",
            "Mcp-Name: delete_all\r\n" + CALL,
            "Mcp-Name: delete_all\r\n" + MODERN,
            "X-Other: 1")) {
      refuses(-32020, DELETE_ALL, MODERN, CALL, field);
    }
    refuses(-32020, DELETE_ALL, MODERN, "Mcp-Method: TOOLS/CALL", "Mcp-Name: delete_all");
    refuses(-32020, DELETE_ALL, MODERN, "Mcp-Name: delete_all");
    refuses(-32020, DELETE_ALL, CALL, "Mcp-Name: delete_all");
    refuses(-32020, DELETE_ALL, "MCP-Protocol-Version: 2025-11-25", CALL, "Mcp-Name: delete_all");
    assertThat(backend.connections()).isZero();
  }

  @Test
  void trap19_nameFieldInObsoleteText_reachesNobody() throws Exception {
    RawBackend backend = validated();

    refuses(-32020, toolCall(Specimens.utf8("caf\u00e9")), MODERN, CALL, "Mcp-Name: caf\u00e9");
    refuses(
        -32020,
        toolCall(Specimens.utf8("caf\u00e9")),
        MODERN,
        CALL,
        "Mcp-Name: " + Specimens.utf8("caf\u00e9"));
    assertThat(backend.connections()).isZero();
  }

  @Test
  void trap19_nameFieldThatSaysTheSame_arrivesAsItWas() throws Exception {
    RawBackend backend = validated();
    Map<String, String> nameByField =
        Map.of(
            "delete_all",
            "delete_all",
            "  \t delete_all \t ",
            "delete_all",
            sentinel("delete_all"),
            "delete_all",
            sentinel("caf\u00e9 "),
            Specimens.utf8("caf\u00e9 "),
            sentinel("=?base64?eA==?="),
            "=?base64?eA==?=",
            "=?base64?eA==",
            "=?base64?eA==",
            "eA==?=",
            "eA==?=");

    for (Map.Entry<String, String> name : nameByField.entrySet()) {
      passes(backend, toolCall(name.getValue()), MODERN, CALL, "Mcp-Name: " + name.getKey());
      RawMessage onward = backend.requests().get(backend.requests().size() - 1);
      assertThat(onward.fields("Mcp-Name")).containsExactly(name.getKey().strip());
    }
  }

  /** Nobody checks the fields of these revisions, so nothing may be decided by them. */
  @ParameterizedTest
  @ValueSource(strings = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
  void trap19_nameFieldOfOtherRevisions_countsForNothing(String version) throws Exception {
    RawBackend backend = validated();
    String json = DELETE_ALL.replace("2026-07-28", version);

    passes(backend, json, "MCP-Protocol-Version: " + version, CALL, "Mcp-Name: safe");
  }

  @Test
  void trap20_messageThatCanBeReadInTwoWays_reachesNobody() throws Exception {
    RawBackend backend = validated();

    for (String json :
        List.of(
            toolCall("safe\",\"name\":\"delete_all"),
            toolCall("delete_all\",\"name\":\"delete_all"),
            toolCall("delete_all\",\"Name\":\"safe"),
            toolCall("delete_all\",\"\\u006eame\":\"safe"),
            DELETE_ALL.replace("\"params\"", "\"params\":{},\"params\""),
            DELETE_ALL.replace("\"params\"", "\"PARAMS\":{},\"params\""),
            DELETE_ALL.replace("\"method\"", "\"method\":\"ping\",\"method\""),
            DELETE_ALL.replace("\"id\"", "\"id\":8,\"id\""))) {
      refuses(-32600, json, MODERN, CALL, "Mcp-Name: delete_all");
    }
    for (String json :
        List.of(
            DELETE_ALL + DELETE_ALL,
            DELETE_ALL + "x",
            DELETE_ALL.replace("}", ""),
            DELETE_ALL.replace("_all", "\u00ff"),
            "not JSON",
            "")) {
      refuses(-32700, json, MODERN, CALL, "Mcp-Name: delete_all");
    }
    assertThat(backend.connections()).isZero();
  }

  @Test
  void trap20_paddingInFrontOfTheName_hidesNothing() throws Exception {
    RawBackend backend = validated();
    String padded =
        DELETE_ALL.replace(
            "\"params\":{", "\"params\":{\"x\":\"%s\",".formatted("x".repeat(100_000)));

    refuses(-32020, padded, MODERN, CALL, "Mcp-Name: safe");
    RawMessage tooLong =
        call(post(padded.replace("xxx", "x".repeat(10)), MODERN, CALL, "Mcp-Name: delete_all"));
    assertThat(tooLong.status()).isEqualTo(413);
    assertThat(backend.connections()).isZero();

    passes(backend, padded, MODERN, CALL, "Mcp-Name: delete_all");
  }

  @Test
  void trap21_batch_hidesNoMessage() throws Exception {
    RawBackend backend = validated();
    String batch = "[" + toolCall("safe") + "," + DELETE_ALL + "]";

    for (String json : List.of(batch, "[" + batch + "]", " [ ] ")) {
      refuses(-32600, json, MODERN, CALL, "Mcp-Name: safe");
      refuses(-32600, json, "MCP-Protocol-Version: 2025-06-18");
      refuses(-32600, json, "MCP-Protocol-Version: 2025-11-25");
      refuses(-32600, json, "MCP-Protocol-Version: 2027-01-31");
    }
    assertThat(backend.connections()).isZero();

    passes(backend, batch, "MCP-Protocol-Version: 2025-03-26");
    passes(backend, batch);
  }

  // --- 23, 24: neither more errors nor more demands than there are

  @Test
  void trap23_errorsOfTheGateway_haveCodesOfTheirOwn() throws Exception {
    RawBackend backend = indifferent();
    RawBackend silent = backend(connection -> connection.readToEnd());
    Route.Builder down =
        Route.builder().backend(Backend.of("http://127.0.0.1:" + FreePort.any() + "/mcp"));
    gateway(
        McpGateway.builder().maxRequestBytes(MAX_BYTES),
        to(backend)
            .matches(RouteMatch.exactPath("/mcp"))
            .headerValidation(HeaderValidation.ALWAYS)
            .authentication(authentication()),
        to(silent).matches(RouteMatch.exactPath("/silent")).responseTimeout(Duration.ofMillis(100)),
        down.matches(RouteMatch.exactPath("/down")),
        Route.builder()
            .backend(Backend.of(backend.url()).speakingSse())
            .matches(RouteMatch.exactPath("/sse")));
    String token = bearer("alice");

    assertThat(
            List.of(
                codeIn(call(post(DELETE_ALL, token, MODERN, CALL, "Mcp-Name: safe"))),
                codeIn(call(post("not JSON", token))),
                codeIn(call(post("{\"id\":1,\"id\":2}", token))),
                codeIn(call(post("[]", token, MODERN))),
                codeIn(call(post("x".repeat(MAX_BYTES + 1), token))),
                codeIn(call(post(TOOLS_LIST, token, "Mcp-Session-Id: of-nobody"))),
                codeIn(call(postTo("/silent", TOOLS_LIST))),
                codeIn(call(postTo("/down", TOOLS_LIST))),
                codeIn(call(postTo("/sse", TOOLS_LIST))),
                codeIn(call(postTo("/sse?gateway-endpoint=x.y", TOOLS_LIST)))))
        .containsExactly(
            -32020, -32700, -32600, -32600, -32600, -32600, -32603, -32603, -32600, -32600);
    assertThat(backend.requests()).isEmpty();
  }

  @Test
  void trap24_nameField_isDemandedWhereItHasAMeaningOnly() throws Exception {
    RawBackend backend = validated();

    passes(backend, message("7", "tools/list", "\"x\":1"), MODERN, "Mcp-Method: tools/list");
    passes(
        backend,
        message("7", "tools/list", "\"name\":\"x\""),
        MODERN,
        "Mcp-Method: tools/list",
        "Mcp-Name: y");
    passes(
        backend, message("7", "server/discover", "\"x\":1"), MODERN, "Mcp-Method: server/discover");
    passes(backend, "{\"method\":\"notifications/cancelled\",\"params\":{}}", MODERN);
    passes(backend, "{\"method\":\"tools/call\",\"params\":{\"name\":\"delete_all\"}}", MODERN);
    passes(
        backend,
        message("7", "prompts/get", "\"name\":\"p\""),
        MODERN,
        "Mcp-Method: prompts/get",
        "Mcp-Name: p");
    passes(
        backend,
        message("7", "resources/read", "\"uri\":\"file:///a\""),
        MODERN,
        "Mcp-Method: resources/read",
        "Mcp-Name: file:///a");
    for (String method : List.of("tasks/get", "tasks/update", "tasks/cancel")) {
      String json = message("7", method, "\"taskId\":\"t-1\"");
      passes(backend, json, MODERN, "Mcp-Method: " + method, "Mcp-Name: t-1");
      refuses(-32020, json, MODERN, "Mcp-Method: " + method, "Mcp-Name: t-2");
      refuses(-32020, json, MODERN, "Mcp-Method: " + method);
    }
  }

  // --- 25: sessions

  @ParameterizedTest
  @ValueSource(strings = {"Mcp-Session-Id", "MCP-Session-Id", "mcp-session-id"})
  void trap25_sessionId_anySpelling_isTheServersAtTheServer(String name) throws Exception {
    String id = "!a.b~0";
    RawBackend backend =
        forEachRequest(
            (request, connection) -> connection.write(json("200 OK", "{}", name + ": " + id)));
    gateway(
        to(backend).matches(RouteMatch.exactPath("/open")),
        to(backend)
            .matches(RouteMatch.exactPath("/mcp"))
            .authentication(authentication())
            .cors(CorsPolicy.builder().allowOrigins("https://app.test").build()));

    RawMessage open = call(request("GET", at("/open"), name + ": " + id));
    assertThat(open.fields(name)).containsExactly(id);
    assertThat(backend.requests().get(0).fields(name)).containsExactly(id);

    RawMessage bound = call(post(TOOLS_LIST, bearer("alice"), "Origin: https://app.test"));
    assertThat(bound.fields(name)).singleElement().asString().matches("!a\\.b~0\\.[\\w-]{22}");
    assertThat(bound.field("Access-Control-Expose-Headers").orElseThrow())
        .contains("Mcp-Session-Id");
    String given = bound.field(name).orElseThrow();
    for (String spelling : List.of("Mcp-Session-Id", "MCP-Session-Id", "mcp-session-id")) {
      assertThat(call(post(TOOLS_LIST, bearer("alice"), spelling + ": " + given)).status())
          .isEqualTo(200);
      RawMessage onward = backend.requests().get(backend.requests().size() - 1);
      assertThat(onward.fields(name)).containsExactly(id);
    }
  }

  @Test
  void a22_trap25_sessionOfSomebodyElse_isNotFound() throws Exception {
    RawBackend backend =
        forEachRequest(
            (request, connection) -> connection.write(json("200 OK", "{}", "Mcp-Session-Id: s")));
    gateway(to(backend).authentication(authentication()));
    String alices = call(post(TOOLS_LIST, bearer("alice"))).field("Mcp-Session-Id").orElseThrow();
    String bobs = call(post(TOOLS_LIST, bearer("bob"))).field("Mcp-Session-Id").orElseThrow();

    for (String foreign : List.of(bobs, "s", "s.", "s." + "A".repeat(22), "x" + alices, "\u00ff")) {
      for (String method : List.of("POST", "GET", "DELETE")) {
        RawMessage answer =
            call(request(method, at("/mcp"), bearer("alice"), "Mcp-Session-Id: " + foreign));
        assertThat(answer.status()).as(method + " " + foreign).isEqualTo(404);
        assertThat(withoutUnknownId(answer.body()))
            .isEqualTo(
                "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600,\"message\":\"session not found\"}}");
      }
    }
    assertThat(
            call(post(
                    TOOLS_LIST,
                    bearer("alice"),
                    "Mcp-Session-Id: " + alices,
                    "Mcp-Session-Id: " + alices))
                .status())
        .as("two ids are no id")
        .isEqualTo(404);
    assertThat(backend.requests()).hasSize(2);
  }

  /** Revision 2026-07-28 has no sessions, and its servers ignore the field. */
  @Test
  void trap25_sessionIdWhereThereAreNoSessions_reachesNobody() throws Exception {
    RawBackend backend =
        forEachRequest(
            (request, connection) -> connection.write(json("200 OK", "{}", "Mcp-Session-Id: s")));
    gateway(to(backend).authentication(authentication()));
    String bobs = call(post(TOOLS_LIST, bearer("bob"))).field("Mcp-Session-Id").orElseThrow();

    for (String id : List.of("s", bobs)) {
      RawMessage answer = call(post(TOOLS_LIST, bearer("alice"), MODERN, "Mcp-Session-Id: " + id));
      assertThat(answer.status()).isEqualTo(200);
      RawMessage onward = backend.requests().get(backend.requests().size() - 1);
      assertThat(onward.field("Mcp-Session-Id")).isEqualTo(Optional.empty());
    }
  }

  // --- P2: preflights

  /** Fetch, CORS-preflight request: by OPTIONS, with both fields. */
  @Test
  void p2_nothingButATruePreflight_isAnsweredWithoutAToken() throws Exception {
    String origin = "Origin: https://app.example.com";
    String foreign = "Origin: https://evil.example";
    String asked = "Access-Control-Request-Method: POST";
    RawBackend backend = indifferent();
    gateway(
        to(backend)
            .authentication(authentication())
            .cors(CorsPolicy.builder().allowOrigins("https://app.example.com").build()));

    RawMessage preflight = call(request("OPTIONS", at("/mcp"), origin, asked, bearer("alice")));
    assertThat(preflight.status()).isEqualTo(200);
    assertThat(preflight.fields("Access-Control-Allow-Origin")).hasSize(1);
    assertThat(preflight.body()).isEmpty();
    RawMessage refused = call(request("OPTIONS", at("/mcp"), foreign, asked, bearer("alice")));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.fields("Access-Control-Allow-Origin")).isEmpty();
    for (List<String> fields :
        List.of(
            List.<String>of(),
            List.of(origin),
            List.of(asked),
            List.of(origin, "Access-Control-Request-Method:"),
            List.of(origin, "Access-Control-Request-Headers: authorization"),
            List.of(origin, "X-HTTP-Method-Override: POST"))) {
      assertThat(statusWithoutToken("OPTIONS", fields)).as("OPTIONS %s", fields).isEqualTo(401);
    }
    for (String method :
        List.of("HEAD", "GET", "POST", "PUT", "DELETE", "PATCH", "QUERY", "OPTIONSX")) {
      assertThat(statusWithoutToken(method, List.of(origin, asked))).as(method).isEqualTo(401);
    }
    assertThat(statusWithoutToken("options", List.of(origin, asked))).isEqualTo(501);
    assertThat(backend.connections()).as("nobody asked the server").isZero();
    assertThat(call(request("OPTIONS", at("/mcp"), origin, bearer("alice"))).status())
        .isEqualTo(200);
    assertThat(backend.requests()).hasSize(1);
  }

  private int statusWithoutToken(String method, List<String> fields) throws IOException {
    try (RawConnection client = newClient()) {
      String[] all = fields.toArray(String[]::new);
      return client.write(request(method, at("/mcp"), all)).readHead().status();
    }
  }
}
