package io.mcpgateway.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import io.mcpgateway.testkit.TestAuthorizationServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityProviderTest {
  private static CompletableFuture<Response> ask(IdentityProvider provider) {
    String path = "/.well-known/oauth-authorization-server/mcp";
    return provider
        .answer(
            RequestHead.builder("GET", path).build(),
            AuthorizationServerPath.parse(path).orElseThrow(),
            new PublicOrigin("https", "mcp.example.com", "", "203.0.113.9", false),
            Optional.empty(),
            BodySource::empty)
        .toCompletableFuture();
  }

  @Test
  void answer_manyAskAtOnce_oneFetch() throws Exception {
    try (TestAuthorizationServer server = TestAuthorizationServer.start();
        IdentityProvider provider =
            IdentityProvider.builder(ProviderKind.KEYCLOAK, server.issuer()).build()) {
      List<CompletableFuture<Response>> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        answers.add(ask(provider));
      }

      for (CompletableFuture<Response> answer : answers) {
        assertThat(answer.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
      }
      assertThat(server.metadataFetches()).isEqualTo(1);
    }
  }

  @Test
  void answer_closed_is502() throws Exception {
    try (TestAuthorizationServer server = TestAuthorizationServer.start()) {
      IdentityProvider provider =
          IdentityProvider.builder(ProviderKind.KEYCLOAK, server.issuer()).build();
      provider.close();

      assertThat(ask(provider).get(20, TimeUnit.SECONDS).status()).isEqualTo(502);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "KEYCLOAK, https://id.example.com, https://mcp.example.com/mcp",
    "KEYCLOAK, https://a https://id.example.com https://b, https://a https://mcp.example.com/mcp"
        + " https://b",
    "KEYCLOAK, https://a, https://mcp.example.com/mcp https://a",
    "PLAIN, https://a https://id.example.com, https://a https://id.example.com",
  })
  void standIn_issuersOfTheResource_getTheGatewayInItsPlace(
      ProviderKind kind, String issuers, String named) {
    try (IdentityProvider provider =
        IdentityProvider.builder(kind, "https://id.example.com").build()) {
      assertThat(
              provider.standIn(
                  List.of(issuers.split(" ", -1)),
                  RequestHead.builder("GET", "/.well-known/oauth-protected-resource/mcp").build(),
                  "/mcp",
                  new PublicOrigin("https", "mcp.example.com", "", "203.0.113.9", false),
                  Optional.empty()))
          .containsExactly(named.split(" ", -1));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://id.example.com", "https://id.example.com?x", "id.example.com", "", "%"})
  void build_issuerWhoseMetadataCannotBeTrusted_isRefused(String issuer) {
    assertThatThrownBy(() -> IdentityProvider.builder(ProviderKind.OKTA, issuer).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("issuer: " + issuer);
  }

  @ParameterizedTest
  @CsvSource({"KEYCLOAK, client", "ENTRA,"})
  void build_secretWithoutUse_isRefusedAndNotShown(ProviderKind kind, String client) {
    IdentityProvider.Builder builder =
        IdentityProvider.builder(kind, "https://id.example.com").clientSecret("canary");
    Optional.ofNullable(client).ifPresent(builder::clientId);

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("clientSecret: ")
        .hasMessageNotContaining("canary");
  }

  @ParameterizedTest
  @CsvSource({
    "https://sts.windows.net/t-1/, https://login.microsoftonline.com/t-1/v2.0",
    "https://sts.windows.net/t-1, https://login.microsoftonline.com/t-1/v2.0",
    "https://login.microsoftonline.com/t-1/v2.0, https://login.microsoftonline.com/t-1/v2.0",
    "https://login.microsoftonline.us/t-1/v2.0, https://login.microsoftonline.us/t-1/v2.0",
    "https://sts.windows.net.evil.example/t/, https://sts.windows.net.evil.example/t/",
  })
  void entra_issuers_shareTheMetadataOfTheSecond(String issuer, String described) {
    assertThat(EntraIssuer.ofMetadata(issuer)).isEqualTo(described);
  }

  @Test
  void toString_parametersOfAForm_showNoValue() {
    assertThat(FormParameters.parse("client_secret=canary&a=b").orElseThrow().toString())
        .doesNotContain("canary");
  }
}
