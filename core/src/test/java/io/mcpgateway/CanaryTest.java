package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.mcpgateway.auth.ApiKeyVerifier;
import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.auth.AuthenticationMode;
import io.mcpgateway.auth.AuthenticationResult;
import io.mcpgateway.auth.BearerToken;
import io.mcpgateway.auth.BindingOutcome;
import io.mcpgateway.auth.BoundToken;
import io.mcpgateway.auth.CertificateBinding;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.auth.TokenBinding;
import io.mcpgateway.auth.TokenVerification;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.authorization.AccessRequest;
import io.mcpgateway.authorization.AccessRule;
import io.mcpgateway.authorization.McpAuthorization;
import io.mcpgateway.backendauth.AcquiredToken;
import io.mcpgateway.backendauth.BackendAuth;
import io.mcpgateway.backendauth.BackendCredential;
import io.mcpgateway.backendauth.SignedIdentity;
import io.mcpgateway.backendauth.StaticCredential;
import io.mcpgateway.config.ConfigException;
import io.mcpgateway.config.GatewayConfig;
import io.mcpgateway.fetch.FetchRequest;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.HeaderModifier;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import io.mcpgateway.jwt.DpopBinding;
import io.mcpgateway.jwt.JwtSigner;
import io.mcpgateway.jwt.JwtVerifier;
import io.mcpgateway.mcp.McpOperation;
import io.mcpgateway.metadata.ResourceMetadata;
import io.mcpgateway.oauth.ClientAuthentication;
import io.mcpgateway.oauth.IntrospectionVerifier;
import io.mcpgateway.provider.IdentityProvider;
import io.mcpgateway.provider.ProviderKind;
import io.mcpgateway.session.SessionKey;
import io.mcpgateway.telemetry.AccessLog;
import io.mcpgateway.telemetry.RefusalCode;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.ClientExchange;
import io.mcpgateway.testkit.MutableClock;
import io.mcpgateway.testkit.OpenResources;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.Responses;
import io.mcpgateway.testkit.TestAuthorizationServer;
import io.mcpgateway.testkit.TestIssuer;
import io.mcpgateway.testkit.TestToken;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * Secrets go in by every door, and come out by none: no log line at any level, no answer, no
 * record, no message, and no {@code toString} holds them. What a backend answers is its own.
 */
@Timeout(90)
class CanaryTest {
  private static final String CANARY = "canary-7f3a";
  private static final String BASE64 =
      Base64.getEncoder()
          .encodeToString(("gateway:" + CANARY).getBytes(StandardCharsets.UTF_8))
          .substring(0, 20);

  private final Logger root = logger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger gatewayLog = logger("io.mcpgateway");
  private final Level level = gatewayLog.getLevel();
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();
  private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
  private final List<String> outputs = new CopyOnWriteArrayList<>();
  private final MutableClock clock = MutableClock.create();
  @AutoClose private final OpenResources open = new OpenResources();
  private final TestIssuer issuer = open.add(TestIssuer.start(clock));
  @TempDir private Path folder;

  @BeforeEach
  void listen() {
    events.start();
    root.addAppender(events);
    gatewayLog.setLevel(Level.TRACE);
  }

  @AfterEach
  void stop() {
    root.detachAppender(events);
    gatewayLog.setLevel(level);
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }

  private void nothingTells(String... secrets) {
    List<String> told = new ArrayList<>(outputs);
    records.forEach(record -> told.add(record.toString()));
    for (ILoggingEvent event : List.copyOf(events.list)) {
      told.add(
          event.getFormattedMessage()
              + (event.getThrowableProxy() == null
                  ? ""
                  : ThrowableProxyUtil.asString(event.getThrowableProxy())));
    }
    List<String> all = new ArrayList<>(List.of(secrets));
    all.addAll(List.of(CANARY, BASE64));
    assertThat(told)
        .isNotEmpty()
        .allSatisfy(text -> assertThat(text).doesNotContain(all.toArray(String[]::new)));
  }

  // --- requests

