package io.mcpgateway.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9728, 3.1: where the metadata of a resource is found. */
class Rfc9728Section31Test {

  @ParameterizedTest
  @CsvSource({
    // the examples of the section
    "https://resource.example.com, https://resource.example.com/.well-known/oauth-protected-resource",
    "https://resource.example.com/resource1, https://resource.example.com/.well-known/oauth-protected-resource/resource1",
    // "any terminating slash following the host component MUST be removed before inserting"
    "https://resource.example.com/, https://resource.example.com/.well-known/oauth-protected-resource",
    // a slash at the end of a path is part of the path
    "https://resource.example.com/mcp/, https://resource.example.com/.well-known/oauth-protected-resource/mcp/",
    // "between the host component and the path and/or query components"
    "https://resource.example.com?k=v, https://resource.example.com/.well-known/oauth-protected-resource?k=v",
    "https://resource.example.com/?k=v, https://resource.example.com/.well-known/oauth-protected-resource?k=v",
    "https://resource.example.com/a/b?k=v%20w, https://resource.example.com/.well-known/oauth-protected-resource/a/b?k=v%20w",
    "https://resource.example.com:8443/a%20b, https://resource.example.com:8443/.well-known/oauth-protected-resource/a%20b",
    "http://[::1]:8080/mcp, http://[::1]:8080/.well-known/oauth-protected-resource/mcp",
  })
  void trap32_resourceIdentifier_getsTheWellKnownPathInserted(String resource, String metadata) {
    assertThat(WellKnownUri.of(URI.create(resource))).isEqualTo(metadata);
  }

  @ParameterizedTest
  @CsvSource({
    "/.well-known/oauth-protected-resource, /",
    "/.well-known/oauth-protected-resource/, /",
    "/.well-known/oauth-protected-resource/mcp, /mcp",
    "/.well-known/oauth-protected-resource/a/b, /a/b",
    "/.well-known/oauth-protected-resource/mcp/, /mcp/",
  })
  void resourcePath_wellKnownPath_isWhatFollows(String path, String resource) {
    assertThat(WellKnownUri.resourcePath(path)).contains(resource);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/mcp",
        "/.well-known",
        "/.well-known/oauth-protected-resource-evil",
        "/.well-known/oauth-protected-resources/mcp",
        "/.WELL-KNOWN/oauth-protected-resource",
        "/mcp/.well-known/oauth-protected-resource",
      })
  void resourcePath_otherPath_isEmpty(String path) {
    assertThat(WellKnownUri.resourcePath(path)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/.well-known/oauth-authorization-server, true",
    "/.well-known/oauth-authorization-server/mcp, true",
    "/.well-known/openid-configuration, true",
    "/.well-known/openid-configuration/mcp, true",
    "/.well-known/oauth-authorization-server-x, false",
    "/.well-known/openid-configurations, false",
    "/.well-known/oauth-protected-resource, false",
    "/mcp/.well-known/oauth-authorization-server, false",
    "/mcp, false",
  })
  void asksForAuthorizationServer_rfc8414AndOidcPaths_only(String path, boolean expected) {
    assertThat(WellKnownUri.asksForAuthorizationServer(path)).isEqualTo(expected);
  }
}
