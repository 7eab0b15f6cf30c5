package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.auth.ApiKeyVerifier;
import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import io.mcpgateway.http.TrustedProxies;
import io.mcpgateway.jwt.JwtVerifier;
import io.mcpgateway.jwt.MultiIssuerVerifier;
import io.mcpgateway.metadata.ResourceMetadata;
import io.mcpgateway.session.SessionKey;
import io.mcpgateway.testkit.MutableClock;
import io.mcpgateway.testkit.TestIssuer;
import io.mcpgateway.testkit.TestKey;
import io.mcpgateway.testkit.TestToken;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What MCP authorization asks of a resource about tokens, requirement by requirement (A7 to A13,
 * A24): real tokens of two issuers in, verdicts out. What is answered was not forwarded. The tokens
 * of trap 44 are among the {@link Attacks}.
 */
class TokenRequirementsTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final MutableClock CLOCK = MutableClock.create();
  private static final TestIssuer ISSUER = TestIssuer.start(CLOCK);
  private static final TestIssuer OTHER = TestIssuer.start(CLOCK);

  static {
    ISSUER.use(TestKey.rsa("shared"));
    OTHER.use(TestKey.rsa("shared"));
  }

  private static final RequestPipeline PIPELINE = pipeline(RESOURCE);

  @AfterAll
  static void close() {
    ISSUER.close();
    OTHER.close();
  }

  private static RequestPipeline pipeline(String resource) {
    return pipeline(
        resource,
        MultiIssuerVerifier.builder()
            .verifier(verifier(ISSUER, resource))
            .verifier(verifier(OTHER, resource))
            .clock(CLOCK)
            .build());
  }

  private static JwtVerifier verifier(TestIssuer issuer, String resource) {
    return JwtVerifier.builder()
        .issuer(issuer.issuer())
        .resource(resource)
        .jwks(issuer.jwks())
        .clock(CLOCK)
        .build();
  }

  private static RequestPipeline pipeline(String resource, TokenVerifier verifier) {
    Route route =
        Route.builder()
            .authentication(
                McpAuthentication.builder()
                    .verifier(verifier)
                    .resourceMetadata(ResourceMetadata.builder().resource(resource).build())
                    .build())
            .backend(Backend.of("http://localhost:8000/mcp"))
            .build();
    return new RequestPipeline(
        new RouteTable(List.of(Listener.builder().route(route).build())),
        TrustedProxies.of(List.of()),
        SessionKey.random(),
        GatewayLimits.DEFAULT,
        1000);
  }

  private static TestToken good() {
    return ISSUER.token().audience(RESOURCE);
  }

  private static RequestHead.Builder request(String method) {
    return RequestHead.builder(method, "/mcp")
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

  private static Verdict decide(RequestPipeline pipeline, String token) {
    return decide(pipeline, request("POST").header("Authorization", "Bearer " + token));
  }

  private static AuthenticatedPrincipal accepted(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Forward.class);
    return ((Verdict.Forward) verdict).passage().caller().orElseThrow();
  }

  private static String refused(int status, Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Answer.class);
    Response response = ((Verdict.Answer) verdict).response();
    assertThat(response.status()).isEqualTo(status);
    return response.headers().first(HeaderNames.WWW_AUTHENTICATE).orElse("");
  }

  private static void isInvalidToken(Verdict verdict) {
    assertThat(refused(401, verdict)).startsWith("Bearer ").contains("error=\"invalid_token\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "GET", "DELETE"})
  void a7_withinASession_everyRequestNeedsAGoodToken(String method) {
    String good = good().sign();
    accepted(decide(PIPELINE, request(method).header("Authorization", "Bearer " + good)));

    refused(401, decide(PIPELINE, request(method).header("Mcp-Session-Id", "s")));
    isInvalidToken(
        decide(
            PIPELINE,
            request(method)
                .header("Mcp-Session-Id", "s")
                .header("Authorization", "Bearer " + good + "x")));
  }

  @Test
  void a8_tokenInTheQueryOnly_is401WithoutErrorCode() {
    Verdict verdict = decide(PIPELINE, request("GET").query("access_token=" + good().sign()));

    assertThat(refused(401, verdict)).startsWith("Bearer ").doesNotContain("error=");
  }

  @Test
  void a9_tokenThatExpiresWhileItIsRemembered_is401() {
    MutableClock clock = MutableClock.create();
    RequestPipeline own =
        pipeline(
            RESOURCE,
            JwtVerifier.builder()
                .issuer(ISSUER.issuer())
                .resource(RESOURCE)
                .jwks(ISSUER.jwks())
                .clockSkew(Duration.ZERO)
                .clock(clock)
                .build());
    String token = good().expiresIn(Duration.ofSeconds(30)).sign();
    accepted(decide(own, token));
    clock.advance(Duration.ofSeconds(29));
    accepted(decide(own, token));
    clock.advance(Duration.ofSeconds(1));

    isInvalidToken(decide(own, token));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://other.example.com/mcp",
        "https://mcp.example.com",
        "https://mcp.example.com/mcp/",
        "https://mcp.example.com/MCP",
        "https://mcp.example.com:8443/mcp",
        "http://mcp.example.com/mcp",
        "https://user@mcp.example.com/mcp",
        "https://mcp.example.com/mcp?x",
        "https://mcp.example.com/mcp#x",
        "https://mcp.example.com.evil.example/mcp",
        "mcp.example.com/mcp",
        ""
      })
  void a10_tokenOfOtherAudience_is401(String audience) {
    isInvalidToken(decide(PIPELINE, ISSUER.token().audience(audience).sign()));
  }

  @Test
  void a10_tokenWithoutAudience_is401() {
    isInvalidToken(decide(PIPELINE, ISSUER.token().sign()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://mcp.example.com/mcp",
        "HTTPS://MCP.Example.com/mcp",
        "https://mcp.example.com:443/mcp"
      })
  void a11_spellingsOfTheResource_areAccepted(String audience) {
    accepted(decide(PIPELINE, ISSUER.token().audience("other", audience).sign()));
    accepted(decide(pipeline(audience), good().sign()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://mcp.example.com",
        "https://mcp.example.com/",
        "https://MCP.example.com:443/"
      })
  void trap35_resourceWithoutPath_isTheSameWithASlash(String audience) {
    for (String resource : List.of("https://mcp.example.com", "https://mcp.example.com/")) {
      accepted(decide(pipeline(resource), ISSUER.token().audience(audience).sign()));
    }
  }

  @Test
  void a12_token_isNotPassedOn() {
    Verdict verdict = decide(PIPELINE, good().sign());

    accepted(verdict);
    assertThat(((Verdict.Forward) verdict).passage().request().headers().all("Authorization"))
        .isEmpty();
  }

  @Test
  void a13_statuses_tellMissingBadAndMalformedApart() {
    assertThat(refused(401, decide(PIPELINE, request("POST")))).doesNotContain("error=");
    isInvalidToken(decide(PIPELINE, "x"));
    assertThat(refused(400, decide(PIPELINE, "x y"))).contains("error=\"invalid_request\"");
  }

  @Test
  void apiKeysAlone_challengeAndMetadataNameNoAuthorizationServer() {
    RequestPipeline keys =
        pipeline(
            RESOURCE,
            ApiKeyVerifier.builder().key("abc", Map.of("sub", "ci", "scopes", "read")).build());
    String metadata = "/.well-known/oauth-protected-resource/mcp";

    assertThat(refused(401, decide(keys, request("POST"))))
        .isEqualTo("Bearer resource_metadata=\"https://mcp.example.com" + metadata + "\"");
    isInvalidToken(decide(keys, "abd"));
    assertThat(accepted(decide(keys, "abc")).subject()).isEqualTo("ci");
    Verdict document =
        decide(
            keys,
            RequestHead.builder("GET", metadata).authority("mcp.example.com").scheme("https"));
    assertThat(((Verdict.Answer) document).response().body())
        .contains(RESOURCE)
        .doesNotContain("authorization_servers");
  }

  @Test
  void a24_clientCredentials_areTheClientsOwn() {
    AuthenticatedPrincipal client =
        accepted(decide(PIPELINE, good().withoutClaim("sub").claim("client_id", "nightly").sign()));

    assertThat(client.subject()).isEqualTo("nightly");
  }

  @Test
  void a24_identityAssertionGrant_is401() {
    isInvalidToken(decide(PIPELINE, good().header("typ", "oauth-id-jag+jwt").sign()));
    isInvalidToken(
        decide(
            PIPELINE,
            ISSUER.token().audience(ISSUER.issuer()).header("typ", "oauth-id-jag+jwt").sign()));
  }

  private static TestToken untyped() {
    return good().withoutHeader("typ");
  }

  private static TestToken jwt() {
    return good().header("typ", "JWT");
  }

  @Test
  void trap44_goodTokensNextToThose_areAccepted() {
    accepted(decide(PIPELINE, jwt().sign()));
    accepted(decide(PIPELINE, untyped().sign()));
    accepted(decide(PIPELINE, good().claim("nonce", "n").sign()));
    accepted(decide(PIPELINE, jwt().claim("typ", "Bearer").claim("nonce", "n").sign()));
    accepted(decide(PIPELINE, untyped().scope("read").claim("nonce", "n").sign()));
    accepted(decide(PIPELINE, untyped().claim("token_use", "access").sign()));
    accepted(decide(PIPELINE, good().claim("exp", CLOCK.instant().getEpochSecond() + 9.5).sign()));
    assertThat(accepted(decide(PIPELINE, OTHER.token().audience(RESOURCE).sign())).issuer())
        .isEqualTo(OTHER.issuer());
  }
}
