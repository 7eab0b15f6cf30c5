package io.mcpgateway.authorization;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Whether scopes that were granted are enough for one that is needed. Thread-safe. */
@FunctionalInterface
public interface ScopeMatcher {
  /** A scope grants itself. */
  ScopeMatcher EXACT = Set::contains;

  /**
   * Decides.
   *
   * @param granted what the token grants
   * @param needed one scope
   */
  boolean grants(Set<String> granted, String needed);

  /**
   * Scopes that include others (MCP 2026-07-28, Step-Up Authorization: hierarchies count).
   *
   * @param implied what each scope includes, directly; what that includes counts too
   */
  static ScopeMatcher implying(Map<String, Set<String>> implied) {
    Map<String, Set<String>> direct = Map.copyOf(implied);
    return (granted, needed) -> {
      Set<String> held = new HashSet<>(granted);
      Deque<String> open = new ArrayDeque<>(granted);
      while (!open.isEmpty() && !held.contains(needed)) {
        direct.getOrDefault(open.pop(), Set.of()).stream().filter(held::add).forEach(open::push);
      }
      return held.contains(needed);
    };
  }
}
