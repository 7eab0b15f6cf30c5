package io.mcpgateway.samples;

import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.authorization.AccessList;
import io.mcpgateway.authorization.AccessList.Entry;
import io.mcpgateway.authorization.Denial;
import io.mcpgateway.authorization.McpAuthorization;
import io.mcpgateway.jwt.JwtVerifier;
import io.mcpgateway.jwt.MultiIssuerVerifier;
import io.mcpgateway.provider.IdentityProvider;
import io.mcpgateway.provider.ProviderKind;
import java.time.Duration;

/** Whose tokens are accepted. */
final class TokenSamples {
  private TokenSamples() {}

  static TokenVerifier ofSeveralIssuers() {
    TokenVerifier verifier =
        MultiIssuerVerifier.builder()
            .verifier(
                JwtVerifier.builder()
                    .issuer("https://id.example.com/realms/staff")
                    .issuerAliases("https://id.internal/realms/staff")
                    .resource("https://api.example.com/mcp")
                    .scopeClaims("scope", "realm_access.roles")
                    .build())
            .verifier(
                JwtVerifier.builder()
                    .issuer("https://login.partner.example")
                    .audiences("mcp-weather")
                    .algorithms("RS256")
                    .requiredClaims("sub", "tenant")
                    .requireAccessTokenType(true)
                    .build())
            .tokenCache(Duration.ofMinutes(1), 10_000)
            .build();
    return verifier;
  }

  static McpAuthentication withProvider(TokenVerifier verifier) {
    return McpAuthentication.builder()
        .verifier(verifier)
        .provider(
            IdentityProvider.builder(ProviderKind.KEYCLOAK, "https://id.example.com/realms/main")
                .build())
        .build();
  }

  static McpAuthorization whoMayDoWhat() {
    return McpAuthorization.builder()
        .tools(AccessList.of(Entry.of("echo"), Entry.of("*").scopes("admin")))
        .rule(request -> !request.operation().method().equals("logging/setLevel"))
        .denial(Denial.FORBIDDEN)
        .build();
  }
}
