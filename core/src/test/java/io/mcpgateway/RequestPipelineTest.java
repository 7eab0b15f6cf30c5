package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.auth.AuthenticationMode;
import io.mcpgateway.auth.BearerToken;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import io.mcpgateway.http.TrustedProxies;
import io.mcpgateway.mcp.HeaderValidation;
import io.mcpgateway.session.SessionBinding;
import io.mcpgateway.session.SessionKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of the stations: heads of requests in, verdicts out. */
class RequestPipelineTest {
  private static final SessionKey KEY = SessionKey.random();
  private static final String APP = "https://app.example.com";
  private static final String METADATA = "/.well-known/oauth-protected-resource";
  private static final CorsPolicy CORS = CorsPolicy.builder().allowOrigins(APP).build();
  private static final Headers CORS_HEADERS =
      Headers.of(
          "Vary", "Origin",
          "Access-Control-Allow-Origin", APP,
          "Access-Control-Expose-Headers",
              "Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, DPoP-Nonce");
  private static final Backend BACKEND = Backend.of("http://localhost:8000/mcp");

  /** A protected backend, a protected application, and two public routes. */
  private static final RequestPipeline PIPELINE =
      pipeline(
          Route.builder()
              .name("mcp")
              .matches(RouteMatch.exactPath("/mcp"))
              .cors(CORS)
              .authentication(Tokens.required())
              .backend(BACKEND)
              .build(),
          Route.builder()
              .name("app")
              .matches(RouteMatch.pathPrefix("/app"))
              .authentication(Tokens.required())
              .build(),
          Route.builder()
              .name("open")
              .matches(RouteMatch.pathPrefix("/open"))
              .cors(CORS)
              .backend(BACKEND)
              .build(),
          Route.builder().name("page").matches(RouteMatch.exactPath("/page")).build());

  private static RequestPipeline pipeline(Route... routes) {
    Listener.Builder listener = Listener.builder();
    for (Route route : routes) {
      listener.route(route);
    }
    return new RequestPipeline(
        new RouteTable(List.of(listener.build())),
        TrustedProxies.of(List.of("10.0.0.0/8")),
        KEY,
        GatewayLimits.DEFAULT,
        1000);
  }

  private static RequestHead.Builder request(String method, String path) {
    return RequestHead.builder(method, path)
        .authority("mcp.example.com")
        .scheme("https")
        .remoteAddress("203.0.113.9");
  }

  private static Verdict decide(RequestPipeline pipeline, RequestHead.Builder head) {
    CompletableFuture<Verdict> verdict =
        pipeline.decide(head.build(), BodySource::empty).toCompletableFuture();
    assertThat(verdict).as("at once").isCompleted();
    return verdict.join();
  }

  private static Verdict decide(RequestHead.Builder head) {
    return decide(PIPELINE, head);
  }

  private static Response answered(RequestHead.Builder head) {
    return answered(PIPELINE, head);
  }

  private static Response answered(RequestPipeline pipeline, RequestHead.Builder head) {
    Verdict verdict = decide(pipeline, head);
    assertThat(verdict).isInstanceOf(Verdict.Answer.class);
    return ((Verdict.Answer) verdict).response();
  }

  private static Optional<String> routeOf(Verdict verdict) {
    return verdict.matched().map(Route::name);
  }

  // --- who gets through, and where to

