package io.mcpgateway.config;

import io.mcpgateway.Route;
import io.mcpgateway.authorization.AccessList;
import io.mcpgateway.authorization.Denial;
import io.mcpgateway.authorization.McpAuthorization;
import io.mcpgateway.authorization.RequiredScopes;
import io.mcpgateway.authorization.ScopeMatcher;
import io.mcpgateway.cel.CelRule;
import io.mcpgateway.cel.CelRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Makes the policies {@code requiredScopes} and {@code mcpAuthorization}. */
final class AuthorizationAssembler {
  private static final Map<String, Function<String, CelRule>> EFFECTS =
      Map.of("allow", CelRule::allow, "deny", CelRule::deny, "require", CelRule::require);

  private final Problems problems;

  AuthorizationAssembler(Problems problems) {
    this.problems = problems;
  }

  /**
   * Adds the policies.
   *
   * @param policies of the route
   * @param route gets them
   */
  void add(Setting policies, Route.Builder route) {
    Optional<Setting> required = policies.get("requiredScopes").filter(is -> !is.broken());
    ScopeMatcher matcher =
        required
            .flatMap(scopes -> scopes.get("implies"))
            .map(this::matcher)
            .orElse(ScopeMatcher.EXACT);
    required.ifPresent(
        scopes -> {
          if (policies.has("mcpAuthentication")) {
            problems.attempt(scopes, () -> route.requiredScopes(scopes(scopes, matcher)));
          } else {
            problems.add(scopes, "without callers (expected: mcpAuthentication)");
          }
        });
    policies
        .get("mcpAuthorization")
        .filter(is -> !is.broken())
        .flatMap(rules -> authorization(rules, matcher))
        .ifPresent(route::authorization);
  }

  private ScopeMatcher matcher(Setting implies) {
    Map<String, Set<String>> implied = new LinkedHashMap<>();
    implies.members().keySet().stream()
        .map(String::valueOf)
        .forEach(scope -> implied.put(scope, Set.of(implies.texts(scope))));
    return ScopeMatcher.implying(implied);
  }

  private RequiredScopes scopes(Setting setting, ScopeMatcher matcher) {
    RequiredScopes.Builder scopes =
        RequiredScopes.builder().scopes(setting.texts("scopes")).matcher(matcher);
    byName(setting, "methods", scopes::method);
    byName(setting, "tools", scopes::tool);
    byName(setting, "prompts", scopes::prompt);
    byName(setting, "resources", scopes::resource);
    return scopes.build();
  }

  /** One of the builder's methods. */
  private interface ScopesOf {
    RequiredScopes.Builder add(String name, String... scopes);
  }

  private static void byName(Setting setting, String key, ScopesOf scopes) {
    setting
        .get(key)
        .ifPresent(
            names ->
                names.members().keySet().stream()
                    .map(String::valueOf)
                    .forEach(name -> scopes.add(name, names.texts(name))));
  }

  private Optional<McpAuthorization> authorization(Setting setting, ScopeMatcher matcher) {
    McpAuthorization.Builder policy = McpAuthorization.builder().scopeMatcher(matcher);
    list(setting, "tools").ifPresent(policy::tools);
    list(setting, "prompts").ifPresent(policy::prompts);
    list(setting, "resources").ifPresent(policy::resources);
    rules(setting).ifPresent(policy::rule);
    setting
        .text("denied")
        .map(denied -> Denial.valueOf(denied.toUpperCase(Locale.ROOT)))
        .ifPresent(policy::denial);
    return Optional.of(policy.build());
  }

  private Optional<AccessList> list(Setting setting, String key) {
    return setting
        .get(key)
        .map(
            entries ->
                AccessList.of(
                    entries.items().stream()
                        .flatMap(entry -> entry(entry).stream())
                        .toArray(AccessList.Entry[]::new)));
  }

  private Optional<AccessList.Entry> entry(Setting setting) {
    return problems.attempt(
        setting,
        () ->
            withClaims(
                AccessList.Entry.of(setting.texts("names")).scopes(setting.texts("scopes")),
                setting.get("claims")));
  }

  private static AccessList.Entry withClaims(AccessList.Entry entry, Optional<Setting> claims) {
    AccessList.Entry restricted = entry;
    for (Object claim : claims.map(Setting::members).orElse(Map.of()).keySet()) {
      String name = String.valueOf(claim);
      restricted = restricted.claim(name, claims.orElseThrow().texts(name));
    }
    return restricted;
  }

  private Optional<CelRules> rules(Setting setting) {
    List<CelRule> rules = new ArrayList<>();
    for (Setting item : setting.items("rules")) {
      Optional<String> bare = item.as(String.class);
      if (bare.isPresent()) {
        problems.attempt(item, () -> CelRule.allow(bare.get())).ifPresent(rules::add);
      } else {
        EFFECTS.forEach(
            (effect, rule) ->
                item.get(effect)
                    .flatMap(
                        at ->
                            at.as(String.class)
                                .flatMap(text -> problems.attempt(at, () -> rule.apply(text))))
                    .ifPresent(rules::add));
      }
    }
    return rules.isEmpty()
        ? Optional.empty()
        : Optional.of(CelRules.of(rules.toArray(CelRule[]::new)));
  }
}
