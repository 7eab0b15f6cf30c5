package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.auth.BearerToken;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import io.mcpgateway.http.TrustedProxies;
import io.mcpgateway.json.Json;
import io.mcpgateway.metadata.ResourceMetadata;
import io.mcpgateway.provider.IdentityProvider;
import io.mcpgateway.provider.ProviderKind;
import io.mcpgateway.session.SessionKey;
import io.mcpgateway.testkit.MutableClock;
import io.mcpgateway.testkit.TestAuthorizationServer;
import io.mcpgateway.testkit.TestAuthorizationServer.Asked;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoints that the gateway has in the stead of the route's authorization server. */
class AuthorizationServerEndpointsTest {
  private static final String APP = "https://app.example.com";
  private static final String PRM = "/.well-known/oauth-protected-resource";
  private static final String OAUTH = "/.well-known/oauth-authorization-server";
  private static final String OPENID = "/.well-known/openid-configuration";
  private static final String REGISTER = OAUTH + "/mcp/client-registration";
  private static final String CLIENT =
      "{\"redirect_uris\":[\"http://localhost:6274/oauth/callback\"],\"client_name\":\"Zürich\"}";

  private final MutableClock clock = MutableClock.create();
  private final TestAuthorizationServer server = TestAuthorizationServer.start();
  private final List<AutoCloseable> opened = new ArrayList<>(List.of(server));

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  private IdentityProvider provider(
      ProviderKind kind, UnaryOperator<IdentityProvider.Builder> settings) {
    IdentityProvider provider =
        settings.apply(IdentityProvider.builder(kind, server.issuer()).clock(clock)).build();
    opened.add(provider);
    return provider;
  }

  private RequestPipeline presenting(
      IdentityProvider provider, ResourceMetadata metadata, CorsPolicy... cors) {
    Route.Builder route =
        Route.builder()
            .matches(RouteMatch.exactPath("/mcp"))
            .authentication(
                McpAuthentication.builder()
                    .verifier(new Issuer(server.issuer()))
                    .resourceMetadata(metadata)
                    .provider(provider)
                    .build());
    for (CorsPolicy policy : cors) {
      route.cors(policy);
    }
    return new RequestPipeline(
        new RouteTable(List.of(Listener.builder().route(route.build()).build())),
        TrustedProxies.of(List.of("10.0.0.0/8")),
        SessionKey.random(),
        GatewayLimits.DEFAULT,
        1000);
  }

  private RequestPipeline presenting(ProviderKind kind) {
    return presenting(kind, settings -> settings);
  }

  private RequestPipeline presenting(
      ProviderKind kind, UnaryOperator<IdentityProvider.Builder> settings) {
    return presenting(provider(kind, settings), ResourceMetadata.builder().build());
  }

  /** Knows no token. */
  private record Issuer(String issuer) implements TokenVerifier {
    @Override
    public CompletionStage<TokenVerification> verify(BearerToken token, RequestHead request) {
      return CompletableFuture.completedStage(
          new TokenVerification.Verified(
              new AuthenticatedPrincipal(issuer, "x", Set.of(), Map.of(), Optional.empty())));
    }

    @Override
    public List<String> issuers() {
      return List.of(issuer);
    }
  }

  private static RequestHead.Builder request(String method, String path) {
    return RequestHead.builder(method, path)
        .authority("mcp.example.com")
        .scheme("https")
        .remoteAddress("203.0.113.9");
  }

  private static Response answered(RequestPipeline pipeline, RequestHead.Builder head) {
    return answered(pipeline, head, "");
  }

  private static Response answered(
      RequestPipeline pipeline, RequestHead.Builder head, String body) {
    BodySource source = BodySource.of(body.getBytes(StandardCharsets.UTF_8));
    Verdict verdict =
        pipeline
            .decide(head.build(), () -> source)
            .toCompletableFuture()
            .orTimeout(20, TimeUnit.SECONDS)
            .join();
    assertThat(verdict).isInstanceOf(Verdict.Answer.class);
    return ((Verdict.Answer) verdict).response();
  }

