package io.mcpgateway.config;

import io.mcpgateway.auth.ApiKeyVerifier;
import io.mcpgateway.auth.AuthenticationMode;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.auth.TokenBinding;
import io.mcpgateway.auth.TokenCache;
import io.mcpgateway.auth.TokenVerifier;
import io.mcpgateway.fetch.SecureUrl;
import io.mcpgateway.jwt.JwtVerifier;
import io.mcpgateway.jwt.MultiIssuerVerifier;
import io.mcpgateway.metadata.ResourceMetadata;
import io.mcpgateway.oauth.IntrospectionVerifier;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Makes the policies {@code mcpAuthentication} and {@code apiKey}. */
final class AuthenticationAssembler {
  private static final Pattern CAPITAL = Pattern.compile("(?<=[a-z0-9])[A-Z]");

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
   * Makes the policy of a route.
   *
   * @param policies its policies
   * @return empty without {@code mcpAuthentication} and {@code apiKey}, and after a mistake
   */
  Optional<McpAuthentication> policy(Setting policies) {
    Optional<Setting> tokens = policies.get("mcpAuthentication");
    Optional<Setting> keys = policies.get("apiKey");
    if (keys.isEmpty()) {
      return tokens.flatMap(setting -> tokens(setting, UnaryOperator.identity()));
    }
    Optional<ApiKeyVerifier.Builder> known = new ApiKeyAssembler(problems).keys(keys.get());
    if (known.isEmpty()) {
      return Optional.empty();
    }
    if (tokens.isPresent()) {
      keys.get()
          .get("mode")
          .ifPresent(
              mode -> problems.add(mode, "next to mcpAuthentication (expected: its mode alone)"));
      return tokens(tokens.get(), jwt -> known.get().otherwise(jwt).build());
    }
    warnOfMode(keys.get());
    return Optional.of(
        McpAuthentication.builder().verifier(known.get().build()).mode(mode(keys.get())).build());
  }

  /**
   * Makes the policy {@code mcpAuthentication}.
   *
   * @param setting the section
   * @param around puts what else is accepted around its verifier
   */
  private Optional<McpAuthentication> tokens(Setting setting, UnaryOperator<TokenVerifier> around) {
    if (setting.value() == null) {
      return Optional.empty();
    }
    Optional<Setting> metadata = setting.get("resourceMetadata");
    Optional<ResourceMetadata> resource =
        metadata.isPresent()
            ? metadata.flatMap(this::resourceMetadata)
            : Optional.of(ResourceMetadata.builder().build());
    boolean audiences =
        issuers(setting).stream().filter(issuer -> !hasAudience(issuer, resource)).count() == 0;
    if (setting.broken() || resource.isEmpty() || !audiences) {
      return Optional.empty();
    }
    warn(setting, resource.get());
    Optional<TokenBinding[]> bindings = new BindingAssembler(problems).bindings(setting);
    McpAuthentication.Builder policy =
        McpAuthentication.builder()
            .resourceMetadata(resource.get())
            .mode(mode(setting))
            .endStreamsAtExpiry(setting.choice("endStreamsAtExpiry").orElse(true));
    bindings.ifPresent(policy::bindings);
    new ProviderAssembler(problems).provider(setting, resource.get()).ifPresent(policy::provider);
    return verifier(setting, resource.get())
        .filter(unused -> bindings.isPresent())
        .map(verifier -> policy.verifier(around.apply(verifier)).build());
  }

  private static AuthenticationMode mode(Setting setting) {
    return setting
        .text("mode")
        .map(mode -> AuthenticationMode.valueOf(mode.toUpperCase(Locale.ROOT)))
        .orElse(AuthenticationMode.STRICT);
  }

  /** The sections that describe an issuer each: the policy itself for a single one. */
  private static List<Setting> issuers(Setting setting) {
    return setting.has("issuers") ? setting.items("issuers") : List.of(setting);
  }

  private boolean hasAudience(Setting issuer, Optional<ResourceMetadata> resource) {
    if (issuer.has("audience") || issuer.has("audiences")) {
      return true;
    }
    if (resource.isPresent() && resource.get().resource().isEmpty()) {
      // MCP, Token Handling: a server accepts only tokens that were issued for it.
      problems.add(
          issuer.place(),
          issuer.path() + ".audiences",
          "missing (expected: a list, or resourceMetadata.resource, which then is the audience)");
      return false;
    }
    return resource.isPresent();
  }

