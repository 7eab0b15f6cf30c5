package io.mcpgateway.config;

import io.mcpgateway.Route;
import io.mcpgateway.auth.AuthenticationMode;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.backendauth.AcquiredToken;
import io.mcpgateway.backendauth.BackendAuth;
import io.mcpgateway.backendauth.CredentialLocation;
import io.mcpgateway.backendauth.StaticCredential;
import io.mcpgateway.jwt.JwtSigner;
import io.mcpgateway.oauth.ClientAuthentication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;

/** Makes the policy {@code backendAuth}. */
final class BackendAuthAssembler {
  private final Problems problems;
  private final ReferencedFiles files;

  BackendAuthAssembler(Problems problems, ReferencedFiles files) {
    this.problems = problems;
    this.files = files;
  }

  /**
   * Adds the policy.
   *
   * @param setting the section
   * @param authentication who may call; empty for everybody
   * @param route gets it
   */
  void add(Setting setting, Optional<McpAuthentication> authentication, Route.Builder route) {
    if (setting.broken()) {
      return;
    }
    if (setting.has("passthrough")) {
      route.passAuthorizationOn(true);
      problems.warn(
          setting,
          authentication.isPresent()
              ? "the backend gets the callers' tokens: only for one that is the same resource"
              : "without effect: without mcpAuthentication nothing is taken off");
      return;
    }
    Optional<BackendAuth> policy = policy(setting);
    if (policy.isPresent()
        && policy.get().needsCaller()
        && authentication.filter(any -> any.mode() == AuthenticationMode.STRICT).isEmpty()) {
      problems.add(
          setting.get("oauthTokenExchange").orElse(setting),
          "callers without a token are let in (expected: mcpAuthentication with mode: strict)");
      return;
    }
    policy.ifPresent(route::backendAuth);
  }

  private Optional<BackendAuth> policy(Setting setting) {
    return setting
        .get("key")
        .flatMap(this::key)
        .or(() -> setting.get("clientCredentials").flatMap(at -> token(at, false)))
        .or(() -> setting.get("oauthTokenExchange").flatMap(at -> token(at, true)));
  }

  private Optional<BackendAuth> key(Setting key) {
    Optional<String> value =
        key.as(String.class).or(() -> key.text("value")).or(() -> secret(key, "file"));
    Optional<CredentialLocation> location = location(key, "location");
    return value.isEmpty() || location.isEmpty()
        ? Optional.empty()
        : problems.attempt(key, () -> StaticCredential.of(value.get(), location.get()));
  }

  private Optional<CredentialLocation> location(Setting owner, String name) {
    Optional<Setting> header = owner.get(name).flatMap(at -> at.get("header"));
    return header.isEmpty()
        ? Optional.of(CredentialLocation.BEARER)
        : problems.attempt(
            header.get(),
            unused -> header.get().get("name"),
            () ->
                new CredentialLocation(
                    header.get().text("name").orElseThrow(),
                    header.get().text("prefix").orElse("")));
  }

  private Optional<BackendAuth> token(Setting setting, boolean exchange) {
    Optional<Function<Clock, ClientAuthentication>> client =
        client(setting.get("clientAuth").orElseThrow());
    Optional<CredentialLocation> location = location(setting, "authorizationLocation");
    if (client.isEmpty() || location.isEmpty()) {
      return Optional.empty();
    }
    if (setting.flag("allowInsecureTokenUrl")) {
      setting
          .get("allowInsecureTokenUrl")
          .ifPresent(at -> problems.warn(at, "whoever is on the way gets tokens and secrets"));
    }
    return problems.attempt(
        setting,
        name ->
            setting
                .get(name)
                .or(() -> name.equals("tokenUrl") ? setting.get("host") : Optional.empty()),
        () -> {
          AcquiredToken.Builder token =
              AcquiredToken.builder(tokenUrl(setting), client.get())
                  .scopes(setting.texts("scopes"))
                  .audiences(setting.texts("audiences"))
                  .resources(setting.texts("resources"))
                  .allowInsecureTokenUrl(setting.flag("allowInsecureTokenUrl"))
                  .location(location.get());
          setting.text("requestedTokenType").ifPresent(token::requestedTokenType);
          return exchange ? token.tokenExchange() : token.clientCredentials();
        });
  }

  /** As agentgateway: an authority alone is asked by http. */
  private static String tokenUrl(Setting setting) {
    return setting
        .text("tokenUrl")
        .orElseGet(
            () -> {
              String host = setting.text("host").orElseThrow();
              String path = setting.text("path").orElse("/");
              return (host.contains("://") ? host : "http://" + host)
                  + (path.startsWith("/") ? path : "/" + path);
            });
  }

  private Optional<Function<Clock, ClientAuthentication>> client(Setting setting) {
    String id = setting.text("clientId").orElseThrow();
    boolean signs = setting.text("method").filter("privateKeyJwt"::equals).isPresent();
    String needed = signs ? "signingKey" : "clientSecret";
    Optional<Setting> proof = setting.get(needed);
    if (proof.isEmpty()) {
      problems.add(
          setting.place(), setting.path() + "." + needed, "missing (expected: with this method)");
      return Optional.empty();
    }
    if (signs) {
      return signer(proof.get().get("file").orElseThrow(), setting.get("alg"))
          .map(
              signer ->
                  clock ->
                      ClientAuthentication.privateKeyJwt(
                          id, signer, setting.text("assertionAudience"), clock));
    }
    Optional<String> secret = proof.get().as(String.class).or(() -> secret(proof.get(), "file"));
    boolean inForm = setting.text("method").filter("clientSecretPost"::equals).isPresent();
    return secret.map(
        text ->
            clock ->
                inForm
                    ? ClientAuthentication.post(id, text)
                    : ClientAuthentication.basic(id, text));
  }

  /** A line break at the end is the editor's. */
  private Optional<String> secret(Setting owner, String key) {
    Optional<Setting> name = owner.get(key);
    Optional<Path> file = name.flatMap(files::resolve);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      String text = Files.readString(file.get(), StandardCharsets.UTF_8).strip();
      if (!text.isEmpty()) {
        return Optional.of(text);
      }
    } catch (IOException unreadable) {
      // told like an empty one: what the file holds is not to be quoted
    }
    problems.add(name.orElseThrow(), file.get() + " holds no secret (expected: one line of text)");
    return Optional.empty();
  }

  /**
   * A signer with the key of a file.
   *
   * @param name names the file
   * @param algorithm how to sign
   * @return empty after a mistake
   */
  Optional<JwtSigner> signer(Setting name, Optional<Setting> algorithm) {
    Optional<Path> file = files.resolve(name);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      Optional<String> chosen = algorithm.flatMap(at -> at.as(String.class));
      return Optional.of(
          chosen.isPresent() ? JwtSigner.of(file.get(), chosen.get()) : JwtSigner.of(file.get()));
    } catch (IOException unusable) {
      problems.add(algorithm.orElse(name), String.valueOf(unusable.getMessage()));
      return Optional.empty();
    }
  }
}
