package io.mcpgateway.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceMetadataTest {
  private static final String HTTPS = "https://mcp.example.com";
  private static final String METADATA = "/.well-known/oauth-protected-resource";

  private static PublicOrigin origin(String prefix) {
    return new PublicOrigin("https", "mcp.example.com", prefix, "203.0.113.9", !prefix.isEmpty());
  }

  private static RequestHead request(String mountPath, String path) {
    return RequestHead.builder("POST", path).authority("evil.example").mountPath(mountPath).build();
  }

  // The public URL: prefix of the proxy, mount path of the container, path of the request.
  @ParameterizedTest
  @CsvSource({
    "'', '', /, https://mcp.example.com",
    "'', '', /mcp, https://mcp.example.com/mcp",
    "'', '', /mcp/, https://mcp.example.com/mcp/",
    "'', '', /caf%C3%A9, https://mcp.example.com/caf%C3%A9",
    "'', /app, /mcp, https://mcp.example.com/app/mcp",
    "'', /app, /, https://mcp.example.com/app/",
    "/tools, '', /mcp, https://mcp.example.com/tools/mcp",
    "/tools, /app, /mcp, https://mcp.example.com/tools/app/mcp",
  })
  void resourceOf_nothingConfigured_isDerivedFromTheRequest(
      String prefix, String mountPath, String path, String resource) {
    ResourceMetadata metadata = ResourceMetadata.builder().build();

    assertThat(metadata.resourceOf(request(mountPath, path), origin(prefix)))
        .isEqualTo(URI.create(resource));
    assertThat(
            metadata.document(request(mountPath, METADATA + path), path, origin(prefix), List.of()))
        .as("the document names the same resource")
        .isEqualTo("{\"resource\":\"" + resource + "\"}");
  }

  @Test
  void resourceOf_configured_winsOverTheRequest() {
    ResourceMetadata metadata = ResourceMetadata.builder().resource(HTTPS + "/mcp").build();
    PublicOrigin spoofed = new PublicOrigin("http", "evil.example", "", "203.0.113.9", false);

    assertThat(metadata.resource()).contains(URI.create(HTTPS + "/mcp"));
    assertThat(metadata.resourceOf(request("", "/other"), spoofed))
        .isEqualTo(URI.create(HTTPS + "/mcp"));
    assertThat(metadata.document(request("", METADATA), "/", spoofed, List.of()))
        .isEqualTo("{\"resource\":\"https://mcp.example.com/mcp\"}");
  }

  // RFC 9728, 3.3: the client compares the identifier byte for byte.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://mcp.example.com",
        "https://mcp.example.com/",
        "https://mcp.example.com:443/mcp",
        "HTTPS://MCP.example.com/mcp",
        "https://mcp.example.com/mcp?tenant=a%2Fb",
        "http://localhost:3000/mcp",
        "http://[::1]:3000/mcp",
      })
  void trap34_configuredResource_isServedAsItIs(String resource) {
    ResourceMetadata metadata = ResourceMetadata.builder().resource(resource).build();

    assertThat(metadata.document(request("", METADATA), "/", origin(""), List.of()))
        .isEqualTo("{\"resource\":\"" + resource + "\"}");
  }

  @ParameterizedTest
  @CsvSource({
    // without a context: at the root of the host
    "'', '', , /, https://mcp.example.com/.well-known/oauth-protected-resource",
    "'', '', , /mcp, https://mcp.example.com/.well-known/oauth-protected-resource/mcp",
    "'', '', https://pub.example/mcp, /mcp, https://pub.example/.well-known/oauth-protected-resource/mcp",
    // in a servlet context: below its path, which is all that it can answer
    "'', /app, , /mcp, https://mcp.example.com/app/.well-known/oauth-protected-resource/mcp",
    "'', /app, , /, https://mcp.example.com/app/.well-known/oauth-protected-resource/",
    "'', /app, https://pub.example/app/mcp, /mcp, https://pub.example/app/.well-known/oauth-protected-resource/mcp",
    "'', /app, https://pub.example/app, /, https://pub.example/app/.well-known/oauth-protected-resource",
    // a proxy in front maps the context away: RFC 9728's own place
    "'', /app, https://pub.example/mcp, /mcp, https://pub.example/.well-known/oauth-protected-resource/mcp",
    "'', /app, https://pub.example/application/mcp, /mcp, https://pub.example/.well-known/oauth-protected-resource/application/mcp",
    // a proxy in front adds a prefix
    "/tools, '', , /mcp, https://mcp.example.com/tools/.well-known/oauth-protected-resource/mcp",
    "/tools, /app, , /mcp, https://mcp.example.com/tools/app/.well-known/oauth-protected-resource/mcp",
  })
  void trap32_mountPathAndPrefix_areReachable(
      String prefix, String mountPath, String resource, String path, String url) {
    ResourceMetadata.Builder metadata = ResourceMetadata.builder();
    if (resource != null) {
      metadata.resource(resource);
    }
    assertThat(metadata.build().urlFor(request(mountPath, path), origin(prefix))).isEqualTo(url);
  }

  @Test
  void document_authorizationServersConfigured_winOverIssuers() {
    ResourceMetadata metadata =
        ResourceMetadata.builder().authorizationServers("https://as.example.com").build();

    assertThat(metadata.document(request("", METADATA), "/", origin(""), List.of("https://other")))
        .isEqualTo(
            "{\"resource\":\"https://mcp.example.com\","
                + "\"authorization_servers\":[\"https://as.example.com\"]}");
  }

  @Test
  void parameter_resource_isTheIdentifier() {
    ResourceMetadata metadata =
        ResourceMetadata.builder().parameter("resource", HTTPS + "/mcp").build();

    assertThat(metadata.resource()).contains(URI.create(HTTPS + "/mcp"));
    assertThat(metadata.parameters()).isEmpty();
  }

  @Test
  void build_laterChanges_doNotShow() {
    List<String> scopes = new ArrayList<>(List.of("read"));
    ResourceMetadata.Builder builder =
        ResourceMetadata.builder().parameter("scopes_supported", scopes);
    ResourceMetadata metadata = builder.build();
    scopes.add("admin");
    builder.scopesSupported("admin");

    assertThat(metadata.scopesSupported()).containsExactly("read");
    assertThatThrownBy(() -> metadata.parameters().put("a", "b"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void a5_offlineAccess_isNotForAResourceToAskFor() {
    ResourceMetadata.Builder builder = ResourceMetadata.builder();

    assertThat(builder.scopesSupported("read", "offline_access").build().parameters())
        .containsEntry("scopes_supported", List.of("read"));
    assertThat(builder.scopesSupported("offline_access").build().parameters()).isEmpty();
  }

  @Test
  void scopesSupported_notSaid_isEmpty() {
    assertThat(ResourceMetadata.builder().build().scopesSupported()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mcp",
        "/mcp",
        "mcp.example.com/mcp",
        "https:///mcp",
        "https:mcp",
        "ftp://mcp.example.com/",
        "urn:mcp:server",
        "https://mcp.example.com/mcp#",
        "https://mcp.example.com/mcp#part",
        "https://mcp.example.com/a b",
        // could not stand in a challenge
        "https://mcp.example.com/café",
        "https://mcp.exämple.com/mcp",
      })
  void resource_notAnAbsoluteUrl_isRefused(String resource) {
    assertThatThrownBy(() -> ResourceMetadata.builder().resource(resource))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "resource: "
                + resource
                + " (expected: an absolute http or https URL without fragment)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\"b", "a\\b", "é", "a\r\nb"})
  void scopesSupported_noScopeToken_isRefused(String scope) {
    assertThatThrownBy(() -> ResourceMetadata.builder().scopesSupported("read", scope))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("scopes_supported: ")
        .hasMessageEndingWith("(expected: a list of RFC 6750 scope tokens)");
  }

  @Test
  void parameter_scopesAsOneString_isRefused() {
    assertThatThrownBy(() -> ResourceMetadata.builder().parameter("scopes_supported", "read write"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: a list");
  }
}
