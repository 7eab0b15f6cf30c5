package io.mcpgateway.jwt;

import static io.mcpgateway.jwt.Verifying.AUDIENCE;
import static io.mcpgateway.jwt.Verifying.assertVerified;
import static io.mcpgateway.jwt.Verifying.verify;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.auth.TokenVerification.Unavailable;
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
