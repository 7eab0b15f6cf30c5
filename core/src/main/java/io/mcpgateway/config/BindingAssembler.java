package io.mcpgateway.config;

import io.mcpgateway.auth.CertificateBinding;
import io.mcpgateway.auth.TokenBinding;
import io.mcpgateway.jwt.DpopBinding;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes what tokens may or have to be bound to. */
final class BindingAssembler {
  private final Problems problems;

  BindingAssembler(Problems problems) {
    this.problems = problems;
  }

  /**
   * Makes the bindings.
   *
   * @param authentication the section that may have them
   * @return empty after a mistake
   */
  Optional<TokenBinding[]> bindings(Setting authentication) {
    Optional<Setting> dpop = authentication.get("dpop");
    Optional<Setting> certificate = authentication.get("clientCertificate");
    TokenBinding[] made =
        Stream.concat(
                dpop.flatMap(this::dpop).stream(), certificate.flatMap(this::certificate).stream())
            .toArray(TokenBinding[]::new);
    long wanted = Stream.of(dpop, certificate).filter(Optional::isPresent).count();
    return made.length == wanted ? Optional.of(made) : Optional.empty();
  }

  private Optional<TokenBinding> dpop(Setting setting) {
    if (setting.broken()) {
      return Optional.empty();
    }
    return problems.attempt(
        setting,
        () -> {
          DpopBinding.Builder binding =
              DpopBinding.builder().required(isRequired(setting)).nonce(setting.flag("nonce"));
          if (setting.has("algorithms")) {
            binding.algorithms(setting.texts("algorithms"));
          }
          setting.duration("maxAge").ifPresent(binding::maxAge);
          return binding.build();
        });
  }

  private Optional<TokenBinding> certificate(Setting setting) {
    if (setting.broken()) {
      return Optional.empty();
    }
    return problems.attempt(
        setting, () -> new CertificateBinding(isRequired(setting), setting.text("header")));
  }

  private static boolean isRequired(Setting setting) {
    return setting.text("mode").filter("required"::equals).isPresent();
  }
}
