package io.mcpgateway.testkit.traps;

import static io.mcpgateway.testkit.Requests.TOOLS_LIST;
import static io.mcpgateway.testkit.Requests.request;
import static io.mcpgateway.testkit.Responses.STREAM_HEAD;
import static io.mcpgateway.testkit.Responses.chunked;
import static io.mcpgateway.testkit.Responses.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcpgateway.Route;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.authorization.AccessList;
import io.mcpgateway.authorization.AccessList.Entry;
import io.mcpgateway.authorization.Denial;
import io.mcpgateway.authorization.McpAuthorization;
import io.mcpgateway.authorization.RequiredScopes;
import io.mcpgateway.authorization.ScopeMatcher;
import io.mcpgateway.cel.CelRule;
import io.mcpgateway.cel.CelRules;
import io.mcpgateway.mcp.HeaderValidation;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.CompressionBomb;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requirements A13 to A16, and traps 19 to 21, 29, 38 to 40: scopes, rules, and filtered lists. */
public abstract class AuthorizationTraps extends ProxyTraps {
  private static final String LIST =
      """
      {"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"echo","x":1.50,"big":12345678901234567890},
       {"name":"delete_all"},{"title":"no name"}],"nextCursor":"p2","_meta":{"z":1,"a":2},
       "ttlMs":60000,"cacheScope":"public"}}""";
  private static final String FILTERED =
      """
      {"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"echo","x":1.50,"big":12345678901234567890}],\
      "nextCursor":"p2","_meta":{"z":1,"a":2},
       "ttlMs":60000,"cacheScope":"private"}}""";

  private static final List<String> CODINGS =
      List.of(
          "Content-Encoding: gzip",
          "Content-Encoding: GZIP",
          "Content-Encoding: x-gzip",
          "Content-Encoding: deflate",
          "Content-Encoding: br",
          "Content-Encoding: zstd",
          "Content-Encoding: identity, gzip",
          "Content-Encoding: gzip, identity",
          "Content-Encoding: identity\r\nContent-Encoding: gzip",
          "Content-Encoding: gzip\r\nContent-Encoding: identity");

  protected AuthorizationTraps(Adapter adapter) {
    super(adapter);
  }

  // --- scopes

  private RawBackend scoped() throws Exception {
    return scoped(authentication());
  }

  private RawBackend scoped(McpAuthentication authentication) throws Exception {
    RawBackend backend = indifferent();
    gateway(
        to(backend)
            .authentication(authentication)
            .requiredScopes(
                RequiredScopes.builder()
                    .scopes("mcp")
                    .method("tools/*", "call")
                    .tool("delete_*", "delete")
                    .resource("file:///etc/*", "root")
                    .prompt("secret", "prompts")
                    .matcher(
                        ScopeMatcher.implying(Map.of("admin", Set.of("mcp", "call", "delete"))))
                    .build()));
    return backend;
  }

