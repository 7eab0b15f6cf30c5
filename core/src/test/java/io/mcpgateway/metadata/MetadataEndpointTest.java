package io.mcpgateway.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.Headers;
import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.http.Response;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataEndpointTest {

  private static Response answer(String method, String... headers) {
    RequestHead.Builder head =
        RequestHead.builder(method, "/.well-known/oauth-protected-resource/mcp");
    for (int i = 0; i < headers.length; i += 2) {
      head.header(headers[i], headers[i + 1]);
    }
    return MetadataEndpoint.answer(
        head.build(),
        "/mcp",
        ResourceMetadata.builder().build(),
        new PublicOrigin("https", "mcp.example.com", "", "203.0.113.9", false),
        List.of("https://as.example.com"));
  }

  // RFC 9728, 3.2: 200, application/json; 7.10: Cache-Control. HEAD loses its body on the wire.
  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void answer_get_isTheDocumentForEverybody(String method) {
    assertThat(answer(method))
        .isEqualTo(
            new Response(
                200,
                Headers.of(
                    "Access-Control-Allow-Origin", "*",
                    "Cache-Control", "public, max-age=3600",
                    "Content-Type", "application/json"),
                "{\"resource\":\"https://mcp.example.com/mcp\","
                    + "\"authorization_servers\":[\"https://as.example.com\"]}"));
  }

  @Test
  void answer_foreignOrigin_isOpenToItToo() {
    assertThat(
            answer("GET", "Origin", "https://anything.example")
                .headers()
                .all("Access-Control-Allow-Origin"))
        .containsExactly("*");
  }

  // MCP clients send MCP-Protocol-Version with this request, so browsers ask first.
  @Test
  void answer_preflight_allowsTheHeadersAskedFor() {
    assertThat(
            answer(
                "OPTIONS",
                "Origin",
                "https://app.example.com",
                "Access-Control-Request-Method",
                "GET",
                "Access-Control-Request-Headers",
                "MCP-Protocol-Version, not a token, x-other"))
        .isEqualTo(
            new Response(
                200,
                Headers.of(
                    "Access-Control-Allow-Origin", "*",
                    "Allow", "GET, HEAD, OPTIONS",
                    "Access-Control-Allow-Methods", "GET, HEAD, OPTIONS",
                    "Vary", "Access-Control-Request-Headers",
                    "Access-Control-Allow-Headers", "mcp-protocol-version, x-other"),
                ""));
  }

  @Test
  void answer_plainOptions_namesTheMethods() {
    Response response = answer("OPTIONS");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers().all("Allow")).containsExactly("GET, HEAD, OPTIONS");
    assertThat(response.headers().contains("Access-Control-Allow-Headers")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "TRACE", "get", "JUNK"})
  void answer_otherMethod_is405AndNamesTheMethods(String method) {
    assertThat(answer(method))
        .isEqualTo(
            new Response(
                405,
                Headers.of(
                    "Access-Control-Allow-Origin", "*",
                    "Allow", "GET, HEAD, OPTIONS",
                    "Content-Type", "application/json"),
                "{\"error\":\"method_not_allowed\"}"));
  }
}
