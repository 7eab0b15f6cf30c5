package io.mcpgateway.backendauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.http.Headers;
import io.mcpgateway.jwt.JwtSigner;
import io.mcpgateway.testkit.MutableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedIdentityTest {
  private static final AuthenticatedPrincipal ANN =
      new AuthenticatedPrincipal(
          "https://as.example",
          "ann",
          Set.of("write", "read"),
          Map.of("client_id", "agent"),
          Optional.empty());

  @TempDir Path folder;

  private final MutableClock clock = MutableClock.create();
  private ECKey key;
  private SignedIdentity identity;

  @BeforeEach
  void sign() throws Exception {
    key = new ECKeyGenerator(Curve.P_256).generate();
    JwtSigner signer =
        JwtSigner.of(Files.writeString(folder.resolve("key.jwk"), key.toJSONString()));
    identity =
        SignedIdentity.builder(signer, "https://mcp.example", "https://backend")
            .clock(clock)
            .build();
  }

  private String token(Optional<AuthenticatedPrincipal> caller, String... others) {
    return identity.applyTo(Headers.of(others), caller).first("X-Auth-Assertion").orElse("");
  }

  @Test
  void token_saysWhoIsCallingAndWhoSaysSo() throws Exception {
    SignedJWT jwt = SignedJWT.parse(token(Optional.of(ANN)));
    JWTClaimsSet claims = jwt.getJWTClaimsSet();

    assertThat(jwt.verify(new ECDSAVerifier(key.toPublicJWK()))).isTrue();
    assertThat(claims.getIssuer()).isEqualTo("https://mcp.example");
    assertThat(claims.getAudience()).isEqualTo(List.of("https://backend"));
    assertThat(claims.getSubject()).isEqualTo("ann");
    assertThat(claims.getStringClaim("original_iss")).isEqualTo("https://as.example");
    assertThat(claims.getStringClaim("scope")).isEqualTo("read write");
    assertThat(claims.getStringClaim("client_id")).isEqualTo("agent");
    assertThat(claims.getExpirationTime().toInstant())
        .isEqualTo(clock.instant().plus(Duration.ofSeconds(60)));
    assertThat(claims.getJWTID()).isNotBlank();
  }

  @Test
  void clientOfATokenThatCallsItAuthorizedParty_isTold() throws Exception {
    AuthenticatedPrincipal ofKeycloak =
        new AuthenticatedPrincipal(
            "https://as.example", "ann", Set.of(), Map.of("azp", "agent"), Optional.empty());

    JWTClaimsSet claims = SignedJWT.parse(token(Optional.of(ofKeycloak))).getJWTClaimsSet();

    assertThat(claims.getStringClaim("client_id")).isEqualTo("agent");
  }

  @Test
  void token_servesForHalfOfItsLife() {
    AuthenticatedPrincipal bob =
        new AuthenticatedPrincipal(
            "https://as.example", "bob", Set.of(), Map.of(), Optional.empty());
    String first = token(Optional.of(ANN));
    assertThat(token(Optional.of(bob))).isNotEqualTo(first);

    clock.advance(Duration.ofSeconds(29));
    assertThat(token(Optional.of(ANN))).isEqualTo(first);
    clock.advance(Duration.ofSeconds(1));
    String second = token(Optional.of(ANN));
    assertThat(second).isNotEqualTo(first);
    clock.advance(Duration.ofMinutes(-5));
    assertThat(token(Optional.of(ANN))).as("not from the future").isNotEqualTo(second);
  }

  @Test
  void nobody_isNotTold() {
    assertThat(token(Optional.empty())).isEmpty();
    assertThat(identity.has("x_auth-Assertion")).isTrue();
  }

  @Test
  void builder_refusesOddLifetimesAndFields() {
    SignedIdentity.Builder builder = SignedIdentity.builder(identity.signer(), "i", "a");

    assertThatThrownBy(() -> builder.lifetime(Duration.ofSeconds(1)))
        .hasMessageStartingWith("lifetime: ");
    assertThatThrownBy(() -> builder.header("Authorization")).hasMessageStartingWith("header: ");
  }
}
