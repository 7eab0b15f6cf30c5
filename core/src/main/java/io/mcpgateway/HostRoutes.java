package io.mcpgateway;

import io.mcpgateway.RouteMatch.PathMatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The routes of one host name, found by path: exact, longest prefix, regular expression; then by
 * method, number of headers, number of query parameters; then as listed. Only expressions, and
 * routes of the same path, are tried one by one. Immutable and thread-safe.
 */
final class HostRoutes {
  private static final Comparator<Entry> PRECEDENCE =
      Comparator.comparing(Entry::pathRank)
          .thenComparing(Entry::pathLength, Comparator.reverseOrder())
          .thenComparing(entry -> entry.match().method().isEmpty())
          .thenComparing(entry -> entry.match().headers().size(), Comparator.reverseOrder())
          .thenComparing(entry -> entry.match().query().size(), Comparator.reverseOrder());

  private final Map<String, List<Entry>> exact = new HashMap<>();
  private final Map<String, List<Entry>> prefixes = new HashMap<>();
  private final List<Entry> expressions = new ArrayList<>();
  private final int longestPrefix;
  private final List<ServedRoute> protectedRoutes;
  private final Map<String, ServedRoute> byResource = new HashMap<>();

  /**
   * The routes of a name.
   *
   * @param listed the conditions of all of them, as listed
   */
  HostRoutes(List<Entry> listed) {
    List<Entry> entries = listed.stream().sorted(PRECEDENCE).toList();
    for (Entry entry : entries) {
      PathMatch path = entry.match().path();
      if (path instanceof PathMatch.Exact whole) {
        exact.computeIfAbsent(whole.path(), first -> new ArrayList<>(1)).add(entry);
      } else if (path instanceof PathMatch.Prefix prefix) {
        prefixes.computeIfAbsent(prefix.path(), first -> new ArrayList<>(1)).add(entry);
      } else {
        expressions.add(entry);
      }
    }
    longestPrefix = prefixes.keySet().stream().mapToInt(String::length).max().orElse(-1);
    protectedRoutes =
        entries.stream().map(Entry::served).filter(ServedRoute::isProtected).distinct().toList();
    for (ServedRoute served : protectedRoutes) {
      served.resourcePath().ifPresent(path -> byResource.putIfAbsent(path, served));
    }
  }

  /**
   * One condition on which a route is taken.
   *
   * @param match the condition
   * @param served the route
   */
  record Entry(RouteMatch match, ServedRoute served) {
    int pathRank() {
      PathMatch path = match.path();
      return path instanceof PathMatch.Exact ? 0 : path instanceof PathMatch.Prefix ? 1 : 2;
    }

    int pathLength() {
      PathMatch path = match.path();
      if (path instanceof PathMatch.Exact exact) {
        return exact.path().length();
      }
      return path instanceof PathMatch.Prefix prefix
          ? prefix.path().length()
          : ((PathMatch.Regex) path).pattern().pattern().length();
    }
  }

  /**
   * The first route that fits.
   *
   * @param path decoded
   * @param fits tells whether it does; not asked about all whose path is another
   */
  Optional<ServedRoute> find(String path, Predicate<RouteMatch> fits) {
    Optional<ServedRoute> found = first(exact.getOrDefault(path, List.of()), fits);
    // Where a prefix may end: a path longer than all of them costs no more than the longest.
    int end = path.length() <= longestPrefix ? path.length() : path.lastIndexOf('/', longestPrefix);
    while (found.isEmpty() && end >= 0) {
      found = first(prefixes.getOrDefault(path.substring(0, end), List.of()), fits);
      end = path.lastIndexOf('/', end - 1);
    }
    return found.isPresent() ? found : first(expressions, fits);
  }

  private static Optional<ServedRoute> first(List<Entry> entries, Predicate<RouteMatch> fits) {
    for (Entry entry : entries) {
      if (fits.test(entry.match())) {
        return Optional.of(entry.served());
      }
    }
    return Optional.empty();
  }

  /**
   * The first protected route whose resource has this path by its identifier.
   *
   * @param path decoded
   */
  Optional<ServedRoute> ofResource(String path) {
    return Optional.ofNullable(byResource.get(path));
  }

  /** The routes whose callers have to prove who they are. */
  List<ServedRoute> protectedRoutes() {
    return protectedRoutes;
  }
}
