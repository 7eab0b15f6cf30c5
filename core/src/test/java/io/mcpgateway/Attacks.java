package io.mcpgateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.testkit.ClientExchange;
import io.mcpgateway.testkit.TestIssuer;
import io.mcpgateway.testkit.TestKey;
import io.mcpgateway.testkit.TestProof;
import io.mcpgateway.testkit.TestToken;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What attackers send, and what has to come of it: {@link AttacksTest} plays it, and
 * docs/security.md shows it.
 */
final class Attacks {
  static final String RESOURCE = "https://mcp.example.com/mcp";
  static final String ALIAS = "https://alias.example.com";
  static final String APP = "https://app.example.com";
  static final String CALL_ECHO = tool("echo");

  private static final String NO_ERROR = "";
  private static final String ANONYMOUS = "no bearer token";
  private static final String NOT_ONE_TOKEN =
      "invalid_request: the Authorization header does not hold one bearer token";
  private static final String MALFORMED = "the token is malformed";
  private static final String ALGORITHM = "the signature algorithm is not allowed";
  private static final String KEY = "the signature key is not known";
  private static final String SIGNATURE = "the signature does not verify";
  private static final String KIND = "the token type is not an access token";
  private static final String ISSUER = "the token is from another issuer";
  private static final String AUDIENCE = "the token is for another audience";
  private static final String EXPIRED = "the token has expired";
  private static final String SCOPE =
      "insufficient_scope: the token does not grant what this needs";
  private static final String TWICE = "a member is there twice, or in another case";
  private static final String FOREIGN_SESSION = "a session of somebody else, or of nobody";
  private static final String DENIED = "denied: tool";
  private static final String MODERN = "2026-07-28";

  private final TestIssuer issuer;
  private final TestIssuer other;
  private final Clock clock;
  private final UnaryOperator<String> sessionOfAlice;
  private final TestKey attacker = TestKey.rsa("attacker");
  private final TestKey proofKey = TestKey.ec("proof");

  /**
   * The attacks on a gateway.
   *
   * @param issuer whose tokens it takes; its key is an RSA key
   * @param other whose tokens it takes, too, also under {@link #ALIAS}; its key has the same id
   * @param clock tells the time
   * @param sessionOfAlice what alice is given for a server's session id
   */
  Attacks(TestIssuer issuer, TestIssuer other, Clock clock, UnaryOperator<String> sessionOfAlice) {
    this.issuer = issuer;
    this.other = other;
    this.clock = clock;
    this.sessionOfAlice = sessionOfAlice;
  }

  /** A request of a client; one character of the body for each byte. */
  record Sent(RequestHead head, String body) {
    ClientExchange exchange() {
      return new ClientExchange(head, BodySource.of(body.getBytes(StandardCharsets.ISO_8859_1)));
    }
  }

  /**
   * An attack, and what has to come of it.
   *
   * @param group what it is aimed at
   * @param what it tries
   * @param first a good request that it needs before
   * @param request it sends
   * @param status of the answer
   * @param error code in the challenge, or else in the body; empty for none
   * @param reason in the log; empty for none
   * @param seen what the backend sees; empty for nothing
   */
  record Attack(
      String group,
      String what,
      Optional<Sent> first,
      Sent request,
      int status,
      String error,
      String reason,
      Optional<Seen> seen) {
    @Override
    public String toString() {
      return group + ": " + what;
    }
  }

  /**
   * What a backend sees of a request that goes on.
   *
   * @param field name of a field, in any spelling; {@code target} for that of the request line
   * @param value its only value; empty when it is not there
   */
  record Seen(String field, Optional<String> value) {
    @Override
    public String toString() {
      return value.map(text -> "`" + field + ": " + text + "`").orElse("no `" + field + "`");
    }
  }

  /** Collects the attacks of one kind. */
  private static final class Group {
    final List<Attack> all = new ArrayList<>();
    private final String name;

    Group(String name) {
      this.name = name;
    }

    Group refused(String what, Request request, int status, String error, String reason) {
      return add(what, Optional.empty(), request, status, error, reason, Optional.empty());
    }

    Group add(
        String what,
        Optional<Sent> first,
        Request request,
        int status,
        String error,
        String reason,
        Optional<Seen> seen) {
      all.add(new Attack(name, what, first, request.sent(), status, error, reason, seen));
      return this;
    }
  }

  /** Collects a request: a call of the tool echo, unless told otherwise. */
  private static final class Request {
    private final RequestHead.Builder head;
    private String body = CALL_ECHO;

    private Request(String method, String path) {
      head =
          RequestHead.builder(method, path)
              .authority("mcp.example.com")
              .scheme("https")
              .remoteAddress("203.0.113.9");
    }

    static Request post(String path) {
      return new Request("POST", path).with("Content-Type", "application/json");
    }

