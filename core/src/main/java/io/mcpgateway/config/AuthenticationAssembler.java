package io.mcpgateway.config;

import io.mcpgateway.auth.AuthenticationMode;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.auth.TokenBinding;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.jwt.JwtVerifier;
import io.mcpgateway.metadata.ResourceMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes the policy {@code mcpAuthentication}. */
final class AuthenticationAssembler {
  private static final Pattern CAPITAL = Pattern.compile("(?<=[a-z0-9])[A-Z]");
  private static final Pattern LOOPBACK =
      Pattern.compile("http://(localhost|127\\.[0-9.]+|\\[::1])([:/].*)?");

  private final Problems problems;
  private final ReferencedFiles files;
  private final List<TokenVerifier> verifiers = new ArrayList<>();

  AuthenticationAssembler(Problems problems, ReferencedFiles files) {
    this.problems = problems;
    this.files = files;
  }

  /** The verifiers that were made; whoever drops the policies closes them. */
  List<TokenVerifier> verifiers() {
    return List.copyOf(verifiers);
  }

  /**
   * Makes the policy.
   *
   * @param setting the section
   * @return empty after a mistake
   */
  Optional<McpAuthentication> policy(Setting setting) {
    if (setting.value() == null) {
      return Optional.empty();
    }
    Optional<Setting> metadata = setting.get("resourceMetadata");
    Optional<ResourceMetadata> resource =
        metadata.isPresent()
            ? metadata.flatMap(this::resourceMetadata)
            : Optional.of(ResourceMetadata.builder().build());
    Optional<String[]> audiences = audiences(setting, resource);
    if (setting.broken() || resource.isEmpty() || audiences.isEmpty()) {
      return Optional.empty();
    }
    warn(setting, resource.get());
    Optional<TokenBinding[]> bindings = new BindingAssembler(problems).bindings(setting);
    return verifier(setting, audiences.get())
        .filter(unused -> bindings.isPresent())
        .map(
            verifier ->
                McpAuthentication.builder()
                    .verifier(verifier)
                    .resourceMetadata(resource.get())
                    .mode(mode(setting))
                    .bindings(bindings.get())
                    .endStreamsAtExpiry(setting.choice("endStreamsAtExpiry").orElse(true))
                    .build());
  }

  private static AuthenticationMode mode(Setting setting) {
    return setting
        .text("mode")
        .map(mode -> AuthenticationMode.valueOf(mode.toUpperCase(Locale.ROOT)))
        .orElse(AuthenticationMode.STRICT);
  }

  private Optional<String[]> audiences(Setting setting, Optional<ResourceMetadata> resource) {
    for (String key : List.of("audience", "audiences")) {
      if (setting.has(key)) {
        return setting
            .get(key)
            .filter(value -> !value.broken())
            .map(
                value ->
                    value.items().stream()
                        .flatMap(item -> item.as(String.class).stream())
                        .toArray(String[]::new));
      }
    }
    if (resource.isPresent() && resource.get().resource().isEmpty()) {
      // MCP, Token Handling: a server accepts only tokens that were issued for it.
      problems.add(
          setting.place(),
          setting.path() + ".audiences",
          "missing (expected: a list, or resourceMetadata.resource, which then is the audience)");
    }
    return resource
        .flatMap(ResourceMetadata::resource)
        .map(identifier -> new String[] {identifier.toString()});
  }

  private Optional<? extends TokenVerifier> verifier(Setting setting, String[] audiences) {
    Optional<Setting> introspection = setting.get("introspection");
    Optional<? extends TokenVerifier> built =
        introspection.isPresent()
            ? new IntrospectionAssembler(problems, files)
                .verifier(setting, introspection.get(), audiences)
            : jwtVerifier(setting, audiences);
    built.ifPresent(verifiers::add);
    return built;
  }

  private Optional<JwtVerifier> jwtVerifier(Setting setting, String[] audiences) {
    JwtVerifier.Builder verifier =
        JwtVerifier.builder()
            .issuer(setting.text("issuer").orElseThrow())
            .audiences(audiences)
            .allowInsecureKeyUrls(setting.flag("allowInsecureKeyUrls"));
    setting.duration("clockSkew").ifPresent(verifier::clockSkew);
    Optional<Setting> jwks = setting.get("jwks");
    // Older files say nothing by an empty URL.
    Optional<Setting> url =
        setting
            .get("jwksUrl")
            .or(() -> jwks.flatMap(keys -> keys.get("url")))
            .filter(text -> !text.as(String.class).orElse("").isEmpty());
    Optional<Setting> file = jwks.flatMap(keys -> keys.get("file"));
    Optional<Setting> inline =
        jwks.flatMap(keys -> keys.as(String.class).isPresent() ? jwks : keys.get("inline"));
    url.flatMap(text -> text.as(String.class)).ifPresent(verifier::jwksUrl);
    file.flatMap(files::resolve).ifPresent(verifier::jwksFile);
    inline.flatMap(text -> text.as(String.class)).ifPresent(verifier::jwks);

    Map<String, Setting> keys = new HashMap<>();
    url.ifPresent(at -> keys.put("jwksUrl", at));
    file.ifPresent(at -> keys.put("jwksFile", at));
    inline.ifPresent(at -> keys.put("jwks", at));
    setting.get("audience").ifPresent(at -> keys.put("audiences", at));
    return problems.attempt(
        setting,
        name -> Optional.ofNullable(keys.get(name)).or(() -> setting.get(name)),
        verifier::build);
  }

  private Optional<ResourceMetadata> resourceMetadata(Setting setting) {
    ResourceMetadata.Builder metadata = ResourceMetadata.builder();
    Map<String, String> keys = new HashMap<>();
    boolean fine = !setting.broken();
    for (Map.Entry<?, ?> member : setting.members().entrySet()) {
      String key = String.valueOf(member.getKey());
      Setting value = (Setting) member.getValue();
      String name = CAPITAL.matcher(key).replaceAll("_$0").toLowerCase(Locale.ROOT);
      String other = keys.putIfAbsent(name, key);
      if (other != null) {
        problems.add(value, "the same as " + other + " (expected: only one of them)");
        fine = false;
      } else if (!value.broken()) {
        fine &=
            problems
                .attempt(
                    value,
                    unused -> Optional.of(value),
                    () -> metadata.parameter(name, plain(value)))
                .isPresent();
      }
    }
    return fine ? Optional.of(metadata.build()) : Optional.empty();
  }

  private static Object plain(Setting value) {
    Object content = value.value();
    return content instanceof List<?> list
        ? list.stream()
            .map(item -> item instanceof Setting setting ? plain(setting) : item)
            .toList()
        : content == null ? "" : content;
  }

  private void warn(Setting setting, ResourceMetadata metadata) {
    String issuer = setting.text("issuer").orElse("");
    if (!issuer.startsWith("https://") && !LOOPBACK.matcher(issuer).matches()) {
      setting
          .get("issuer")
          .ifPresent(at -> problems.warn(at, issuer + " is no https URL (RFC 8414, 2)"));
    }
    if (metadata.resource().isEmpty()) {
      problems.warn(
          setting,
          "no resourceMetadata.resource: clients are told the URL that each request was sent to");
    }
    if (mode(setting) != AuthenticationMode.STRICT) {
      setting
          .get("mode")
          .ifPresent(at -> problems.warn(at, "requests without a token reach the backend"));
    }
    if (setting.flag("allowInsecureKeyUrls")) {
      setting
          .get("allowInsecureKeyUrls")
          .ifPresent(at -> problems.warn(at, "whoever is on the way to the keys can sign tokens"));
    }
  }
}
