package io.mcpgateway.samples;

import io.mcpgateway.auth.CertificateBinding;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.jwt.DpopBinding;

/** The sample of the guide about bound tokens. */
final class BindingSamples {
  private BindingSamples() {}

  static McpAuthentication bound(TokenVerifier verifier) {
    return McpAuthentication.builder()
        .verifier(verifier)
        .bindings(
            DpopBinding.builder().required(true).algorithms("ES256", "EdDSA").build(),
            new CertificateBinding().behindProxy("Client-Cert"))
        .build();
  }
}
