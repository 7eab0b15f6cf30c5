package io.mcpgateway.config;

import io.mcpgateway.tls.BackendTls;
import io.mcpgateway.tls.BackendTls.Verification;
import java.nio.file.Path;
import java.util.Optional;

/** Makes the policy {@code backendTLS}. */
final class BackendTlsAssembler {
  private final Problems problems;
  private final ReferencedFiles files;

  BackendTlsAssembler(Problems problems, ReferencedFiles files) {
    this.problems = problems;
    this.files = files;
  }

  /**
   * Makes the policy.
   *
   * @param setting the section
   * @return empty after a mistake
   */
  Optional<BackendTls> policy(Setting setting) {
    Optional<Path> root = file(setting, "root");
    Optional<Path> certificate = file(setting, "cert");
    Optional<Path> key = file(setting, "key");
    boolean missing =
        (setting.has("root") && root.isEmpty())
            || (setting.has("cert") && certificate.isEmpty())
            || (setting.has("key") && key.isEmpty());
    if (setting.broken() || missing) {
      return Optional.empty();
    }
    warn(setting);
    return problems.attempt(
        setting,
        () -> {
          BackendTls.Builder tls =
              BackendTls.builder()
                  .subjectAltNames(setting.texts("subjectAltNames"))
                  .verification(verification(setting));
          root.ifPresent(tls::root);
          certificate.ifPresent(shown -> tls.certificate(shown, key.orElseThrow()));
          setting.text("hostname").ifPresent(tls::hostname);
          return tls.build();
        });
  }

  private Optional<Path> file(Setting setting, String key) {
    return setting.get(key).filter(name -> !name.broken()).flatMap(files::resolve);
  }

  private static Verification verification(Setting setting) {
    // As agentgateway: with both, the authority is verified.
    if (setting.flag("insecureHost")) {
      return Verification.AUTHORITY;
    }
    return setting.flag("insecure") ? Verification.NONE : Verification.AUTHORITY_AND_HOST;
  }

  private void warn(Setting setting) {
    Verification verification = verification(setting);
    if (verification == Verification.NONE) {
      setting
          .get("insecure")
          .ifPresent(at -> problems.warn(at, "whoever is on the way can be the backend"));
    } else if (verification == Verification.AUTHORITY) {
      setting
          .get("insecureHost")
          .ifPresent(at -> problems.warn(at, "any host with a certificate can be the backend"));
    }
    if (verification != Verification.AUTHORITY_AND_HOST) {
      setting
          .get("subjectAltNames")
          .ifPresent(at -> problems.warn(at, "without effect: names are not verified"));
    }
  }
}
