package io.mcpgateway.authorization;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.http.PrintableText;
import io.mcpgateway.json.JsonPruning;
import io.mcpgateway.json.JsonPruning.Exchange;
import io.mcpgateway.json.MalformedJsonException;
import io.mcpgateway.mcp.McpOperation;
import io.mcpgateway.mcp.McpOperation.Kind;
import io.mcpgateway.mcp.MessageFilter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may call which tool, prompt, resource or method. All lists and rules have to permit an
 * operation; the lists that servers send show only what a caller may call. What cannot be decided
 * is denied. Immutable and thread-safe.
 */
public final class McpAuthorization {
  private static final Logger LOG = LoggerFactory.getLogger(McpAuthorization.class);
  private static final Map<String, Kind> LISTED =
      Map.of(
          "/result/tools", Kind.TOOL,
          "/result/prompts", Kind.PROMPT,
          "/result/resources", Kind.RESOURCE,
          "/result/resourceTemplates", Kind.RESOURCE);

  /** MCP 2026-07-28, Caching: what one caller may see is not for others. */
  private static final JsonPruning PRUNING =
      new JsonPruning(
          Map.of(
              "/result/tools", "name",
              "/result/prompts", "name",
              "/result/resources", "uri",
              "/result/resourceTemplates", "uriTemplate"),
          Map.of("/result/cacheScope", new Exchange("public", "private")));

  private final AccessList.Lists lists;
  private final List<AccessRule> rules;
  private final ScopeMatcher matcher;
  private final Denial denial;
  private final int maxMessageBytes;

  private McpAuthorization(Builder builder) {
    this.lists = new AccessList.Lists(builder.tools, builder.prompts, builder.resources);
    this.rules = List.copyOf(builder.rules);
    this.matcher = builder.matcher;
    this.denial = builder.denial;
    this.maxMessageBytes = builder.maxMessageBytes;
  }

  /** Returns a new builder: everything is permitted. */
  public static Builder builder() {
    return new Builder();
  }

  /** How a denied operation is answered. */
  public Denial denial() {
    return denial;
  }

  /**
   * Decides about a message.
   *
   * @param request who asks; its operation does not count
   * @param operations what the message asks for
   * @return denied when one of them is
   */
  public AuthorizationDecision decide(AccessRequest request, List<McpOperation> operations) {
    for (McpOperation operation : operations) {
      Optional<AuthorizationDecision.Denied> denied = denied(request.about(operation));
      if (denied.isPresent()) {
        return denied.get();
      }
    }
    return new AuthorizationDecision.Permitted();
  }

  private Optional<AuthorizationDecision.Denied> denied(AccessRequest request) {
    McpOperation operation = request.operation();
    Optional<AccessList> list = lists.about(operation.kind());
    if (list.isPresent()) {
      Optional<AccessList.Entry> entry = operation.name().flatMap(list.get()::about);
      if (entry.isEmpty() || !claimsHold(entry.get(), request.caller())) {
        return Optional.of(new AuthorizationDecision.Denied(operation, List.of()));
      }
      Set<String> scopes = entry.get().scopes();
      Set<String> granted = request.caller().map(AuthenticatedPrincipal::scopes).orElse(Set.of());
      if (!scopes.stream().allMatch(scope -> matcher.grants(granted, scope))) {
        return Optional.of(
            new AuthorizationDecision.Denied(operation, scopes.stream().sorted().toList()));
      }
    }
    return rules.stream().allMatch(rule -> permits(rule, request))
        ? Optional.empty()
        : Optional.of(new AuthorizationDecision.Denied(operation, List.of()));
  }

  private static boolean claimsHold(
      AccessList.Entry entry, Optional<AuthenticatedPrincipal> caller) {
    return caller.isPresent() ? entry.claimsHold(caller.get()) : entry.asksNothing();
  }

  private static boolean permits(AccessRule rule, AccessRequest request) {
    try {
      return rule.permits(request);
    } catch (RuntimeException undecided) {
      LOG.warn("an access rule failed, which denies: {}", PrintableText.kind(undecided));
      return false;
    }
  }