  private Optional<? extends TokenVerifier> verifier(Setting setting, ResourceMetadata resource) {
    Optional<Setting> introspection = setting.get("introspection");
    if (introspection.isPresent()) {
      Optional<IntrospectionVerifier> asking =
          new IntrospectionAssembler(problems, files)
              .verifier(setting, introspection.get(), resource);
      asking.ifPresent(verifiers::add);
      return asking;
    }
    if (!setting.has("issuers")) {
      return verifierOf(setting, resource, setting);
    }
    MultiIssuerVerifier.Builder all = MultiIssuerVerifier.builder();
    boolean fine = true;
    for (Setting issuer : issuers(setting)) {
      Optional<JwtVerifier> one = verifierOf(issuer, resource, setting);
      one.ifPresent(all::verifier);
      fine &= one.isPresent();
    }
    tokenCache(setting, all::tokenCache);
    return fine ? problems.attempt(setting, all::build) : Optional.empty();
  }

  private static void tokenCache(Setting policy, BiConsumer<Duration, Integer> cache) {
    policy
        .get("tokenCache")
        .ifPresent(
            limits ->
                cache.accept(
                    limits.duration("maxAge").orElse(TokenCache.DEFAULT_MAX_AGE),
                    limits
                        .whole("maxEntries")
                        .map(Long::intValue)
                        .orElse(TokenCache.DEFAULT_MAX_ENTRIES)));
  }

  /**
   * Makes the verifier of one issuer.
   *
   * @param setting what is said of it
   * @param policy the section that holds it, or is it
   */
  private Optional<JwtVerifier> verifierOf(
      Setting setting, ResourceMetadata resource, Setting policy) {
    JwtVerifier.Builder verifier =
        JwtVerifier.builder()
            .issuer(setting.text("issuer").orElseThrow())
            .issuerAliases(setting.texts("issuerAliases"))
            .scopeClaims(setting.texts("scopeClaims"))
            .allowInsecureKeyUrls(setting.flag("allowInsecureKeyUrls"));
    resource.resource().map(URI::toString).ifPresent(verifier::resource);
    setting.text("audience").ifPresent(verifier::audiences);
    setting.get("audiences").ifPresent(many -> verifier.audiences(setting.texts("audiences")));
    setting.get("algorithms").ifPresent(some -> verifier.algorithms(setting.texts("algorithms")));
    Optional<Setting> options = setting.get("jwtValidationOptions");
    options.ifPresent(
        all ->
            verifier
                .requiredClaims(all.texts("requiredClaims"))
                .requireAccessTokenType(all.flag("requireAccessTokenType")));
    setting.duration("clockSkew").ifPresent(verifier::clockSkew);
    tokenCache(policy, verifier::tokenCache);
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
    options
        .flatMap(all -> all.get("requiredClaims"))
        .ifPresent(at -> keys.put("requiredClaims", at));
    Optional<JwtVerifier> built =
        problems.attempt(
            setting,
            name -> Optional.ofNullable(keys.get(name)).or(() -> setting.get(name)),
            verifier::build);
    built.ifPresent(verifiers::add);
    return built;
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

  /** A value as JSON has it. */
  static Object plain(Setting value) {
    Object content = value.value();
    return content instanceof List<?> list
        ? list.stream()
            .map(item -> item instanceof Setting setting ? plain(setting) : item)
            .toList()
        : content == null ? "" : content;
  }

  private void warn(Setting setting, ResourceMetadata metadata) {
    issuers(setting).forEach(this::warnOfIssuer);
    if (metadata.resource().isEmpty()) {
      problems.warn(
          setting,
          "no resourceMetadata.resource: clients are told the URL that each request was sent to");
    }
    warnOfMode(setting);
  }

  private void warnOfIssuer(Setting setting) {
    String issuer = setting.text("issuer").orElse("");
    if (SecureUrl.parse(issuer, false).isEmpty()) {
      setting
          .get("issuer")
          .ifPresent(at -> problems.warn(at, issuer + " is no https URL (RFC 8414, 2)"));
    }
    if (setting.flag("allowInsecureKeyUrls")) {
      setting
          .get("allowInsecureKeyUrls")
          .ifPresent(at -> problems.warn(at, "whoever is on the way to the keys can sign tokens"));
    }
  }

  private void warnOfMode(Setting setting) {
    if (mode(setting) != AuthenticationMode.STRICT) {
      setting
          .get("mode")
          .ifPresent(at -> problems.warn(at, "requests without a token reach the backend"));
    }
  }
}