  private static Map<String, Object> json(Response response) throws Exception {
    return Json.readObject(response.bytes());
  }

  private static Map<String, Object> document(RequestPipeline pipeline, String path)
      throws Exception {
    Response response = answered(pipeline, request("GET", path));
    assertThat(response.status()).as(path).isEqualTo(200);
    return json(response);
  }

  // --- A18, trap 42: the issuer is the identifier that led there

  /** Where a client looks for the metadata of an issuer (MCP, Metadata Discovery). */
  private static List<String> places(String issuer) {
    String path = issuer.substring("https://mcp.example.com".length());
    return path.isEmpty()
        ? List.of(OAUTH, OPENID)
        : List.of(OAUTH + path, OPENID + path, path + OPENID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "https://mcp.example.com/mcp", "https://mcp.example.com/mcp/"})
  void a18_documentOfThePresentedServer_hasTheIssuerItWasBuiltFrom(String resource)
      throws Exception {
    ResourceMetadata.Builder metadata = ResourceMetadata.builder();
    RequestPipeline pipeline =
        presenting(
            provider(ProviderKind.KEYCLOAK, settings -> settings),
            resource.isEmpty() ? metadata.build() : metadata.resource(resource).build());

    Object servers = document(pipeline, PRM + "/mcp").get("authorization_servers");

    assertThat(servers).isEqualTo(List.of("https://mcp.example.com/mcp"));
    for (String place : places("https://mcp.example.com/mcp")) {
      assertThat(document(pipeline, place))
          .as(place)
          .containsEntry("issuer", "https://mcp.example.com/mcp")
          .containsEntry(
              "registration_endpoint", "https://mcp.example.com" + place + "/client-registration")
          .containsEntry("token_endpoint", server.issuer() + "/token");
    }
  }

  @Test
  void a18_clientsOf20260728_getTheTrueIssuer() throws Exception {
    RequestPipeline pipeline = presenting(ProviderKind.KEYCLOAK);

    Response modern =
        answered(
            pipeline, request("GET", PRM + "/mcp").header("MCP-Protocol-Version", "2026-07-28"));
    Response legacy =
        answered(
            pipeline, request("GET", PRM + "/mcp").header("MCP-Protocol-Version", "2025-11-25"));

    assertThat(json(modern)).containsEntry("authorization_servers", List.of(server.issuer()));
    assertThat(json(legacy))
        .containsEntry("authorization_servers", List.of("https://mcp.example.com/mcp"));
    assertThat(modern.headers().all("Vary")).containsExactly("MCP-Protocol-Version");
  }

  // RFC 9207: the server's answers carry its own identifier, so ours must not promise another.
  @ParameterizedTest
  @EnumSource(names = "PLAIN", mode = EnumSource.Mode.EXCLUDE)
  void a18_presentedServer_promisesNoIssuerInItsAnswers(ProviderKind kind) throws Exception {
    assertThat(document(presenting(kind), OAUTH + "/mcp"))
        .doesNotContainKeys("authorization_response_iss_parameter_supported", "signed_metadata");
  }

  // The full catalogue is the authorization server's; a resource names what it needs.
  @Test
  void a6_scopesSupported_areTheResourcesOwn() throws Exception {
    server.metadata("scopes_supported", List.of("admin", "read"));
    RequestPipeline pipeline =
        presenting(
            provider(ProviderKind.KEYCLOAK, settings -> settings),
            ResourceMetadata.builder().scopesSupported("read").build());

    assertThat(document(pipeline, PRM + "/mcp")).containsEntry("scopes_supported", List.of("read"));
  }

  @Test
  void a18_withoutProvider_trueIssuerOnly() throws Exception {
    RequestPipeline pipeline =
        presenting(provider(ProviderKind.PLAIN, settings -> settings), resource("/mcp"));

    assertThat(document(pipeline, PRM + "/mcp"))
        .containsEntry("authorization_servers", List.of(server.issuer()));
  }

