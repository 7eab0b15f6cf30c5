package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import io.mcpgateway.auth.AuthenticationMode;
import io.mcpgateway.backendauth.AcquiredToken;
import io.mcpgateway.backendauth.BackendAuth;
import io.mcpgateway.backendauth.CredentialLocation;
import io.mcpgateway.backendauth.IdentityHeaders;
import io.mcpgateway.backendauth.SignedIdentity;
import io.mcpgateway.backendauth.StaticCredential;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.http.HeaderModifier;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.jwt.JwtSigner;
import io.mcpgateway.oauth.ClientAuthentication;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.RecordedExchange;
import io.mcpgateway.testkit.Responses;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backend sees of the caller, of the gateway, and of what the caller would like it to. */
@Timeout(60)
class BackendKnowledgeTest {
  private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
  private volatile String answer =
      Responses.json("200 OK", "{}", "Server: secret/1", "X-Powered-By: magic", "X-Kept: 1");
  private final RawBackend backend =
      RawBackend.forEachRequest((request, connection) -> connection.write(answer));
  private volatile String tokenAnswer =
      Responses.ok("{\"access_token\":\"acquired\",\"token_type\":\"Bearer\",\"expires_in\":300}");
  private final RawBackend tokenEndpoint =
      RawBackend.forEachRequest((request, connection) -> connection.write(tokenAnswer));

  @AfterEach
  void close() throws Exception {
    backend.close();
    tokenEndpoint.close();
  }

  private Route.Builder route() {
    return Route.builder()
        .name("mcp")
        .authentication(Tokens.required())
        .backend(Backend.of(backend.url()));
  }

  private RecordedExchange handle(Route.Builder route, RequestHead.Builder request) {
    try (McpGateway gateway =
        McpGateway.builder().route(route.build()).observers(records::add).build()) {
      return handle(gateway, request);
    }
  }

  private static RecordedExchange handle(McpGateway gateway, RequestHead.Builder request) {
    RecordedExchange exchange = new RecordedExchange(request.build());
    gateway.handle(exchange);
    await().until(() -> exchange.heads().size() + exchange.handedOver().size() == 1);
    return exchange;
  }

  private static RequestHead.Builder request() {
    return RequestHead.builder("GET", "/mcp").header("Authorization", "Bearer good");
  }

  private static int status(RecordedExchange exchange) {
    return exchange.heads().get(0).status();
  }

  private RawMessage seen() {
    assertThat(backend.requests()).hasSize(1);
    return backend.requests().get(0);
  }

  private static RequestHead.Builder asAnAttacker(RequestHead.Builder request) {
    return request
        .header("DPoP", "proof")
        .header("Proxy-Authorization", "Basic x")
        .header("Proxy_Authorization", "Basic x")
        .header("X-Auth-Subject", "root")
        .header("x_auth_subject", "root")
        .header("X-AUTH-EMAIL", "root@example.com")
        .header("X-Auth-Assertion", "forged")
        .header("X_Auth-Assertion", "forged")
        .header("X-Api-Key", "stolen")
        .header("X_Api_Key", "stolen")
        .header("Cookie", "a=b")
        .header("X-Kept", "1");
  }

  private static IdentityHeaders identity() {
    return IdentityHeaders.builder()
        .subject("X-Auth-Subject")
        .claim("email", "X-Auth-Email")
        .build();
  }

  private static JwtSigner signer(Path folder) throws Exception {
    return JwtSigner.of(
        Files.writeString(
            folder.resolve("key.jwk"), new ECKeyGenerator(Curve.P_256).generate().toJSONString()));
  }

