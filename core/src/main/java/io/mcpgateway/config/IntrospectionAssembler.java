package io.mcpgateway.config;

import io.mcpgateway.jwt.JwtSigner;
import io.mcpgateway.metadata.ResourceMetadata;
import io.mcpgateway.oauth.ClientAuthentication;
import io.mcpgateway.oauth.IntrospectionVerifier;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a verifier that asks the authorization server. */
final class IntrospectionAssembler {
  private static final List<String> OF_JWTS =
      List.of(
          "algorithms",
          "allowInsecureKeyUrls",
          "issuerAliases",
          "jwtValidationOptions",
          "scopeClaims",
          "tokenCache");

  private final Problems problems;
  private final ReferencedFiles files;

  IntrospectionAssembler(Problems problems, ReferencedFiles files) {
    this.problems = problems;
    this.files = files;
  }

  /**
   * Makes the verifier.
   *
   * @param authentication the section around it
   * @param introspection the section itself
   * @param resource whose identifier is the audience where none is said
   * @return empty after a mistake
   */
  Optional<IntrospectionVerifier> verifier(
      Setting authentication, Setting introspection, ResourceMetadata resource) {
    List<Setting> useless =
        OF_JWTS.stream().flatMap(key -> authentication.get(key).stream()).toList();
    useless.forEach(at -> problems.add(at, "next to introspection (expected: for JWTs only)"));
    if (!useless.isEmpty()) {
      return Optional.empty();
    }
    String[] audiences =
        Stream.of("audience", "audiences")
            .flatMap(key -> authentication.get(key).stream())
            .flatMap(named -> named.items().stream())
            .flatMap(item -> item.as(String.class).stream())
            .toArray(String[]::new);
    IntrospectionVerifier.Builder verifier =
        IntrospectionVerifier.builder()
            .issuer(authentication.text("issuer").orElseThrow())
            .audiences(
                audiences.length > 0
                    ? audiences
                    : resource.resource().stream().map(URI::toString).toArray(String[]::new))
            .url(introspection.text("url").orElseThrow())
            .audienceVerifiedByIssuer(introspection.flag("audienceVerifiedByIssuer"));
    introspection.duration("cacheFor").ifPresent(verifier::cacheFor);
    authentication.duration("clockSkew").ifPresent(verifier::clockSkew);
    return addClient(introspection, verifier)
        ? problems.attempt(
            introspection,
            name -> introspection.get(name).or(() -> authentication.get(name)),
            verifier::build)
        : Optional.empty();
  }

  /** Returns false after a mistake. */
  private boolean addClient(Setting setting, IntrospectionVerifier.Builder verifier) {
    String id = setting.text("clientId").orElseThrow();
    Optional<Setting> keyFile = setting.get("privateKeyFile");
    String method =
        setting
            .text("clientAuthentication")
            .orElse(
                keyFile.isPresent()
                    ? IntrospectionGrammar.PRIVATE_KEY_JWT
                    : IntrospectionGrammar.BASIC);
    if (keyFile.isPresent() != method.equals(IntrospectionGrammar.PRIVATE_KEY_JWT)) {
      problems.add(
          setting.get("clientAuthentication").orElse(setting),
          method + " (expected: private_key_jwt with privateKeyFile, else basic or post)");
      return false;
    }
    if (keyFile.isPresent()) {
      Optional<JwtSigner> signer = signer(keyFile.get());
      signer.ifPresent(key -> verifier.client(id, key));
      return signer.isPresent();
    }
    Optional<String> secret = secret(setting);
    secret.ifPresent(
        text ->
            verifier.client(
                method.equals(IntrospectionGrammar.POST)
                    ? ClientAuthentication.post(id, text)
                    : ClientAuthentication.basic(id, text)));
    return secret.isPresent();
  }

  private Optional<JwtSigner> signer(Setting keyFile) {
    return files.resolve(keyFile).flatMap(file -> read(keyFile, file, JwtSigner::of));
  }

  private Optional<String> secret(Setting setting) {
    Optional<Setting> secretFile = setting.get("clientSecretFile");
    return secretFile.isEmpty()
        ? setting.text("clientSecret")
        : files
            .resolve(secretFile.get())
            .flatMap(
                file ->
                    read(
                        secretFile.get(),
                        file,
                        any -> Files.readString(any, StandardCharsets.UTF_8).strip()));
  }

  /** Reads a file of secrets; what is wrong with it is told without its content. */
  private interface Reading<T> {
    T read(Path file) throws IOException;
  }

  private <T> Optional<T> read(Setting at, Path file, Reading<T> reading) {
    try {
      return Optional.of(reading.read(file));
    } catch (IOException unusable) {
      @Nullable String message = unusable.getMessage();
      problems.add(at, message == null ? file + " (expected: a readable file)" : message);
      return Optional.empty();
    }
  }
}
