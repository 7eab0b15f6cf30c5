package io.mcpgateway.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.config.GatewayConfig;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.FreePort;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.TestCertificate;
import io.mcpgateway.testkit.TestIssuer;
import io.mcpgateway.testkit.TestKey;
import io.mcpgateway.testkit.TestProof;
import io.mcpgateway.testkit.TestToken;
import io.mcpgateway.tls.CertificateThumbprint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Opaque and bound tokens from the YAML file to the backend: over sockets, with real handshakes.
 */
class BoundTokensTest {
  private static final String CALL = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";
  private static final String AUDIENCE = "https://mcp.example.com/mcp";
  private static final TestKey KEY = TestKey.ec("proof");

  private final TestIssuer issuer = TestIssuer.start();
  private final List<RequestRecord> log = new CopyOnWriteArrayList<>();
  private final RawBackend backend =
      RawBackend.answering(
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");

  @TempDir Path directory;

  @AfterEach
  void stop() throws Exception {
    backend.close();
    issuer.close();
  }

  private JettyGateway start(String listener, String authentication) throws Exception {
    String yaml =
        """
        config: {trustedProxies: [127.0.0.1]}
        binds:
        - port: %d
          address: 127.0.0.1
          listeners:
          - %s
            routes:
            - matches: [{path: {exact: /mcp}}]
              policies:
                dnsRebindingProtection: false
                mcpAuthentication:
                  issuer: %s
                  audience: %s
                  %s
              backends:
              - mcp: {targets: [{name: m, mcp: {host: "%s"}}]}
        """
            .formatted(
                FreePort.any(), listener, issuer.issuer(), AUDIENCE, authentication, backend.url());
    return JettyGateway.start(
        GatewayConfig.parse(yaml, "test", Map.of()).toBuilder().observers(log::add).build(),
        Duration.ZERO);
  }

  private JettyGateway start(String authentication) throws Exception {
    return start("protocol: HTTP", authentication);
  }

  private static RawMessage post(JettyGateway gateway, String... fields) throws Exception {
    String more = String.join("", List.of(fields).stream().map(field -> field + "\r\n").toList());
    try (RawConnection client = RawConnection.to(gateway.ports().get(0))) {
      return client
          .write("POST /mcp?a=b HTTP/1.1\r\nHost: internal:8080\r\n" + more)
          .write("X-Forwarded-Proto: https\r\nX-Forwarded-Host: mcp.example.com\r\n")
          .write("Content-Length: %d\r\n\r\n%s".formatted(CALL.length(), CALL))
          .readMessage();
    }
  }

  private TestToken token() {
    return issuer.token().audience(AUDIENCE);
  }

  private String ofKey() {
    return token().claim("cnf", Map.of("jkt", TestProof.thumbprint(KEY))).sign();
  }

  private static TestProof proof(String token) {
    return new TestProof(KEY, "POST", AUDIENCE, token, Instant.now());
  }

  /** What went well before. */
  private void forget(int requests) {
    Awaitility.await().until(() -> log.size() == requests);
    log.clear();
  }

  /** Each refusal: its status, its error, why in the log, and nothing at the backend. */
  private void assertRefused(RawMessage answer, int status, String error, String reason) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).contains("\"error\":\"" + error + "\"");
    if (status == 401) {
      assertThat(answer.fields("WWW-Authenticate")).hasSize(1);
    }
    Awaitility.await().until(() -> !log.isEmpty());
    assertThat(log.get(log.size() - 1).reason()).contains(reason);
    assertThat(backend.requests()).isEmpty();
    log.clear();
  }

  @Test
  void a25_dpop_isProvedWithEachRequest() throws Exception {
    String token = ofKey();
    String proof = proof(token).sign();
    try (JettyGateway gateway = start("dpop: {}")) {
      RawMessage answer = post(gateway, "Authorization: DPoP " + token, "DPoP: " + proof);

      assertThat(answer.status()).isEqualTo(200);
      assertThat(backend.requests()).hasSize(1);
      assertThat(backend.requests().get(0).field("Authorization")).isEmpty();
      assertThat(backend.requests().get(0).field("DPoP")).isEmpty();
      backend.requests().clear();
      forget(1);
      assertRefused(
          post(gateway, "Authorization: DPoP " + token, "DPoP: " + proof),
          401,
          "invalid_dpop_proof",
          "invalid_dpop_proof: the proof was used before: jti");
    }
  }

  @Test
  void a25_dpop_withoutGoodProof_is401() throws Exception {
    String token = ofKey();
    try (JettyGateway gateway = start("dpop: {algorithms: [ES256]}")) {
      String dpop = "Authorization: DPoP " + token;
      RawMessage answer = post(gateway, dpop);
      assertThat(answer.field("WWW-Authenticate").orElseThrow())
          .startsWith("Bearer resource_metadata=")
          .contains(", DPoP resource_metadata=", ", algs=\"ES256\"")
          .contains("error=\"invalid_dpop_proof\"");
      assertRefused(
          answer, 401, "invalid_dpop_proof", "invalid_dpop_proof: no proof: the DPoP header");
      assertRefused(
          post(gateway, dpop, "DPoP: " + proof("another").sign()),
          401,
          "invalid_dpop_proof",
          "invalid_dpop_proof: the proof is for another token: ath");
      assertRefused(
          post(gateway, dpop, "DPoP: " + proof(token).claim("htu", backend.url()).sign()),
          401,
          "invalid_dpop_proof",
          "invalid_dpop_proof: the proof is for another URL: htu");
      assertRefused(
          post(gateway, dpop, "DPoP: " + proof(token).sign(), "DPoP: " + proof(token).sign()),
          401,
          "invalid_dpop_proof",
          "invalid_dpop_proof: more than one DPoP header");
      // RFC 9449, 7.2
      assertRefused(
          post(gateway, "Authorization: Bearer " + token, "DPoP: " + proof(token).sign()),
          401,
          "invalid_token",
          "invalid_token: a token bound to its holder needs another scheme than Bearer");
      String unbound = token().sign();
      assertRefused(
          post(gateway, "Authorization: DPoP " + unbound, "DPoP: " + proof(unbound).sign()),
          401,
          "invalid_token",
          "invalid_token: the token is not bound to its holder: no jkt");
      assertRefused(
          post(gateway, dpop, "Authorization: Bearer " + token),
          400,
          "invalid_request",
          "invalid_request: more than one Authorization header");
    }
  }

  @Test
  void trap38_wrongAudienceOfABoundToken_is401() throws Exception {
    String token =
        issuer
            .token()
            .audience("https://other.example")
            .claim("cnf", Map.of("jkt", TestProof.thumbprint(KEY)))
            .sign();
    try (JettyGateway gateway = start("dpop: {}")) {
      assertRefused(
          post(gateway, "Authorization: DPoP " + token, "DPoP: " + proof(token).sign()),
          401,
          "invalid_token",
          "invalid_token: the token is for another audience");
    }
  }

  @Test
  void trap45_boundTokens_areNoBearersWithoutBindings() throws Exception {
    try (JettyGateway gateway = start("")) {
      for (Map<String, String> confirmation :
          List.of(Map.of("jkt", "AAAA"), Map.of("x5t#S256", "AAAA"), Map.<String, String>of())) {
        String token = token().claim("cnf", confirmation).sign();
        RawMessage answer = post(gateway, "Authorization: Bearer " + token);
        assertRefused(
            answer,
            401,
            "invalid_token",
            confirmation.isEmpty()
                ? "invalid_token: the confirmation of the token is malformed"
                : "invalid_token: the token is bound to a proof that is not supported");
      }
    }
  }

  @Test
  void a25_nonce_isLearnedFromTheRefusal() throws Exception {
    String token = ofKey();
    String dpop = "Authorization: DPoP " + token;
    try (JettyGateway gateway = start("dpop: {mode: required, nonce: true}")) {
      RawMessage first = post(gateway, dpop, "DPoP: " + proof(token).sign());
      assertThat(first.field("WWW-Authenticate").orElseThrow())
          .startsWith("DPoP resource_metadata=")
          .contains("error=\"use_dpop_nonce\"");
      assertRefused(
          first,
          401,
          "use_dpop_nonce",
          "use_dpop_nonce: a proof with the nonce of this server is required");
      String nonce = first.field("DPoP-Nonce").orElseThrow();

      String second = proof(token).claim("nonce", nonce).sign();
      assertThat(post(gateway, dpop, "DPoP: " + second).status()).isEqualTo(200);
    }
  }

  @Test
  void metadata_tellsOfBindings() throws Exception {
    try (JettyGateway gateway =
            start(
                "dpop: {mode: required, algorithms: [ES256, EdDSA]}\n"
                    + " ".repeat(10)
                    + "clientCertificate: {}");
        RawConnection client = RawConnection.to(gateway.ports().get(0))) {
      RawMessage document =
          client
              .write("GET /.well-known/oauth-protected-resource/mcp HTTP/1.1\r\nHost: a\r\n\r\n")
              .readMessage();

      assertThat(document.body())
          .contains(
              "\"dpop_signing_alg_values_supported\":[\"ES256\",\"EdDSA\"]",
              "\"dpop_bound_access_tokens_required\":true",
              "\"tls_client_certificate_bound_access_tokens\":true");
    }
  }

  // RFC 8705

  private static final TestCertificate AUTHORITY = TestCertificate.authority();
  private static final TestCertificate CLIENT = AUTHORITY.issue("client.example");

  private String tls() {
    TestCertificate server = AUTHORITY.issue("localhost");
    return "protocol: HTTPS\n    tls: {cert: \"%s\", key: \"%s\", root: \"%s\"}"
        .formatted(server.file(directory), server.keyFile(directory), AUTHORITY.file(directory));
  }

  private static SSLContext showing(TestCertificate client) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "client",
        client.key(),
        new char[0],
        new java.security.cert.Certificate[] {client.certificate()});
    KeyManagerFactory keyManagers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, new char[0]);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", AUTHORITY.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static HttpResponse<String> post(
      JettyGateway gateway, SSLContext context, HttpClient.Version version, String token)
      throws Exception {
    URI url = URI.create("https://localhost:" + gateway.ports().get(0) + "/mcp");
    return HttpClient.newBuilder()
        .sslContext(context)
        .version(version)
        .build()
        .send(
            HttpRequest.newBuilder(url)
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(CALL))
                .build(),
            BodyHandlers.ofString());
  }

  private String ofCertificate(TestCertificate certificate) {
    String thumbprint = CertificateThumbprint.of(certificate.certificate());
    return token().claim("cnf", Map.of("x5t#S256", thumbprint)).sign();
  }

  @ParameterizedTest
  @EnumSource
  void rfc8705_certificateOfTheConnection_isTheTokens(HttpClient.Version version) throws Exception {
    try (JettyGateway gateway = start(tls(), "clientCertificate: {}")) {
      SSLContext client = showing(CLIENT);
      assertThat(post(gateway, client, version, ofCertificate(CLIENT)).statusCode()).isEqualTo(200);
      assertThat(post(gateway, client, version, token().sign()).statusCode()).isEqualTo(200);
      backend.requests().clear();

      HttpResponse<String> refused =
          post(gateway, client, version, ofCertificate(AUTHORITY.issue("thief.example")));
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.body())
          .contains("invalid_token", "the token is bound to another client certificate");
      assertThat(backend.requests()).isEmpty();
    }
  }

  @Test
  void mtls_clientWithoutCertificateOrOfAnotherAuthority_isNotServed() throws Exception {
    try (JettyGateway gateway = start(tls(), "clientCertificate: {}")) {
      for (SSLContext context :
          List.of(
              AUTHORITY.client(), showing(TestCertificate.authority().issue("other.example")))) {
        assertThatThrownBy(
                () -> post(gateway, context, HttpClient.Version.HTTP_1_1, token().sign()))
            .isInstanceOf(IOException.class);
      }
      assertThat(backend.requests()).isEmpty();
    }
  }

  @Test
  void rfc9440_certificateFromTheProxy_countsAndStaysHere() throws Exception {
    String field = Base64.getEncoder().encodeToString(CLIENT.certificate().getEncoded());
    try (JettyGateway gateway = start("clientCertificate: {mode: required, header: Client-Cert}")) {
      String bearer = "Authorization: Bearer " + ofCertificate(CLIENT);

      assertThat(post(gateway, bearer, "Client-Cert: :" + field + ":").status()).isEqualTo(200);
      assertThat(backend.requests().get(0).field("Client-Cert")).isEmpty();
      backend.requests().clear();
      forget(1);
      assertRefused(
          post(gateway, bearer),
          401,
          "invalid_token",
          "invalid_token: the token is bound to a client certificate, and there is none");
      assertRefused(
          post(gateway, "Authorization: Bearer " + token().sign()),
          401,
          "invalid_token",
          "invalid_token: the token is not bound to its holder: no x5t#S256");
    }
  }

  // RFC 7662

  @Test
  void rfc7662_opaqueToken_isAskedAboutAndBoundLikeAnyOther() throws Exception {
    String thumbprint = TestProof.thumbprint(KEY);
    try (RawBackend endpoint =
            RawBackend.forEachRequest(
                (request, connection) -> {
                  String body =
                      request.body().contains("token=opaque-1&")
                          ? "{\"active\":true,\"sub\":\"alice\",\"aud\":\"%s\"}".formatted(AUDIENCE)
                          : request.body().contains("token=opaque-2&")
                              ? "{\"active\":true,\"sub\":\"a\",\"aud\":\"%s\",\"cnf\":{\"jkt\":\"%s\"}}"
                                  .formatted(AUDIENCE, thumbprint)
                              : "{\"active\":false}";
                  connection.write(
                      "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                });
        JettyGateway gateway =
            start(
                "introspection: {url: \"%s\", clientId: gateway, clientSecret: secret}\n%sdpop: {}"
                    .formatted(endpoint.url(), " ".repeat(10)))) {
      assertThat(post(gateway, "Authorization: Bearer opaque-1").status()).isEqualTo(200);
      assertThat(
              post(gateway, "Authorization: DPoP opaque-2", "DPoP: " + proof("opaque-2").sign())
                  .status())
          .isEqualTo(200);
      backend.requests().clear();
      forget(2);
      assertRefused(
          post(gateway, "Authorization: Bearer opaque-2"),
          401,
          "invalid_token",
          "invalid_token: a token bound to its holder needs another scheme than Bearer");
      assertRefused(
          post(gateway, "Authorization: Bearer revoked"),
          401,
          "invalid_token",
          "invalid_token: the token is not active");
    }
  }

  @Test
  void rfc7662_serverThatRefusesTheGateway_is503AndNot401() throws Exception {
    try (RawBackend endpoint =
            RawBackend.answering("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        JettyGateway gateway =
            start(
                "introspection: {url: \"%s\", clientId: gateway, clientSecret: canary-1}"
                    .formatted(endpoint.url()))) {
      RawMessage answer = post(gateway, "Authorization: Bearer canary-2");

      assertThat(answer.field("Retry-After")).isPresent();
      assertThat(answer.field("WWW-Authenticate")).isEmpty();
      assertThat(answer.body()).doesNotContain("canary");
      assertRefused(
          answer,
          503,
          "temporarily_unavailable",
          "tokens cannot be verified: "
              + endpoint.url()
              + ": status 401: the server refuses client gateway of the gateway itself");
    }
  }
}