  @Test
  void a12_trap43_callersCredentialsAndForgedIdentities_neverTravel(@TempDir Path folder)
      throws Exception {
    handle(
        route()
            .identityHeaders(identity())
            .signedIdentity(SignedIdentity.builder(signer(folder), "gateway", "backend").build())
            .backendAuth(StaticCredential.of("own", new CredentialLocation("X-Api-Key", ""))),
        asAnAttacker(request()));

    RawMessage seen = seen();
    for (String gone :
        List.of("Authorization", "DPoP", "Proxy-Authorization", "Proxy_Authorization")) {
      assertThat(seen.fields(gone)).as(gone).isEmpty();
    }
    assertThat(seen.fields("X-Auth-Subject")).containsExactly("alice");
    assertThat(seen.fields("X-Auth-Email")).as("alice has none").isEmpty();
    assertThat(seen.fields("X-Api-Key")).containsExactly("own");
    assertThat(seen.fields("X-Auth-Assertion")).singleElement().asString().startsWith("ey");
    assertThat(seen.head().lines().filter(line -> !line.startsWith("X-Auth-Assertion: ey")))
        .noneMatch(line -> line.matches(".*(root|forged|stolen|good|_).*"));
    assertThat(seen.field("Cookie")).as("when not told otherwise").contains("a=b");
    assertThat(seen.field("X-Kept")).contains("1");
  }

  @Test
  void trap43_forgedIdentities_areTakenOffWhereNobodyIsKnown() {
    handle(
        Route.builder()
            .authentication(Tokens.mode(AuthenticationMode.OPTIONAL))
            .identityHeaders(identity())
            .backend(Backend.of(backend.url())),
        asAnAttacker(RequestHead.builder("GET", "/mcp")));
    handle(
        Route.builder().identityHeaders(identity()).backend(Backend.of(backend.url())),
        asAnAttacker(RequestHead.builder("GET", "/mcp")));

    assertThat(backend.requests())
        .hasSize(2)
        .allSatisfy(seen -> assertThat(seen.head()).doesNotContain("root"));
  }

  @Test
  void trap43_cookie_staysWhenTold() {
    handle(
        route().requestHeaderModifier(HeaderModifier.builder().remove("Cookie").build()),
        asAnAttacker(request()));

    assertThat(seen().field("Cookie")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "DELETE"})
  void trap46_session_isNoProofOfACaller(String method) {
    answer = Responses.json("200 OK", "{}", "Mcp-Session-Id: s1");
    try (McpGateway gateway =
        McpGateway.builder().route(route().build()).observers(records::add).build()) {
      String id =
          handle(gateway, request()).heads().get(0).headers().first("Mcp-Session-Id").orElseThrow();
      RequestHead.Builder without =
          RequestHead.builder(method, "/mcp").header("Mcp-Session-Id", id);
      RequestHead.Builder bobs =
          RequestHead.builder(method, "/mcp")
              .header("Mcp-Session-Id", id)
              .header("Authorization", "Bearer bobs");

      assertThat(status(handle(gateway, without))).isEqualTo(401);
      assertThat(status(handle(gateway, bobs))).isEqualTo(404);
      assertThat(backend.requests()).hasSize(1);
    }
  }

