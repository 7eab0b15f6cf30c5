package io.mcpgateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationServerPathTest {
  private static final String OAUTH = "/.well-known/oauth-authorization-server";

  // RFC 8414, 3.1: inserted before the path; OpenID Connect Discovery, 4: appended to it.
  @ParameterizedTest
  @CsvSource({
    "OAUTH, /, OAUTH, '', false",
    "OAUTH/mcp, /mcp, OAUTH/mcp, '', false",
    "OAUTH/a/b, /a/b, OAUTH/a/b, '', false",
    "OAUTH/client-registration, /, OAUTH, client-registration, false",
    "OAUTH/mcp/client-registration, /mcp, OAUTH/mcp, client-registration, false",
    "OAUTH/mcp/authorize, /mcp, OAUTH/mcp, authorize, false",
    "/mcpOAUTH, /mcp, /mcpOAUTH, '', true",
    "/a/bOAUTH/token, /a/b, /a/bOAUTH, token, true",
  })
  void parse_placeOfAServer_namesItsResource(
      String path, String resource, String metadata, String endpoint, boolean appended) {
    for (String wellKnown : new String[] {OAUTH, "/.well-known/openid-configuration"}) {
      assertThat(AuthorizationServerPath.parse(path.replace("OAUTH", wellKnown)))
          .contains(
              new AuthorizationServerPath(
                  resource, metadata.replace("OAUTH", wellKnown), endpoint, appended));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/mcp",
        "/client-registration",
        "/mcp/token",
        "/.well-known/oauth-protected-resource/mcp",
        "/.well-known/oauth-authorization-server-evil",
        "/x.well-known/oauth-authorization-server",
        "/mcp/.well-known/oauth-authorization-server/other",
      })
  void parse_otherPath_isNone(String path) {
    assertThat(AuthorizationServerPath.parse(path)).isEmpty();
  }
}
