package io.mcpgateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.auth.TokenVerification.Rejected;
import io.mcpgateway.auth.TokenVerification.Verified;
import io.mcpgateway.http.RequestHead;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyVerifierTest {
  private static final String KEY = "canary-key-7531";

  private static RequestHead request() {
    return RequestHead.builder("POST", "/mcp").build();
  }

  private static TokenVerification verify(TokenVerifier verifier, String token) {
    CompletableFuture<TokenVerification> outcome =
        verifier.verify(new BearerToken(token), request()).toCompletableFuture();
    assertThat(outcome).isCompleted();
    return outcome.join();
  }

  private static AuthenticatedPrincipal caller(Map<String, ?> metadata) {
    return ((Verified) verify(ApiKeyVerifier.builder().key(KEY, metadata).build(), KEY))
        .principal();
  }

  @Test
  void verify_knownKey_isItsCaller() {
    AuthenticatedPrincipal caller =
        caller(Map.of("name", "ci", "scopes", List.of("read", "write"), "team", "blue"));

    assertThat(caller.issuer()).isEqualTo("api-key");
    assertThat(caller.subject()).isEqualTo("ci");
    assertThat(caller.scopes()).containsExactlyInAnyOrder("read", "write");
    assertThat(caller.claims()).containsEntry("team", "blue");
    assertThat(caller.expiresAt()).isEmpty();
  }

  @Test
  void verify_metadata_namesSubjectAndScopes() {
    assertThat(caller(Map.of("name", "ci", "sub", "robot")).subject()).isEqualTo("robot");
    assertThat(caller(Map.of("scopes", " read  write ")).scopes())
        .containsExactlyInAnyOrder("read", "write");
    assertThat(caller(Map.of()).subject()).matches("[0-9a-f]{12}");
    assertThat(caller(Map.of()).scopes()).isEmpty();
  }

  @Test
  void verify_keyByItsHash_isTheSame() {
    String hash = "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
    ApiKeyVerifier verifier = ApiKeyVerifier.builder().keyHash(hash, Map.of("sub", "x")).build();

    assertThat(verify(verifier, "abc")).isInstanceOf(Verified.class);
    assertThat(verify(verifier, "abd")).isEqualTo(new Rejected("the API key is not known"));
    assertThat(verify(verifier, hash)).isInstanceOf(Rejected.class);
    assertThat(verifier.size()).isEqualTo(1);
  }

  @Test
  void verify_otherToken_isForTheOtherVerifier() {
    FakeVerifier jwt = FakeVerifier.saying(new Rejected("the token has expired"));
    ApiKeyVerifier verifier = ApiKeyVerifier.builder().key(KEY, Map.of()).otherwise(jwt).build();

    assertThat(verify(verifier, KEY)).isInstanceOf(Verified.class);
    assertThat(jwt.asked).isEmpty();
    assertThat(verify(verifier, "a.b.c")).isEqualTo(new Rejected("the token has expired"));
    assertThat(verifier.issuers()).containsExactly("https://as.example.com");
    assertThat(verifier.otherwise()).contains(jwt);
    verifier.close();
    assertThat(jwt.closed).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "canary 7531", "canary\"7531", "canary\u00fc", "canary\r\nx: y"})
  void key_notFitForAToken_isRefusedAndNotQuoted(String key) {
    assertThatThrownBy(() -> ApiKeyVerifier.builder().key(key, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("canary");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sha256:", "sha256:00", "md5:00", "sha256:zz"})
  void keyHash_isNone_isRefused(String hash) {
    assertThatThrownBy(() -> ApiKeyVerifier.builder().keyHash(hash, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("keyHash: not a hash (expected: sha256: and 64 hexadecimal digits)");
  }

  @Test
  void build_noKeyOrTheSameTwice_isRefused() {
    assertThatThrownBy(() -> ApiKeyVerifier.builder().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("keys: none (expected: at least one)");
    assertThatThrownBy(
            () ->
                ApiKeyVerifier.builder()
                    .key("abc", Map.of())
                    .keyHash(
                        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                        Map.of()))
        .hasMessage("keyHash: there already (expected: each key once)");
  }
}
