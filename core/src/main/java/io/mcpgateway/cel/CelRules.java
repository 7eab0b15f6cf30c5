package io.mcpgateway.cel;

import io.mcpgateway.authorization.AccessRequest;
import io.mcpgateway.authorization.AccessRule;
import io.mcpgateway.cel.CelRule.Effect;
import io.mcpgateway.mcp.McpOperation.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Rules in the Common Expression Language, taken together as agentgateway takes them: what a {@code
 * deny} rule is true for is denied; then every {@code require} rule has to be true; then, where
 * there are {@code allow} rules, one of them. A rule that cannot be evaluated denies.
 *
 * <p>They are about tools, prompts and resources. To other methods only those {@code deny} and
 * {@code require} rules apply that speak of {@code mcp.methodName} and of none of the three.
 * Immutable and thread-safe.
 */
public final class CelRules implements AccessRule {
  private final List<CelRule> rules;

  private CelRules(List<CelRule> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * Takes rules together.
   *
   * @param rules in any order; without any, everything is permitted
   */
  public static CelRules of(CelRule... rules) {
    return new CelRules(Arrays.asList(rules));
  }

  /** The rules, in order. */
  @Override
  public String toString() {
    return "rules " + rules;
  }

  @Override
  public boolean permits(AccessRequest request) {
    boolean named = request.operation().kind() != Kind.OTHER;
    Predicate<CelRule> applies = rule -> named || rule.concernsMethods();
    boolean forbidden =
        rules.stream()
            .filter(rule -> !rule.is(Effect.ALLOW))
            .filter(applies)
            .anyMatch(rule -> !rule.holds(request));
    boolean free = !named || rules.stream().noneMatch(rule -> rule.is(Effect.ALLOW));
    return !forbidden
        && (free
            || rules.stream()
                .filter(rule -> rule.is(Effect.ALLOW))
                .anyMatch(rule -> rule.holds(request)));
  }
}