  @Test
  void decide_goodToken_forwardsWithCallerAndCors() {
    Verdict verdict =
        decide(
            request("POST", "/mcp").header("Authorization", "Bearer good").header("Origin", APP));

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Forward.class,
            forward -> {
              assertThat(forward.backend()).isEqualTo(BACKEND);
              assertThat(forward.passage().caller()).contains(Tokens.ALICE);
              assertThat(forward.passage().responseHeaders()).isEqualTo(CORS_HEADERS);
              assertThat(forward.origin().url()).isEqualTo("https://mcp.example.com");
            });
    assertThat(verdict.authenticated()).contains(Tokens.ALICE);
    assertThat(routeOf(verdict)).contains("mcp");
  }

  @Test
  void decide_noBackend_handsOverToTheApplication() {
    Verdict verdict = decide(request("GET", "/app/x").header("Authorization", "Bearer good"));

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Proceed.class,
            proceed -> {
              assertThat(proceed.passage().caller()).contains(Tokens.ALICE);
              assertThat(proceed.passage().responseHeaders()).isEqualTo(Headers.EMPTY);
            });
    assertThat(routeOf(verdict)).contains("app");
  }

  @ParameterizedTest
  @CsvSource({"/open/x, open", "/page, page"})
  void decide_publicRoute_passesAsNobody(String path, String route) {
    Verdict verdict = decide(request("POST", path).header("Authorization", "Bearer anything"));

    assertThat(verdict).isNotInstanceOf(Verdict.Answer.class);
    assertThat(verdict.authenticated()).isEmpty();
    assertThat(routeOf(verdict)).contains(route);
  }

  @Test
  void decide_optionalModeWithoutToken_passesAsNobody() {
    RequestPipeline optional =
        pipeline(Route.builder().authentication(Tokens.mode(AuthenticationMode.OPTIONAL)).build());

    Verdict verdict = decide(optional, request("GET", "/mcp"));

    assertThat(verdict).isInstanceOf(Verdict.Proceed.class);
    assertThat(verdict.authenticated()).isEmpty();
  }

  // --- who does not

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "X"})
  void a2_a7_protectedWithoutToken_is401WithTheMetadataForEveryMethod(String method) {
    for (String path : List.of("/mcp", "/app", "/app/x", "/%6dcp")) {
      Response response = answered(request(method, path));

      assertThat(response.status()).as(path).isEqualTo(401);
      assertThat(response.headers().all("WWW-Authenticate"))
          .containsExactly(
              "Bearer resource_metadata=\"https://mcp.example.com" + METADATA + path + "\"");
    }
  }

  @ParameterizedTest
  @CsvSource({
    ", 401, no bearer token",
    "Bearer bad, 401, invalid_token: the token is not good",
    "Bearer a b, 400, invalid_request: the Authorization header does not hold one bearer token",
    "Bearer down, 503, tokens cannot be verified: refused",
  })
  void decide_refused_carriesTheCorsHeadersOfItsRoute(
      String authorization, int status, String reason) {
    RequestHead.Builder head = request("POST", "/mcp").header("Origin", APP);
    if (authorization != null) {
      head.header("Authorization", authorization);
    }

    Verdict verdict = decide(head);

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Answer.class,
            answer -> {
              assertThat(answer.response().status()).isEqualTo(status);
              assertThat(answer.response().headers()).containsAll(CORS_HEADERS);
              assertThat(answer.response().headers().contains("WWW-Authenticate"))
                  .isEqualTo(status != 503);
              assertThat(answer.response().headers().contains("Retry-After"))
                  .isEqualTo(status == 503);
              assertThat(answer.refusal()).map(Verdict.Refusal::reason).contains(reason);
            });
    assertThat(routeOf(verdict)).contains("mcp");
    assertThat(verdict.authenticated()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "CONNECT"})
  void decide_methodThatIsNoneOfMcps_is501OnEveryPath(String method) {
    for (String path : List.of("/mcp", "/other", METADATA + "/mcp")) {
      assertThat(answered(request(method, path)).status()).as(path).isEqualTo(501);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PO ST", "POST /other", "POST\r\nX:", "POST\u0000", "P\u00c4ST"})
  void h8_methodThatIsNoToken_is400OnEveryPath(String method) {
    for (String path : List.of("/mcp", "/other", METADATA + "/mcp")) {
      assertThat(answered(request(method, path)).status()).as(path).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @CsvSource({"/, ", "/other, ", "/mcp/, ", "/mcp/x, ", "/MCP, ", "/.well-known/x, "})
  void decide_noRoute_is404WithoutFields(String path) {
    Verdict verdict = decide(request("POST", path).header("Origin", APP));

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Answer.class,
            answer -> {
              assertThat(answer.response())
                  .isEqualTo(Response.json(404, Headers.EMPTY, "{\"error\":\"not_found\"}"));
              assertThat(answer.refusal())
                  .map(Verdict.Refusal::reason)
                  .contains("no route matches");
            });
    assertThat(routeOf(verdict)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/mcp;x",
        "/./mcp",
        "//mcp",
        "/open/../mcp",
        "/open/%2e%2e/mcp",
        "/open/..;/mcp",
        "/open%2f..%2fmcp",
        "/mcp%00",
        "/mcp/{x}",
        "/mcp\"",
        "/.well-known/oauth-protected-resource/../../mcp",
        "*",
      })
  void decide_ambiguousPath_is400(String path) {
    assertThat(decide(request("POST", path).header("Authorization", "Bearer good")))
        .isInstanceOfSatisfying(
            Verdict.Answer.class,
            answer -> {
              assertThat(answer.response())
                  .isEqualTo(Response.json(400, Headers.EMPTY, "{\"error\":\"bad_request\"}"));
              assertThat(answer.refusal())
                  .map(Verdict.Refusal::reason)
                  .contains("ambiguous request target");
              assertThat(answer.route()).isEmpty();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":80",
        "a b",
        "a, b",
        "user@mcp.example.com",
        "mcp.example.com/x",
        "mcp.example.com:port",
        "mcp.example.com:123456",
        "\"mcp.example.com\"",
        "<script>",
        "[::1",
        "[:::]",
        "[1.2.3.4]",
        "[::55555555555.1]",
        "mcp.example.com\\evil",
        "mcp.example.com#",
        "mcp.example.com?",
        "mcp.example.com%00",
      })
  void decide_junkHost_is400(String authority) {
    for (String path : List.of("/mcp", METADATA + "/mcp", "/open")) {
      assertThat(answered(request("GET", path).authority(authority)).status()).isEqualTo(400);
    }
  }

  // --- the order

  @Test
  void a27_preflight_comesBeforeAuthentication() {
    Verdict verdict =
        decide(
            request("OPTIONS", "/mcp")
                .header("Origin", APP)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization"));

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Answer.class,
            answer -> {
              assertThat(answer.response().status()).isEqualTo(200);
              assertThat(answer.response().body()).isEmpty();
              assertThat(answer.response().headers().first("Access-Control-Allow-Origin"))
                  .contains(APP);
              assertThat(answer.refusal()).isEmpty();
            });
    assertThat(routeOf(verdict)).contains("mcp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/mcp", "/open"})
  void decide_preflightOfAForeignOrigin_endsHereWithoutPermission(String path) {
    Response response =
        answered(
            request("OPTIONS", path)
                .header("Origin", "https://evil.example")
                .header("Access-Control-Request-Method", "POST"));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers()).extracting(Headers.Field::name).containsExactly("Vary");
  }

  @Test
  void decide_optionsThatIsNoPreflight_needsAToken() {
    assertThat(answered(request("OPTIONS", "/mcp")).status()).isEqualTo(401);
    assertThat(answered(request("OPTIONS", "/mcp").header("Origin", APP)).status()).isEqualTo(401);
  }

  @Test
  void decide_preflightWithoutCorsPolicy_isLeftToTheServerBehind() {
    RequestHead.Builder preflight =
        request("OPTIONS", "/page")
            .header("Origin", APP)
            .header("Access-Control-Request-Method", "GET");

    assertThat(decide(preflight)).isInstanceOf(Verdict.Proceed.class);
  }

  @Test
  void decide_foreignOrigin_goesOnWithoutPermission() {
    Verdict verdict =
        decide(
            request("POST", "/mcp")
                .header("Authorization", "Bearer good")
                .header("Origin", "https://evil.example"));

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Forward.class,
            forward ->
                assertThat(forward.passage().responseHeaders())
                    .isEqualTo(Headers.of("Vary", "Origin")));
  }

  // --- metadata

  @ParameterizedTest
  @CsvSource({
    "/mcp, https://mcp.example.com/mcp, mcp",
    "/app, https://mcp.example.com/app, app",
    "/app/caf%C3%A9, https://mcp.example.com/app/caf%C3%A9, app",
    "/app/%61, https://mcp.example.com/app/%61, app",
  })
  void a1_metadata_isPublicAndNamesTheAuthorizationServer(
      String path, String resource, String route) {
    Verdict verdict = decide(request("GET", METADATA + path).header("Authorization", "Bearer bad"));

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Answer.class,
            answer -> {
              assertThat(answer.response().status()).isEqualTo(200);
              assertThat(answer.response().body())
                  .isEqualTo(
                      "{\"resource\":\"%s\",\"authorization_servers\":[\"https://as.example.com\"]}"
                          .formatted(resource));
              assertThat(answer.refusal()).isEmpty();
            });
    assertThat(routeOf(verdict)).contains(route);
  }

  // RFC 9728, 3.3: what the challenge names is the metadata of the URL that the client used.
  @ParameterizedTest
  @ValueSource(strings = {"/mcp", "/app", "/app/", "/app/a:b@c", "/app/%61", "/app/caf%C3%A9"})
  void a3_challenge_leadsToTheMetadataOfTheUrl(String path) {
    String challenge =
        answered(request("POST", path)).headers().first("WWW-Authenticate").orElseThrow();
    String url = challenge.substring(challenge.indexOf('"') + 1, challenge.lastIndexOf('"'));
    assertThat(url).startsWith("https://mcp.example.com/");

    Response metadata = answered(request("GET", url.substring("https://mcp.example.com".length())));

    assertThat(metadata.status()).isEqualTo(200);
    assertThat(metadata.body()).startsWith("{\"resource\":\"https://mcp.example.com" + path + "\"");
  }

  @ParameterizedTest
  @CsvSource({
    // no such resource
    "GET, /.well-known/oauth-protected-resource/none, 404",
    // several resources: the root is nobody's
    "GET, /.well-known/oauth-protected-resource, 404",
    // not a public route's
    "GET, /.well-known/oauth-protected-resource/open, 404",
    "GET, /.well-known/oauth-protected-resource-evil/mcp, 404",
    "POST, /.well-known/oauth-protected-resource/mcp, 405",
    "HEAD, /.well-known/oauth-protected-resource/mcp, 200",
    "OPTIONS, /.well-known/oauth-protected-resource/mcp, 200",
  })
  void trap41_wellKnownPath_isNeverAskedForAToken(String method, String path, int status) {
    assertThat(answered(request(method, path)).status()).isEqualTo(status);
  }

  @Test
  void a3_onlyResource_answersAtTheRootToo() {
    RequestPipeline one =
        pipeline(
            Route.builder()
                .matches(RouteMatch.exactPath("/mcp"))
                .authentication(Tokens.required("https://pub.example/mcp"))
                .build());

    assertThat(answered(one, request("GET", METADATA)).body())
        .startsWith("{\"resource\":\"https://pub.example/mcp\"");
  }

  @Test
  void trap41_metadataPreflight_isOpenToEveryOrigin() {
    Response response =
        answered(
            request("OPTIONS", METADATA + "/mcp")
                .header("Origin", "https://anything.example")
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Headers", "mcp-protocol-version"));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers().all("Access-Control-Allow-Origin")).containsExactly("*");
    assertThat(response.headers().all("Access-Control-Allow-Headers"))
        .containsExactly("mcp-protocol-version");
  }

  // Older clients look for the authorization server at the resource's origin: not here, and no 401.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/mcp",
        "/.well-known/openid-configuration",
      })
  void trap41_authorizationServerMetadataOfAProtectedRoute_is404(String path) {
    RequestPipeline everything =
        pipeline(
            Route.builder().cors(CORS).authentication(Tokens.required()).backend(BACKEND).build());

    assertThat(answered(everything, request("GET", path).header("Origin", APP)))
        .isEqualTo(Response.json(404, CORS_HEADERS, "{\"error\":\"not_found\"}"));
  }

  @Test
  void decide_authorizationServerMetadataOfAPublicRoute_isTheServersBehind() {
    RequestPipeline open = pipeline(Route.builder().backend(BACKEND).build());

    assertThat(decide(open, request("GET", "/.well-known/oauth-authorization-server")))
        .isInstanceOf(Verdict.Forward.class);
    assertThat(decide(open, request("GET", METADATA + "/mcp"))).isInstanceOf(Verdict.Forward.class);
  }

  // --- how the client sees the gateway

  @Test
  void trap33_trustedProxy_namesThePublicUrl() {
    RequestHead.Builder head =
        request("POST", "/mcp")
            .remoteAddress("10.0.0.1")
            .authority("internal:8080")
            .header("X-Forwarded-Host", "pub.example")
            .header("X-Forwarded-Prefix", "/tools");

    assertThat(answered(head).headers().first("WWW-Authenticate"))
        .contains("Bearer resource_metadata=\"https://pub.example/tools" + METADATA + "/mcp\"");
  }

  @Test
  void trap33_untrustedPeer_isNotBelieved() {
    RequestHead.Builder head =
        request("POST", "/mcp")
            .header("X-Forwarded-Host", "evil.example")
            .header("Forwarded", "host=evil.example;proto=http");

    assertThat(answered(head).headers().first("WWW-Authenticate"))
        .contains("Bearer resource_metadata=\"https://mcp.example.com" + METADATA + "/mcp\"");
  }

  @Test
  void trap32_servletContext_namesTheUrlBelowIt() {
    assertThat(
            answered(request("POST", "/mcp").mountPath("/ctx")).headers().first("WWW-Authenticate"))
        .contains("Bearer resource_metadata=\"https://mcp.example.com/ctx" + METADATA + "/mcp\"");
    assertThat(answered(request("GET", METADATA + "/mcp").mountPath("/ctx")).body())
        .startsWith("{\"resource\":\"https://mcp.example.com/ctx/mcp\"");
  }

  // --- waiting

  @Test
  void decide_keysHaveToBeFetched_waitsWithoutAThread() {
    CompletableFuture<TokenVerification> keys = new CompletableFuture<>();
    TokenVerifier verifier =
        new TokenVerifier() {
          @Override
          public CompletionStage<TokenVerification> verify(BearerToken token, RequestHead head) {
            return keys;
          }

          @Override
          public List<String> issuers() {
            return List.of();
          }
        };
    RequestPipeline waiting =
        pipeline(
            Route.builder()
                .authentication(McpAuthentication.builder().verifier(verifier).build())
                .build());

    CompletableFuture<Verdict> verdict =
        waiting
            .decide(
                request("POST", "/mcp").header("Authorization", "Bearer good").build(),
                BodySource::empty)
            .toCompletableFuture();
    assertThat(verdict).isNotDone();

    keys.complete(new TokenVerification.Verified(Tokens.ALICE));
    assertThat(verdict).isCompletedWithValueMatching(v -> v instanceof Verdict.Proceed);
  }

  // --- sessions belong to callers

  private static final String SESSION_NOT_FOUND =
      "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600,\"message\":\"session not found\"}}";

  private static RequestHead.Builder aliceWith(String session) {
    return request("POST", "/mcp")
        .header("Authorization", "Bearer good")
        .header("Origin", APP)
        .header("Mcp-Session-Id", session);
  }

  @Test
  void decide_ownSession_goesOnUnderTheServersName() {
    String id = SessionBinding.of(KEY, Optional.of(Tokens.ALICE)).toClient("s");

    assertThat(decide(aliceWith(id)))
        .isInstanceOfSatisfying(
            Verdict.Forward.class,
            forward -> {
              assertThat(forward.passage().request().headers().all("Mcp-Session-Id"))
                  .containsExactly("s");
              assertThat(forward.passage().session().toClient("s")).isEqualTo(id);
            });
  }

  @Test
  void decide_sessionOfSomebodyElse_isAnswered404ThatAScriptMayRead() {
    String bobs = SessionBinding.of(KEY, Optional.of(Tokens.BOB)).toClient("s");

    for (String foreign : List.of(bobs, "s", "", "s.x")) {
      Verdict verdict = decide(aliceWith(foreign));

      assertThat(verdict)
          .isInstanceOfSatisfying(
              Verdict.Answer.class,
              answer -> {
                assertThat(answer.response().head().status()).isEqualTo(404);
                assertThat(answer.response().body()).isEqualTo(SESSION_NOT_FOUND);
                assertThat(answer.response().head().headers().all("Access-Control-Allow-Origin"))
                    .containsExactly(APP);
                assertThat(answer.refusal())
                    .map(Verdict.Refusal::reason)
                    .contains("a session of somebody else, or of nobody");
              });
      assertThat(verdict.authenticated()).contains(Tokens.ALICE);
    }
  }

  // --- the place for messages of revision 2024-11-05

  private static final RequestPipeline LEGACY =
      pipeline(
          Route.builder()
              .name("legacy")
              .authentication(Tokens.required())
              .backend(Backend.of("http://localhost:3001/sse").speakingSse())
              .build());

  private static Verdict legacy(String method, String query) {
    return decide(
        LEGACY, request(method, "/x").header("Authorization", "Bearer good").query(query));
  }

  @Test
  void decide_messageForItsPlace_goesThereOnly() {
    SessionBinding alices = SessionBinding.of(KEY, Optional.of(Tokens.ALICE));
    String place = alices.endpointToClient("/message?sessionId=1");

    assertThat(legacy("POST", "sessionId=2&" + place))
        .isInstanceOfSatisfying(
            Verdict.Forward.class,
            forward -> assertThat(forward.target()).contains("/message?sessionId=1"));
    assertThat(legacy("GET", ""))
        .isInstanceOfSatisfying(
            Verdict.Forward.class, forward -> assertThat(forward.target()).isEmpty());
  }

  @Test
  void decide_messageForAPlaceOfSomebodyElse_isAnswered404() {
    SessionBinding bobs = SessionBinding.of(KEY, Optional.of(Tokens.BOB));
    String place = bobs.endpointToClient("/message?sessionId=1");

    for (String query : List.of(place, "gateway-endpoint=", "gateway-endpoint=L21lc3NhZ2U.x")) {
      Verdict verdict = legacy("POST", query);
      assertThat(verdict).isInstanceOf(Verdict.Answer.class);
      assertThat(((Verdict.Answer) verdict).response().head().status()).isEqualTo(404);
    }
  }

  /** What clients that try Streamable HTTP first take for: ask for the stream. */
  @Test
  void decide_messageWithoutAStream_isAnswered405() {
    Verdict verdict = legacy("POST", "sessionId=1");

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Answer.class,
            answer -> {
              assertThat(answer.response().head().status()).isEqualTo(405);
              assertThat(answer.response().head().headers().all("Allow")).containsExactly("GET");
            });
  }

  // --- messages are read where a policy asks

  private static CompletableFuture<Verdict> validated(RequestHead.Builder head, BodySource body) {
    RequestPipeline always =
        pipeline(Route.builder().headerValidation(HeaderValidation.ALWAYS).build());
    return always.decide(head.build(), () -> body).toCompletableFuture();
  }

  private static RequestHead.Builder modern(String method) {
    return request("POST", "/mcp")
        .header("MCP-Protocol-Version", "2026-07-28")
        .header("Mcp-Method", method);
  }

  private static BodySource message() {
    return BodySource.of("{\"id\":7,\"method\":\"tools/list\"}".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void decide_messageThatAgrees_goesOnWithItsBytes() {
    assertThat(validated(modern("tools/list"), message()).join())
        .isInstanceOfSatisfying(
            Verdict.Proceed.class,
            proceed -> assertThat(proceed.read().orElseThrow().body().length()).isEqualTo(30));
  }

  @Test
  void decide_messageThatContradictsItsFields_isRefused() {
    assertThat(validated(modern("tools/call"), message()).join())
        .isInstanceOfSatisfying(
            Verdict.Answer.class,
            answer -> {
              assertThat(answer.response().head().status()).isEqualTo(400);
              assertThat(answer.response().body())
                  .isEqualTo(
                      "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32020,\"message\":"
                          + "\"Mcp-Method is not the method in the message\"}}");
              assertThat(answer.refusal())
                  .map(Verdict.Refusal::reason)
                  .contains("Mcp-Method is not the method in the message");
            });
  }

  @Test
  void decide_otherRequests_areNotRead() {
    BodySource untouchable =
        new BodySource() {
          @Override
          public Chunk read() {
            throw new AssertionError("read");
          }

          @Override
          public void demand(Runnable readable) {}

          @Override
          public void cancel(Throwable cause) {}
        };

    assertThat(validated(request("GET", "/mcp"), untouchable).join())
        .isInstanceOf(Verdict.Proceed.class);
    assertThat(decide(PIPELINE, aliceWith("s"))).isInstanceOf(Verdict.Answer.class);
  }
}
