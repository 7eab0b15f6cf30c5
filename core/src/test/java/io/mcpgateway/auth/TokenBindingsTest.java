package io.mcpgateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.auth.AuthenticationResult.Passed;
import io.mcpgateway.auth.AuthenticationResult.Refused;
import io.mcpgateway.auth.BindingOutcome.Confirmed;
import io.mcpgateway.auth.BindingOutcome.Unavailable;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.metadata.ResourceMetadata;
import io.mcpgateway.testkit.TestCertificate;
import io.mcpgateway.tls.CertificateThumbprint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens that are bound to their holders, whoever verified them. */
class TokenBindingsTest {
  private static final PublicOrigin ORIGIN =
      new PublicOrigin("https", "mcp.example.com", "", "203.0.113.9", false);
  private static final PublicOrigin BEHIND_PROXY =
      new PublicOrigin("https", "mcp.example.com", "", "203.0.113.9", true);
  private static final String METADATA =
      "resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\"";
  private static final String UNSUPPORTED =
      "invalid_token: the token is bound to a proof that is not supported";

  /** Says what it is told, and remembers what it was asked. */
  private static final class FakeProof implements TokenBinding {
    final List<String> asked = new ArrayList<>();
    private final boolean required;
    private final BindingOutcome outcome;

    FakeProof(boolean required, BindingOutcome outcome) {
      this.required = required;
      this.outcome = outcome;
    }

    @Override
    public String confirmationMethod() {
      return "jkt";
    }

    @Override
    public Optional<String> scheme() {
      return Optional.of("DPoP");
    }

    @Override
    public boolean required() {
      return required;
    }

    @Override
    public Map<String, String> challengeParameters() {
      return Map.of("algs", "ES256 EdDSA");
    }

    @Override
    public Map<String, Object> resourceMetadata() {
      return Map.of("dpop_bound_access_tokens_required", required);
    }

    @Override
    public BindingOutcome confirm(BoundToken token) {
      asked.add(token.token().value() + " " + token.confirmation());
      return outcome;
    }
  }

  private static FakeProof proof(boolean required) {
    return new FakeProof(required, new Confirmed());
  }

  private static AuthenticatedPrincipal caller(Map<String, Object> claims) {
    return new AuthenticatedPrincipal(
        "https://as.example.com", "alice", Set.of(), claims, Optional.empty());
  }

  private static AuthenticatedPrincipal boundTo(@Nullable Object confirmation) {
    return caller(Collections.singletonMap("cnf", confirmation));
  }

  private static final AuthenticatedPrincipal UNBOUND = caller(Map.of());
  private static final AuthenticatedPrincipal OF_KEY = boundTo(Map.of("jkt", "key"));

  private static RequestHead request(String... authorization) {
    RequestHead.Builder head = RequestHead.builder("POST", "/mcp");
    for (String value : authorization) {
      head.header("Authorization", value);
    }
    return head.build();
  }

  private static AuthenticationResult authenticate(
      RequestHead head, PublicOrigin origin, AuthenticatedPrincipal caller, TokenBinding... all) {
    return authenticate(AuthenticationMode.STRICT, head, origin, caller, all);
  }

  private static AuthenticationResult authenticate(
      AuthenticationMode mode,
      RequestHead head,
      PublicOrigin origin,
      AuthenticatedPrincipal caller,
      TokenBinding... all) {
    return McpAuthentication.builder()
        .verifier(FakeVerifier.saying(new TokenVerification.Verified(caller)))
        .mode(mode)
        .bindings(all)
        .build()
        .authenticate(head, origin, List.of())
        .toCompletableFuture()
        .join();
  }

  private static void assertRefused(
      AuthenticationResult result, int status, String challenge, String reason) {
    assertThat(result).isInstanceOf(Refused.class);
    Refused refused = (Refused) result;
    assertThat(refused.response().status()).isEqualTo(status);
    assertThat(refused.response().headers().all("WWW-Authenticate")).containsExactly(challenge);
    assertThat(refused.reason()).isEqualTo(reason);
  }

  static List<AuthenticatedPrincipal> bound() {
    return List.of(
        OF_KEY,
        boundTo(Map.of("x5t#S256", "AAAA")),
        boundTo(Map.of("jwk", Map.of())),
        boundTo(Map.of("jkt", "key", "kid", "1")));
  }

