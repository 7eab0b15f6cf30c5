package io.mcpgateway.authorization;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.mcp.McpOperation.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who may call which tools, prompts or resources: the first entry whose names match decides, and
 * what no entry names is denied. Immutable and thread-safe.
 */
public final class AccessList {
  private final List<Entry> entries;

  private AccessList(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /**
   * A list, in order.
   *
   * @param entries the first that matches decides; without any nothing may be called
   */
  public static AccessList of(Entry... entries) {
    return new AccessList(Arrays.asList(entries));
  }

  /**
   * The entry that decides.
   *
   * @param name a tool's or prompt's name, or a resource's URI
   */
  Optional<Entry> about(String name) {
    return entries.stream().filter(entry -> entry.concerns(name)).findFirst();
  }

  /** The entries, in order. */
  @Override
  public String toString() {
    return entries.toString();
  }

  /** What callers need for some names. Immutable; the methods return a new one. */
  public static final class Entry {
    private final List<NamePattern> names;
    private final Set<String> scopes;
    private final Map<String, Set<String>> claims;

    private Entry(List<NamePattern> names, Set<String> scopes, Map<String, Set<String>> claims) {
      this.names = List.copyOf(names);
      this.scopes = scopes;
      this.claims = claims;
    }

    /**
     * Everybody who gets through authentication may call these.
     *
     * @param names names or URIs; {@code *} stands for any characters
     * @throws IllegalArgumentException when one is empty
     */
    public static Entry of(String... names) {
      return new Entry(Arrays.stream(names).map(NamePattern::new).toList(), Set.of(), Map.of());
    }

    /**
     * The caller's token has to grant these.
     *
     * @param required all of them
     */
    public Entry scopes(String... required) {
      return new Entry(names, Set.copyOf(new LinkedHashSet<>(Arrays.asList(required))), claims);
    }

    /**
     * A claim of the caller's token has to have one of these values, or hold one in a list.
     *
     * @param claim its name; dots lead into objects
     * @param values as text: strings, numbers, {@code true} and {@code false}
     */
    public Entry claim(String claim, String... values) {
      Map<String, Set<String>> more = new LinkedHashMap<>(claims);
      more.put(claim, Set.of(values));
      return new Entry(names, scopes, Map.copyOf(more));
    }

    @Override
    public String toString() {
      String all = names.stream().map(NamePattern::text).collect(Collectors.joining(" "));
      String granted =
          scopes.isEmpty() ? "" : ", scopes " + String.join(" ", new TreeSet<>(scopes));
      String proved = claims.isEmpty() ? "" : ", claims " + sorted(claims);
      return all + granted + proved;
    }

    private static Map<String, Set<String>> sorted(Map<String, Set<String>> claims) {
      Map<String, Set<String>> sorted = new TreeMap<>();
      claims.forEach((claim, values) -> sorted.put(claim, new TreeSet<>(values)));
      return sorted;
    }

    private boolean concerns(String name) {
      return names.stream().anyMatch(pattern -> pattern.matches(name));
    }

    boolean claimsHold(AuthenticatedPrincipal caller) {
      return claims.entrySet().stream()
          .allMatch(claim -> holds(caller.claims(), claim.getKey(), claim.getValue()));
    }

    Set<String> scopes() {
      return scopes;
    }

    boolean asksNothing() {
      return scopes.isEmpty() && claims.isEmpty();
    }

    private static boolean holds(Map<?, ?> claims, String path, Set<String> values) {
      List<Object> found = new ArrayList<>();
      if (claims.get(path) != null) {
        found.add(claims.get(path));
      } else {
        int dot = path.indexOf('.');
        if (dot > 0 && claims.get(path.substring(0, dot)) instanceof Map<?, ?> inner) {
          return holds(inner, path.substring(dot + 1), values);
        }
      }
      return found.stream()
          .flatMap(value -> value instanceof Collection<?> many ? many.stream() : found.stream())
          .anyMatch(value -> value != null && values.contains(value.toString()));
    }
  }

  /**
   * Which lists there are.
   *
   * @param tools about tools
   * @param prompts about prompts
   * @param resources about resources
   */
  record Lists(
      Optional<AccessList> tools, Optional<AccessList> prompts, Optional<AccessList> resources) {
    Optional<AccessList> about(Kind kind) {
      return switch (kind) {
        case TOOL -> tools;
        case PROMPT -> prompts;
        case RESOURCE -> resources;
        case OTHER -> Optional.empty();
      };
    }
  }
}
