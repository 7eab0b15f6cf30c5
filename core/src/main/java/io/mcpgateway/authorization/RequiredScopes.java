package io.mcpgateway.authorization;

import io.mcpgateway.mcp.McpOperation;
import io.mcpgateway.mcp.McpOperation.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The scopes that callers need: for every request, and more for some of them (MCP authorization,
 * Scope Challenge Handling). Who lacks one is told all that the request needs, so that a client can
 * ask for them at once. Immutable and thread-safe.
 */
public final class RequiredScopes {
  /** Nothing is required. */
  public static final RequiredScopes NONE = builder().build();

  private final Set<String> base;
  private final List<Rule> rules;
  private final ScopeMatcher matcher;

  /**
   * More scopes for some operations.
   *
   * @param kind what the name is of; {@link Kind#OTHER} for a method
   * @param name which ones
   * @param scopes what they need
   */
  private record Rule(Kind kind, NamePattern name, Set<String> scopes) {
    @Override
    public String toString() {
      return kind + " " + name.text() + ": " + String.join(" ", new TreeSet<>(scopes));
    }

    boolean concerns(McpOperation operation) {
      return kind == Kind.OTHER
          ? name.matches(operation.method())
          : kind == operation.kind() && operation.name().filter(name::matches).isPresent();
    }
  }

  private RequiredScopes(Builder builder) {
    this.base = unmodifiable(builder.base);
    this.rules = List.copyOf(builder.rules);
    this.matcher = builder.matcher;
  }

  private static Set<String> unmodifiable(Set<String> scopes) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
  }

  /** Returns a new builder: nothing is required. */
  public static Builder builder() {
    return new Builder();
  }

  /** What every request needs, in order; challenges name it. */
  public List<String> base() {
    return List.copyOf(base);
  }

  /** Whether anything is required at all. */
  public boolean isEmpty() {
    return base.isEmpty() && rules.isEmpty();
  }

  /** Whether the message decides, so that it has to be read. */
  public boolean dependOnMessage() {
    return !rules.isEmpty();
  }

  /**
   * All scopes that a request needs, if it lacks one.
   *
   * @param granted what the caller's token grants
   * @param operations what the request's message asks for; none for other requests
   * @return empty when nothing is lacking; else what every request needs, then what this one needs
   *     besides
   */
  public Optional<List<String>> lacking(Set<String> granted, List<McpOperation> operations) {
    if (isEmpty()) {
      return Optional.empty();
    }
    Set<String> needed = new LinkedHashSet<>(base);
    for (McpOperation operation : operations) {
      rules.stream()
          .filter(rule -> rule.concerns(operation))
          .forEach(rule -> needed.addAll(rule.scopes()));
    }
    return needed.stream().allMatch(scope -> matcher.grants(granted, scope))
        ? Optional.empty()
        : Optional.of(List.copyOf(needed));
  }

  /** What is needed for what, on one line. */
  @Override
  public String toString() {
    return Stream.concat(
            Stream.of(base.isEmpty() ? "none" : String.join(" ", base)),
            rules.stream().map(Rule::toString))
        .collect(Collectors.joining("; "));
  }

  /** Collects scopes. Not thread-safe. */
  public static final class Builder {
    private final Set<String> base = new LinkedHashSet<>();
    private final List<Rule> rules = new ArrayList<>();
    private ScopeMatcher matcher = ScopeMatcher.EXACT;

    private Builder() {}

    /**
     * Adds scopes that every request of the route needs.
     *
     * @param scopes scope tokens (RFC 6749, 3.3)
     * @return this
     * @throws IllegalArgumentException when one is no scope token
     */
    public Builder scopes(String... scopes) {
      base.addAll(checked(scopes));
      return this;
    }

    /**
     * Adds scopes that a method needs.
     *
     * @param method a JSON-RPC method, or several with {@code *}
     * @param scopes scope tokens
     * @return this
     * @throws IllegalArgumentException when one is no scope token
     */
    public Builder method(String method, String... scopes) {
      return rule(Kind.OTHER, method, scopes);
    }

    /**
     * Adds scopes that calling a tool needs.
     *
     * @param name a tool's name, or several with {@code *}
     * @param scopes scope tokens
     * @return this
     * @throws IllegalArgumentException when one is no scope token
     */
    public Builder tool(String name, String... scopes) {
      return rule(Kind.TOOL, name, scopes);
    }

    /**
     * Adds scopes that getting a prompt needs.
     *
     * @param name a prompt's name, or several with {@code *}
     * @param scopes scope tokens
     * @return this
     * @throws IllegalArgumentException when one is no scope token
     */
    public Builder prompt(String name, String... scopes) {
      return rule(Kind.PROMPT, name, scopes);
    }

    /**
     * Adds scopes that reading a resource, or subscribing to it, needs.
     *
     * @param uri a resource's URI, or several with {@code *}
     * @param scopes scope tokens
     * @return this
     * @throws IllegalArgumentException when one is no scope token
     */
    public Builder resource(String uri, String... scopes) {
      return rule(Kind.RESOURCE, uri, scopes);
    }

    private Builder rule(Kind kind, String name, String... scopes) {
      rules.add(new Rule(kind, new NamePattern(name), Set.copyOf(checked(scopes))));
      return this;
    }

    private static List<String> checked(String... scopes) {
      for (String scope : scopes) {
        if (!scope.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]+")) {
          throw new IllegalArgumentException(
              "a scope of " + scope.length() + " characters (expected: a scope token)");
        }
      }
      return Arrays.asList(scopes);
    }

    /**
     * Sets whether scopes that were granted are enough. Default: {@link ScopeMatcher#EXACT}.
     *
     * @param matcher decides scope by scope
     * @return this
     */
    public Builder matcher(ScopeMatcher matcher) {
      this.matcher = matcher;
      return this;
    }

    /** Returns what was collected. */
    public RequiredScopes build() {
      return new RequiredScopes(this);
    }
  }
}