  private static ResourceMetadata resource(String path) {
    return ResourceMetadata.builder().resource("https://mcp.example.com" + path).build();
  }

  // --- A19, trap 42: revision 2025-03-26 looks at the origin

  @ParameterizedTest
  @ValueSource(strings = {OAUTH, OPENID, OAUTH + "/mcp", "/mcp" + OPENID})
  void a19_onRequest_unchangedDocumentAtTheOrigin(String path) {
    Response response = answered(presenting(ProviderKind.PLAIN), request("GET", path));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(server.document());
  }

  @Test
  void a19_provider_documentAtTheOriginToo() throws Exception {
    assertThat(document(presenting(ProviderKind.KEYCLOAK), OAUTH))
        .containsEntry("issuer", "https://mcp.example.com")
        .containsEntry(
            "registration_endpoint", "https://mcp.example.com" + OAUTH + "/client-registration");
  }

  // --- how the client sees the gateway

  @Test
  void trap33_presentedServer_isNamedByTheConfigurationNotByTheHost() throws Exception {
    RequestPipeline pipeline =
        presenting(
            provider(ProviderKind.KEYCLOAK, settings -> settings),
            ResourceMetadata.builder().resource("https://pub.example/mcp").build());
    RequestHead.Builder evil =
        request("GET", OAUTH + "/mcp")
            .authority("evil.example")
            .header("X-Forwarded-Host", "evil.example")
            .header("Forwarded", "host=evil.example;proto=http");

    Response response = answered(pipeline, evil);

    assertThat(response.body()).doesNotContain("evil.example");
    assertThat(json(response)).containsEntry("issuer", "https://pub.example/mcp");
  }

  @Test
  void trap32_servletContext_isFoundByTheAppendedForm() throws Exception {
    RequestPipeline pipeline = presenting(ProviderKind.KEYCLOAK);

    Response metadata = answered(pipeline, request("GET", PRM + "/mcp").mountPath("/ctx"));
    Response document = answered(pipeline, request("GET", "/mcp" + OPENID).mountPath("/ctx"));

    assertThat(json(metadata))
        .containsEntry("authorization_servers", List.of("https://mcp.example.com/ctx/mcp"));
    assertThat(json(document))
        .containsEntry("issuer", "https://mcp.example.com/ctx/mcp")
        .containsEntry(
            "registration_endpoint",
            "https://mcp.example.com/ctx/mcp" + OPENID + "/client-registration");
  }

  @Test
  void trap33_trustedProxy_namesThePublicUrl() throws Exception {
    RequestHead.Builder proxied =
        request("GET", "/mcp" + OPENID)
            .remoteAddress("10.0.0.1")
            .authority("internal:8080")
            .header("X-Forwarded-Host", "pub.example")
            .header("X-Forwarded-Prefix", "/tools");

    assertThat(json(answered(presenting(ProviderKind.KEYCLOAK), proxied)))
        .containsEntry("issuer", "https://pub.example/tools/mcp");
  }

  // --- what is changed for whom

  @ParameterizedTest
  @CsvSource({
    "AUTH0, '', ?audience=api%3A%2F%2Fmcp+x",
    "OKTA, '', ?audience=api%3A%2F%2Fmcp+x",
    "AUTH0, ?prompt=login, ?prompt=login&audience=api%3A%2F%2Fmcp+x",
    "KEYCLOAK, ?prompt=login, ?prompt=login",
  })
  void document_audience_isAppended(ProviderKind kind, String query, String changed)
      throws Exception {
    server.metadata("authorization_endpoint", server.issuer() + "/authorize" + query);

    assertThat(
            document(
                presenting(kind, settings -> settings.audience("api://mcp x")), OAUTH + "/mcp"))
        .containsEntry("authorization_endpoint", server.issuer() + "/authorize" + changed);
  }

