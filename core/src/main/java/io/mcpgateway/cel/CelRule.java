package io.mcpgateway.cel;

import io.mcpgateway.authorization.AccessRequest;
import io.mcpgateway.mcp.McpOperation.Kind;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One rule in the Common Expression Language, compiled and type-checked. It may use {@code
 * mcp.methodName}, {@code mcp.tool.name}, {@code mcp.prompt.name}, {@code mcp.resource.name} (its
 * URI), the {@code .target} of each (what the backend is called), {@code jwt} (the claims), {@code
 * request.method}, {@code .path}, {@code .host}, {@code .scheme} and {@code .headers} (by lower
 * case name; without credentials), and {@code source.address}. Immutable and thread-safe.
 */
public final class CelRule {
  /** What a rule that is true does. */
  enum Effect {
    ALLOW,
    DENY,
    REQUIRE
  }

  private final Effect effect;
  private final String text;
  private final CelExpression expression;

  private CelRule(Effect effect, String expression) {
    this.effect = effect;
    this.text = expression;
    try {
      this.expression = CelExpression.compile(expression);
    } catch (NoClassDefFoundError absent) {
      throw new IllegalStateException(
          "rules in CEL need a library that is not there (expected: dev.cel:cel on the class path)",
          absent);
    }
  }

  /**
   * Permits what it is true for, unless another rule denies it.
   *
   * @param expression of type bool
   * @throws IllegalArgumentException when it is malformed, names what is not there, or is of
   *     another type
   * @throws IllegalStateException when {@code dev.cel:cel} is absent
   */
  public static CelRule allow(String expression) {
    return new CelRule(Effect.ALLOW, expression);
  }

  /**
   * Denies what it is true for.
   *
   * @param expression see {@link #allow}
   */
  public static CelRule deny(String expression) {
    return new CelRule(Effect.DENY, expression);
  }

  /**
   * Denies what it is not true for.
   *
   * @param expression see {@link #allow}
   */
  public static CelRule require(String expression) {
    return new CelRule(Effect.REQUIRE, expression);
  }

  /** The rule as a file has it. */
  @Override
  public String toString() {
    return effect.name().toLowerCase(Locale.ROOT) + ": " + text;
  }

  boolean is(Effect other) {
    return effect == other;
  }

  /** Whether it speaks of methods, and of nothing that an operation without a name has not. */
  boolean concernsMethods() {
    return expression.names(CelExpression.METHOD) && expression.kinds().isEmpty();
  }

  /** Whether it permits, or does not forbid, as far as this rule goes. */
  boolean holds(AccessRequest request) {
    Optional<Boolean> value = expression.evaluate(request);
    return effect == Effect.DENY
        ? !value.orElseGet(() -> concerns(request.operation().kind()))
        : value.orElse(false);
  }

  /** A rule about tools says nothing of prompts; one that fails otherwise denies. */
  private boolean concerns(Kind kind) {
    Set<Kind> kinds = expression.kinds();
    return kinds.isEmpty() || kinds.contains(kind);
  }
}
