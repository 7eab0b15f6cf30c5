package io.mcpgateway.config;

import io.mcpgateway.Route;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.backendauth.IdentityHeaders;
import io.mcpgateway.backendauth.SignedIdentity;
import io.mcpgateway.http.HeaderModifier;
import io.mcpgateway.jwt.JwtSigner;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Makes the policies that say what the backend learns about callers. */
final class IdentityAssembler {
  private final Problems problems;
  private final BackendAuthAssembler keys;

  IdentityAssembler(Problems problems, BackendAuthAssembler keys) {
    this.problems = problems;
    this.keys = keys;
  }

  /**
   * Adds the policies.
   *
   * @param policies the section
   * @param authentication who may call; empty for everybody
   * @param route gets them
   */
  void add(Setting policies, Optional<McpAuthentication> authentication, Route.Builder route) {
    sound(policies, "requestHeaderModifier")
        .ifPresent(at -> modifier(at, route::requestHeaderModifier));
    sound(policies, "responseHeaderModifier")
        .ifPresent(at -> modifier(at, route::responseHeaderModifier));
    sound(policies, "identityHeaders")
        .flatMap(this::identityHeaders)
        .ifPresent(route::identityHeaders);
    sound(policies, "signedIdentity")
        .flatMap(at -> signedIdentity(at, authentication))
        .ifPresent(route::signedIdentity);
    if (authentication.isEmpty()) {
      for (String key : new String[] {"identityHeaders", "signedIdentity"}) {
        sound(policies, key)
            .ifPresent(at -> problems.warn(at, "nobody is known: without mcpAuthentication"));
      }
    }
  }

  private static Optional<Setting> sound(Setting policies, String key) {
    return policies.get(key).filter(at -> !at.broken());
  }

  /** Each field on its own first, so that every mistake is told where it stands. */
  private void modifier(Setting setting, Consumer<HeaderModifier> route) {
    HeaderModifier.Builder modifier = HeaderModifier.builder();
    boolean fine = true;
    for (Setting item : setting.items("remove")) {
      String name = item.as(String.class).orElse("");
      fine &= change(item, to -> to.remove(name), modifier, route);
    }
    for (Map.Entry<String, Setting> field : fields(setting, "set")) {
      String value = field.getValue().as(String.class).orElse("");
      fine &= change(field.getValue(), to -> to.set(field.getKey(), value), modifier, route);
    }
    for (Map.Entry<String, Setting> field : fields(setting, "add")) {
      String value = field.getValue().as(String.class).orElse("");
      fine &= change(field.getValue(), to -> to.add(field.getKey(), value), modifier, route);
    }
    if (fine) {
      route.accept(modifier.build());
    }
  }

  private static List<Map.Entry<String, Setting>> fields(Setting setting, String key) {
    return setting.get(key).map(Setting::members).orElse(Map.of()).entrySet().stream()
        .map(field -> Map.entry(String.valueOf(field.getKey()), (Setting) field.getValue()))
        .toList();
  }

  private boolean change(
      Setting at,
      UnaryOperator<HeaderModifier.Builder> change,
      HeaderModifier.Builder modifier,
      Consumer<HeaderModifier> route) {
    return problems
        .attempt(
            at,
            unused -> Optional.of(at),
            () -> {
              route.accept(change.apply(HeaderModifier.builder()).build());
              return change.apply(modifier);
            })
        .isPresent();
  }

  private Optional<IdentityHeaders> identityHeaders(Setting setting) {
    IdentityHeaders.Builder headers = IdentityHeaders.builder();
    boolean fine = field(setting, "subject", headers::subject);
    fine &= field(setting, "issuer", headers::issuer);
    fine &= field(setting, "scopes", headers::scopes);
    Optional<Setting> claims = setting.get("claims");
    for (Object claim : claims.map(Setting::members).orElse(Map.of()).keySet()) {
      String name = String.valueOf(claim);
      fine &= field(claims.orElseThrow(), name, header -> headers.claim(name, header));
    }
    return fine ? Optional.of(headers.build()) : Optional.empty();
  }

  private boolean field(
      Setting owner, String key, Function<String, IdentityHeaders.Builder> headers) {
    Optional<Setting> at = owner.get(key);
    return at.isEmpty()
        || problems
            .attempt(
                at.get(),
                unused -> at,
                () -> headers.apply(at.get().as(String.class).orElseThrow()))
            .isPresent();
  }

  private Optional<SignedIdentity> signedIdentity(
      Setting setting, Optional<McpAuthentication> authentication) {
    Optional<String> issuer =
        setting
            .text("issuer")
            .or(
                () ->
                    authentication
                        .flatMap(policy -> policy.resourceMetadata().resource())
                        .map(URI::toString));
    if (issuer.isEmpty()) {
      problems.add(
          setting.place(),
          setting.path() + ".issuer",
          "missing (expected: a name for the gateway, or resourceMetadata.resource)");
    }
    Optional<JwtSigner> signer =
        keys.signer(setting.get("keyFile").orElseThrow(), setting.get("alg"));
    if (issuer.isEmpty() || signer.isEmpty()) {
      return Optional.empty();
    }
    return problems.attempt(
        setting,
        () -> {
          SignedIdentity.Builder identity =
              SignedIdentity.builder(
                  signer.get(), issuer.get(), setting.text("audience").orElseThrow());
          setting.text("header").ifPresent(identity::header);
          setting.duration("lifetime").ifPresent(identity::lifetime);
          return identity.build();
        });
  }
}
