package io.mcpgateway.jwt;

import static io.mcpgateway.jwt.Verifying.AUDIENCE;
import static io.mcpgateway.jwt.Verifying.assertVerified;
import static io.mcpgateway.jwt.Verifying.verify;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.auth.TokenVerification.Unavailable;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.Responses;
import io.mcpgateway.testkit.TestIssuer;
import io.mcpgateway.testkit.TestIssuer.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys found by the issuer's metadata. */
class IssuerMetadataTest {
  private static final String OAUTH = "/.well-known/oauth-authorization-server";
  private static final String OPENID = "/.well-known/openid-configuration";

  private static JwtVerifier discovering(String issuer) {
    return JwtVerifier.builder().issuer(issuer).audiences(AUDIENCE).build();
  }

  @Test
  void verify_pathlessIssuer_asksInOrder() {
    try (TestIssuer issuer = TestIssuer.start();
        JwtVerifier verifier = discovering(issuer.issuer())) {
      issuer.metadataPath(OPENID);
      assertVerified(verifier, issuer.token().audience(AUDIENCE).sign());
      assertThat(issuer.requests()).containsExactly(OAUTH, OPENID, "/jwks");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {OAUTH + "/tenant", OPENID + "/tenant", "/tenant" + OPENID})
  void verify_eachFormOfMetadata_isFound(String path) {
    try (TestIssuer issuer = TestIssuer.startAt("/tenant");
        JwtVerifier verifier = discovering(issuer.issuer())) {
      issuer.metadataPath(path);
      assertVerified(verifier, issuer.token().audience(AUDIENCE).sign());
      assertThat(issuer.requests()).endsWith(path, "/jwks").doesNotHaveDuplicates();
    }
  }

  @Test
  void verify_jwksUrl_isRememberedUntilItFails() {
    try (TestIssuer issuer = TestIssuer.start();
        JwtVerifier verifier = discovering(issuer.issuer())) {
      assertVerified(verifier, issuer.token().audience(AUDIENCE).sign());
      issuer.rotate("key-2");
      assertVerified(verifier, issuer.token().audience(AUDIENCE).sign());
      assertThat(issuer.requests()).containsExactly(OAUTH, "/jwks", "/jwks");

      issuer.answer(Answer.UNAVAILABLE);
      String unknown = issuer.token().audience(AUDIENCE).header("kid", "x").sign();
      verify(verifier, unknown);
      verify(verifier, unknown);
      assertThat(issuer.requests())
          .containsExactly(OAUTH, "/jwks", "/jwks", "/jwks", OAUTH, "/jwks");
    }
  }

  @Test
  void verify_metadataOfAnotherIssuer_isNotUsed() {
    try (TestIssuer issuer = TestIssuer.start();
        JwtVerifier verifier = discovering(issuer.issuer())) {
      issuer.metadataIssuer(issuer.issuer() + "/");
      assertThat(verify(verifier, issuer.token().audience(AUDIENCE).sign()))
          .isInstanceOf(Unavailable.class);
      assertThat(issuer.requests()).containsExactly(OAUTH, OPENID);
    }
  }

  @Test
  void verify_noMetadata_isUnavailable() {
    try (TestIssuer issuer = TestIssuer.start();
        JwtVerifier verifier = discovering(issuer.issuer())) {
      issuer.metadataPath("/nowhere");
      assertThat(verify(verifier, issuer.token().audience(AUDIENCE).sign()))
          .isInstanceOfSatisfying(
              Unavailable.class,
              outcome ->
                  assertThat(outcome.cause())
                      .isEqualTo(issuer.issuer() + OPENID + ": status 404 (expected: 200)"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void f1_metadataThatIsElsewhere_isNotFollowed(int status) throws Exception {
    try (TestIssuer other = TestIssuer.start();
        RawBackend issuer =
            RawBackend.forEachRequest(
                (request, connection) ->
                    connection.write(
                        Responses.json(
                            status + " Moved", "", "Location: " + other.issuer() + OAUTH)));
        JwtVerifier verifier = discovering("http://127.0.0.1:" + issuer.port())) {
      assertThat(verify(verifier, tokenOf("http://127.0.0.1:" + issuer.port(), other)))
          .isInstanceOf(Unavailable.class)
          .asString()
          .contains("status " + status + " (expected: 200)");
      assertThat(issuer.requests()).hasSize(2);
      assertThat(other.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/latest/meta-data",
        "http://as.example.com/keys",
        "https://user:password@as.example.com/keys",
        "file:///etc/passwd"
      })
  void f1_keysAtAnAddressThatIsNotSafe_areNotFetched(String keys) throws Exception {
    try (TestIssuer other = TestIssuer.start();
        RawBackend issuer =
            RawBackend.forEachRequest(
                (request, connection) ->
                    connection.write(
                        Responses.ok(
                            "{\"issuer\":\"http://%s\",\"jwks_uri\":\"%s\"}"
                                .formatted(request.field("Host").orElseThrow(), keys))));
        JwtVerifier verifier = discovering("http://127.0.0.1:" + issuer.port())) {
      assertThat(verify(verifier, tokenOf("http://127.0.0.1:" + issuer.port(), other)))
          .isInstanceOf(Unavailable.class)
          .asString()
          .contains("jwks_uri ")
          .doesNotContain("password");
    }
  }

  @Test
  void f1_d8_metadataWithoutEnd_isNotReadToItsEnd() throws Exception {
    try (TestIssuer other = TestIssuer.start();
        RawBackend issuer =
            RawBackend.forEachRequest(
                (request, connection) ->
                    connection.write(Responses.ok("{\"x\":\"" + "x".repeat(600 * 1024) + "\"}")));
        JwtVerifier verifier = discovering("http://127.0.0.1:" + issuer.port())) {
      assertThat(verify(verifier, tokenOf("http://127.0.0.1:" + issuer.port(), other)))
          .isInstanceOf(Unavailable.class)
          .asString()
          .contains("more than 524288 bytes");
    }
  }

  private static String tokenOf(String issuer, TestIssuer signer) {
    return signer.token().claim("iss", issuer).audience(AUDIENCE).sign();
  }

  /** F2: what a token says is never fetched. */
  @Test
  void verify_issuerOfTheToken_isNeverAsked() {
    try (TestIssuer issuer = TestIssuer.start();
        TestIssuer other = TestIssuer.start();
        JwtVerifier verifier = discovering(issuer.issuer())) {
      Verifying.assertRejected(
          verifier, other.token().audience(AUDIENCE).sign(), "the token is from another issuer");
      assertThat(other.requests()).isEmpty();
      assertThat(issuer.requests()).isEmpty();
    }
  }
}