  private BackendAuth acquired(boolean exchange) {
    AcquiredToken.Builder token =
        AcquiredToken.builder(tokenEndpoint.url(), ClientAuthentication.basic("gateway", "s"));
    return exchange ? token.tokenExchange() : token.clientCredentials();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a12_acquiredToken_standsInPlaceOfTheCallers(boolean exchange) {
    RecordedExchange answered =
        handle(route().backendAuth(acquired(exchange)), request().query("access_token=canary&a=1"));

    assertThat(status(answered)).isEqualTo(200);
    assertThat(seen().fields("Authorization")).containsExactly("Bearer acquired");
    assertThat(seen().startLine()).isEqualTo("GET /mcp?a=1 HTTP/1.1");
    assertThat(tokenEndpoint.requests().get(0).body().contains("subject_token=good"))
        .isEqualTo(exchange);
  }

  @Test
  void ownCredential_withoutAuthentication_replacesTheCallers() {
    handle(
        Route.builder()
            .backend(Backend.of(backend.url()))
            .backendAuth(StaticCredential.of("own", new CredentialLocation("X-Key", ""))),
        request());

    assertThat(seen().field("X-Key")).contains("own");
    assertThat(seen().field("Authorization")).isEmpty();
  }

  @Test
  void tokenEndpointDown_is503WithRetryAfter() {
    tokenAnswer = Responses.json("503 Service Unavailable", "{}");

    RecordedExchange answered = handle(route().backendAuth(acquired(false)), request());
    answered.sendBody();

    assertThat(status(answered)).isEqualTo(503);
    assertThat(answered.heads().get(0).headers().first("Retry-After")).contains("5");
    assertThat(answered.heads().get(0).headers().contains("WWW-Authenticate")).isFalse();
    assertThat(answered.bodySent()).contains("temporarily_unavailable");
    assertThat(backend.requests()).isEmpty();
    await().until(() -> !records.isEmpty());
    assertThat(records.get(0).reason()).get().asString().contains("status 503");
    assertThat(records.get(0).subject()).contains("alice");
  }

  @Test
  void tokenThatCannotBeExchanged_is403WithoutChallenge() {
    tokenAnswer = Responses.json("400 Bad Request", "{\"error\":\"invalid_grant\"}");

    RecordedExchange answered = handle(route().backendAuth(acquired(true)), request());
    answered.sendBody();

    assertThat(status(answered)).isEqualTo(403);
    assertThat(answered.heads().get(0).headers().contains("WWW-Authenticate")).isFalse();
    assertThat(backend.requests()).isEmpty();
    await().until(() -> !records.isEmpty());
    assertThat(records.get(0).reason()).get().asString().contains("invalid_grant");
  }

  @Test
  void policyThatBreaks_is503() {
    BackendAuth broken =
        new BackendAuth() {
          @Override
          public CompletableFuture<io.mcpgateway.backendauth.BackendCredential> credential(
              java.util.Optional<String> callerToken) {
            throw new IllegalStateException("broken");
          }

          @Override
          public String description() {
            return "broken";
          }
        };

    assertThat(status(handle(route().backendAuth(broken), request()))).isEqualTo(503);
    assertThat(backend.requests()).isEmpty();
  }

  // The client's token is good; a 401 would have it thrown away.
  @Test
  void backendRefusesTheGateway_is502WithoutItsChallenge() {
    answer =
        Responses.json(
            "401 Unauthorized", "{}", "WWW-Authenticate: Bearer resource_metadata=\"http://x\"");

    RecordedExchange answered = handle(route().backendAuth(acquired(false)), request());
    answered.sendBody();

    assertThat(status(answered)).isEqualTo(502);
    assertThat(answered.heads()).hasSize(1);
    assertThat(answered.heads().get(0).headers().contains("WWW-Authenticate")).isFalse();
    assertThat(answered.bodySent()).contains("the MCP server refuses the gateway");
    await().until(() -> !records.isEmpty());
    assertThat(records.get(0).reason()).get().asString().contains("backendAuth");
  }

  @Test
  void backendRefusesTheCaller_isRelayed() {
    answer = Responses.json("401 Unauthorized", "{}", "WWW-Authenticate: Bearer");

    assertThat(status(handle(route(), request()))).isEqualTo(401);
  }

  @Test
  void responses_areModified() {
    RecordedExchange answered =
        handle(
            route()
                .responseHeaderModifier(
                    HeaderModifier.builder()
                        .remove("server")
                        .set("X-Powered-By", "none")
                        .add("X-Kept", "2")
                        .build()),
            request());

    var headers = answered.heads().get(0).headers();
    assertThat(headers.contains("Server")).isFalse();
    assertThat(headers.all("X-Powered-By")).containsExactly("none");
    assertThat(headers.all("X-Kept")).containsExactly("1", "2");
  }

  @Test
  void requests_areModifiedBeforeTheGatewayAddsItsOwn() {
    handle(
        route()
            .identityHeaders(identity())
            .requestHeaderModifier(
                HeaderModifier.builder()
                    .set("X-Auth-Subject", "configured")
                    .set("X-Tenant", "blue")
                    .remove("X-Kept")
                    .build()),
        asAnAttacker(request()));

    assertThat(seen().fields("X-Auth-Subject")).containsExactly("alice");
    assertThat(seen().field("X-Tenant")).contains("blue");
    assertThat(seen().field("X-Kept")).isEmpty();
  }

  // RFC 9110, 7.6.1: a client could have the next hop's fields taken off by naming them.
  @Test
  void trap43_connection_takesNothingOffThatTheGatewaySays(@TempDir Path folder) throws Exception {
    handle(
        route()
            .identityHeaders(identity())
            .signedIdentity(SignedIdentity.builder(signer(folder), "gateway", "backend").build())
            .requestHeaderModifier(
                HeaderModifier.builder().set("X-Tenant", "blue").add("X-Via", "gateway").build())
            .backendAuth(StaticCredential.of("own")),
        request()
            .header("Connection", "close, X-Auth-Subject, x-auth-assertion, authorization")
            .header("Connection", "x-tenant, X-Via, X-Mine")
            .header("X-Mine", "1"));

    assertThat(seen().fields("X-Auth-Subject")).containsExactly("alice");
    assertThat(seen().fields("X-Auth-Assertion")).hasSize(1);
    assertThat(seen().fields("Authorization")).containsExactly("Bearer own");
    assertThat(seen().fields("X-Tenant")).containsExactly("blue");
    assertThat(seen().fields("X-Via")).containsExactly("gateway");
    assertThat(seen().fields("X-Mine")).as("the client's own is taken off").isEmpty();
  }

  @Test
  void identityKeys_arePublicAndVerifyTheAssertion(@TempDir Path folder) throws Exception {
    JwtSigner signer = signer(folder);
    try (McpGateway gateway =
        McpGateway.builder()
            .observers()
            .route(
                route()
                    .signedIdentity(SignedIdentity.builder(signer, "gateway", "backend").build())
                    .build())
            .build()) {
      RecordedExchange keys = handle(gateway, RequestHead.builder("GET", SignedIdentity.KEYS_PATH));
      keys.sendBody();
      handle(gateway, request());

      assertThat(status(keys)).isEqualTo(200);
      assertThat(keys.heads().get(0).headers().first("Cache-Control"))
          .contains("public, max-age=300");
      SignedJWT assertion = SignedJWT.parse(seen().field("X-Auth-Assertion").orElseThrow());
      var key = JWKSet.parse(keys.bodySent()).getKeyByKeyId(assertion.getHeader().getKeyID());
      assertThat(assertion.verify(new com.nimbusds.jose.crypto.ECDSAVerifier(key.toECKey())))
          .isTrue();
      assertThat(status(handle(gateway, RequestHead.builder("POST", SignedIdentity.KEYS_PATH))))
          .isEqualTo(405);
    }
    assertThat(status(handle(route(), RequestHead.builder("GET", SignedIdentity.KEYS_PATH))))
        .as("without a signing route the path is like any other")
        .isEqualTo(401);
  }

  @Test
  void contradictions_areRefused() {
    BackendAuth exchange = acquired(true);
    for (Route.Builder route :
        List.of(
            Route.builder().backendAuth(StaticCredential.of("own")),
            route().passAuthorizationOn(true).backendAuth(StaticCredential.of("own")),
            Route.builder().backend(Backend.of(backend.url())).backendAuth(exchange),
            route()
                .authentication(Tokens.mode(AuthenticationMode.OPTIONAL))
                .backendAuth(exchange))) {
      McpGateway.Builder gateway = McpGateway.builder().route(route.build());

      assertThatThrownBy(gateway::build)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("backendAuth: ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Host", "Mcp-Session-Id", "Transfer-Encoding", "X_Forwarded_For"})
  void gatewaysOwnFields_areNotModified(String name) {
    HeaderModifier modifier = HeaderModifier.builder().set(name, "1").build();

    assertThatThrownBy(() -> Route.builder().requestHeaderModifier(modifier))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("set: " + name);
  }
}
