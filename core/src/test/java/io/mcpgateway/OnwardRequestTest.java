package io.mcpgateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.auth.CertificateBinding;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.session.SessionBinding;
import io.mcpgateway.session.SessionKey;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnwardRequestTest {
  private static final SessionKey KEY = SessionKey.random();
  private static final Optional<AuthenticatedPrincipal> ALICE = Optional.of(Tokens.ALICE);
  private static final Route OPEN = Route.builder().build();
  private static final Route GUARDED = guarded().build();

  private static Route.Builder guarded() {
    return Route.builder().authentication(Tokens.required());
  }

  private static Optional<RequestHead> onward(Route route, RequestHead.Builder clientRequest) {
    boolean authenticated = route.authentication().isPresent();
    return OnwardRequest.of(
        clientRequest.build(),
        route,
        authenticated ? ALICE : Optional.empty(),
        authenticated ? SessionBinding.of(KEY, ALICE) : SessionBinding.ofAnybody(KEY));
  }

  private static RequestHead.Builder request() {
    return RequestHead.builder("POST", "/mcp");
  }

  // OAuth 2.1, 5.1: a token in the query is none; it is not for the server either.
  @ParameterizedTest
  @CsvSource({
    "access_token=canary, ''",
    "a=1&access_token=canary, a=1",
    "access_token=canary&a=1&access_token=canary, a=1",
    "access_token&a=1, a=1",
    "access%5Ftoken=canary&a=1, a=1",
    "%61ccess_token=canary, ''",
    "my_access_token=1&access_token_type=2, my_access_token=1&access_token_type=2",
    "a=access_token&b=%zz&c=%20+, a=access_token&b=%zz&c=%20+",
    "'', ''",
  })
  void query_tokenInIt_isTakenOff(String query, String rest) {
    assertThat(onward(GUARDED, request().query(query)).orElseThrow().query()).isEqualTo(rest);
    assertThat(onward(OPEN, request().query(query)).orElseThrow().query()).isEqualTo(query);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Authorization", "authorization", "DPoP"})
  void a12_credentials_stayWhereAPolicyUsedThem(String name) {
    Route passingOn = guarded().passAuthorizationOn(true).build();
    RequestHead.Builder clientRequest = request().header(name, "canary");

    assertThat(onward(GUARDED, clientRequest).orElseThrow().headers().contains(name)).isFalse();
    assertThat(onward(OPEN, clientRequest).orElseThrow().headers().contains(name)).isTrue();
    assertThat(onward(passingOn, clientRequest).orElseThrow().headers().contains(name)).isTrue();
    assertThat(
            OnwardRequest.of(
                    clientRequest.build(),
                    passingOn,
                    Optional.empty(),
                    SessionBinding.of(KEY, Optional.empty()))
                .orElseThrow()
                .headers()
                .contains(name))
        .as("a token that was not found good")
        .isFalse();
  }

  // RFC 9440, 4: who is behind the gateway would take it for the gateway's word.
  @Test
  void headers_certificateFromAProxy_staysHere() {
    Route bound =
        Route.builder()
            .authentication(
                McpAuthentication.builder()
                    .verifier(new Tokens())
                    .bindings(new CertificateBinding().behindProxy("Client-Cert"))
                    .build())
            .passAuthorizationOn(true)
            .build();
    RequestHead.Builder clientRequest = request().header("client-cert", ":AAAA:");

    assertThat(onward(bound, clientRequest).orElseThrow().headers().contains("Client-Cert"))
        .isFalse();
    assertThat(onward(GUARDED, clientRequest).orElseThrow().headers().contains("Client-Cert"))
        .isTrue();
  }

  @Test
  void session_ownId_isTheServersAgain() {
    String id = SessionBinding.of(KEY, ALICE).toClient("s.1");

    assertThat(
            onward(GUARDED, request().header("mcp-session-id", id))
                .orElseThrow()
                .headers()
                .all("Mcp-Session-Id"))
        .containsExactly("s.1");
  }

  @Test
  void session_foreignId_isNone() {
    String bobs = SessionBinding.of(KEY, Optional.of(Tokens.BOB)).toClient("s.1");

    assertThat(onward(GUARDED, request().header("Mcp-Session-Id", bobs))).isEmpty();
    assertThat(onward(GUARDED, request().header("Mcp-Session-Id", "s.1"))).isEmpty();
    assertThat(
            onward(
                GUARDED,
                request()
                    .header("Mcp-Session-Id", bobs)
                    .header("MCP-Protocol-Version", "2025-11-25")))
        .isEmpty();
  }

  @Test
  void session_repeatedField_isNone() {
    String id = SessionBinding.of(KEY, ALICE).toClient("s");

    assertThat(onward(GUARDED, request().header("Mcp-Session-Id", id).header("Mcp-Session-Id", id)))
        .isEmpty();
  }

  /** MCP 2026-07-28, Earlier Revisions: the field is to be ignored. */
  @ParameterizedTest
  @ValueSource(strings = {"2026-07-28", "2027-01-01"})
  void session_foreignIdWhereThereAreNone_doesNotReachTheServer(String revision) {
    RequestHead.Builder clientRequest =
        request().header("Mcp-Session-Id", "s.1").header("MCP-Protocol-Version", revision);

    assertThat(onward(GUARDED, clientRequest).orElseThrow().headers().contains("Mcp-Session-Id"))
        .isFalse();
  }

  @Test
  void session_routeWithoutAuthentication_isUntouched() {
    assertThat(
            onward(OPEN, request().header("Mcp-Session-Id", "s").header("Mcp-Session-Id", "t"))
                .orElseThrow()
                .headers()
                .all("Mcp-Session-Id"))
        .containsExactly("s", "t");
  }
}
