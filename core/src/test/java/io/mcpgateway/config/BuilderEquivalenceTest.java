package io.mcpgateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.GatewayLimits;
import io.mcpgateway.Listener;
import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.RouteMatch;
import io.mcpgateway.auth.ApiKeyVerifier;
import io.mcpgateway.auth.AuthenticationMode;
import io.mcpgateway.auth.CertificateBinding;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.authorization.AccessList;
import io.mcpgateway.authorization.Denial;
import io.mcpgateway.authorization.McpAuthorization;
import io.mcpgateway.authorization.RequiredScopes;
import io.mcpgateway.authorization.ScopeMatcher;
import io.mcpgateway.backendauth.AcquiredToken;
import io.mcpgateway.backendauth.CredentialLocation;
import io.mcpgateway.backendauth.IdentityHeaders;
import io.mcpgateway.backendauth.SignedIdentity;
import io.mcpgateway.cel.CelRule;
import io.mcpgateway.cel.CelRules;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.forward.ConnectRetry;
import io.mcpgateway.forward.HttpVersion;
import io.mcpgateway.http.ForwardedFields;
import io.mcpgateway.http.HeaderModifier;
import io.mcpgateway.jwt.DpopBinding;
import io.mcpgateway.jwt.JwtSigner;
import io.mcpgateway.jwt.JwtVerifier;
import io.mcpgateway.jwt.MultiIssuerVerifier;
import io.mcpgateway.mcp.HeaderValidation;
import io.mcpgateway.metadata.ResourceMetadata;
import io.mcpgateway.oauth.ClientAuthentication;
import io.mcpgateway.oauth.IntrospectionVerifier;
import io.mcpgateway.provider.IdentityProvider;
import io.mcpgateway.provider.ProviderKind;
import io.mcpgateway.session.SessionKey;
import io.mcpgateway.telemetry.AuditLog;
import io.mcpgateway.tls.BackendTls;
import io.mcpgateway.tls.BackendTls.Verification;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Everything the YAML can say, the builders can say: the sample that uses every key, by hand. */
class BuilderEquivalenceTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/config/good").toAbsolutePath();

  @Test
  void everything_saidByBuilders_isTheSame() throws Exception {
    Path yaml = DIRECTORY.resolve("everything.yaml");
    try (GatewayConfig config = GatewayConfig.read(yaml, Samples.ENVIRONMENT);
        McpGateway gateway = builders().build();
        McpGateway same = config.toBuilder().build()) {
      assertThat(config.auditLog())
          .get()
          .hasToString(AuditLog.toFile(DIRECTORY.resolve("audit.log")).withArguments().toString());
      assertThat(same.limits()).isEqualTo(gateway.limits());
      assertThat(Description.of(same.listeners())).isEqualTo(Description.of(gateway.listeners()));
      assertThat(config.describe())
          .startsWith(
              "trustedProxies: 10.0.0.0/8 ::1 by Forwarded\n"
                  + "requestBody: 104857600 bytes\n"
                  + ProcessDescription.of(gateway.limits(), config.server())
                  + "session: with a key\n");
    }
  }

  @Test
  void everything_usesEveryKeyBelowBinds() throws Exception {
    String text = Files.readString(DIRECTORY.resolve("everything.yaml"));
    for (Type shape : List.of(Grammar.ROOT, RouteGrammar.ROUTE, PolicyGrammar.POLICIES)) {
      assertThat(keysOf((Shape) shape))
          .allSatisfy(key -> assertThat(text).containsPattern("\\b" + key + ":"));
    }
  }

  /** What is not in that sample maps onto the same builders, or is another spelling. */
  private static List<String> keysOf(Shape shape) {
    return shape.keys().stream()
        .flatMap(
            key ->
                key.type() instanceof Shape inner
                    ? keysOf(inner).stream()
                    : List.of(key.name()).stream())
        .filter(
            key ->
                !List.of("gateways", "routes", "jwksUrl", "port", "clientSecretFile").contains(key))
        .toList();
  }

  private static McpGateway.Builder builders() throws Exception {
    Listener.Tls tls =
        new Listener.Tls(
            DIRECTORY.resolve("certificate.pem"),
            DIRECTORY.resolve("key.pem"),
            Optional.of(DIRECTORY.resolve("certificate.pem")));
    return McpGateway.builder()
        .trustedProxies(ForwardedFields.FORWARDED, "10.0.0.0/8", "::1")
        .maxRequestBytes(104_857_600)
        .limits(
            GatewayLimits.builder()
                .messageBytes(1_048_576)
                .messageBytesInAll(33_554_432)
                .headerFields(50)
                .targetLength(4096)
                .requestBodyPatience(Duration.ofSeconds(20))
                .requests(2000)
                .streams(1000)
                .streamsPerRoute(500)
                .streamsPerCaller(10)
                .build())
        .sessionKey(
            SessionKey.ofHex("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"))
        .listener(
            Listener.builder()
                .name("public")
                .address("127.0.0.1")
                .port(8443)
                .hostname("*.example.com")
                .tls(tls)
                .route(weather())
                .route(other())
                .build())
        .listener(
            Listener.builder()
                .name("listener1")
                .address("127.0.0.1")
                .port(8443)
                .tls(tls)
                .route(signing())
                .route(files())
                .route(inlineKeys())
                .route(partners())
                .build());
  }

  private static Route weather() throws Exception {
    return Route.builder()
        .name("weather")
        .hostnames("mcp.example.com", "*.eu.example.com")
        .matches(
            RouteMatch.exactPath("/weather/mcp").withMethod("POST"),
            RouteMatch.pathPrefix("/weather/")
                .withHeader("X-Tenant", "blue")
                .withHeaderRegex("X-Version", "v[0-9]+$")
                .withQuery("debug", ""),
            RouteMatch.pathRegex("/w(eather)?/.*"))
        .cors(
            CorsPolicy.builder()
                .allowOrigins("https://app.example.com", "https://*.example.org")
                .allowHeaders("Authorization", "Content-Type")
                .allowMethods("GET", "POST")
                .exposeHeaders("Mcp-Session-Id")
                .allowCredentials(true)
                .maxAge(Duration.ofMinutes(90))
                .build())
        .allowedOrigins("https://app.example.com", "https://*.example.net")
        .dnsRebindingProtection(false)
        .authentication(
            McpAuthentication.builder()
                .verifier(
                    JwtVerifier.builder()
                        .issuer("https://as.example.com/realms/r")
                        .audiences("https://mcp.example.com/weather/mcp", "weather")
                        .jwksUrl("https://as.example.com/realms/r/certs")
                        .clockSkew(Duration.ofSeconds(90))
                        .build())
                .mode(AuthenticationMode.PERMISSIVE)
                .provider(
                    IdentityProvider.builder(ProviderKind.ENTRA, "https://as.example.com/realms/r")
                        .clientId("weather-client")
                        .clientSecret("weather-secret")
                        .build())
                .endStreamsAtExpiry(false)
                .bindings(
                    DpopBinding.builder()
                        .required(true)
                        .algorithms("ES256", "EdDSA")
                        .nonce(true)
                        .maxAge(Duration.ofMinutes(1))
                        .build(),
                    new CertificateBinding().behindProxy("Client-Cert"))
                .resourceMetadata(
                    ResourceMetadata.builder()
                        .resource("https://mcp.example.com/weather/mcp")
                        .authorizationServers("https://as.example.com/realms/r")
                        .scopesSupported("read", "write")
                        .bearerMethodsSupported("header")
                        .parameter("resource_name", "Price in $, Zürich: # {not: yaml}")
                        .parameter("tls_client_certificate_bound_access_tokens", false)
                        .parameter("extension", Map.of("keptAsIs", Arrays.asList(1, 2.5, "two")))
                        .build())
                .build())
        .requiredScopes(
            RequiredScopes.builder()
                .scopes("mcp", "read")
                .method("tools/call", "call")
                .tool("delete_*", "admin", "call")
                .prompt("*", "prompts")
                .resource("file:///*", "files")
                .matcher(ScopeMatcher.implying(Map.of("admin", Set.of("call", "files"))))
                .build())
        .authorization(
            McpAuthorization.builder()
                .rule(
                    CelRules.of(
                        CelRule.allow(
                            "mcp.tool.name == \"echo\" || has(mcp.prompt) || has(mcp.resource)"),
                        CelRule.deny("mcp.tool.name.startsWith(\"internal_\")"),
                        CelRule.require("jwt.sub != \"\"")))
                .tools(
                    AccessList.of(
                        AccessList.Entry.of("echo", "read_*"),
                        AccessList.Entry.of("*")
                            .scopes("admin")
                            .claim("department", "it")
                            .claim("realm_access.roles", "operator", "admin")))
                .prompts(AccessList.of())
                .resources(AccessList.of(AccessList.Entry.of("file:///public/*")))
                .denial(Denial.FORBIDDEN)
                .build())
        .passAuthorizationOn(true)
        .identityHeaders(
            IdentityHeaders.builder()
                .subject("X-Auth-Subject")
                .issuer("X-Auth-Issuer")
                .scopes("X-Auth-Scopes")
                .claim("email", "X-Auth-Email")
                .claim("realm_access.roles", "X-Auth-Roles")
                .build())
        .signedIdentity(
            SignedIdentity.builder(
                    JwtSigner.of(DIRECTORY.resolve("key.pem"), "ES256"),
                    "https://mcp.example.com",
                    "https://weather.internal")
                .header("X-Auth-Assertion")
                .lifetime(Duration.ofSeconds(30))
                .build())
        .requestHeaderModifier(
            HeaderModifier.builder()
                .add("X-Via", "gateway")
                .set("X-Tenant", "any")
                .remove("Cookie")
                .build())
        .responseHeaderModifier(
            HeaderModifier.builder()
                .add("X-Served-By", "gateway")
                .set("X-Frame-Options", "DENY")
                .remove("Server")
                .remove("X-Powered-By")
                .build())
        .responseTimeout(Duration.ofMillis(1500))
        .retry(new ConnectRetry(3, Duration.ofMillis(250)))
        .headerValidation(HeaderValidation.ALWAYS)
        .keepAlive(Duration.ZERO)
        .backend(
            new Backend("weather.v1", URI.create("https://10.1.2.3:8000/mcp"))
                .withTls(
                    BackendTls.builder()
                        .root(DIRECTORY.resolve("certificate.pem"))
                        .certificate(
                            DIRECTORY.resolve("certificate.pem"), DIRECTORY.resolve("key.pem"))
                        .hostname("weather.internal")
                        .subjectAltNames("weather.example.com", "spiffe://example.com/weather")
                        .build())
                .withHttpVersions(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2)
                .withHostPreserved(true))
        .build();
  }

  private static Route other() throws Exception {
    JwtSigner signer = JwtSigner.of(DIRECTORY.resolve("key.pem"), "ES256");
    return Route.builder()
        .name("route1")
        .dnsRebindingProtection(false)
        .authentication(
            McpAuthentication.builder()
                .verifier(
                    IntrospectionVerifier.builder()
                        .issuer("https://as.example.com/")
                        .audiences("https://mcp.example.com")
                        .url("https://as.example.com/introspect")
                        .client(ClientAuthentication.post("gateway", "secret"))
                        .audienceVerifiedByIssuer(true)
                        .cacheFor(Duration.ofSeconds(10))
                        .clockSkew(Duration.ZERO)
                        .build())
                .mode(AuthenticationMode.OPTIONAL)
                .provider(
                    IdentityProvider.builder(ProviderKind.PLAIN, "https://as.example.com/").build())
                .resourceMetadata(
                    ResourceMetadata.builder().resource("https://mcp.example.com").build())
                .build())
        .backendAuth(
            AcquiredToken.builder(
                    "http://as.internal:8080/token",
                    clock ->
                        ClientAuthentication.privateKeyJwt(
                            "gateway", signer, Optional.of("https://as.example.com/"), clock))
                .allowInsecureTokenUrl(true)
                .scopes("read", "write")
                .audiences("other")
                .resources("https://other.example.com/mcp")
                .location(new CredentialLocation("X-Access-Token", ""))
                .clientCredentials())
        .backend(
            new Backend("other", URI.create("https://other.example.com/"))
                .speakingSse()
                .withTls(BackendTls.builder().verification(Verification.AUTHORITY).build())
                .withHttpVersions(HttpVersion.HTTP_1_1))
        .build();
  }

  private static Route signing() throws Exception {
    return Route.builder()
        .name("route0")
        .matches(RouteMatch.exactPath("/signing"))
        .authentication(
            McpAuthentication.builder()
                .verifier(
                    IntrospectionVerifier.builder()
                        .issuer("https://as.example.com")
                        .audiences("b")
                        .url("http://localhost:9000/introspect")
                        .client("gateway", JwtSigner.of(DIRECTORY.resolve("key.pem")))
                        .build())
                .bindings(DpopBinding.builder().build(), new CertificateBinding().requiring())
                .build())
        .backend(new Backend("signing", URI.create("http://localhost:8000/mcp")))
        .build();
  }

  private static Route files() {
    return Route.builder()
        .name("route1")
        .matches(RouteMatch.exactPath("/files"))
        .authentication(
            McpAuthentication.builder()
                .verifier(
                    JwtVerifier.builder()
                        .issuer("https://as.example.com/files")
                        .audiences("c")
                        .jwksFile(DIRECTORY.resolve("jwks.json"))
                        .build())
                .build())
        .backend(new Backend("files", URI.create("http://localhost:8000/mcp")))
        .build();
  }

  private static Route inlineKeys() throws Exception {
    return Route.builder()
        .name("route2")
        .authentication(
            McpAuthentication.builder()
                .verifier(
                    JwtVerifier.builder()
                        .issuer("http://as.internal:8080/r")
                        .audiences("a")
                        .allowInsecureKeyUrls(true)
                        .jwks(Files.readString(DIRECTORY.resolve("jwks.json")))
                        .build())
                .provider(
                    IdentityProvider.builder(ProviderKind.AUTH0, "http://as.internal:8080/r")
                        .audience("a")
                        .allowInsecureUrls(true)
                        .build())
                .build())
        .backendAuth(
            AcquiredToken.builder(
                    "http://localhost:7090/token",
                    ClientAuthentication.post("gateway", "of-no-use-elsewhere"))
                .scopes("read")
                .audiences("short", "shorter")
                .resources("https://short.example.com")
                .requestedTokenType("urn:ietf:params:oauth:token-type:access_token")
                .location(CredentialLocation.BEARER)
                .tokenExchange())
        .backend(new Backend("short", URI.create("http://localhost:8000/mcp")))
        .build();
  }

  private static Route partners() {
    return Route.builder()
        .name("partners")
        .matches(RouteMatch.pathPrefix("/partners"))
        .authentication(
            McpAuthentication.builder()
                .verifier(
                    ApiKeyVerifier.builder()
                        .key(
                            "ci-0123456789abcdef",
                            Map.of(
                                "name", "ci", "scopes", List.of("read"), "team", Map.of("id", 7)))
                        .keyHash(
                            "sha256:"
                                + "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                            Map.of())
                        .otherwise(issuers())
                        .build())
                .resourceMetadata(
                    ResourceMetadata.builder().resource("https://mcp.example.com/partners").build())
                .build())
        .backend(new Backend("partners", URI.create("http://localhost:8001/mcp")))
        .build();
  }

  private static MultiIssuerVerifier issuers() {
    return MultiIssuerVerifier.builder()
        .verifier(
            JwtVerifier.builder()
                .issuer("https://as.example.com/")
                .issuerAliases("https://login.example.com/")
                .audiences("partners")
                .jwksFile(DIRECTORY.resolve("jwks.json"))
                .algorithms("ES256", "RS256")
                .scopeClaims("scope", "realm_access.roles")
                .requiredClaims("sub")
                .requireAccessTokenType(true)
                .build())
        .verifier(
            JwtVerifier.builder()
                .issuer("https://partner.example.com")
                .resource("https://mcp.example.com/partners")
                .clockSkew(Duration.ZERO)
                .build())
        .tokenCache(Duration.ofSeconds(90), 500)
        .build();
  }
}