  @ParameterizedTest
  @CsvSource({
    "KEYCLOAK, true, true",
    "OKTA, true, true",
    "AUTHENTIK, true, true",
    "DESCOPE, true, true",
    // not out of a browser's reach
    "AUTH0, true, false",
    // nobody could answer
    "KEYCLOAK, false, false",
    "ENTRA, false, false",
  })
  void a20_registration_standsInWhereTheProviderRegisters(
      ProviderKind kind, boolean offered, boolean presented) throws Exception {
    if (!offered) {
      server.withoutMetadata("registration_endpoint");
    }

    Object endpoint = document(presenting(kind), OAUTH + "/mcp").get("registration_endpoint");

    if (presented) {
      assertThat(endpoint).isEqualTo("https://mcp.example.com" + REGISTER);
    } else {
      assertThat(endpoint).isEqualTo(offered ? server.issuer() + "/register" : null);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "PLAIN", mode = EnumSource.Mode.EXCLUDE)
  void a20_clientId_isOfferedToWhoeverRegisters(ProviderKind kind) throws Exception {
    server.withoutMetadata("registration_endpoint");
    RequestPipeline pipeline = presenting(kind, settings -> settings.clientId("known"));
    assertThat(document(pipeline, OAUTH + "/mcp"))
        .containsEntry("registration_endpoint", "https://mcp.example.com" + REGISTER);

    Response response = answered(pipeline, request("POST", REGISTER), CLIENT);

    assertThat(response.status()).isEqualTo(201);
    assertThat(response.headers().first("Cache-Control")).contains("no-store");
    assertThat(json(response))
        .containsEntry("client_id", "known")
        .containsEntry("token_endpoint_auth_method", "none")
        .containsEntry("redirect_uris", List.of("http://localhost:6274/oauth/callback"))
        .doesNotContainKey("client_secret");
    assertThat(server.asked("register")).isEmpty();
  }

  // --- client registration, passed on

  @Test
  void a20_registration_isPassedOnAndNothingElse() throws Exception {
    server.answer("register", 201, "application/json;charset=utf-8", "{\"client_id\":\"new\"}");

    Response response =
        answered(
            presenting(ProviderKind.KEYCLOAK),
            request("POST", REGISTER)
                .header("Origin", APP)
                .header("Authorization", "Bearer initial")
                .header("Cookie", "a=b")
                .header("Content-Type", "application/json"),
            CLIENT);

    assertThat(response.status()).isEqualTo(201);
    assertThat(response.body()).isEqualTo("{\"client_id\":\"new\"}");
    assertThat(response.headers().contains("X-Internal")).isFalse();
    Asked asked = server.asked("register").get(0);
    assertThat(asked.body()).isEqualTo(CLIENT);
    assertThat(asked.method()).isEqualTo("POST");
    assertThat(asked.headers()).doesNotContainKeys("Origin", "Authorization", "Cookie");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | application/json | {\"error\":\"invalid_redirect_uri\"} | 400 |"
            + " invalid_redirect_uri",
        "403 | application/json | {\"error\":\"insufficient_scope\"} | 403 | insufficient_scope",
        // a page would be one of the gateway's
        "403 | text/html | <html>Host not trusted</html> | 403 | invalid_request",
        "500 | text/html | <html>Oops</html> | 502 | temporarily_unavailable",
        "200 | text/html | <html>Log in</html> | 502 | temporarily_unavailable",
        "302 | application/json | {} | 502 | temporarily_unavailable",
      })
  void a20_registrationThatIsRefused_isToldAsJson(
      int status, String type, String body, int told, String error) throws Exception {
    server.answer("register", status, type, body);

    Response response =
        answered(presenting(ProviderKind.KEYCLOAK), request("POST", REGISTER), CLIENT);

    assertThat(response.status()).isEqualTo(told);
    assertThat(json(response)).containsEntry("error", error);
    assertThat(response.headers().first("Content-Type")).contains("application/json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "no json", "[]", "{\"redirect_uris\":\"x\"}", "{\"redirect_uris\":[1]}"})
  void a20_registrationThatIsMalformed_is400(String body) throws Exception {
    for (UnaryOperator<IdentityProvider.Builder> settings :
        List.<UnaryOperator<IdentityProvider.Builder>>of(
            plain -> plain, known -> known.clientId("known"))) {
      Response response =
          answered(presenting(ProviderKind.KEYCLOAK, settings), request("POST", REGISTER), body);

      assertThat(response.status()).isEqualTo(400);
      assertThat(json(response).get("error"))
          .isIn("invalid_client_metadata", "invalid_redirect_uri");
    }
    assertThat(server.asked("register")).isEmpty();
  }

  @Test
  void a20_registrationThatIsTooLarge_is413() {
    String large = "{\"client_name\":\"" + "x".repeat(64 * 1024) + "\"}";

    assertThat(
            answered(presenting(ProviderKind.KEYCLOAK), request("POST", REGISTER), large).status())
        .isEqualTo(413);
    assertThat(server.asked("register")).isEmpty();
  }

  @Test
  void a20_registrationEndpointThatIsNotSecure_isNotAsked() {
    server.metadata("registration_endpoint", "http://as.example.com/register");

    assertThat(
            answered(presenting(ProviderKind.KEYCLOAK), request("POST", REGISTER), CLIENT).status())
        .isEqualTo(502);
  }

  // --- public, and open to browsers

  @ParameterizedTest
  @CsvSource({
    "OAUTH, POST, 'GET, HEAD, OPTIONS'",
    "OAUTH, DELETE, 'GET, HEAD, OPTIONS'",
    "REGISTER, GET, 'POST, OPTIONS'",
    "REGISTER, PUT, 'POST, OPTIONS'",
    "AUTHORIZE, POST, 'GET, HEAD, OPTIONS'",
    "TOKEN, GET, 'POST, OPTIONS'",
  })
  void otherMethods_are405WithAllow(String which, String method, String allow) {
    String path =
        switch (which) {
          case "OAUTH" -> OAUTH + "/mcp";
          case "REGISTER" -> REGISTER;
          case "AUTHORIZE" -> OAUTH + "/mcp/authorize";
          default -> OAUTH + "/mcp/token";
        };
    RequestPipeline pipeline =
        presenting(ProviderKind.ENTRA, settings -> settings.clientId("known"));

    Response response = answered(pipeline, request(method, path));

    assertThat(response.status()).isEqualTo(405);
    assertThat(response.headers().first("Allow")).contains(allow);
  }

  @ParameterizedTest
  @CsvSource({
    "KEYCLOAK, /mcp/token, 404",
    "KEYCLOAK, /mcp/authorize, 404",
    "AUTH0, /mcp/client-registration, 404",
    "PLAIN, /mcp/client-registration, 404",
    "KEYCLOAK, /other, 404",
    "KEYCLOAK, -evil/mcp, 404",
  })
  void trap41_whatIsNotServed_is404(ProviderKind kind, String rest, int status) {
    assertThat(answered(presenting(kind), request("GET", OAUTH + rest)).status()).isEqualTo(status);
  }

  @Test
  void a27_metadataAndRegistration_needNoToken() {
    server.answer("register", 201, "application/json", "{\"client_id\":\"new\"}");
    RequestPipeline pipeline = presenting(ProviderKind.KEYCLOAK);

    assertThat(answered(pipeline, request("GET", PRM + "/mcp")).status()).isEqualTo(200);
    assertThat(answered(pipeline, request("HEAD", OAUTH + "/mcp")).status()).isEqualTo(200);
    assertThat(answered(pipeline, request("POST", REGISTER), CLIENT).status()).isEqualTo(201);
    assertThat(answered(pipeline, request("POST", "/mcp"), "{}").status()).isEqualTo(401);
  }

  @Test
  void trap41_withoutCorsPolicy_everyScriptMayUseThem() {
    server.answer("register", 201, "application/json", "{\"client_id\":\"new\"}");
    RequestPipeline pipeline = presenting(ProviderKind.KEYCLOAK);

    Response preflight =
        answered(
            pipeline,
            request("OPTIONS", REGISTER)
                .header("Origin", APP)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type,mcp-protocol-version"));

    assertThat(preflight.status()).isEqualTo(200);
    assertThat(preflight.headers().first("Access-Control-Allow-Headers"))
        .contains("content-type, mcp-protocol-version");
    assertThat(preflight.headers().first("Access-Control-Allow-Methods")).contains("POST, OPTIONS");
    for (Response response :
        List.of(
            preflight,
            answered(pipeline, request("GET", OAUTH + "/mcp").header("Origin", APP)),
            answered(pipeline, request("POST", REGISTER).header("Origin", APP), CLIENT),
            answered(pipeline, request("POST", REGISTER).header("Origin", APP), "malformed"))) {
      assertThat(response.headers().all("Access-Control-Allow-Origin")).containsExactly("*");
    }
  }

  @Test
  void trap41_withCorsPolicy_itsOriginsMayUseThem() {
    RequestPipeline pipeline =
        presenting(
            provider(ProviderKind.KEYCLOAK, settings -> settings),
            ResourceMetadata.builder().build(),
            CorsPolicy.builder().allowOrigins(APP).build());

    for (String method : List.of("GET", "DELETE", "OPTIONS")) {
      assertThat(
              answered(pipeline, request(method, OAUTH + "/mcp").header("Origin", APP))
                  .headers()
                  .all("Access-Control-Allow-Origin"))
          .as(method)
          .containsExactly(APP);
      assertThat(
              answered(
                      pipeline,
                      request(method, OAUTH + "/mcp").header("Origin", "https://evil.example"))
                  .headers()
                  .contains("Access-Control-Allow-Origin"))
          .as(method)
          .isFalse();
    }
  }

  // --- the authorization server is slow, or gone

  @Test
  void document_isKeptAsLongAsItSays() {
    RequestPipeline pipeline = presenting(ProviderKind.KEYCLOAK);
    for (int i = 0; i < 3; i++) {
      answered(pipeline, request("GET", OAUTH + "/mcp"));
    }
    assertThat(server.metadataFetches()).isEqualTo(1);

    clock.advance(Duration.ofMinutes(10));
    answered(pipeline, request("GET", OPENID + "/mcp"));

    assertThat(server.metadataFetches()).isEqualTo(2);
  }

  @Test
  void document_serverIsDown_lastGoodOneServesOn() throws Exception {
    RequestPipeline pipeline = presenting(ProviderKind.KEYCLOAK);
    Map<String, Object> before = document(pipeline, OAUTH + "/mcp");
    server.down(true);
    clock.advance(Duration.ofHours(1));

    assertThat(document(pipeline, OAUTH + "/mcp")).isEqualTo(before);

    server.down(false);
    server.metadata("token_endpoint", server.issuer() + "/token2");
    clock.advance(Duration.ofSeconds(2));
    assertThat(document(pipeline, OAUTH + "/mcp"))
        .containsEntry("token_endpoint", server.issuer() + "/token2");
  }

  @Test
  void document_neverHad_is502UntilTheServerIsBack() throws Exception {
    RequestPipeline pipeline = presenting(ProviderKind.KEYCLOAK);
    server.down(true);

    for (RequestHead.Builder head :
        List.of(request("GET", OAUTH + "/mcp"), request("POST", REGISTER))) {
      Response response = answered(pipeline, head, CLIENT);
      assertThat(response.status()).isEqualTo(502);
      assertThat(json(response)).containsEntry("error", "temporarily_unavailable");
      assertThat(response.body()).doesNotContain("127.0.0.1", "Exception");
      assertThat(response.headers().first("Cache-Control")).contains("no-store");
    }

    server.down(false);
    clock.advance(Duration.ofSeconds(2));
    assertThat(answered(pipeline, request("GET", OAUTH + "/mcp")).status()).isEqualTo(200);
  }

  @Test
  void document_ofAnotherIssuer_isNotServed() {
    server.metadata("issuer", "https://evil.example");

    assertThat(answered(presenting(ProviderKind.KEYCLOAK), request("GET", OAUTH + "/mcp")).status())
        .isEqualTo(502);
  }

  // --- Entra

  private static final String TOKEN = OAUTH + "/mcp/token";

  private RequestPipeline entra() {
    server.answer("token", 200, "application/json", "{\"access_token\":\"t\"}");
    return presenting(
        ProviderKind.ENTRA, settings -> settings.clientId("known").clientSecret("s&cret"));
  }

  @Test
  void entra_document_namesTheGatewaysEndpoints() throws Exception {
    assertThat(document(entra(), OAUTH + "/mcp"))
        .containsEntry(
            "authorization_endpoint", "https://mcp.example.com" + OAUTH + "/mcp/authorize")
        .containsEntry("token_endpoint", "https://mcp.example.com" + TOKEN)
        .containsEntry("code_challenge_methods_supported", List.of("S256"));
  }

  @Test
  void a21_entra_authorize_leadsToTheLoginWithoutResource() {
    Response response =
        answered(
            entra(),
            request("GET", OAUTH + "/mcp/authorize")
                .query(
                    "response_type=code&client_id=known&resource=https%3A%2F%2Fmcp.example.com"
                        + "&scope=a%20b&state=%0D%0Ax"));

    assertThat(response.status()).isEqualTo(302);
    assertThat(response.headers().first("Location"))
        .contains(
            server.issuer()
                + "/authorize?response_type=code&client_id=known&scope=a+b&state=%0D%0Ax");
  }

  @Test
  void entra_token_losesResourceAndGetsTheSecret() {
    String form = "grant_type=authorization_code&client_id=known&code=c&code_verifier=v";

    Response response = answered(entra(), post(), form + "&resource=https%3A%2F%2Fmcp");

    assertThat(response.body()).isEqualTo("{\"access_token\":\"t\"}");
    assertThat(response.headers().first("Cache-Control")).contains("no-store");
    assertThat(sentForms()).containsExactly(form + "&client_secret=s%26cret");
  }

  private static RequestHead.Builder post() {
    return request("POST", TOKEN).header("Content-Type", "application/x-www-form-urlencoded");
  }

  private List<String> sentForms() {
    return server.asked("token").stream().map(Asked::body).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // another client
        "grant_type=refresh_token&client_id=other&refresh_token=r",
        // another grant
        "grant_type=client_credentials&client_id=known",
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&client_id=known",
        // a secret or a proof of its own
        "grant_type=refresh_token&client_id=known&refresh_token=r&client_secret=own",
        "grant_type=refresh_token&client_id=known&refresh_token=r&client_assertion=own",
        // a code that anybody may have found
        "grant_type=authorization_code&client_id=known&code=c",
      })
  void entra_tokenForAnythingElse_getsNoSecret(String form) {
    answered(entra(), post(), form);

    assertThat(sentForms()).containsExactly(form);
  }

  @Test
  void entra_tokenWithCredentialsInTheHead_getsNoSecretAndLosesThem() {
    String form = "grant_type=refresh_token&client_id=known&refresh_token=r";

    answered(entra(), post().header("Authorization", "Basic eDp5"), form);

    assertThat(sentForms()).containsExactly(form);
    assertThat(server.asked("token").get(0).headers()).doesNotContainKey("Authorization");
  }

  @Test
  void entra_malformedForms_goNowhere() {
    RequestPipeline pipeline = entra();

    assertThat(answered(pipeline, post(), "client_id=known&client_id=other").status())
        .isEqualTo(400);
    assertThat(answered(pipeline, post(), "client_id=%zz").status()).isEqualTo(400);
    assertThat(answered(pipeline, request("POST", TOKEN), "client_id=known").status())
        .isEqualTo(400);
    assertThat(answered(pipeline, post(), "a=" + "x".repeat(64 * 1024)).status()).isEqualTo(413);
    assertThat(
            answered(pipeline, request("GET", OAUTH + "/mcp/authorize").query("a=1&a=2")).status())
        .isEqualTo(400);
    assertThat(server.asked("token")).isEmpty();
  }
}