  /**
   * Takes out of lists what a caller may not call.
   *
   * @param request who gets the lists; its operation does not count
   */
  public MessageFilter filterFor(AccessRequest request) {
    return new MessageFilter() {
      @Override
      public byte[] filter(byte[] message) throws IOException {
        try {
          return PRUNING.prune(
              message,
              (array, name) -> shows(request, LISTED.getOrDefault(array, Kind.OTHER), name));
        } catch (MalformedJsonException unreadable) {
          throw new IOException("a list that cannot be filtered", unreadable);
        }
      }

      @Override
      public int maxMessageBytes() {
        return maxMessageBytes;
      }
    };
  }

  private boolean shows(AccessRequest request, Kind kind, Optional<String> name) {
    return name.isPresent() && denied(request.about(McpOperation.callOf(kind, name))).isEmpty();
  }

  /** The lists and rules, on one line. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    lists.tools().ifPresent(list -> parts.add("tools " + list));
    lists.prompts().ifPresent(list -> parts.add("prompts " + list));
    lists.resources().ifPresent(list -> parts.add("resources " + list));
    rules.forEach(rule -> parts.add(rule.toString()));
    parts.add("denied: " + denial.name().toLowerCase(Locale.ROOT));
    return String.join(", ", parts);
  }

  /** Collects lists and rules. Not thread-safe. */
  public static final class Builder {
    private static final int MIB = 1024 * 1024;

    private Optional<AccessList> tools = Optional.empty();
    private Optional<AccessList> prompts = Optional.empty();
    private Optional<AccessList> resources = Optional.empty();
    private final List<AccessRule> rules = new ArrayList<>();
    private ScopeMatcher matcher = ScopeMatcher.EXACT;
    private Denial denial = Denial.HIDDEN;
    private int maxMessageBytes = 4 * MIB;

    private Builder() {}

    /**
     * Sets who may call which tools. Default: everybody all.
     *
     * @param list what it does not name is denied
     * @return this
     */
    public Builder tools(AccessList list) {
      this.tools = Optional.of(list);
      return this;
    }

    /**
     * Sets who may get which prompts. Default: everybody all.
     *
     * @param list what it does not name is denied
     * @return this
     */
    public Builder prompts(AccessList list) {
      this.prompts = Optional.of(list);
      return this;
    }

    /**
     * Sets who may read which resources, by their URIs. Default: everybody all.
     *
     * @param list what it does not name is denied
     * @return this
     */
    public Builder resources(AccessList list) {
      this.resources = Optional.of(list);
      return this;
    }

    /**
     * Adds a rule. All rules have to permit an operation.
     *
     * @param rule called for every operation, also for methods that name nothing
     * @return this
     */
    public Builder rule(AccessRule rule) {
      rules.add(rule);
      return this;
    }

    /**
     * Sets whether scopes that were granted are enough. Default: {@link ScopeMatcher#EXACT}.
     *
     * @param matcher decides scope by scope
     * @return this
     */
    public Builder scopeMatcher(ScopeMatcher matcher) {
      this.matcher = matcher;
      return this;
    }

    /**
     * Sets how a denied operation is answered. Default: {@link Denial#HIDDEN}.
     *
     * @param denial see there
     * @return this
     */
    public Builder denial(Denial denial) {
      this.denial = denial;
      return this;
    }

    /**
     * Limits the messages of a server in which lists are filtered. Default: 4 MiB. A longer one
     * ends the response.
     *
     * @param bytes at least 1
     * @return this
     * @throws IllegalArgumentException when it is less
     */
    public Builder maxMessageBytes(int bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("maxMessageBytes: " + bytes + " (expected: >= 1)");
      }
      this.maxMessageBytes = bytes;
      return this;
    }

    /** Returns the policy. */
    public McpAuthorization build() {
      return new McpAuthorization(this);
    }
  }
}
