package io.mcpgateway.config;

import io.mcpgateway.provider.IdentityProvider;
import io.mcpgateway.provider.ProviderKind;
import java.util.Locale;
import java.util.Optional;

/** Makes the identity provider of the policy {@code mcpAuthentication}. */
final class ProviderAssembler {
  private final Problems problems;

  ProviderAssembler(Problems problems) {
    this.problems = problems;
  }

  /**
   * Makes the provider.
   *
   * @param authentication the policy's section
   * @param audience what clients ask for
   * @return empty when there is none, or after a mistake
   */
  Optional<IdentityProvider> provider(Setting authentication, String audience) {
    Optional<ProviderKind> kind = kind(authentication);
    if (kind.isEmpty()) {
      authentication
          .get("clientId")
          .ifPresent(at -> problems.warn(at, "without effect: there is no provider"));
      authentication
          .get("clientSecret")
          .ifPresent(at -> problems.warn(at, "without effect: there is no provider"));
      return Optional.empty();
    }
    IdentityProvider.Builder provider =
        IdentityProvider.builder(kind.get(), authentication.text("issuer").orElseThrow())
            .allowInsecureUrls(authentication.flag("allowInsecureKeyUrls"));
    if (kind.get() == ProviderKind.AUTH0 || kind.get() == ProviderKind.OKTA) {
      provider.audience(audience);
    }
    if (kind.get() != ProviderKind.PLAIN) {
      authentication.text("clientId").ifPresent(provider::clientId);
      authentication.text("clientSecret").ifPresent(provider::clientSecret);
    }
    return problems.attempt(authentication, provider::build);
  }

  private static Optional<ProviderKind> kind(Setting authentication) {
    if (authentication.has("authorizationServerMetadata")) {
      return Optional.of(ProviderKind.PLAIN);
    }
    return authentication
        .get("provider")
        .flatMap(
            provider ->
                provider
                    .as(String.class)
                    .or(
                        () ->
                            provider.members().keySet().stream().map(String::valueOf).findFirst()))
        .map(name -> ProviderKind.valueOf(name.toUpperCase(Locale.ROOT)));
  }
}
