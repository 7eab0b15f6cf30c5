package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.JOSEException;
import io.mcpgateway.Attacks.Attack;
import io.mcpgateway.Attacks.Seen;
import io.mcpgateway.Attacks.Sent;
import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.auth.CertificateBinding;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.authorization.AccessList;
import io.mcpgateway.authorization.AccessList.Entry;
import io.mcpgateway.authorization.Denial;
import io.mcpgateway.authorization.McpAuthorization;
import io.mcpgateway.authorization.RequiredScopes;
import io.mcpgateway.authorization.ScopeMatcher;
import io.mcpgateway.backendauth.CredentialLocation;
import io.mcpgateway.backendauth.IdentityHeaders;
import io.mcpgateway.backendauth.StaticCredential;
import io.mcpgateway.cel.CelRule;
import io.mcpgateway.cel.CelRules;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.OwnedHeaders;
import io.mcpgateway.json.Json;
import io.mcpgateway.jwt.DpopBinding;
import io.mcpgateway.jwt.JwtVerifier;
import io.mcpgateway.jwt.MultiIssuerVerifier;
import io.mcpgateway.oauth.ClientAuthentication;
import io.mcpgateway.oauth.IntrospectionVerifier;
import io.mcpgateway.session.SessionBinding;
import io.mcpgateway.session.SessionKey;
import io.mcpgateway.telemetry.AccessLog;
import io.mcpgateway.telemetry.RequestRecord;
import io.mcpgateway.testkit.ClientExchange;
import io.mcpgateway.testkit.GeneratedFile;
import io.mcpgateway.testkit.MutableClock;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.Responses;
import io.mcpgateway.testkit.TestIssuer;
import io.mcpgateway.testkit.TestKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Plays the {@link Attacks} on a gateway in front of a backend, traps 19 to 21 and 43 to 46. */
@Timeout(60)
class AttacksTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "security.md");
  private static final Pattern ERROR = Pattern.compile("error=\"([a-z_]+)\"");

  private static final MutableClock CLOCK = MutableClock.create();
  private static final TestIssuer ISSUER = TestIssuer.start(CLOCK);
  private static final TestIssuer OTHER = TestIssuer.start(CLOCK);
  private static final SessionKey SESSION_KEY = SessionKey.random();
  private static final RawBackend BACKEND = RawBackend.answering(Responses.ok("{}"));
  private static final RawBackend INTROSPECTION =
      RawBackend.forEachRequest((request, connection) -> connection.write(introspected(request)));
  private static final List<RequestRecord> RECORDS = new CopyOnWriteArrayList<>();

  static {
    ISSUER.use(TestKey.rsa("shared"));
    OTHER.use(TestKey.rsa("shared"));
  }

  private static final Attacks ATTACKS =
      new Attacks(
          ISSUER,
          OTHER,
          CLOCK,
          id ->
              SessionBinding.of(
                      SESSION_KEY,
                      Optional.of(
                          new AuthenticatedPrincipal(
                              ISSUER.issuer(), "alice", Set.of(), Map.of(), Optional.empty())))
                  .toClient(id));
  private static final McpGateway GATEWAY = gateway();

  private static final Logger LOG = (Logger) LoggerFactory.getLogger("io.mcpgateway");
  private static final Level LEVEL = LOG.getLevel();
  private static final ListAppender<ILoggingEvent> LINES = new ListAppender<>();

  @BeforeAll
  static void listen() {
    LINES.start();
    LOG.addAppender(LINES);
    LOG.setLevel(Level.TRACE);
  }

  @AfterAll
  static void close() throws Exception {
    LOG.detachAppender(LINES);
    LOG.setLevel(LEVEL);
    GATEWAY.close();
    BACKEND.close();
    INTROSPECTION.close();
    ISSUER.close();
    OTHER.close();
  }

  // --- the gateway

  private static McpGateway gateway() {
    return McpGateway.builder()
        .clock(CLOCK)
        .sessionKey(SESSION_KEY)
        .observers(RECORDS::add, AccessLog.text())
        .route(route("/mcp", jwt()).build())
        .route(
            route(
                    "/bound",
                    jwt()
                        .bindings(
                            DpopBinding.builder().clock(CLOCK).build(),
                            new CertificateBinding().behindProxy(CertificateBinding.CLIENT_CERT)))
                .build())
        .route(route("/opaque", McpAuthentication.builder().verifier(introspection())).build())
        .route(route("/scoped", jwt()).requiredScopes(scopes()).build())
        .route(route("/hiding", jwt()).authorization(tools(Denial.HIDDEN)).build())
        .route(route("/forbidding", jwt()).authorization(tools(Denial.FORBIDDEN)).build())
        .route(route("/cel", jwt()).authorization(departments()).build())
        .route(route("/pages", jwt()).allowedOrigins(Attacks.APP).build())
        .route(
            route("/shared", jwt())
                .cors(CorsPolicy.builder().allowOrigins(Attacks.APP).build())
                .build())
        .route(
            route("/identity", jwt())
                .identityHeaders(
                    IdentityHeaders.builder()
                        .subject("X-Auth-Subject")
                        .claim("email", "X-Auth-Email")
                        .build())
                .backendAuth(StaticCredential.of("own", new CredentialLocation("X-Api-Key", "")))
                .build())
        .build();
  }

  private static Route.Builder route(String path, McpAuthentication.Builder authentication) {
    return Route.builder()
        .name(path)
        .matches(RouteMatch.exactPath(path))
        .authentication(authentication.build())
        .backend(Backend.of(BACKEND.url()));
  }

  private static McpAuthentication.Builder jwt() {
    TokenVerifier verifier =
        MultiIssuerVerifier.builder()
            .verifier(verifier(ISSUER).build())
            .verifier(verifier(OTHER).issuerAliases(Attacks.ALIAS).build())
            .clock(CLOCK)
            .build();
    return McpAuthentication.builder().verifier(verifier);
  }

  private static JwtVerifier.Builder verifier(TestIssuer issuer) {
    return JwtVerifier.builder()
        .issuer(issuer.issuer())
        .resource(Attacks.RESOURCE)
        .jwks(issuer.jwks())
        .clock(CLOCK);
  }

  private static TokenVerifier introspection() {
    return IntrospectionVerifier.builder()
        .issuer("https://as.example.com")
        .url(INTROSPECTION.url())
        .client(ClientAuthentication.basic("gateway", "secret"))
        .audiences(Attacks.RESOURCE)
        .clock(CLOCK)
        .build();
  }

  /** What the authorization server says of the token of that name. */
  private static String introspected(RawMessage request) {
    String active = "{\"active\":true,\"sub\":\"alice\",\"aud\":\"" + Attacks.RESOURCE + "\"";
    Matcher token = Pattern.compile("token=([a-z]+)").matcher(request.body());
    return switch (token.find() ? token.group(1) : "") {
      case "active" -> Responses.ok(active + "}");
      case "elsewhere" ->
          Responses.ok("{\"active\":true,\"sub\":\"alice\",\"aud\":\"https://x.example\"}");
      case "unaddressed" -> Responses.ok("{\"active\":true,\"sub\":\"alice\"}");
      case "foreign" -> Responses.ok(active + ",\"iss\":\"https://x.example\"}");
      case "slash" -> Responses.ok(active + ",\"iss\":\"https://as.example.com/\"}");
      case "late" -> Responses.ok(active + ",\"exp\":1}");
      case "refresh" -> Responses.ok(active + ",\"token_type\":\"refresh_token\"}");
      case "nobody" -> Responses.ok("{\"active\":true,\"aud\":\"%s\"}".formatted(Attacks.RESOURCE));
      case "down" -> Responses.json("503 Service Unavailable", "{}");
      case "moved" ->
          Responses.json("302 Found", "", "Location: http://169.254.169.254/latest/meta-data");
      case "large" -> Responses.ok("{\"x\":\"" + "x".repeat(600 * 1024) + "\"}");
      case "garbage" -> Responses.ok("<html>");
      case "denied" -> Responses.json("401 Unauthorized", "{}");
      default -> Responses.ok("{\"active\":false}");
    };
  }

  private static RequiredScopes scopes() {
    return RequiredScopes.builder()
        .scopes("mcp")
        .method("tools/*", "call")
        .tool("delete_*", "delete")
        .matcher(ScopeMatcher.implying(Map.of("admin", Set.of("mcp", "call", "delete"))))
        .build();
  }

  private static McpAuthorization tools(Denial denial) {
    return McpAuthorization.builder()
        .tools(AccessList.of(Entry.of("echo"), Entry.of("write_*").scopes("write")))
        .denial(denial)
        .build();
  }

  private static McpAuthorization departments() {
    return McpAuthorization.builder()
        .rule(CelRules.of(CelRule.deny("jwt.department == 'x'"), CelRule.allow("true")))
        .build();
  }

  // --- the attacks

  private static ClientExchange send(Sent request) {
    ClientExchange exchange = request.exchange();
    GATEWAY.handle(exchange);
    exchange.head();
    return exchange;
  }

  static List<Attack> attacks() throws JOSEException {
    return ATTACKS.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void attack_endsAsTheTableSays(Attack attack) throws Exception {
    if (attack.first().isPresent()) {
      assertPasses(attack.first().get());
    }
    int before = BACKEND.requests().size();

    ClientExchange exchange = send(attack.request());
    String body = exchange.rest();

    assertThat(exchange.head().status()).isEqualTo(attack.status());
    assertThat(error(exchange, body)).isEqualTo(attack.error());
    assertThat(exchange.head().headers().first(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN)).isEmpty();
    await()
        .untilAsserted(
            () ->
                assertThat(RECORDS)
                    .last()
                    .satisfies(
                        told -> {
                          assertThat(told.path()).isEqualTo(attack.request().head().path());
                          assertThat(withoutPort(told.reason().orElse("")))
                              .isEqualTo(attack.reason());
                        }));
    List<RawMessage> seen = BACKEND.requests().subList(before, BACKEND.requests().size());
    assertThat(seen).as("what the backend sees").hasSize(attack.seen().isPresent() ? 1 : 0);
    attack.seen().ifPresent(expected -> assertThat(saw(seen.get(0), expected)).isTrue());
    assertThat(ISSUER.requests()).as("no key is fetched").isEmpty();
    assertThat(List.copyOf(LINES.list))
        .extracting(ILoggingEvent::getFormattedMessage)
        .as("what strangers write begins no line of the log")
        .isNotEmpty()
        .noneMatch(line -> line.chars().anyMatch(Character::isISOControl));
  }

  private static String withoutPort(String reason) {
    return reason.replace(INTROSPECTION.url(), "https://as.example.com/introspect");
  }

  /** That of the challenge; without one, that of the body. */
  private static String error(ClientExchange exchange, String body) throws Exception {
    Optional<String> challenge = exchange.head().headers().first(HeaderNames.WWW_AUTHENTICATE);
    if (challenge.isPresent()) {
      Matcher error = ERROR.matcher(challenge.get());
      return error.find() ? error.group(1) : "";
    }
    if (body.isEmpty()) {
      return "";
    }
    Object error = Json.readObject(body.getBytes(StandardCharsets.UTF_8)).get("error");
    return error == null
        ? ""
        : String.valueOf(error instanceof Map<?, ?> member ? member.get("code") : error);
  }

  private static boolean saw(RawMessage request, Seen expected) {
    List<String> values =
        expected.field().equals("target")
            ? List.of(request.startLine().replaceAll("^POST (.*) HTTP/1.1$", "$1"))
            : request
                .head()
                .lines()
                .filter(line -> line.contains(":"))
                .filter(
                    line ->
                        OwnedHeaders.folded(line.substring(0, line.indexOf(':')))
                            .equals(OwnedHeaders.folded(expected.field())))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .toList();
    return values.equals(expected.value().stream().toList());
  }

  static List<Sent> goodRequests() {
    return ATTACKS.goodRequests();
  }

  @ParameterizedTest
  @MethodSource("goodRequests")
  void goodRequest_passes(Sent request) throws Exception {
    assertPasses(request);
  }

  private static void assertPasses(Sent request) throws Exception {
    int before = BACKEND.requests().size();
    ClientExchange exchange = send(request);
    assertThat(exchange.rest()).isEqualTo("{}");
    assertThat(exchange.head().status()).isEqualTo(200);
    assertThat(BACKEND.requests()).hasSize(before + 1);
  }

  /** D6: where no policy reads it, it is the server's to refuse. */
  @Test
  void d6_messageThatNobodyReads_passesAsItIs() throws Exception {
    String deep = "[".repeat(100_000);
    int before = BACKEND.requests().size();
    ClientExchange exchange = send(ATTACKS.goodRequest(deep));

    assertThat(exchange.rest()).isEqualTo("{}");
    assertThat(BACKEND.requests()).hasSize(before + 1);
    assertThat(BACKEND.requests().get(before).body()).isEqualTo(deep);
  }

  // --- the document

  @Test
  void document_showsTheAttacks() throws Exception {
    Map<String, List<Attack>> groups =
        attacks().stream()
            .collect(Collectors.groupingBy(Attack::group, LinkedHashMap::new, Collectors.toList()));
    StringBuilder text = new StringBuilder(INTRODUCTION);
    groups.forEach(
        (group, attacks) -> {
          text.append("\n## ").append(group).append("\n\n").append(HEAD);
          attacks.forEach(attack -> text.append(row(attack)));
        });

    GeneratedFile.isUpToDate(DOCUMENT, text.toString());
  }

  private static final String INTRODUCTION =
      """
      # Security

      How to report a hole: [SECURITY.md](../SECURITY.md).

      ## Threat model

      Worth protecting: what the MCP servers can do and know; the callers' tokens, and the gateway's own credentials; the sessions of
      one caller from another; and that all of it is there when it is needed.

      | who | is trusted with | is not trusted with |
      |---|---|---|
      | the client, and whoever can reach the port | nothing before its token is good; then with what scopes and rules permit | who it is, where it comes from, how the gateway is called, the form and size of what it sends, how fast it reads |
      | a page in somebody's browser | what `cors` and `allowedOrigins` permit its origin | everything else, also on this machine (DNS rebinding) |
      | the issuer, at URLs that the operator has named | who callers are, and its own keys | other issuers' tokens; being there; the size, form and speed of its answers; where its redirects lead |
      | the MCP server behind the gateway | the answers to the calls that reach it | the callers' tokens, unless the route passes them on; the framing, size and speed of its answers; what it redirects to |
      | a trusted proxy in front | the client's address and certificate, and how the gateway is called, in one family of fields | everything else that it passes on |
      | the container or the launcher's server | parsing HTTP/1.1, HTTP/2 and TLS | reading a target in one way only: the gateway looks again |
      | the operator | the configuration, its files and its variables | nothing is done against the operator; mistakes are told, and fail closed |

      The borders are crossed in one direction at a time: a token is verified before anything behind the gateway hears of the request,
      and stays at the gateway; what policies read is read strictly, or refused; no URL is fetched that came in a request; a secret
      is in no log, message or description ([decisions.md](decisions.md)). What is in doubt is refused.

      Out of scope: what a tool does with the arguments that a permitted caller gives it; the content of messages (prompt injection
      among it); an issuer or a server that is malicious within what it is trusted with; who can read the process's memory, files or
      environment; a flood that fills the line or the kernel's queues; several replicas counting together (limits and used proofs
      are each process's own).

      # What attackers get

      Each line is an attack and what comes of it, played on a gateway in front of a backend that notes whatever reaches it: the
      HTTP status, the error that the client is told (in the challenge, RFC 6750 and RFC 9449; else the code of a JSON-RPC error, or
      `error` in the body), the reason in the access log, and what the backend saw of it. The routes accept the tokens of two
      issuers. What is refused never reaches the backend, and each route lets a good request pass, as the same test shows.

      The tables are written by the test that plays the attacks (`Attacks`, `AttacksTest` in core), and the build fails when they
      differ: `mvn -pl core test -Dtest=AttacksTest -Dconfig.update=true` writes them anew. Why it is done so is in
      [decisions.md](decisions.md), at which station in [request-path.md](request-path.md), and how to set it up in
      [guide.md](guide.md). Attacks below, on HTTP itself, are in [http-attacks.md](http-attacks.md).
      """;

  private static final String HEAD =
      """
      | attack | status | error | reason in the log | the backend sees |
      |---|---|---|---|---|
      """;

  private static String row(Attack attack) {
    return "| %s | %d | %s | %s | %s |\n"
        .formatted(
            attack.what(),
            attack.status(),
            attack.error().isEmpty() ? "" : "`" + attack.error() + "`",
            attack.reason(),
            attack.seen().map(Seen::toString).orElse("nothing"));
  }
}
