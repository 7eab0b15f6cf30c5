package io.mcpgateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.TrustedProxies;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendRequestHeadTest {
  private static final TrustedProxies TRUSTED = TrustedProxies.of(List.of("10.0.0.0/8"));
  private static final Set<String> ADDED =
      Set.of("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded");

  private static BackendRequestHead head(RequestHead clientRequest, boolean originConsumed) {
    return BackendRequestHead.of(
        Plans.of(
            Backend.of("http://localhost:8000/v1/mcp"),
            clientRequest,
            PublicOrigin.of(clientRequest, TRUSTED),
            originConsumed,
            Headers.EMPTY));
  }

  private static BackendRequestHead head(RequestHead.Builder clientRequest) {
    return head(clientRequest.build(), false);
  }

  private static RequestHead.Builder request() {
    return RequestHead.builder("POST", "/mcp")
        .authority("mcp.example.com")
        .remoteAddress("203.0.113.9");
  }

  /** Without what the gateway itself says of the client. */
  private static Headers passed(Headers headers) {
    return headers.toBuilder()
        .removeIf(name -> ADDED.contains(name.toLowerCase(Locale.ROOT)))
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "/mcp, '', /v1/mcp",
    "/mcp/anything, '', /v1/mcp",
    "/mcp, sessionId=1&x=%20y, /v1/mcp?sessionId=1&x=%20y",
    // RFC 8615, 3: well-known locations belong to the origin
    "/.well-known/oauth-authorization-server, '', /.well-known/oauth-authorization-server",
    "/.well-known/x/mcp, a=b, /.well-known/x/mcp?a=b",
    "/.well-knownx, '', /v1/mcp",
  })
  void target_anyPath_isTheBackendsEndpoint(String path, String query, String target) {
    RequestHead clientRequest = RequestHead.builder("GET", path).query(query).build();

    assertThat(head(clientRequest, false).target()).isEqualTo(target);
    assertThat(head(clientRequest, false).method()).isEqualTo("GET");
  }

  @Test
  void headers_endToEndFields_passInOrderAndSpelling() {
    Headers sent =
        Headers.of(
            "Accept", "application/json, text/event-stream",
            "content-type", "application/json",
            "Mcp-Session-Id", "s",
            "MCP-Protocol-Version", "2025-11-25",
            "Mcp-Method", "tools/call",
            "Mcp-Name", "=?base64?YQ==?=",
            "Mcp-Param-Region", "eu",
            "Last-Event-ID", "7",
            "traceparent", "00-1-2-03",
            "X-Unknown", "1",
            "x-unknown", "2",
            "Cache-Control", "no-cache",
            "Accept-Encoding", "gzip",
            "User-Agent", "test");
    RequestHead.Builder clientRequest = request();
    sent.forEach(field -> clientRequest.header(field.name(), field.value()));

    assertThat(passed(head(clientRequest).headers())).isEqualTo(sent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // RFC 9110, 7.6.1
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "Proxy-Authorization",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "HTTP2-Settings",
        // set anew
        "Host",
        "Content-Length",
        "Expect",
        // what a client says of itself
        "X-Real-IP",
        "X-Forwarded-Port",
        "X-Forwarded-Prefix",
        // CGI and WSGI read an underscore as a hyphen
        "X_Forwarded_For",
        "X_Forwarded-Host",
        "x_real_ip",
        "Transfer_Encoding",
        "Content_Length",
        "Proxy_Authorization",
      })
  void headers_fieldsThatEndHere_areDropped(String name) {
    assertThat(passed(head(request().header(name, "x")).headers())).isEqualTo(Headers.EMPTY);
  }

  @Test
  void headers_nominatedFields_areDropped() {
    assertThat(
            passed(
                head(request()
                        .header("Connection", "x-foo, close, X-Bar")
                        .header("X-Foo", "1")
                        .header("x-bar", "2")
                        .header("X-Baz", "3"))
                    .headers()))
        .isEqualTo(Headers.of("X-Baz", "3"));
  }

  // A request must not lose its session or its media type on the way.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Accept",
        "Content-Type",
        "Cache-Control",
        "Last-Event-ID",
        "Mcp-Session-Id",
        "MCP-Protocol-Version",
        "Mcp-Method",
        "Mcp-Name",
        "Mcp-Param-Region",
      })
  void headers_nominatedFieldsOfMcp_areKept(String name) {
    assertThat(passed(head(request().header("Connection", name).header(name, "x")).headers()))
        .isEqualTo(Headers.of(name, "x"));
  }

  @Test
  void headers_nominatedForwardedFields_areSaidAllTheSame() {
    assertThat(
            head(request().header("Connection", "x-forwarded-for, forwarded, host"))
                .headers()
                .all("X-Forwarded-For"))
        .containsExactly("203.0.113.9");
  }

  @ParameterizedTest
  @CsvSource({"true, false", "false, true"})
  void headers_originThatWasJudged_staysHere(boolean consumed, boolean kept) {
    RequestHead clientRequest = request().header("origin", "https://app.example.com").build();

    assertThat(head(clientRequest, consumed).headers().contains("Origin")).isEqualTo(kept);
  }

  @Test
  void headers_untrustedPeer_isWhatTheGatewaySaw() {
    BackendRequestHead head =
        head(
            request()
                .scheme("https")
                .header("X-Forwarded-For", "6.6.6.6")
                .header("X-Forwarded-Proto", "http")
                .header("X-Forwarded-Host", "evil.example")
                .header("X-Forwarded-Prefix", "/evil")
                .header("Forwarded", "for=6.6.6.6;host=evil.example"));

    assertThat(head.headers())
        .isEqualTo(
            Headers.of(
                "X-Forwarded-For", "203.0.113.9",
                "X-Forwarded-Proto", "https",
                "X-Forwarded-Host", "mcp.example.com",
                "Forwarded", "for=203.0.113.9;host=\"mcp.example.com\";proto=https"));
  }

  @Test
  void headers_trustedPeer_isPutBehindTheChain() {
    BackendRequestHead head =
        head(
            request()
                .authority("internal:8080")
                .remoteAddress("10.0.0.1")
                .mountPath("/app")
                .header("X-Forwarded-For", "203.0.113.9")
                .header("X-Forwarded-Prefix", "/tools")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Host", "mcp.example.com")
                .header("Forwarded", "for=203.0.113.9;host=mcp.example.com;proto=https"));

    assertThat(head.headers())
        .isEqualTo(
            Headers.of(
                "X-Forwarded-For", "203.0.113.9, 10.0.0.1",
                "X-Forwarded-Proto", "https",
                "X-Forwarded-Host", "mcp.example.com",
                "X-Forwarded-Prefix", "/tools/app",
                "Forwarded",
                    "for=203.0.113.9;host=mcp.example.com;proto=https, "
                        + "for=10.0.0.1;host=\"mcp.example.com\";proto=https"));
  }

  // RFC 7239, 6: an IPv6 address stands in brackets and quotes.
  @Test
  void headers_ipv6Peer_isQuotedInForwarded() {
    Headers headers = head(request().remoteAddress("2001:db8::17")).headers();

    assertThat(headers.all("X-Forwarded-For")).containsExactly("2001:db8::17");
    assertThat(headers.all("Forwarded"))
        .containsExactly("for=\"[2001:db8::17]\";host=\"mcp.example.com\";proto=http");
  }
}