    static Request put(String path) {
      return new Request("PUT", path).with("Content-Type", "application/json");
    }

    Request with(String name, String value) {
      head.header(name, value);
      return this;
    }

    Request bearer(String token) {
      return with("Authorization", "Bearer " + token);
    }

    Request query(String query) {
      head.query(query);
      return this;
    }

    Request certificate(String thumbprint) {
      head.clientCertificate(thumbprint);
      return this;
    }

    Request body(String text) {
      body = text;
      return this;
    }

    Sent sent() {
      return new Sent(head.build(), body);
    }
  }

  private static Request post(String path) {
    return Request.post(path);
  }

  private static String tool(String name) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\"}}"
        .formatted(name);
  }

  private TestToken good() {
    return issuer.token().audience(RESOURCE).subject("alice");
  }

  private TestToken of(String... scopes) {
    return good().scope(scopes);
  }

  private TestToken untyped() {
    return good().withoutHeader("typ");
  }

  private TestToken typedJwt() {
    return good().header("typ", "JWT");
  }

  /** One good request for each route: the doors that the attacks do not open do open. */
  List<Sent> goodRequests() {
    return Stream.of(
            post("/mcp").bearer(good().sign()),
            post("/mcp").bearer(other.token().audience(RESOURCE).sign()),
            post("/mcp")
                .bearer(good().sign())
                .with("Mcp-Session-Id", sessionOfAlice.apply("server-session")),
            dpop(bound(), proof(bound())),
            post("/opaque").bearer("active"),
            post("/scoped").bearer(of("admin").sign()).body(tool("delete_all")),
            post("/hiding").bearer(of("write").sign()).body(tool("write_x")),
            post("/forbidding").bearer(good().sign()),
            post("/cel").bearer(good().claim("department", "y").sign()),
            post("/identity").bearer(good().sign()),
            post("/pages").bearer(good().sign()).with("Origin", APP),
            post("/shared").bearer(good().sign()).with("Origin", APP))
        .map(Request::sent)
        .toList();
  }

  /** A good request with any body, where no policy reads it. */
  Sent goodRequest(String body) {
    return post("/mcp").bearer(good().sign()).body(body).sent();
  }

  /** All attacks, those of one kind together. */
  List<Attack> all() throws JOSEException {
    return Stream.of(
            credentials(),
            signatures(),
            bombs(),
            claims(),
            kinds(),
            boundTokens(),
            opaqueTokens(),
            scopes(),
            rules(),
            sessions(),
            identities(),
            origins(),
            addresses())
        .flatMap(group -> group.all.stream())
        .toList();
  }

  private Group credentials() {
    String token = good().sign();
    return new Group("No token, or not as a token comes")
        .refused("no `Authorization`", post("/mcp"), 401, NO_ERROR, ANONYMOUS)
        .refused(
            "`Basic` credentials",
            post("/mcp").with("Authorization", "Basic YWxpY2U6cHc="),
            401,
            NO_ERROR,
            ANONYMOUS)
        .refused(
            "a good token in the query, as `access_token`",
            post("/mcp").query("access_token=" + token),
            401,
            NO_ERROR,
            ANONYMOUS)
        .refused(
            "a good token in a form, as `access_token`",
            Request.post("/mcp")
                .with("Content-Type", "application/x-www-form-urlencoded")
                .body("access_token=" + token),
            401,
            NO_ERROR,
            ANONYMOUS)
        .refused(
            "a good token in a cookie",
            post("/mcp").with("Cookie", "access_token=" + token),
            401,
            NO_ERROR,
            ANONYMOUS)
        .refused(
            "two `Authorization` fields, the first one good",
            post("/mcp").bearer(token).bearer("x"),
            400,
            "invalid_request",
            "invalid_request: more than one Authorization header")
        .refused(
            "`Bearer` without a token",
            post("/mcp").with("Authorization", "Bearer"),
            400,
            "invalid_request",
            NOT_ONE_TOKEN)
        .refused(
            "two tokens in one field, the first one good",
            post("/mcp").bearer(token + ", Bearer x"),
            400,
            "invalid_request",
            NOT_ONE_TOKEN)
        .refused(
            "a token with characters that no token has",
            post("/mcp").bearer("to\"ken"),
            400,
            "invalid_request",
            NOT_ONE_TOKEN)
        .refused(
            "a token of 20,000 characters",
            post("/mcp").bearer("x".repeat(20_000)),
            401,
            "invalid_token",
            "invalid_token: " + MALFORMED);
  }

  private static Group token(Group group, String what, String token, String reason) {
    return group.refused(
        what, post("/mcp").bearer(token), 401, "invalid_token", "invalid_token: " + reason);
  }

  private static Group token(Group group, String what, TestToken token, String reason) {
    return token(group, what, token.sign(), reason);
  }

  private Group signatures() throws JOSEException {
    Group group = new Group("JWT: form, key and signature");
    String good = good().sign();
    String none = good().header("alg", "none").sign();
    token(group, "`alg: none`, signed all the same", none, ALGORITHM);
    token(group, "`alg: none`, no signature", unsigned(none), ALGORITHM);
    token(group, "`HS256`, the public RSA key as the secret", confused(), ALGORITHM);
    token(
        group, "`HS256`, no signature", unsigned(good().header("alg", "HS256").sign()), ALGORITHM);
    token(group, "an algorithm that is not the key's", good().header("alg", "ES256"), ALGORITHM);
    token(group, "no signature", unsigned(good), SIGNATURE);
    token(group, "signed by a key of the attacker's", good().signedBy(attacker), SIGNATURE);
    token(
        group,
        "claims changed, the signature kept",
        spliced(good, good().subject("root").sign()),
        SIGNATURE);
    token(group, "a `kid` that nobody has", good().header("kid", "unknown"), KEY);
    token(group, "a `kid` that is a path", good().header("kid", "../../../dev/null"), KEY);
    token(group, "a `kid` that is SQL", good().header("kid", "x' UNION SELECT 'key"), KEY);
    token(group, "a `kid` that is no text", good().header("kid", 1), MALFORMED);
    token(group, "`jku`: keys at a URL", brought("jku", issuer.jwksUrl()), SIGNATURE);
    token(group, "`x5u`: certificates at a URL", brought("x5u", issuer.jwksUrl()), SIGNATURE);
    token(group, "`x5c`: certificates within", brought("x5c", List.of("MIIB")), SIGNATURE);
    token(group, "`jwk`: the key within", brought("jwk", attacker.jwk()), SIGNATURE);
    token(
        group,
        "`crit` with an extension that is not known",
        good().header("crit", List.of("x")).header("x", 1),
        MALFORMED);
    token(group, "`crit` without any", good().header("crit", List.of()), MALFORMED);
    token(group, "`b64: false`", good().header("b64", false), MALFORMED);
    token(
        group,
        "`alg` twice in the header",
        good().sign(twice(good().headerJson(), "\"alg\""), good().claimsJson()),
        MALFORMED);
    token(
        group,
        "`aud` twice in the claims",
        good().sign(good().headerJson(), twice(good().claimsJson(), "\"aud\"")),
        MALFORMED);
    token(group, "not base64url", "a.b.c", MALFORMED);
    token(group, "base64url with padding", good + "=", MALFORMED);
    token(group, "four parts", good + ".x", MALFORMED);
    token(group, "two parts", good.substring(0, good.lastIndexOf('.')), MALFORMED);
    token(
        group,
        "encrypted (JWE, five parts)",
        encrypted("{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\"}"),
        MALFORMED);
    return token(group, "a JWT in a JWT (`cty: JWT`)", good().header("cty", "JWT"), KIND);
  }

  /** J9, J10, J12: what costs the reader more than the writer, or forges lines of its log. */
  private Group bombs() {
    Group group = new Group("JWT: bombs, and text for the log");
    String deep = "[".repeat(3000) + "]".repeat(3000);
    String header = good().headerJson();
    String claims = good().claimsJson();
    String timeless = good().withoutClaim("exp").claimsJson();
    token(
        group,
        "3,000 lists in one another in the header",
        good().sign(with(header, "\"x\":" + deep), claims),
        MALFORMED);
    token(
        group,
        "3,000 lists in one another in the claims",
        good().sign(header, with(claims, "\"x\":" + deep)),
        MALFORMED);
    token(
        group,
        "a number of 3,000 digits",
        good().sign(header, with(claims, "\"x\":" + "9".repeat(3000))),
        MALFORMED);
    token(
        group,
        "`exp: 1e400000000`",
        good().sign(header, with(timeless, "\"exp\":1e400000000")),
        MALFORMED);
    token(group, "a `kid` of 5,000 characters", good().header("kid", "k".repeat(5000)), MALFORMED);
    token(group, "claims of 60,000 characters", good().claim("x", "y".repeat(60_000)), MALFORMED);
    token(group, "8,000 dots", ".".repeat(8000), MALFORMED);
    token(group, "compressed (`zip: DEF`), signed", good().header("zip", "DEF"), MALFORMED);
    token(
        group,
        "compressed, encrypted (JWE)",
        encrypted("{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\",\"zip\":\"DEF\"}"),
        MALFORMED);
    String password =
        "{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128GCM\",\"p2s\":\"AAAA\",\"p2c\":2147483647}";
    token(group, "a password of 2,147,483,647 rounds (`p2c`)", encrypted(password), MALFORMED);
    token(group, "the same, signed", good().sign(password, claims), ALGORITHM);
    token(group, "a `kid` with a line of its own", good().header("kid", "x\r\nWARN forged"), KEY);
    token(group, "a `kid` with NUL", good().header("kid", "shared\0"), KEY);
    token(group, "a `kid` that clears the screen", good().header("kid", "\u001b[2J"), KEY);
    token(group, "an `alg` with a line of its own", good().header("alg", "RS256\r\nx"), ALGORITHM);
    return token(group, "an `iss` with a line of its own", good().claim("iss", "x\r\ny"), ISSUER);
  }

  private static String with(String json, String member) {
    return "{" + member + "," + json.substring(1);
  }

  private TestToken brought(String member, Object value) {
    return good().header(member, value).signedBy(attacker);
  }

  private String confused() throws JOSEException {
    TestToken token = good().header("alg", "HS256");
    String input = encoded(token.headerJson()) + "." + encoded(token.claimsJson());
    return input
        + "."
        + new MACSigner(issuer.key().member("n").getBytes(StandardCharsets.UTF_8))
            .sign(new JWSHeader(JWSAlgorithm.HS256), input.getBytes(StandardCharsets.UTF_8));
  }

  private static String encrypted(String header) {
    return encoded(header) + ".a2V5.aXY.dGV4dA.dGFn";
  }

  private static String encoded(String text) {
    return TestToken.base64Url(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String unsigned(String token) {
    return token.substring(0, token.lastIndexOf('.') + 1);
  }

  private static String spliced(String signed, String changed) {
    return unsigned(changed) + signed.substring(signed.lastIndexOf('.') + 1);
  }

  private static String twice(String json, String member) {
    return with(json, member + ":\"x\"");
  }

  private Group claims() {
    Group group = new Group("JWT: issuer, audience, time");
    long now = clock.instant().getEpochSecond();
    token(group, "`iss` of somebody else", good().claim("iss", "https://x.example"), ISSUER);
    token(group, "`iss` with a slash more", good().claim("iss", issuer.issuer() + "/"), ISSUER);
    token(group, "no `iss`", good().withoutClaim("iss"), ISSUER);
    token(group, "`iss` is a list", good().claim("iss", List.of(issuer.issuer())), ISSUER);
    token(
        group,
        "`iss` of another issuer that is trusted, too, with a key of the same `kid`",
        good().claim("iss", other.issuer()),
        SIGNATURE);
    token(
        group,
        "`iss` is an alias of another trusted issuer",
        good().claim("iss", ALIAS),
        SIGNATURE);
    token(
        group,
        "signed by another trusted issuer, with a key of the same `kid`",
        good().signedBy(other.key()),
        SIGNATURE);
    token(group, "`aud` is another server", issuer.token().audience("https://x.example"), AUDIENCE);
    token(group, "no `aud`", issuer.token(), AUDIENCE);
    token(group, "`aud` lists others only", issuer.token().audience("a", "b"), AUDIENCE);
    token(group, "`aud` is empty", issuer.token().claim("aud", List.of()), AUDIENCE);
    token(group, "`aud` begins as ours does", issuer.token().audience(RESOURCE + "2"), AUDIENCE);
    token(group, "`aud` is our host", issuer.token().audience("https://mcp.example.com"), AUDIENCE);
    token(group, "no `exp`", good().withoutClaim("exp"), "the token has no expiry");
    token(group, "`exp` in the past", good().expiresIn(Duration.ofMinutes(-2)), EXPIRED);
    token(group, "`exp` in the past, with a fraction", good().claim("exp", 1.5), EXPIRED);
    token(group, "`exp` is a string", good().claim("exp", "4102444800"), MALFORMED);
    token(group, "`exp` is huge", good().claim("exp", Long.MAX_VALUE), MALFORMED);
    token(group, "`exp` in milliseconds", good().claim("exp", (now + 300) * 1000), MALFORMED);
    token(
        group,
        "`nbf` in the future",
        good().validIn(Duration.ofMinutes(4)),
        "the token is not valid yet");
    return token(group, "`sub` is no text", good().claim("sub", List.of("alice")), MALFORMED);
  }

  private Group kinds() {
    Group group = new Group("JWT: other tokens of the same issuer");
    token(group, "ID token, by its `nonce`", untyped().claim("nonce", "n"), KIND);
    token(group, "ID token, by its `at_hash`", untyped().scope("a").claim("at_hash", "h"), KIND);
    token(group, "ID token, by its `c_hash`", typedJwt().claim("c_hash", "h"), KIND);
    token(group, "ID token of Keycloak", typedJwt().claim("typ", "ID"), KIND);
    token(group, "ID token of Cognito", untyped().claim("token_use", "id"), KIND);
    token(group, "refresh token of Keycloak", typedJwt().claim("typ", "Refresh"), KIND);
    token(group, "offline token of Keycloak", typedJwt().claim("typ", "Offline"), KIND);
    token(group, "logout token of Keycloak", typedJwt().claim("typ", "Logout"), KIND);
    token(group, "logout token, by its `events`", typedJwt().claim("events", Map.of("e", 1)), KIND);
    token(group, "logout token (`logout+jwt`)", good().header("typ", "logout+jwt"), KIND);
    token(group, "security event (`secevent+jwt`)", good().header("typ", "secevent+jwt"), KIND);
    token(
        group,
        "identity assertion grant (`oauth-id-jag+jwt`)",
        good().header("typ", "oauth-id-jag+jwt"),
        KIND);
    token(
        group,
        "identity assertion grant, for the issuer",
        issuer.token().audience(issuer.issuer()).header("typ", "oauth-id-jag+jwt"),
        KIND);
    return token(
        group,
        "DPoP proof",
        good()
            .header("typ", "dpop+jwt")
            .header("jwk", attacker.jwk())
            .signedBy(attacker)
            .claim("htm", "POST")
            .claim("htu", RESOURCE),
        KIND);
  }

  private String bound() {
    return good().claim("cnf", Map.of("jkt", TestProof.thumbprint(proofKey))).sign();
  }

  private TestProof proof(String token) {
    return new TestProof(proofKey, "POST", "https://mcp.example.com/bound", token, clock.instant());
  }

  private static Request dpop(String token, TestProof... proofs) {
    Request request = post("/bound").with("Authorization", "DPoP " + token);
    Stream.of(proofs).forEach(proof -> request.with("DPoP", proof.sign()));
    return request;
  }

  private static Group proof(Group group, String what, Request request, String description) {
    String error = "invalid_dpop_proof";
    return group.refused(what, request, 401, error, error + ": " + description);
  }

  private Group boundTokens() {
    Group group = new Group("Tokens that are bound to a key or a certificate");
    String token = bound();
    long now = clock.instant().getEpochSecond();
    String ofCertificate = good().claim("cnf", Map.of("x5t#S256", "thumbprint")).sign();
    String invalid = "invalid_token";
    token(
        group,
        "bound token where nobody can check that",
        token,
        "the token is bound to a proof that is not supported");
    group
        .refused(
            "bound token as a plain bearer token",
            post("/bound").bearer(token),
            401,
            invalid,
            "invalid_token: a token bound to its holder needs another scheme than Bearer")
        .refused(
            "plain bearer token as a bound one",
            dpop(good().sign(), proof(good().sign())),
            401,
            invalid,
            "invalid_token: the token is not bound to its holder: no jkt")
        .refused(
            "`cnf` is no object",
            post("/bound").bearer(good().claim("cnf", "key").sign()),
            401,
            invalid,
            "invalid_token: the confirmation of the token is malformed");
    proof(group, "no proof", dpop(token), "no proof: the DPoP header");
    proof(
        group, "two proofs", dpop(token, proof(token), proof(token)), "more than one DPoP header");
    TestProof once = proof(token).claim("jti", "once");
    group.add(
        "a proof that was used before",
        Optional.of(dpop(token, once).sent()),
        dpop(token, once),
        401,
        "invalid_dpop_proof",
        "invalid_dpop_proof: the proof was used before: jti",
        Optional.empty());
    proof(
        group,
        "proof for another method",
        dpop(token, proof(token).claim("htm", "GET")),
        "the proof is for another method: htm");
    proof(
        group,
        "proof for another URL",
        dpop(token, proof(token).claim("htu", RESOURCE)),
        "the proof is for another URL: htu");
    proof(
        group,
        "proof for another token",
        dpop(token, proof(good().sign())),
        "the proof is for another token: ath");
    proof(
        group,
        "proof of ten minutes ago",
        dpop(token, proof(token).claim("iat", now - 600)),
        "the proof is too old, or from the future: iat");
    proof(
        group,
        "proof of tomorrow",
        dpop(token, proof(token).claim("iat", now + 86_400)),
        "the proof is too old, or from the future: iat");
    group.refused(
        "proof of another key",
        dpop(
            token,
            new TestProof(
                TestKey.ec("x"), "POST", "https://mcp.example.com/bound", token, clock.instant())),
        401,
        invalid,
        "invalid_token: the token is bound to another key than the proof's");
    proof(
        group,
        "proof that another key has signed",
        dpop(token, proof(token).signedBy(TestKey.ec("x"))),
        "the signature of the proof does not verify");
    for (String algorithm : List.of("HS256", "none")) {
      proof(
          group,
          "proof with `alg: " + algorithm + "`",
          dpop(token, proof(token).header("alg", algorithm)),
          "the algorithm of the proof is not allowed");
    }
    proof(
        group,
        "proof that shows a private key",
        dpop(token, proof(token).header("jwk", proofKey.jwkWith("d", "AAAA"))),
        "the key of the proof cannot be used");
    proof(
        group,
        "proof of another type",
        dpop(token, proof(token).header("typ", "JWT")),
        "the type of the proof is not dpop+jwt");
    proof(
        group,
        "proof without an identifier",
        dpop(token, proof(token).withoutClaim("jti")),
        "no identifier of 1 to 256 characters: jti");
    return group
        .refused(
            "token of a client certificate, without one",
            post("/bound").bearer(ofCertificate),
            401,
            invalid,
            "invalid_token: the token is bound to a client certificate, and there is none")
        .refused(
            "token of a client certificate, with another one",
            post("/bound").bearer(ofCertificate).certificate("another"),
            401,
            invalid,
            "invalid_token: the token is bound to another client certificate")
        .refused(
            "token of a client certificate, which a client claims in the field of a trusted proxy",
            post("/bound").bearer(ofCertificate).with("Client-Cert", ":MIIB:"),
            401,
            invalid,
            "invalid_token: the token is bound to a client certificate, and there is none");
  }

  private static Group opaque(Group group, String what, String token, String reason) {
    return group.refused(
        what, post("/opaque").bearer(token), 401, "invalid_token", "invalid_token: " + reason);
  }

  private static Group unanswered(Group group, String what, String token, String reason) {
    return group.refused(
        what,
        post("/opaque").bearer(token),
        503,
        "temporarily_unavailable",
        "tokens cannot be verified: https://as.example.com/introspect: " + reason);
  }

  private static Group opaqueTokens() {
    Group group = new Group("Opaque tokens (introspection)");
    opaque(group, "revoked, or never issued", "inactive", "the token is not active");
    opaque(group, "for another server", "elsewhere", AUDIENCE);
    opaque(group, "of no audience", "unaddressed", AUDIENCE);
    opaque(group, "of another issuer", "foreign", ISSUER);
    opaque(group, "of another issuer, a slash more", "slash", ISSUER);
    opaque(group, "expired, though active", "late", EXPIRED);
    opaque(group, "a refresh token", "refresh", KIND);
    opaque(group, "for nobody", "nobody", "the token speaks for nobody");
    opaque(group, "20,000 characters", "x".repeat(20_000), MALFORMED);
    unanswered(group, "while the server fails", "down", "status 503 (expected: 200)");
    unanswered(group, "while the server answers no JSON", "garbage", "no JSON object");
    return unanswered(
        group,
        "while the server refuses the gateway",
        "denied",
        "status 401: the server refuses client gateway of the gateway itself");
  }

  private Group scopes() {
    String forbidden = "insufficient_scope";
    String batch = "[" + tool("echo") + "," + tool("delete_all") + "]";
    return new Group("Scopes")
        .refused(
            "without the scope of the route",
            post("/scoped").bearer(of("other").sign()),
            403,
            forbidden,
            SCOPE)
        .refused(
            "with the scope's beginning, and in capitals",
            post("/scoped").bearer(of("mc", "MCP", "mcp:x").sign()),
            403,
            forbidden,
            SCOPE)
        .refused(
            "without the scope of the tool",
            post("/scoped").bearer(of("mcp", "call").sign()).body(tool("delete_all")),
            403,
            forbidden,
            SCOPE)
        .refused(
            "in a batch, behind a call that is allowed",
            post("/scoped").bearer(of("mcp", "call").sign()).body(batch),
            403,
            forbidden,
            SCOPE)
        .refused(
            "`Mcp-Name` names a tool that is allowed, the message another",
            post("/scoped")
                .bearer(of("mcp", "call").sign())
                .with("Mcp-Name", "echo")
                .body(tool("delete_all")),
            403,
            forbidden,
            SCOPE)
        .refused(
            "the same in revision 2026-07-28",
            post("/scoped")
                .bearer(of("mcp", "call").sign())
                .with("MCP-Protocol-Version", MODERN)
                .with("Mcp-Method", "tools/call")
                .with("Mcp-Name", "echo")
                .body(tool("delete_all")),
            400,
            "-32020",
            "Mcp-Name is not the name in the message");
  }

  private Request hiding(String json) {
    return post("/hiding").bearer(good().sign()).body(json);
  }

  private Group rules() {
    String batch = "[" + tool("echo") + "," + tool("delete_all") + "]";
    String other = "\"method\":\"tools/call\",\"params\":{\"name\":\"delete_all\"}}";
    return new Group("Rules for tools")
        .refused("a tool that is hidden", hiding(tool("delete_all")), 200, "-32602", DENIED)
        .refused("its name in another case", hiding(tool("ECHO")), 200, "-32602", DENIED)
        .refused("its name escaped", hiding(tool("delete\\u005fall")), 200, "-32602", DENIED)
        .refused(
            "a tool that is forbidden",
            post("/forbidding").bearer(good().sign()).body(tool("delete_all")),
            403,
            "-32600",
            DENIED)
        .refused(
            "a tool that needs a scope",
            post("/forbidding").bearer(good().sign()).body(tool("write_x")),
            403,
            "insufficient_scope",
            SCOPE)
        .refused(
            "two names, the first one allowed",
            hiding(tool("echo\",\"name\":\"delete_all")),
            400,
            "-32600",
            TWICE)
        .refused(
            "two names, one in another case",
            hiding(tool("echo\",\"Name\":\"delete_all")),
            400,
            "-32600",
            TWICE)
        .refused(
            "two `params`",
            hiding("{\"id\":1,\"params\":{\"name\":\"echo\"}," + other),
            400,
            "-32600",
            TWICE)
        .refused(
            "two methods", hiding("{\"id\":1,\"method\":\"ping\"," + other), 400, "-32600", TWICE)
        .refused("no name", hiding("{\"id\":1,\"method\":\"tools/call\"}"), 200, "-32602", DENIED)
        .refused("in a batch, behind another call", hiding(batch), 400, "-32602", DENIED)
        .refused(
            "in a batch within a batch",
            hiding("[" + batch + "]"),
            400,
            "-32600",
            "a message that can be taken in two ways")
        .refused(
            "100,000 lists in one another",
            hiding("[".repeat(100_000)),
            400,
            "-32600",
            "a message that can be taken in two ways")
        .refused(
            "100,000 lists in one another as the id",
            hiding(tool("echo").replace("7", "[".repeat(100_000) + "]".repeat(100_000))),
            400,
            "-32700",
            "not JSON")
        .refused(
            "behind 20,000 calls that are allowed, in a batch",
            hiding("[" + (tool("echo") + ",").repeat(20_000) + tool("delete_all") + "]"),
            400,
            "-32602",
            DENIED)
        .refused(
            "its name with a line for the log",
            hiding(tool("echo\\r\\nWARN forged \\u001b[2J")),
            200,
            "-32602",
            DENIED)
        .refused(
            "a second message behind the first",
            hiding(tool("echo") + tool("delete_all")),
            400,
            "-32700",
            "not JSON")
        .refused("bytes that are no UTF-8", hiding(tool("\u00c0\u00ae")), 400, "-32700", "not JSON")
        .refused(
            "compressed, so that nobody can read it",
            hiding(tool("delete_all")).with("Content-Encoding", "gzip"),
            415,
            "-32600",
            "encoded messages are not accepted")
        .refused(
            "by another HTTP method",
            Request.put("/hiding").bearer(good().sign()).body(tool("delete_all")),
            405,
            "method_not_allowed",
            "a message by another method than POST")
        .refused(
            "a CEL rule that cannot be evaluated, for the claim is missing",
            post("/cel").bearer(good().sign()),
            200,
            "-32602",
            DENIED);
  }

  private Group sessions() {
    String alices = sessionOfAlice.apply("server-session");
    String good = good().sign();
    int cut = alices.length() - 1;
    String forged = alices.substring(0, cut) + (alices.charAt(cut) == 'A' ? 'Q' : 'A');
    return new Group("Sessions")
        .refused(
            "a session, and no token",
            post("/mcp").with("Mcp-Session-Id", alices),
            401,
            NO_ERROR,
            ANONYMOUS)
        .refused(
            "the session of another caller",
            post("/mcp").bearer(good().subject("bob").sign()).with("Mcp-Session-Id", alices),
            404,
            "-32600",
            FOREIGN_SESSION)
        .refused(
            "of a caller of the same name at another issuer",
            post("/mcp")
                .bearer(other.token().audience(RESOURCE).subject("alice").sign())
                .with("Mcp-Session-Id", alices),
            404,
            "-32600",
            FOREIGN_SESSION)
        .refused(
            "the server's own id",
            post("/mcp").bearer(good).with("Mcp-Session-Id", "server-session"),
            404,
            "-32600",
            FOREIGN_SESSION)
        .refused(
            "an id whose proof is changed",
            post("/mcp").bearer(good).with("Mcp-Session-Id", forged),
            404,
            "-32600",
            FOREIGN_SESSION)
        .refused(
            "two ids, one of them good",
            post("/mcp").bearer(good).with("Mcp-Session-Id", alices).with("Mcp-Session-Id", "x"),
            404,
            "-32600",
            FOREIGN_SESSION);
  }

  private static final List<String> ORIGINS =
      List.of(
          "null",
          "NULL",
          "*",
          "",
          "https://evil.example",
          APP + ".evil.example",
          "https://evil-app.example.com",
          "https://sub.app.example.com",
          "https://appXexample.com",
          "https://example.com",
          "https://app.example.co",
          "http://app.example.com",
          APP + ":80",
          APP + ":8443",
          APP + ":",
          APP + "/",
          APP + ".",
          APP + "@evil.example",
          "https://user@app.example.com",
          APP + ", https://evil.example",
          APP + " " + APP,
          APP + "%00",
          "https://xn--pp-7ka.example.com",
          "https://[::1]",
          "http://localhost",
          "//app.example.com",
          "app.example.com",
          "chrome-extension://app.example.com",
          "file://");

  /** No answer to any attack has the field that lets the script of a page read it. */
  private Group origins() {
    Group group = new Group("Origins and CORS");
    String token = good().sign();
    for (String origin : ORIGINS) {
      group.refused(
          "a page of `" + origin + "`, where origins are listed",
          post("/pages").bearer(token).with("Origin", origin),
          403,
          "-32600",
          "Origin is not allowed: " + origin);
    }
    group.refused(
        "two `Origin` fields, both allowed",
        post("/pages").bearer(token).with("Origin", APP).with("Origin", APP),
        403,
        "-32600",
        "Origin is not allowed: " + APP + ", " + APP);
    for (String origin : ORIGINS) {
      group.refused(
          "a preflight from `" + origin + "`, where `cors` allows another: nothing is allowed",
          new Request("OPTIONS", "/shared")
              .with("Origin", origin)
              .with("Access-Control-Request-Method", "POST")
              .body(""),
          200,
          NO_ERROR,
          "");
    }
    return group;
  }

  private Group addresses() {
    Group group = new Group("Addresses that the gateway fetches");
    String down = "tokens cannot be verified: https://as.example.com/introspect: ";
    String inside = "http://169.254.169.254/latest/meta-data";
    token(group, "`iss` is an address inside", good().claim("iss", inside), ISSUER);
    token(group, "`kid` is an address inside", good().header("kid", inside), KEY);
    token(group, "`jku` is an address inside", brought("jku", inside), SIGNATURE);
    token(group, "`jku` is a file", brought("jku", "file:///etc/passwd"), SIGNATURE);
    return group
        .refused(
            "introspection answers with a redirect to an address inside: not followed",
            post("/opaque").bearer("moved"),
            503,
            "temporarily_unavailable",
            down + "status 302 (expected: 200)")
        .refused(
            "introspection answers with 600 KB: not read to its end",
            post("/opaque").bearer("large"),
            503,
            "temporarily_unavailable",
            down + "more than 524288 bytes");
  }

  private Request identity() {
    return post("/identity").bearer(good().sign());
  }

  private static Group passes(Group group, String what, Request request, String field) {
    return passes(group, what, request, field, Optional.empty());
  }

  private static Group passes(
      Group group, String what, Request request, String field, String value) {
    return passes(group, what, request, field, Optional.of(value));
  }

  private static Group passes(
      Group group, String what, Request request, String field, Optional<String> value) {
    return group.add(
        what, Optional.empty(), request, 200, NO_ERROR, "", Optional.of(new Seen(field, value)));
  }

  /** These go on, for the caller is alice; what she adds does not. */
  private Group identities() {
    Group group = new Group("Identities that a caller makes up");
    String subject = "X-Auth-Subject";
    passes(group, "her token, as ever", identity(), "Authorization");
    passes(group, "`X-Auth-Subject: root`", identity().with(subject, "root"), subject, "alice");
    passes(
        group,
        "`x_auth_subject: root`",
        identity().with("x_auth_subject", "root"),
        subject,
        "alice");
    passes(
        group,
        "`Connection: X-Auth-Subject`, so that the next hop drops it",
        identity().with("Connection", "close, X-Auth-Subject"),
        subject,
        "alice");
    passes(
        group,
        "`X-Auth-Email: root@example.com`, where the token has no such claim",
        identity().with("X-Auth-Email", "root@example.com"),
        "X-Auth-Email");
    passes(
        group,
        "`X-Api-Key: stolen`, where the gateway has its own",
        identity().with("X-Api-Key", "stolen"),
        "X-Api-Key",
        "own");
    passes(
        group,
        "`Proxy-Authorization`",
        identity().with("Proxy-Authorization", "Basic x"),
        "Proxy-Authorization");
    passes(group, "a `DPoP` proof", identity().with("DPoP", "x"), "DPoP");
    passes(
        group,
        "`X-Forwarded-For: 127.0.0.1`",
        identity().with("X-Forwarded-For", "127.0.0.1"),
        "X-Forwarded-For",
        "203.0.113.9");
    return passes(
        group,
        "`access_token` in the query",
        identity().query("access_token=x&a=1"),
        "target",
        "/mcp?a=1");
  }
}
