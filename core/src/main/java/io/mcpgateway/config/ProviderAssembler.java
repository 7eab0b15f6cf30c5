package io.mcpgateway.config;

import io.mcpgateway.metadata.ResourceMetadata;
import io.mcpgateway.provider.IdentityProvider;
import io.mcpgateway.provider.ProviderKind;
import java.net.URI;
import java.util.Arrays;
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
   * @param resource whose identifier is the audience where no other is named
   * @return empty when there is none, or after a mistake
   */
  Optional<IdentityProvider> provider(Setting authentication, ResourceMetadata resource) {
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
      audience(authentication, resource).ifPresent(provider::audience);
    }
    if (kind.get() != ProviderKind.PLAIN) {
      authentication.text("clientId").ifPresent(provider::clientId);
      authentication.text("clientSecret").ifPresent(provider::clientSecret);
    }
    return problems.attempt(authentication, provider::build);
  }

  private static Optional<String> audience(Setting authentication, ResourceMetadata resource) {
    return authentication
        .text("audience")
        .or(() -> Arrays.stream(authentication.texts("audiences")).findFirst())
        .or(() -> resource.resource().map(URI::toString));
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