  private static RequestHead.Builder request(String method, String path) {
    return RequestHead.builder(method, path)
        .authority("mcp.example.com")
        .scheme("https")
        .remoteAddress("203.0.113.9")
        .header("Content-Type", "application/json")
        .header("Cookie", "session=" + CANARY);
  }

  /** The credentials in every place, good and bad. */
  private static List<RequestHead.Builder> requests(String method, String path, String token) {
    return List.of(
        request(method, path).header("Authorization", "Bearer " + token),
        request(method, path)
            .header("Authorization", "Bearer " + token)
            .header("Mcp-Session-Id", CANARY),
        request(method, path)
            .header("Authorization", "Bearer " + token)
            .header("MCP-Protocol-Version", "2026-07-28")
            .query("access_token=" + CANARY + "&b=\"<|%zz"),
        request(method, path)
            .header("Authorization", "DPoP " + token)
            .header("DPoP", CANARY + ".e30." + CANARY)
            .header("Client-Cert", ":" + CANARY + ":"),
        request(method, path).header("Authorization", "Bearer " + token + " " + CANARY),
        request(method, path).header("Authorization", "Basic " + CANARY),
        request(method, path)
            .header("Authorization", "Bearer " + token)
            .header("Authorization", CANARY),
        request(method, path).query("access_token=" + CANARY + "&b=\"<|%zz"),
        request(method, "/none").query("access_token=" + CANARY),
        request(method, path + "/../x").query("access_token=" + CANARY));
  }

  private int send(McpGateway gateway, RequestHead head, String body) throws Exception {
    ClientExchange exchange =
        new ClientExchange(head, BodySource.of(body.getBytes(StandardCharsets.UTF_8)));
    gateway.handle(exchange);
    exchange.head().headers().forEach(field -> outputs.add(field.name() + ": " + field.value()));
    outputs.add(exchange.head() + exchange.rest());
    return exchange.head().status();
  }

  /** Plays the requests on one route; the statuses, for what was reached. */
  private Set<Integer> play(Route.Builder route, String token) throws Exception {
    Set<Integer> statuses = new TreeSet<>();
    try (McpGateway gateway =
        McpGateway.builder()
            .clock(clock)
            .observers(records::add, AccessLog.text(), AccessLog.json())
            .route(route.name("mcp").matches(RouteMatch.pathPrefix("/mcp")).build())
            .build()) {
      for (String method : List.of("POST", "GET", "PUT")) {
        for (RequestHead.Builder head : requests(method, "/mcp", token)) {
          statuses.add(
              send(
                  gateway,
                  head.build(),
                  "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\","
                      + "\"params\":{\"name\":\"echo\",\"arguments\":{\"key\":\""
                      + CANARY
                      + "\"}}}"));
          clock.advance(Duration.ofMinutes(1));
        }
      }
    }
    return statuses;
  }

  private Route.Builder route(TokenVerifier verifier, TokenBinding... bindings) {
    return Route.builder()
        .authentication(McpAuthentication.builder().verifier(verifier).bindings(bindings).build())
        .backend(Backend.of(open.add(RawBackend.answering(Responses.ok("{}"))).url()));
  }

  private static TokenVerifier always(AuthenticatedPrincipal caller) {
    return new ScriptedVerifier(
        () -> CompletableFuture.completedStage(new TokenVerification.Verified(caller)));
  }

  private static AuthenticatedPrincipal caller(Map<String, Object> claims) {
    return new AuthenticatedPrincipal(
        "https://as.example.com", "alice", Set.of(), claims, Optional.empty());
  }

