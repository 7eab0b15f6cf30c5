package io.mcpgateway.config;

import io.mcpgateway.Route;
import io.mcpgateway.auth.McpAuthentication;
import io.mcpgateway.cors.CorsPolicy;
import io.mcpgateway.forward.ConnectRetry;
import io.mcpgateway.mcp.HeaderValidation;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Gives a route its policies. */
final class PolicyAssembler {
  private final Problems problems;
  private final AuthenticationAssembler authentication;
  private final AuthorizationAssembler authorization;
  private final BackendAuthAssembler backendAuth;
  private final IdentityAssembler identity;

  PolicyAssembler(
      Problems problems, ReferencedFiles files, AuthenticationAssembler authentication) {
    this.problems = problems;
    this.authentication = authentication;
    this.authorization = new AuthorizationAssembler(problems);
    this.backendAuth = new BackendAuthAssembler(problems, files);
    this.identity = new IdentityAssembler(problems, backendAuth);
  }

  /**
   * Adds the policies.
   *
   * @param owner what has the key {@code policies}
   * @param route gets them
   */
  void add(Setting owner, Route.Builder route) {
    Optional<Setting> policies = owner.get("policies");
    policies.flatMap(all -> all.get("cors")).flatMap(this::cors).ifPresent(route::cors);
    policies.ifPresent(all -> allowedOrigins(all, route));
    policies
        .flatMap(all -> all.choice("dnsRebindingProtection"))
        .ifPresent(route::dnsRebindingProtection);
    boolean callers =
        policies.filter(all -> all.has("mcpAuthentication") || all.has("apiKey")).isPresent();
    Optional<McpAuthentication> known = policies.flatMap(authentication::policy);
    known.ifPresent(route::authentication);
    if (!callers) {
      problems.warn(owner, "no mcpAuthentication: everybody may call");
    }
    policies.ifPresent(all -> authorization.add(all, route));
    policies
        .flatMap(all -> all.get("backendAuth"))
        // After a mistake in mcpAuthentication nothing is known of its callers.
        .filter(unused -> callers == known.isPresent())
        .ifPresent(setting -> backendAuth.add(setting, known, route));
    policies
        .filter(all -> all.has("apiKey"))
        .flatMap(all -> all.get("backendAuth"))
        .flatMap(all -> all.get("oauthTokenExchange"))
        .ifPresent(at -> problems.add(at, "next to apiKey (expected: callers with tokens only)"));
    policies
        .filter(unused -> callers == known.isPresent())
        .ifPresent(all -> identity.add(all, known, route));
    policies.flatMap(all -> all.get("timeout")).ifPresent(limits -> timeout(limits, route));
    policies
        .flatMap(all -> all.get("retry"))
        .filter(setting -> !setting.broken())
        .map(PolicyAssembler::retry)
        .ifPresent(route::retry);
    policies
        .flatMap(all -> all.text("mcpHeaderValidation"))
        .map(when -> HeaderValidation.valueOf(when.toUpperCase(Locale.ROOT)))
        .ifPresent(route::headerValidation);
    policies.flatMap(all -> all.duration("sseKeepAlive")).ifPresent(route::keepAlive);
  }

  private void allowedOrigins(Setting policies, Route.Builder route) {
    String key = "allowedOrigins";
    policies
        .get(key)
        .filter(origins -> !origins.broken())
        .ifPresent(
            origins -> problems.attempt(origins, () -> route.allowedOrigins(policies.texts(key))));
  }

  private static ConnectRetry retry(Setting retry) {
    return new ConnectRetry(
        retry.whole("attempts").map(Math::toIntExact).orElse(1),
        retry.duration("backoff").orElse(Duration.ZERO));
  }

  private static void timeout(Setting timeout, Route.Builder route) {
    Stream.of("requestTimeout", "backendRequestTimeout")
        .flatMap(key -> timeout.duration(key).stream())
        .min(Duration::compareTo)
        .ifPresent(route::responseTimeout);
  }

  private Optional<CorsPolicy> cors(Setting cors) {
    if (cors.broken()) {
      return Optional.empty();
    }
    CorsPolicy.Builder policy =
        CorsPolicy.builder()
            .allowOrigins(cors.texts("allowOrigins"))
            .allowHeaders(cors.texts("allowHeaders"))
            .allowMethods(cors.texts("allowMethods"))
            .exposeHeaders(cors.texts("exposeHeaders"))
            .allowCredentials(cors.flag("allowCredentials"));
    cors.duration("maxAge").ifPresent(policy::maxAge);
    return problems.attempt(cors, policy::build);
  }
}
