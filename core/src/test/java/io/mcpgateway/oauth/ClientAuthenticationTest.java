package io.mcpgateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import io.mcpgateway.fetch.FetchRequest;
import io.mcpgateway.jwt.JwtSigner;
import io.mcpgateway.testkit.MutableClock;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringTokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientAuthenticationTest {
  private static final URI ENDPOINT = URI.create("https://as.example/token");
  private static final Map<String, String> FORM = Map.of("grant_type", "client_credentials");

  private static Map<String, String> form(FetchRequest request) {
    Map<String, String> fields = new LinkedHashMap<>();
    StringTokenizer pairs = new StringTokenizer(request.body(), "&");
    while (pairs.hasMoreTokens()) {
      String pair = pairs.nextToken();
      int equals = pair.indexOf('=');
      fields.put(
          pair.substring(0, equals),
          URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return fields;
  }

  @Test
  void basic_encodesIdAndSecretFirst() {
    FetchRequest request =
        ClientAuthentication.basic("my client:1", "s\u00e4cret+&%").request(ENDPOINT, FORM);

    String field = request.headers().first("Authorization").orElseThrow();
    assertThat(field).startsWith("Basic ");
    assertThat(
            new String(Base64.getDecoder().decode(field.substring(6)), StandardCharsets.US_ASCII))
        .isEqualTo("my+client%3A1:s%C3%A4cret%2B%26%25");
    assertThat(form(request)).isEqualTo(FORM);
  }

  @Test
  void post_sendsIdAndSecretInTheForm() {
    FetchRequest request = ClientAuthentication.post("me", "s&cret").request(ENDPOINT, FORM);

    assertThat(request.headers().contains("Authorization")).isFalse();
    assertThat(form(request))
        .containsEntry("client_id", "me")
        .containsEntry("client_secret", "s&cret")
        .containsAllEntriesOf(FORM);
  }

  @Test
  void privateKeyJwt_signsAnAssertionForEachRequest(@TempDir Path folder) throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).generate();
    JwtSigner signer =
        JwtSigner.of(Files.writeString(folder.resolve("key.jwk"), key.toJSONString()));
    MutableClock clock = MutableClock.create();
    ClientAuthentication client =
        ClientAuthentication.privateKeyJwt("me", signer, Optional.empty(), clock);

    Map<String, String> form = form(client.request(ENDPOINT, FORM));
    SignedJWT assertion = SignedJWT.parse(form.get("client_assertion"));

    assertThat(form)
        .containsEntry(
            "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    assertThat(assertion.verify(new ECDSAVerifier(key.toPublicJWK()))).isTrue();
    var claims = assertion.getJWTClaimsSet();
    assertThat(claims.getIssuer()).isEqualTo("me");
    assertThat(claims.getSubject()).isEqualTo("me");
    assertThat(claims.getAudience()).isEqualTo(List.of("https://as.example/token"));
    assertThat(claims.getExpirationTime().toInstant().getEpochSecond())
        .isEqualTo(clock.instant().getEpochSecond() + 60);
    assertThat(form(client.request(ENDPOINT, FORM)).get("client_assertion"))
        .as("each with an id of its own")
        .isNotEqualTo(form.get("client_assertion"));

    ClientAuthentication forIssuer =
        ClientAuthentication.privateKeyJwt("me", signer, Optional.of("https://as.example"), clock);
    assertThat(
            SignedJWT.parse(form(forIssuer.request(ENDPOINT, FORM)).get("client_assertion"))
                .getJWTClaimsSet()
                .getAudience())
        .isEqualTo(List.of("https://as.example"));
  }

  @Test
  void secrets_areNotPrinted() {
    assertThat(ClientAuthentication.basic("me", "hidden"))
        .hasToString("ClientAuthentication[client_secret_basic, client_id=me]");
    assertThat(ClientAuthentication.post("me", "hidden").request(ENDPOINT, FORM).toString())
        .doesNotContain("hidden");
  }
}