  /** Says what a script says. */
  private record ScriptedVerifier(Supplier<CompletionStage<TokenVerification>> script)
      implements TokenVerifier {
    @Override
    public CompletionStage<TokenVerification> verify(BearerToken token, RequestHead request) {
      return script.get();
    }

    @Override
    public List<String> issuers() {
      return List.of("https://as.example.com");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GOOD", "UNAVAILABLE", "GARBAGE", "HTML", "TRUNCATED"})
  void jwts_areNotTold(String keys) throws Exception {
    issuer.answer(TestIssuer.Answer.valueOf(keys));
    TestToken token = issuer.token().audience("mcp").expiresIn(Duration.ofDays(1));
    String signed = token.claim("secret", CANARY).sign();
    for (String presented :
        List.of(
            signed,
            token.header("kid", CANARY).sign(),
            CANARY,
            CANARY + "." + CANARY + "." + CANARY)) {
      JwtVerifier verifier =
          JwtVerifier.builder()
              .issuer(issuer.issuer())
              .audiences("mcp")
              .jwksUrl(issuer.jwksUrl())
              .clock(clock)
              .build();
      assertThat(
              play(
                  route(verifier, DpopBinding.builder().build(), new CertificateBinding()),
                  presented))
          .contains(400, 401, 404);
    }

    nothingTells(Pattern.compile("[.]").splitAsStream(signed).toArray(String[]::new));
  }

  @Test
  void proofsAndCertificates_areNotTold() throws Exception {
    for (String method : List.of("jkt", "x5t#S256", CANARY)) {
      TokenVerifier bound = always(caller(Map.of("cnf", Map.of(method, CANARY), "x", CANARY)));
      assertThat(
              play(
                  route(
                      bound,
                      DpopBinding.builder().nonce(true).clock(clock).build(),
                      new CertificateBinding().behindProxy(CertificateBinding.CLIENT_CERT)),
                  CANARY))
          .contains(401);
    }

    nothingTells();
  }

  @Test
  void apiKeys_areNotTold() throws Exception {
    for (String key : List.of(CANARY, CANARY + "-other")) {
      assertThat(
              play(route(ApiKeyVerifier.builder().key(key, Map.of("sub", "ci")).build()), CANARY))
          .contains(401);
    }

    nothingTells();
  }

  @Test
  void whatBreaks_isToldWithoutItsMessage() throws Exception {
    IllegalStateException quoting = new IllegalStateException("no key for " + CANARY, cause());
    TokenVerifier throwing =
        new ScriptedVerifier(
            () -> {
              throw quoting;
            });
    TokenVerifier failing = new ScriptedVerifier(() -> CompletableFuture.failedStage(quoting));
    TokenBinding binding =
        new TokenBinding() {
          @Override
          public String confirmationMethod() {
            return "jkt";
          }

          @Override
          public boolean required() {
            return false;
          }

          @Override
          public Map<String, Object> resourceMetadata() {
            return Map.of();
          }

          @Override
          public BindingOutcome confirm(BoundToken token) {
            throw quoting;
          }
        };
    AccessRule rule =
        request -> {
          throw quoting;
        };
    BackendAuth backendAuth =
        new BackendAuth() {
          @Override
          public CompletionStage<BackendCredential> credential(Optional<String> callerToken) {
            return CompletableFuture.failedStage(quoting);
          }

          @Override
          public String description() {
            return "broken";
          }
        };
    AuthenticatedPrincipal alice = caller(Map.of());

    assertThat(play(route(throwing), CANARY)).contains(503);
    assertThat(play(route(failing), CANARY)).contains(503);
    assertThat(play(route(always(caller(Map.of("cnf", Map.of("jkt", "k")))), binding), CANARY))
        .contains(503);
    assertThat(play(route(always(alice)).backendAuth(backendAuth), CANARY)).contains(503);
    assertThat(
            play(
                route(always(alice)).authorization(McpAuthorization.builder().rule(rule).build()),
                CANARY))
        .contains(200);

    nothingTells();
  }

  private static Throwable cause() {
    return new IllegalArgumentException(CANARY);
  }

  // --- other parties that quote what they were told

  private static List<RawBackend.Answer> quotingAnswers() {
    return List.of(
        (request, client) -> client.write(Responses.ok(quoting(request))),
        (request, client) -> client.write(Responses.ok("{\"error\":" + CANARY + "}")),
        (request, client) -> client.write(Responses.ok(CANARY)),
        (request, client) ->
            client.write(
                Responses.ok(
                    "{\"active\":true,\"sub\":\"a\",\"aud\":\"mcp\",\"exp\":\"%s\",\"iss\":\"%s\"}"
                        .formatted(CANARY, CANARY))),
        (request, client) ->
            client.write(
                Responses.ok(
                    "{\"access_token\":\"%s\",\"token_type\":\"%s\"}".formatted(CANARY, CANARY))),
        (request, client) ->
            client.write(
                Responses.ok(
                    "{\"access_token\":\"%s\\r\\nX: y\",\"token_type\":\"Bearer\"}"
                        .formatted(CANARY))),
        (request, client) ->
            client.write(Responses.json("400 Bad Request", quoting(request), "X-Quote: " + CANARY)),
        (request, client) ->
            client.write(
                Responses.json(
                    "401 Unauthorized",
                    quoting(request),
                    "WWW-Authenticate: Basic realm=\"" + CANARY + "\"")),
        (request, client) -> client.write(Responses.json("500 " + CANARY, quoting(request))),
        (request, client) ->
            client.write(
                Responses.json("302 Found", "{}", "Location: http://127.0.0.1:1/" + CANARY)),
        (request, client) -> client.write("HTTP/1.1 " + CANARY + "\r\n\r\n"),
        (request, client) -> client.write(CANARY + " " + CANARY + "\r\n" + CANARY + "\r\n\r\n"),
        (request, client) ->
            client.write("HTTP/1.1 200 OK\r\n" + CANARY + " : x\r\nContent-Length: 0\r\n\r\n"),
        (request, client) ->
            client.write("HTTP/1.1 200 OK\r\nContent-Length: " + CANARY + "\r\n\r\n"));
  }

  /** Every member says what was sent: the secrets are in it. */
  private static String quoting(RawMessage request) {
    String sent = CANARY + " in " + request.body().replaceAll("[^A-Za-z0-9=&_.-]", "");
    return ("{\"error\":\"%s\",\"error_description\":\"%s\",\"active\":\"%s\",\"sub\":\"%s\","
            + "\"token_type\":\"%s\"}")
        .formatted(CANARY, sent, sent, sent, CANARY);
  }

  private static List<ClientAuthentication> clients() {
    return List.of(
        ClientAuthentication.basic("gateway", CANARY),
        ClientAuthentication.post("gateway", CANARY));
  }

  @Test
  void introspection_isNotToldOf() throws Exception {
    for (RawBackend.Answer answer : quotingAnswers()) {
      for (ClientAuthentication client : clients()) {
        TokenVerifier verifier =
            IntrospectionVerifier.builder()
                .issuer("https://as.example.com")
                .url(open.add(RawBackend.forEachRequest(answer)).url())
                .client(client)
                .audiences("mcp")
                .clock(clock)
                .build();
        assertThat(play(route(verifier), CANARY)).containsAnyOf(401, 503);
      }
    }

    nothingTells();
  }

  @Test
  void tokenEndpoints_areNotToldOf() throws Exception {
    for (RawBackend.Answer answer : quotingAnswers()) {
      for (ClientAuthentication client : clients()) {
        String url = open.add(RawBackend.forEachRequest(answer)).url();
        for (AcquiredToken auth :
            List.of(
                AcquiredToken.builder(url, client).clock(clock).clientCredentials(),
                AcquiredToken.builder(url, client).clock(clock).tokenExchange())) {
          assertThat(play(route(always(caller(Map.of()))).backendAuth(auth), CANARY))
              .containsAnyOf(403, 503);
        }
      }
    }

    nothingTells();
  }

  @Test
  void keysOfBackends_areNotToldOf() throws Exception {
    for (String answer :
        List.of(
            Responses.ok("{}"),
            Responses.json("401 Unauthorized", "{}", "WWW-Authenticate: Bearer " + CANARY),
            "HTTP/1.1 " + CANARY + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: " + CANARY + "\r\n\r\n",
            "")) {
      RawBackend backend =
          open.add(
              RawBackend.start(
                  connection -> {
                    connection.readMessage();
                    connection.write(answer);
                  }));
      play(
          route(always(caller(Map.of())))
              .backend(Backend.of(backend.url()))
              .backendAuth(StaticCredential.of(CANARY)),
          CANARY);
    }
    play(
        route(always(caller(Map.of())))
            .backend(Backend.of("http://127.0.0.1:1/mcp"))
            .backendAuth(StaticCredential.of(CANARY)),
        CANARY);

    nothingTells();
  }

  @Test
  void secretOfAPublicClient_isNotToldOf() throws Exception {
    TestAuthorizationServer server = open.add(TestAuthorizationServer.start());
    for (String answer :
        List.of(
            "{\"error\":\"invalid_client\",\"error_description\":\"no such secret: %s\"}",
            "{\"error\":\"%s\"}", "<html>%s")) {
      for (int status : new int[] {200, 400, 401, 500}) {
        server.answer("token", status, "application/json", answer.formatted(CANARY));
        IdentityProvider provider =
            IdentityProvider.builder(ProviderKind.ENTRA, server.issuer())
                .clientId("known")
                .clientSecret(CANARY)
                .clock(clock)
                .build();
        try (McpGateway gateway =
            McpGateway.builder()
                .observers(records::add, AccessLog.text())
                .route(
                    Route.builder()
                        .name("mcp")
                        .matches(RouteMatch.exactPath("/mcp"))
                        .authentication(
                            McpAuthentication.builder()
                                .verifier(always(caller(Map.of())))
                                .resourceMetadata(
                                    ResourceMetadata.builder()
                                        .resource("https://mcp.example.com/mcp")
                                        .build())
                                .provider(provider)
                                .build())
                        .backend(Backend.of("http://127.0.0.1:1/mcp"))
                        .build())
                .build()) {
          send(
              gateway,
              RequestHead.builder("POST", "/.well-known/oauth-authorization-server/mcp/token")
                  .authority("mcp.example.com")
                  .scheme("https")
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .build(),
              "grant_type=refresh_token&client_id=known&refresh_token=" + CANARY);
        }
      }
    }

    assertThat(server.asked("token")).allMatch(asked -> asked.body().contains("client_secret="));
    nothingTells();
  }

  // --- configurations

  private static final String ROUTE =
      """
      mcp:
        targets: [{name: m, mcp: {host: "localhost:8000"}}]
        policies:
      """;

  /** A secret as it stands, as a number, and where YAML or the grammar wants something else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "    backendAuth: {key: {value: [SECRET]}}",
        "    backendAuth: {key: [SECRET]}",
        "    backendAuth: SECRET",
        "    backendAuth: {key: {file: /SECRET-none}, x: SECRET}",
        "    backendAuth: {key: \"SECRET\\n\"}",
        "    backendAuth: {key: \"SECRET",
        "    backendAuth: {key: SECRET: x}",
        "    backendAuth: {clientCredentials: SECRET}",
        "    backendAuth: {clientCredentials: {tokenUrl: https://a.example, clientAuth: SECRET}}",
        "    backendAuth: {clientCredentials: {tokenUrl: https://a.example, clientAuth: "
            + "{clientId: c, clientSecret: [SECRET]}}}",
        "    backendAuth: {clientCredentials: {tokenUrl: https://a.example, clientAuth: "
            + "{clientId: c, clientSecret: {value: SECRET}}}}",
        "    apiKey: SECRET",
        "    apiKey: {keys: SECRET}",
        "    apiKey: {keys: [SECRET]}",
        "    apiKey: {keys: [{key: {value: SECRET}}]}",
        "    mcpAuthentication: {issuer: https://as.example, audience: a, clientSecret: [SECRET]}",
        "    mcpAuthentication: {issuer: https://as.example, audience: a, clientSecret: SECRET}",
        "    mcpAuthentication: {issuer: https://as.example, audience: a, introspection: SECRET}",
        "    mcpAuthentication: {issuer: https://as.example, audience: a, introspection: "
            + "{url: https://as.example/i, clientId: c, clientSecret: [SECRET]}}",
        "    mcpAuthentication: {issuer: https://as.example, audience: a, introspection: "
            + "{url: https://as.example/i, clientId: c, clientSecret: SECRET}}",
        "    backendAuth: {key: SECRET, clientCredentials: SECRET}",
        "    backendAuth: {key: {value: SECRET}}",
        "    backendAuth: {clientCredentials: {tokenUrl: https://a.example, clientAuth: "
            + "{clientId: c, clientSecret: SECRET}}}",
        "    requestHeaderModifier: {set: {X-Tenant-Key: SECRET}}",
        "    requestHeaderModifier: {set: {X-Tenant-Key: \"SECRET\\n\"}}",
        "    requestHeaderModifier: {set: {X-Tenant-Key: [SECRET]}}",
        "    signedIdentity: SECRET",
        "config: {session: SECRET}",
        "config: {session: {key: SECRET}}",
        "config: {session: {key: [SECRET]}}",
        "config: {session: {key: {value: SECRET}}}",
        "\tSECRET",
      })
  void configurations_areRefusedWithoutTheirSecrets(String yaml) {
    for (String secret :
        List.of(CANARY, "\"" + CANARY + "\"", "${SECRET}", "\"${SECRET}\"", "77777753100")) {
      String text =
          (yaml.startsWith("config") ? yaml + "\n" + ROUTE + "    cors: {}" : ROUTE + yaml)
              .replace("\"SECRET", "\"" + secret.replace("\"", ""))
              .replace("SECRET", secret.equals("${SECRET}") ? "SECRET" : secret)
              .replace("/" + secret + "-none", "/none");
      Throwable refused =
          catchThrowable(() -> GatewayConfig.parse(text, "f", Map.of("SECRET", CANARY)).close());
      if (refused instanceof ConfigException) {
        outputs.add(refused.toString());
      } else {
        assertThat(refused).isNull();
        outputs.add("taken");
      }
    }

    nothingTells("77777753100");
  }

  @Test
  void description_isWithoutSecrets() throws Exception {
    Files.writeString(folder.resolve("secret.txt"), CANARY);
    String yaml =
        """
        config: {session: {key: "${KEY}"}}
        mcp:
          targets: [{name: m, mcp: {host: "localhost:8000"}}]
          policies:
            mcpAuthentication:
              issuer: https://as.example
              audience: a
              provider: {entra: {}}
              clientId: known
              clientSecret: "${SECRET}"
              introspection:
                url: https://as.example/i
                clientId: c
                clientSecretFile: secret.txt
            apiKey: {keys: [{key: "${SECRET}", metadata: {sub: ci}}]}
            backendAuth:
              clientCredentials:
                tokenUrl: https://as.example/t
                clientAuth: {clientId: c, clientSecret: "${SECRET}"}
            requestHeaderModifier: {set: {X-Tenant-Key: "${SECRET}"}}
        """;
    Path file = Files.writeString(folder.resolve("gateway.yaml"), yaml);
    String key = "5ca1ab1e".repeat(8);

    try (GatewayConfig config = GatewayConfig.read(file, Map.of("SECRET", CANARY, "KEY", key))) {
      outputs.add(config.describe());
      outputs.add(config.warnings().toString());
      config.listeners().stream()
          .flatMap(listener -> listener.routes().stream())
          .forEach(this::print);
    }

    nothingTells(key);
  }

  private void print(Route route) {
    outputs.add(route.toString());
    outputs.add(String.valueOf(route.authentication()));
    outputs.add(String.valueOf(route.backendAuth()));
    outputs.add(String.valueOf(route.requestHeaderModifier()));
    route.authentication().ifPresent(each -> outputs.add(each.verifier() + "" + each.provider()));
  }

  @Test
  void privateKeys_areRefusedWithoutTheirContent() throws Exception {
    String pem = "-----BEGIN %s-----\n" + CANARY + "\n-----END %s-----\n";
    for (String content :
        List.of(
            CANARY,
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"d\":\"" + CANARY,
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"d\":\"%s\"}"
                .formatted(CANARY, CANARY),
            "{\"kty\":\"oct\",\"k\":\"" + CANARY + "\"}",
            pem.replace("%s", "PRIVATE KEY"),
            pem.replace("%s", "RSA PRIVATE KEY"),
            pem.replace("%s", "EC PRIVATE KEY"),
            pem.replace("%s", "ENCRYPTED PRIVATE KEY"))) {
      Path file = Files.writeString(folder.resolve("key"), content);
      Throwable refused = catchThrowable(() -> JwtSigner.of(file));
      assertThat(refused).isNotNull();
      for (Throwable each = refused; each != null; each = each.getCause()) {
        outputs.add(each.toString());
      }
    }

    nothingTells();
  }

  // --- what prints

  @Test
  void values_printWithoutSecrets() throws Exception {
    var jwk = new ECKeyGenerator(Curve.P_256).generate();
    JwtSigner signer =
        JwtSigner.of(Files.writeString(folder.resolve("key.jwk"), jwk.toJSONString()));
    RequestHead head = requests("GET", "/mcp", CANARY).get(2).header("X-Api-Key", CANARY).build();
    BearerToken token = new BearerToken(CANARY);
    AuthenticatedPrincipal caller = caller(Map.of("claim", CANARY));
    PublicOrigin origin = new PublicOrigin("https", "mcp.example.com", "", "203.0.113.9", true);
    ClientAuthentication post = ClientAuthentication.post("gateway", CANARY);
    String hex = "5ca1ab1e".repeat(8);
    Headers headers = Headers.of("Authorization", "Bearer " + CANARY);

    for (Object value :
        List.of(
            token,
            head,
            headers,
            head.headers(),
            new BoundToken(token, "thumbprint", head, origin),
            caller,
            new TokenVerification.Verified(caller),
            new AuthenticationResult.Passed(Optional.of(caller)),
            new AuthenticationResult.Refused(
                Response.json(401, headers, CANARY), RefusalCode.INVALID_TOKEN, "why"),
            new AccessRequest(
                new McpOperation(
                    "ping", McpOperation.Kind.OTHER, Optional.empty(), Optional.empty()),
                Optional.of(caller),
                head,
                "backend"),
            Response.json(200, headers, "{\"access_token\":\"" + CANARY + "\"}"),
            FetchRequest.form(URI.create("https://as.example.com"), Map.of("token", CANARY))
                .with("Authorization", CANARY),
            post.request(URI.create("https://as.example.com"), Map.of("token", CANARY)),
            post,
            ClientAuthentication.basic("gateway", CANARY),
            new BackendCredential.Supplied("Authorization", "Bearer " + CANARY, () -> {}),
            StaticCredential.of(CANARY),
            AcquiredToken.builder("https://as.example.com/token", post).clientCredentials(),
            ApiKeyVerifier.builder().key(CANARY, Map.of("sub", "ci")).build(),
            HeaderModifier.builder().set("X-Key", CANARY).add("X-Other", CANARY).build(),
            IdentityProvider.builder(ProviderKind.ENTRA, "https://as.example.com")
                .clientId("known")
                .clientSecret(CANARY)
                .build(),
            SessionKey.ofHex(hex),
            signer,
            SignedIdentity.builder(signer, "gateway", "backend").build(),
            McpAuthentication.builder()
                .verifier(ApiKeyVerifier.builder().key(CANARY, Map.of("sub", "ci")).build())
                .mode(AuthenticationMode.STRICT)
                .build())) {
      outputs.add(value.toString());
    }

    nothingTells(hex, jwk.getD().toString());
  }

  @Test
  void badValues_areRefusedUnquoted() {
    for (Runnable mistake :
        List.<Runnable>of(
            () -> SessionKey.ofHex(CANARY),
            () -> StaticCredential.of(CANARY + "\n"),
            () -> ApiKeyVerifier.builder().keyHash(CANARY, Map.of("sub", "ci")),
            () -> ApiKeyVerifier.builder().key(CANARY + " ", Map.of("sub", "ci")),
            () -> Headers.of("X-Key", CANARY + "\n"),
            () -> HeaderModifier.builder().set("X-Key", CANARY + "\n"))) {
      outputs.add(String.valueOf(catchThrowable(mistake::run)));
    }

    nothingTells();
  }
}
