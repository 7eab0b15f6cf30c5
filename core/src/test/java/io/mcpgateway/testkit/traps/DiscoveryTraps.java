package io.mcpgateway.testkit.traps;

import static io.mcpgateway.testkit.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.json.Json;
import io.mcpgateway.jwt.JwtVerifier;
import io.mcpgateway.provider.IdentityProvider;
import io.mcpgateway.provider.ProviderKind;
import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.RawConnection;
import io.mcpgateway.testkit.RawMessage;
import io.mcpgateway.testkit.TestAuthorizationServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Traps 32, 41 and 42: how a client finds its way to a token, and who may ask. */
public abstract class DiscoveryTraps extends ProxyTraps {
  private static final String OPENID = "/mcp/.well-known/openid-configuration";
  private static final String REGISTER = OPENID + "/client-registration";
  private static final String CLIENT = "{\"redirect_uris\":[\"http://localhost:1/callback\"]}";
  private static final Pattern METADATA = Pattern.compile("resource_metadata=\"([^\"]+)\"");

  protected DiscoveryTraps(Adapter adapter) {
    super(adapter);
  }

  /** A gateway that stands in for Keycloak. */
  private RawBackend adapted(TestAuthorizationServer server) throws Exception {
    RawBackend backend = indifferent();
    gateway(
        to(backend)
            .authentication(
                McpAuthentication.builder()
                    .verifier(
                        JwtVerifier.builder()
                            .issuer(server.issuer())
                            .audiences("mcp")
                            .jwksUrl(server.issuer() + "/keys")
                            .build())
                    .provider(
                        IdentityProvider.builder(ProviderKind.KEYCLOAK, server.issuer()).build())
                    .build()));
    return backend;
  }

  private Map<String, Object> document(String path) throws Exception {
    RawMessage answer = call(request("GET", path));
    assertThat(answer.status()).as(path).isEqualTo(200);
    return Json.readObject(answer.body().getBytes(StandardCharsets.ISO_8859_1));
  }

  // In a servlet context the well-known paths of the root are out of reach.
  @Test
  void trap32_challenge_leadsToTheAuthorizationServer() throws Exception {
    try (TestAuthorizationServer server = TestAuthorizationServer.start()) {
      adapted(server);
      String challenge = call(get()).field("WWW-Authenticate").orElseThrow();
      Matcher metadata = METADATA.matcher(challenge);
      assertThat(metadata.find()).as(challenge).isTrue();

      Object servers =
          document(URI.create(metadata.group(1)).getPath()).get("authorization_servers");
      assertThat(servers).asInstanceOf(LIST).hasSize(1);
      String issuer = String.valueOf(((List<?>) Objects.requireNonNull(servers)).get(0));

      assertThat(issuer).endsWith(at("/mcp"));
      assertThat(document(URI.create(issuer).getPath() + "/.well-known/openid-configuration"))
          .containsEntry("issuer", issuer)
          .containsEntry("token_endpoint", server.issuer() + "/token");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void trap41_registration_needsNoTokenAndKeepsTheConnection(int chunkSize) throws Exception {
    try (TestAuthorizationServer server = TestAuthorizationServer.start()) {
      RawBackend backend = adapted(server);
      server.answer("register", 201, "application/json", "{\"client_id\":\"new\"}");
      RawConnection client = client();

      for (int i = 0; i < 3; i++) {
        RawMessage answer = register(client, chunkSize);

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo("{\"client_id\":\"new\"}");
        assertThat(answer.fields("Access-Control-Allow-Origin")).containsExactly("*");
      }
      assertThat(server.asked("register"))
          .extracting(TestAuthorizationServer.Asked::body)
          .containsExactly(CLIENT, CLIENT, CLIENT);
      assertThat(backend.requests()).isEmpty();
    }
  }

  private RawMessage register(RawConnection client, int chunkSize) throws IOException {
    if (chunkSize == 0) {
      return client.write(postTo(REGISTER, CLIENT)).readMessage();
    }
    return client
        .write(request("POST", at(REGISTER), "Transfer-Encoding: chunked"))
        .writeChunks(CLIENT, chunkSize)
        .write("0\r\n\r\n")
        .readMessage();
  }

  @Test
  void trap41_registrationThatIsTooLarge_is413() throws Exception {
    try (TestAuthorizationServer server = TestAuthorizationServer.start()) {
      adapted(server);
      String large = "{\"client_name\":\"" + "x".repeat(128 * 1024) + "\"}";

      assertThat(call(postTo(REGISTER, large)).status()).isEqualTo(413);
      assertThat(server.asked("register")).isEmpty();
    }
  }

  @Test
  void trap41_authorizationServerIsDown_is502() throws Exception {
    try (TestAuthorizationServer server = TestAuthorizationServer.start()) {
      adapted(server);
      server.down(true);

      assertThat(call(request("GET", at(OPENID))).status()).isEqualTo(502);
      assertThat(call(postTo(REGISTER, CLIENT)).status()).isEqualTo(502);
    }
  }

  @Test
  void trap42_documentForOlderClients_isUnchanged() throws Exception {
    try (TestAuthorizationServer server = TestAuthorizationServer.start()) {
      gateway(
          to(indifferent())
              .authentication(
                  McpAuthentication.builder()
                      .verifier(
                          JwtVerifier.builder()
                              .issuer(server.issuer())
                              .audiences("mcp")
                              .jwksUrl(server.issuer() + "/keys")
                              .build())
                      .provider(
                          IdentityProvider.builder(ProviderKind.PLAIN, server.issuer()).build())
                      .build()));

      RawMessage answer =
          call(request("GET", at("/.well-known/oauth-authorization-server"), "Accept: */*"));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(server.document());
    }
  }
}