  private static String call(String method, String member, String name) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"%s\",\"params\":{\"%s\":\"%s\"}}"
        .formatted(method, member, name);
  }

  private static String tool(String name) {
    return call("tools/call", "name", name);
  }

  /** The record comes when the answer was sent. */
  private void reasonHolds(String text) {
    await()
        .untilAsserted(
            () ->
                assertThat(records)
                    .last()
                    .extracting(RequestRecord::reason)
                    .asString()
                    .contains(text));
  }

  private static String challengeOf(RawMessage answer) {
    assertThat(answer.fields("WWW-Authenticate")).hasSize(1);
    return answer.field("WWW-Authenticate").orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "other, initialize, x, y, mcp",
        "mcp, tools/call, name, echo, mcp call",
        "mcp, tools/call, name, delete_all, mcp call delete",
        "mcp call, tools/call, name, delete_all, mcp call delete",
        "call delete, tools/call, name, delete_all, mcp call delete",
        "mcp, resources/read, uri, file:///etc/passwd, mcp root",
        "mcp, resources/subscribe, uri, file:///etc/passwd, mcp root",
        "mcp, prompts/get, name, secret, mcp prompts",
      })
  void a14_a15_trap39_missingScope_is403WithAllScopesOfTheOperation(
      String granted, String method, String member, String name, String needed) throws Exception {
    RawBackend backend = scoped();

    RawMessage answer = call(post(call(method, member, name), bearer("alice", granted)));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(challengeOf(answer))
        .startsWith("Bearer resource_metadata=\"")
        .contains("error=\"insufficient_scope\"", "scope=\"" + needed + "\"");
    assertThat(backend.connections()).isZero();
    reasonHolds("insufficient_scope");
  }

  @ParameterizedTest
  @CsvSource({
    "mcp call, echo",
    "mcp call delete, delete_all",
    "admin, delete_all",
    "admin, echo",
  })
  void a16_enoughScopes_alsoByHierarchy_pass(String granted, String name) throws Exception {
    RawBackend backend = scoped();

    assertThat(call(post(tool(name), bearer("alice", granted))).status()).isEqualTo(200);
    assertThat(backend.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE"})
  void a7_otherMethods_needTheBaseScopes(String method) throws Exception {
    RawBackend backend = scoped();

    RawMessage refused = call(request(method, at("/mcp"), bearer("alice", "call")));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(challengeOf(refused)).contains("scope=\"mcp\"");
    assertThat(backend.connections()).isZero();
    assertThat(call(request(method, at("/mcp"), bearer("alice", "mcp"))).status()).isEqualTo(200);
  }

  @Test
  void a4_noToken_isToldTheBaseScopes() throws Exception {
    scoped();

    RawMessage answer = call(post(tool("delete_all")));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(challengeOf(answer)).contains("scope=\"mcp\"").doesNotContain("error=");
  }

  @Test
  void a13_trap38_badToken_is401_whateverItGrants() throws Exception {
    RawBackend backend = scoped();

    RawMessage answer = call(post(tool("echo"), bearer("alice", "other") + "x"));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(challengeOf(answer)).contains("error=\"invalid_token\"", "scope=\"mcp\"");
    assertThat(backend.connections()).isZero();
  }

  @Test
  void trap40_scopes_areThoseOfTheBody_notOfTheHeader() throws Exception {
    RawBackend backend = scoped();
    String alice = bearer("alice", "mcp", "call");
    String encoded =
        Base64.getEncoder()
            .encodeToString("echo".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    for (String name : List.of("echo", "=?base64?" + encoded + "?=")) {
      RawMessage modern =
          call(
              post(
                  tool("delete_all"),
                  alice,
                  MODERN,
                  "Mcp-Method: tools/call",
                  "Mcp-Name: " + name));
      assertThat(modern.status()).as("the fields contradict the message").isEqualTo(400);
      assertThat(modern.body()).contains("-32020");
    }
    RawMessage legacy = call(post(tool("delete_all"), alice, "Mcp-Name: echo"));
    assertThat(legacy.status()).isEqualTo(403);
    assertThat(backend.connections()).isZero();
  }

  @Test
  void trap21_batch_needsTheScopesOfAllItsMessages() throws Exception {
    RawBackend backend = scoped();
    String batch = "[" + tool("echo") + "," + tool("delete_all") + "]";

    RawMessage refused = call(post(batch, bearer("alice", "mcp", "call")));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(challengeOf(refused)).contains("scope=\"mcp call delete\"");
    assertThat(backend.connections()).isZero();
    assertThat(call(post(batch, bearer("alice", "admin"))).status()).isEqualTo(200);
  }

  // --- rules

  private static Route.Builder ruled(RawBackend backend, Denial denial) {
    return to(backend)
        .authorization(
            McpAuthorization.builder()
                .tools(
                    AccessList.of(
                        Entry.of("forbidden_*").claim("sub", "nobody"),
                        Entry.of("echo", "read_*"),
                        Entry.of("write_*").scopes("write"),
                        Entry.of("*").claim("sub", "root")))
                .prompts(AccessList.of())
                .rule(request -> !request.operation().method().equals("logging/setLevel"))
                .denial(denial)
                .build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"MCP-Protocol-Version: 2025-11-25", "X-None: 1", MODERN})
  void deniedTool_isUnknown(String version) throws Exception {
    RawBackend backend = indifferent();
    gateway(ruled(backend, Denial.HIDDEN).authentication(authentication()));
    String alice = bearer("alice");

    for (String name : List.of("delete_all", "write_x", "forbidden_x", "Echo")) {
      RawMessage answer =
          call(post(tool(name), alice, version, "Mcp-Method: tools/call", "Mcp-Name: " + name));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.field("Content-Type")).contains("application/json");
      assertThat(answer.body())
          .isEqualTo(
              "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":"
                  + "{\"code\":-32602,\"message\":\"Unknown tool: "
                  + name
                  + "\"}}");
    }
    RawMessage prompt =
        call(
            post(
                call("prompts/get", "name", "p"),
                alice,
                version,
                "Mcp-Method: prompts/get",
                "Mcp-Name: p"));
    assertThat(prompt.body()).contains("-32602", "Unknown prompt: p");
    assertThat(backend.connections()).isZero();
  }

  @Test
  void deniedMethod_isUnknown() throws Exception {
    RawBackend backend = indifferent();
    gateway(ruled(backend, Denial.HIDDEN));
    String json = call("logging/setLevel", "level", "debug");

    assertThat(call(post(json)))
        .satisfies(answer -> assertThat(answer.status()).isEqualTo(200))
        .satisfies(answer -> assertThat(answer.body()).contains("-32601", "\"id\":7"));
    RawMessage modern = call(post(json, MODERN, "Mcp-Method: logging/setLevel"));
    assertThat(modern.status()).isEqualTo(404);
    assertThat(modern.body()).contains("-32601", "\"id\":7");
    assertThat(call(post(json.replace("\"id\":7,", ""))).status()).isEqualTo(400);
    assertThat(backend.connections()).isZero();
  }

  @Test
  void deniedTool_isForbidden_whereThatIsSaid() throws Exception {
    RawBackend backend = indifferent();
    gateway(ruled(backend, Denial.FORBIDDEN).authentication(authentication()));

    RawMessage denied = call(post(tool("delete_all"), bearer("alice")));
    assertThat(denied.status()).isEqualTo(403);
    assertThat(denied.fields("WWW-Authenticate")).as("no scope would help").isEmpty();
    assertThat(denied.body()).contains("\"id\":7", "not allowed: tool: delete_all");
    RawMessage lacking = call(post(tool("write_x"), bearer("alice")));
    assertThat(lacking.status()).isEqualTo(403);
    assertThat(challengeOf(lacking)).contains("insufficient_scope", "scope=\"write\"");
    assertThat(backend.connections()).isZero();
  }

  @Test
  void permittedCalls_pass() throws Exception {
    RawBackend backend = indifferent();
    gateway(ruled(backend, Denial.HIDDEN).authentication(authentication()));

    for (String json : List.of(tool("echo"), tool("read_x"), call("ping", "a", "b"))) {
      assertThat(call(post(json, bearer("alice"))).body()).isEqualTo("{}");
    }
    assertThat(call(post(tool("write_x"), bearer("alice", "write"))).body()).isEqualTo("{}");
    assertThat(call(post(tool("delete_all"), bearer("root"))).body()).isEqualTo("{}");
    assertThat(backend.requests()).hasSize(5);
  }

  @Test
  void trap21_batch_isRefusedWhole() throws Exception {
    RawBackend backend = indifferent();
    gateway(ruled(backend, Denial.HIDDEN));
    String allowed = tool("echo");

    for (String batch :
        List.of(
            "[" + allowed + "," + tool("delete_all") + "]",
            "[" + tool("delete_all") + "," + allowed + "]",
            "[" + tool("delete_all") + "]",
            "[[" + tool("delete_all") + "]]",
            "[" + allowed + ",[" + tool("delete_all") + "]]")) {
      assertThat(call(post(batch)).status()).as(batch).isIn(200, 400);
    }
    assertThat(backend.connections()).isZero();
    assertThat(call(post("[" + allowed + "," + allowed + "]")).body()).isEqualTo("{}");
  }

  @Test
  void trap19_trap20_disguisedNames_areDenied() throws Exception {
    RawBackend backend = indifferent();
    gateway(ruled(backend, Denial.HIDDEN).headerValidation(HeaderValidation.OFF));

    for (String json :
        List.of(
            tool("delete\\u005fall"),
            "{\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"name\":\"delete_all\"}}",
            "{\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"},"
                + "\"params\":{\"name\":\"delete_all\"}}",
            "{\"id\":1,\"method\":\"ping\",\"method\":\"tools/call\",\"params\":{\"name\":\"x\"}}",
            "{\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"Name\":\"delete_all\"}}",
            "{\"id\":1,\"method\":\"tools/call\",\"params\":{\"x\":\"%s\",\"name\":\"delete_all\"}}"
                .formatted("x".repeat(100_000)),
            "{\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":[\"echo\"]}}",
            "{\"id\":1,\"method\":\"tools/call\"}",
            "\ufeff" + tool("delete_all"))) {
      assertThat(call(post(Specimens.utf8(json))).body()).doesNotContain("{}");
    }
    for (String method : List.of("PUT", "PATCH", "QUERY")) {
      String message = tool("delete_all");
      RawMessage other =
          call(request(method, at("/mcp"), "Content-Length: " + message.length()) + message);
      assertThat(other.status()).isEqualTo(405);
    }
    assertThat(backend.connections()).isZero();
  }

  @Test
  void celRules_decide_alsoAboutWhatTheyCannotEvaluate() throws Exception {
    RawBackend backend = indifferent();
    gateway(
        to(backend)
            .authentication(authentication())
            .authorization(
                McpAuthorization.builder()
                    .rule(
                        CelRules.of(
                            CelRule.allow("mcp.tool.name == 'echo' && jwt.sub == 'alice'"),
                            CelRule.deny("jwt.department == 'x' && mcp.tool.name == 'other'"),
                            CelRule.allow("mcp.tool.name == 'other'")))
                    .build()));

    assertThat(call(post(tool("echo"), bearer("bob"))).body()).contains("-32602");
    assertThat(call(post(tool("other"), bearer("alice"))).body())
        .as("a deny rule without its claim")
        .contains("-32602");
    assertThat(backend.connections()).isZero();
    assertThat(call(post(call("initialize", "a", "b"), bearer("bob"))).body()).isEqualTo("{}");
  }

  // --- lists

  private RawMessage listedBy(String response) throws Exception {
    RawBackend backend = forEachRequest((request, connection) -> connection.write(response));
    gateway(ruled(backend, Denial.HIDDEN));
    RawMessage answer = call(post(TOOLS_LIST, "Accept-Encoding: gzip", "Range: bytes=0-5"));
    assertThat(backend.requests().get(0).field("Accept-Encoding")).isEmpty();
    assertThat(backend.requests().get(0).field("Range")).isEmpty();
    return answer;
  }

  @Test
  void trap29_list_showsWhatMayBeCalled_andIsPrivate() throws Exception {
    RawMessage answer = listedBy(json("200 OK", LIST, "ETag: \"1\"", "Cache-Control: no-store"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(FILTERED);
    assertThat(answer.field("ETag")).as("it is not that body").isEmpty();
    assertThat(answer.field("Cache-Control")).contains("no-store");
  }

  @Test
  void trap29_listInEvents_isFiltered_andTheOthersStay() throws Exception {
    String oneLine = LIST.replace("\n", "");
    RawBackend backend =
        backend(
            connection -> {
              connection.readMessage();
              connection.write(STREAM_HEAD);
              connection.writeChunks(
                  ": hello\r\n\r\nid: 1\r\nretry: 5\r\ndata:\r\n\r\n"
                      + "event: message\nid: 2\ndata: "
                      + oneLine
                      + "\n\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n\n",
                  11);
              connection.write("0\r\n\r\n");
            });
    gateway(ruled(backend, Denial.HIDDEN));

    assertThat(call(post(TOOLS_LIST)).body())
        .isEqualTo(
            ": hello\r\n\r\nid: 1\r\nretry: 5\r\ndata:\r\n\r\n"
                + "event: message\nid: 2\ndata: "
                + FILTERED.replace("\n", "")
                + "\n\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n\n");
  }

  /** Resumed streams bring lists, too. */
  @Test
  void trap29_listOnTheStreamOfAGet_isFiltered() throws Exception {
    RawBackend backend =
        backend(
            connection -> {
              connection.readMessage();
              connection.write(STREAM_HEAD);
              connection.writeChunk("data: " + LIST.replace("\n", "") + "\n\n");
              connection.readToEnd();
            });
    gateway(ruled(backend, Denial.HIDDEN));
    RawConnection client = client();

    client.write(get("Last-Event-ID: 4", "Accept: text/event-stream"));
    assertThat(client.readHead().status()).isEqualTo(200);
    assertThat(client.readChunk()).isEqualTo("data: " + FILTERED.replace("\n", "") + "\n\n");
  }

  @Test
  void trap29_eachCaller_getsItsOwnList() throws Exception {
    RawBackend backend =
        forEachRequest((request, connection) -> connection.write(json("200 OK", LIST)));
    gateway(ruled(backend, Denial.HIDDEN).authentication(authentication()));

    assertThat(call(post(TOOLS_LIST, bearer("alice"))).body()).isEqualTo(FILTERED);
    assertThat(call(post(TOOLS_LIST, bearer("root"))).body())
        .contains("\"delete_all\"", "\"private\"")
        .doesNotContain("no name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"result\":{\"prompts\":[{\"name\":\"p\"}]}}",
        "[{\"result\":{\"tools\":[{\"name\":\"delete_all\"}]}}]",
        "{\"result\":{\"tools\":[{\"name\":\"delete_all\"}],\"tools\":[{\"name\":\"delete_all\"}]}}",
        "{\"result\":{\"tools\":[{\"name\":\"echo\",\"name\":\"delete_all\"}]}}",
      })
  void lists_showNothingElse(String list) throws Exception {
    assertThat(listedBy(json("200 OK", list)).body()).doesNotContain("delete_all", "\"p\"");
  }

  @Test
  void listThatCannotBeRead_isNotPassedOn() throws Exception {
    RawMessage encoded = listedBy(json("200 OK", LIST, "Content-Encoding: gzip"));
    assertThat(encoded.status()).isEqualTo(502);
    assertThat(encoded.body()).doesNotContain("delete_all");
  }

  // --- D5: what has to be read, and is compressed

  /** The gateway has no decompressor: however much it would be, none of it is waited for. */
  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/event-stream"})
  void d5_compressedList_isRefusedUnread(String type) throws Exception {
    RawBackend backend =
        backend(
            connection -> {
              RawMessage request = connection.readMessage();
              connection.write(
                  chunked(type)
                      .replace("\r\n\r\n", "\r\n" + coded(request.field("X-Case")) + "\r\n\r\n"));
              while (true) {
                connection.writeChunk(CompressionBomb.PIECE);
              }
            });
    gateway(ruled(backend, Denial.HIDDEN));

    for (int i = 0; i < CODINGS.size(); i++) {
      RawMessage answer = call(post(TOOLS_LIST, "X-Case: " + i));
      assertThat(answer.status()).as(CODINGS.get(i)).isEqualTo(502);
      assertThat(answer.field("Content-Encoding")).isEmpty();
    }
    await().until(() -> backend.connections() == 0);
  }

  @Test
  void d5_compressedMessage_isRefusedUnread() throws Exception {
    RawBackend backend = indifferent();
    gateway(ruled(backend, Denial.HIDDEN));

    for (String coding : CODINGS) {
      String endless =
          request(
              "POST",
              at("/mcp"),
              "Content-Type: application/json",
              "Transfer-Encoding: chunked",
              coding);
      try (RawConnection client = newClient()) {
        client.write(endless).writeChunk(CompressionBomb.PIECE);
        assertThat(client.readHead().status()).as(coding).isEqualTo(415);
      }
    }
    assertThat(backend.connections()).isZero();
  }

  private static String coded(Optional<String> number) {
    return CODINGS.get(Integer.parseInt(number.orElseThrow()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/event-stream", "text/plain"})
  void listThatIsNoJson_breaksOff(String type) throws Exception {
    RawBackend backend =
        backend(
            connection -> {
              connection.readMessage();
              connection.write(chunked(type));
              connection.writeChunk("data: {\"result\":{\"tools\":[{\"name\":\"delete_all\"}}\n\n");
              connection.write("0\r\n\r\n");
            });
    gateway(ruled(backend, Denial.HIDDEN));
    RawConnection client = client();

    client.write(post(TOOLS_LIST, "Connection: close"));
    String seen = client.readToEnd();
    assertThat(seen).doesNotContain("delete_all");
    // As soon as nothing was sent yet, there is a better way to say it.
    assertThat(seen.startsWith("HTTP/1.1 502") || !seen.endsWith("0\r\n\r\n")).as(seen).isTrue();
  }

  @Test
  void otherAnswers_passByteForByte() throws Exception {
    String result =
        "{\"id\":7,\"result\":{\"tools\":[{\"name\":\"delete_all\"}],\"a\":\"\\u0041\"}}";
    RawBackend backend =
        forEachRequest((request, connection) -> connection.write(json("200 OK", result)));
    gateway(ruled(backend, Denial.HIDDEN));

    RawMessage answer = call(post(tool("echo")));
    assertThat(answer.body()).as("the result of a tool").isEqualTo(result);
    assertThat(answer.field("Content-Length")).contains(String.valueOf(result.length()));
  }

  @Test
  void pageOfAGet_passesByteForByte() throws Exception {
    RawBackend backend = answering("<p>not <b>JSON</b></p>");
    gateway(ruled(backend, Denial.HIDDEN));

    assertThat(call(get()).body()).isEqualTo("<p>not <b>JSON</b></p>");
  }

  private RawBackend answering(String body) {
    return forEachRequest((request, connection) -> connection.write(json("200 OK", body)));
  }

  @Test
  void errorInPlaceOfAList_passesByteForByte() throws Exception {
    String error = "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"x\"}}";

    assertThat(listedBy(json("500 Internal Server Error", error)))
        .satisfies(answer -> assertThat(answer.status()).isEqualTo(500))
        .satisfies(answer -> assertThat(answer.body()).isEqualTo(error));
    assertThat(Optional.of(listedBy(json("404 Not Found", "no such place"))))
        .get()
        .extracting(RawMessage::body)
        .isEqualTo("no such place");
  }

  @Test
  void records_tellWhatWasDenied() throws IOException, Exception {
    gateway(ruled(indifferent(), Denial.HIDDEN));

    call(post(tool("delete_all")));
    reasonHolds("denied: tool");
  }
}