  @ParameterizedTest
  @MethodSource("bound")
  void trap45_boundTokenWithoutBindings_isRefused(AuthenticatedPrincipal caller) {
    assertRefused(
        authenticate(request("Bearer t"), ORIGIN, caller),
        401,
        "Bearer "
            + METADATA
            + ", error=\"invalid_token\", error_description=\"the token is bound to a proof that"
            + " is not supported\"",
        UNSUPPORTED);
  }

  static List<AuthenticatedPrincipal> malformed() {
    return List.of(
        boundTo(null), boundTo(Map.of()), boundTo("key"), boundTo(1), boundTo(List.of("jkt")));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void trap45_malformedConfirmation_isRefused(AuthenticatedPrincipal caller) {
    for (TokenBinding[] bindings :
        List.of(new TokenBinding[0], new TokenBinding[] {proof(false)})) {
      AuthenticationResult result = authenticate(request("Bearer t"), ORIGIN, caller, bindings);

      assertThat(result).isInstanceOf(Refused.class);
      assertThat(((Refused) result).reason())
          .isEqualTo("invalid_token: the confirmation of the token is malformed");
    }
  }

  @Test
  void trap45_confirmationThatIsNoText_isRefused() {
    AuthenticationResult result =
        authenticate(request("DPoP t"), ORIGIN, boundTo(Map.of("jkt", 1)), proof(false));

    assertThat(((Refused) result).reason())
        .isEqualTo("invalid_token: the confirmation of the token is malformed");
  }

  @Test
  void trap45_memberThatNobodyConfirms_isRefused() {
    FakeProof proof = proof(false);
    AuthenticatedPrincipal caller = boundTo(Map.of("jkt", "key", "x5t#S256", "AAAA"));

    AuthenticationResult result = authenticate(request("DPoP t"), ORIGIN, caller, proof);

    assertThat(((Refused) result).reason()).isEqualTo(UNSUPPORTED);
    assertThat(proof.asked).isEmpty();
  }

  @Test
  void a25_memberThatIsNoConfirmationMethod_isIgnored() {
    FakeProof proof = proof(false);
    AuthenticatedPrincipal caller = boundTo(Map.of("jkt", "key", "kc-jkt-type", "DPoP"));

    assertThat(authenticate(request("DPoP t"), ORIGIN, caller, proof))
        .isEqualTo(new Passed(Optional.of(caller)));
    assertThat(proof.asked).containsExactly("t key");
  }

  @Test
  void trap45_noConfirmationMethodAtAll_isRefused() {
    AuthenticatedPrincipal caller = boundTo(Map.of("kc-jkt-type", "DPoP"));

    for (String scheme : List.of("Bearer", "DPoP")) {
      AuthenticationResult result =
          authenticate(request(scheme + " t"), ORIGIN, caller, proof(false));

      assertThat(((Refused) result).reason()).isEqualTo(UNSUPPORTED);
    }
  }

  @Test
  void trap45_boundTokenAsBearer_isRefusedThough() {
    FakeProof proof = proof(false);

    assertRefused(
        authenticate(request("Bearer t"), ORIGIN, OF_KEY, proof),
        401,
        "Bearer "
            + METADATA
            + ", error=\"invalid_token\", error_description=\"a token bound to its holder needs"
            + " another scheme than Bearer\", DPoP "
            + METADATA
            + ", algs=\"ES256 EdDSA\"",
        "invalid_token: a token bound to its holder needs another scheme than Bearer");
    assertThat(proof.asked).isEmpty();
  }

  @Test
  void trap45_boundTokenInPermissiveMode_isNobodys() {
    assertThat(authenticate(AuthenticationMode.PERMISSIVE, request("Bearer t"), ORIGIN, OF_KEY))
        .isEqualTo(new Passed(Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({"DPoP", "dpop", "DPOP"})
  void a25_boundTokenWithItsProof_passes(String scheme) {
    for (boolean required : new boolean[] {true, false}) {
      FakeProof proof = proof(required);

      assertThat(authenticate(request(scheme + " t"), ORIGIN, OF_KEY, proof))
          .isEqualTo(new Passed(Optional.of(OF_KEY)));
      assertThat(proof.asked).containsExactly("t key");
    }
  }

  @Test
  void a25_unboundToken_isABearersUnlessRequired() {
    assertThat(authenticate(request("Bearer t"), ORIGIN, UNBOUND, proof(false)))
        .isEqualTo(new Passed(Optional.of(UNBOUND)));
    assertRefused(
        authenticate(request("DPoP t"), ORIGIN, UNBOUND, proof(false)),
        401,
        "Bearer "
            + METADATA
            + ", DPoP "
            + METADATA
            + ", error=\"invalid_token\", error_description=\"the token is not bound to its"
            + " holder: no jkt\", algs=\"ES256 EdDSA\"",
        "invalid_token: the token is not bound to its holder: no jkt");
    assertRefused(
        authenticate(request("Bearer t"), ORIGIN, UNBOUND, proof(true)),
        401,
        "DPoP "
            + METADATA
            + ", error=\"invalid_token\", error_description=\"the token is not bound to its"
            + " holder: no jkt\", algs=\"ES256 EdDSA\"",
        "invalid_token: the token is not bound to its holder: no jkt");
  }

  @Test
  void a25_badProof_is401WithTheErrorOfItsScheme() {
    BearerError error = new BearerError("invalid_dpop_proof", "the proof is malformed");
    FakeProof proof =
        new FakeProof(
            false, new BindingOutcome.Refused(error, Headers.of("DPoP-Nonce", "nonce-1")));

    AuthenticationResult result = authenticate(request("DPoP t"), ORIGIN, OF_KEY, proof);

    assertRefused(
        result,
        401,
        "Bearer "
            + METADATA
            + ", DPoP "
            + METADATA
            + ", error=\"invalid_dpop_proof\", error_description=\"the proof is malformed\""
            + ", algs=\"ES256 EdDSA\"",
        "invalid_dpop_proof: the proof is malformed");
    assertThat(((Refused) result).response().headers().first("DPoP-Nonce")).contains("nonce-1");
  }

  @Test
  void bindingThatCannotTell_is503AndNot401() {
    FakeProof proof = new FakeProof(false, new Unavailable(Duration.ofSeconds(30), "full"));

    AuthenticationResult result = authenticate(request("DPoP t"), ORIGIN, OF_KEY, proof);

    assertThat(((Refused) result).response().status()).isEqualTo(503);
    assertThat(((Refused) result).response().headers().first("Retry-After")).contains("30");
    assertThat(((Refused) result).reason()).isEqualTo("tokens cannot be verified: full");
  }

  @Test
  void a23_severalCredentials_are400() {
    assertRefused(
        authenticate(request("Bearer t", "DPoP t"), ORIGIN, OF_KEY, proof(false)),
        400,
        "Bearer "
            + METADATA
            + ", error=\"invalid_request\", error_description=\"more than one Authorization"
            + " header\", DPoP "
            + METADATA
            + ", algs=\"ES256 EdDSA\"",
        "invalid_request: more than one Authorization header");
  }

  @ParameterizedTest
  @CsvSource({"DPoP", "DPoP a b", "'DPoP t, Bearer t'", "'Bearer t, DPoP t'", "DPoP ä"})
  void a23_malformedCredentials_are400(String authorization) {
    AuthenticationResult result =
        authenticate(request(authorization), ORIGIN, OF_KEY, proof(false));

    assertThat(((Refused) result).response().status()).isEqualTo(400);
    assertThat(((Refused) result).response().headers().all("WWW-Authenticate"))
        .singleElement()
        .asString()
        .contains("error=\"invalid_request\"");
  }

  @Test
  void trap36_challenge_isOneLineWithBearerFirst() {
    AuthenticationResult result =
        McpAuthentication.builder()
            .verifier(FakeVerifier.saying(new TokenVerification.Rejected("it is expired")))
            .resourceMetadata(ResourceMetadata.builder().scopesSupported("read", "write").build())
            .bindings(proof(false), new CertificateBinding())
            .build()
            .authenticate(request("DPoP t"), ORIGIN, List.of())
            .toCompletableFuture()
            .join();

    assertRefused(
        result,
        401,
        "Bearer "
            + METADATA
            + ", scope=\"read write\", DPoP "
            + METADATA
            + ", scope=\"read write\", error=\"invalid_token\", error_description=\"it is"
            + " expired\", algs=\"ES256 EdDSA\"",
        "invalid_token: it is expired");
  }

  @Test
  void trap36_missingScope_isToldByTheSchemeOfTheToken() {
    McpAuthentication policy =
        McpAuthentication.builder()
            .verifier(FakeVerifier.saying(new TokenVerification.Verified(OF_KEY)))
            .bindings(proof(false))
            .build();
    String error =
        ", scope=\"write\", error=\"insufficient_scope\""
            + ", error_description=\"the token does not grant what this needs\"";

    // The credentials are off the request by then.
    assertRefused(
        policy.insufficientScope(Optional.of(OF_KEY), request(), ORIGIN, List.of("write")),
        403,
        "Bearer "
            + METADATA
            + ", scope=\"write\", DPoP "
            + METADATA
            + error
            + ", algs=\"ES256 EdDSA\"",
        "insufficient_scope: the token does not grant what this needs");
    assertRefused(
        policy.insufficientScope(Optional.of(UNBOUND), request(), ORIGIN, List.of("write")),
        403,
        "Bearer "
            + METADATA
            + error
            + ", DPoP "
            + METADATA
            + ", scope=\"write\", algs=\"ES256 EdDSA\"",
        "insufficient_scope: the token does not grant what this needs");
  }

  @Test
  void trap37_missingCredentials_areToldNoError() {
    assertRefused(
        authenticate(request(), ORIGIN, UNBOUND, proof(false)),
        401,
        "Bearer " + METADATA + ", DPoP " + METADATA + ", algs=\"ES256 EdDSA\"",
        "no bearer token");
    assertRefused(
        authenticate(request(), ORIGIN, UNBOUND, proof(true)),
        401,
        "DPoP " + METADATA + ", algs=\"ES256 EdDSA\"",
        "no DPoP token");
  }

  @Test
  void metadata_tellsOfBindingsUnlessItIsToldOtherwise() {
    McpAuthentication.Builder policy =
        McpAuthentication.builder()
            .verifier(FakeVerifier.saying(new TokenVerification.Verified(UNBOUND)))
            .bindings(proof(true), new CertificateBinding());

    assertThat(policy.build().resourceMetadata().parameters())
        .isEqualTo(
            Map.of(
                "dpop_bound_access_tokens_required",
                true,
                "tls_client_certificate_bound_access_tokens",
                true));
    ResourceMetadata told =
        ResourceMetadata.builder()
            .resource("https://mcp.example.com/mcp")
            .parameter("tls_client_certificate_bound_access_tokens", false)
            .build();
    assertThat(policy.resourceMetadata(told).build().resourceMetadata())
        .satisfies(
            metadata -> {
              assertThat(metadata.resource()).isEqualTo(told.resource());
              assertThat(metadata.parameters())
                  .containsEntry("tls_client_certificate_bound_access_tokens", false);
            });
  }

  @Test
  void bindings_twiceTheSame_areRefused() {
    assertThatThrownBy(
            () ->
                McpAuthentication.builder()
                    .bindings(new CertificateBinding(), new CertificateBinding().requiring()))
        .hasMessage("bindings: twice the same (expected: one of each kind)");
  }

  // RFC 8705, 3.

  private static final TestCertificate CERTIFICATE = TestCertificate.authority();
  private static final String THUMBPRINT = CertificateThumbprint.of(CERTIFICATE.certificate());
  private static final AuthenticatedPrincipal OF_CERTIFICATE =
      boundTo(Map.of("x5t#S256", THUMBPRINT));

  private static RequestHead.Builder bearer() {
    return RequestHead.builder("POST", "/mcp").header("Authorization", "Bearer t");
  }

  private static String field() throws Exception {
    return ":" + Base64.getEncoder().encodeToString(CERTIFICATE.certificate().getEncoded()) + ":";
  }

  @Test
  void rfc8705_certificateOfTheToken_passes() {
    RequestHead head = bearer().clientCertificate(THUMBPRINT).build();

    assertThat(authenticate(head, ORIGIN, OF_CERTIFICATE, new CertificateBinding()))
        .isEqualTo(new Passed(Optional.of(OF_CERTIFICATE)));
    assertThat(authenticate(head, ORIGIN, OF_CERTIFICATE, new CertificateBinding().requiring()))
        .isEqualTo(new Passed(Optional.of(OF_CERTIFICATE)));
    assertThat(authenticate(head, ORIGIN, UNBOUND, new CertificateBinding()))
        .isEqualTo(new Passed(Optional.of(UNBOUND)));
  }

  @Test
  void rfc8705_otherCertificateOrNone_is401() {
    String start = "Bearer " + METADATA + ", error=\"invalid_token\", error_description=";
    assertRefused(
        authenticate(bearer().build(), ORIGIN, OF_CERTIFICATE, new CertificateBinding()),
        401,
        start + "\"the token is bound to a client certificate, and there is none\"",
        "invalid_token: the token is bound to a client certificate, and there is none");
    assertRefused(
        authenticate(
            bearer().clientCertificate("AAAA").build(),
            ORIGIN,
            OF_CERTIFICATE,
            new CertificateBinding()),
        401,
        start + "\"the token is bound to another client certificate\"",
        "invalid_token: the token is bound to another client certificate");
    assertRefused(
        authenticate(
            bearer().clientCertificate(THUMBPRINT).build(),
            ORIGIN,
            UNBOUND,
            new CertificateBinding().requiring()),
        401,
        start + "\"the token is not bound to its holder: no x5t#S256\"",
        "invalid_token: the token is not bound to its holder: no x5t#S256");
  }

  @Test
  void rfc8705_tokenOfKeyAndCertificate_needsBoth() {
    AuthenticatedPrincipal caller = boundTo(Map.of("jkt", "key", "x5t#S256", THUMBPRINT));
    RequestHead.Builder head =
        RequestHead.builder("POST", "/mcp").header("Authorization", "DPoP t");
    TokenBinding[] bindings = {proof(false), new CertificateBinding()};

    assertThat(authenticate(head.build(), ORIGIN, caller, bindings)).isInstanceOf(Refused.class);
    assertThat(authenticate(head.clientCertificate(THUMBPRINT).build(), ORIGIN, caller, bindings))
        .isEqualTo(new Passed(Optional.of(caller)));
  }

  @Test
  void rfc9440_field_countsFromTrustedProxiesOnly() throws Exception {
    TokenBinding binding = new CertificateBinding().behindProxy("Client-Cert");
    RequestHead head = bearer().header("client-cert", field()).build();

    assertThat(authenticate(head, BEHIND_PROXY, OF_CERTIFICATE, binding))
        .isEqualTo(new Passed(Optional.of(OF_CERTIFICATE)));
    assertThat(authenticate(head, ORIGIN, OF_CERTIFICATE, binding)).isInstanceOf(Refused.class);
    assertThat(authenticate(head, BEHIND_PROXY, OF_CERTIFICATE, new CertificateBinding()))
        .as("not configured")
        .isInstanceOf(Refused.class);
    assertThat(
            authenticate(
                bearer().clientCertificate(THUMBPRINT).build(),
                BEHIND_PROXY,
                OF_CERTIFICATE,
                binding))
        .as("the proxy's own certificate")
        .isInstanceOf(Refused.class);
  }

  @Test
  void rfc9440_malformedField_isNone() throws Exception {
    TokenBinding binding = new CertificateBinding().behindProxy("Client-Cert");
    String good = field();
    for (String bad :
        List.of("", ":", "::", good + good, good.substring(1), ":***:", good + ", " + good)) {
      RequestHead head = bearer().header("Client-Cert", bad).build();
      assertThat(authenticate(head, BEHIND_PROXY, OF_CERTIFICATE, binding))
          .as(bad)
          .isInstanceOf(Refused.class);
    }
    RequestHead twice = bearer().header("Client-Cert", good).header("Client-Cert", good).build();
    assertThat(authenticate(twice, BEHIND_PROXY, OF_CERTIFICATE, binding))
        .isInstanceOf(Refused.class);
    assertThatThrownBy(() -> new CertificateBinding().behindProxy("Client Cert"))
        .hasMessage("header: Client Cert (expected: a field name, e.g. Client-Cert)");
  }
}
