package io.mcpgateway.config;

import io.mcpgateway.Route;
import io.mcpgateway.RouteMatch;
import io.mcpgateway.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes routes. */
final class RouteAssembler {
  private final Problems problems;
  private final PolicyAssembler policies;
  private final BackendAssembler backends;
  private final boolean backendRequired;

  RouteAssembler(
      Problems problems,
      PolicyAssembler policies,
      BackendAssembler backends,
      boolean backendRequired) {
    this.problems = problems;
    this.policies = policies;
    this.backends = backends;
    this.backendRequired = backendRequired;
  }

  /**
   * Makes a route of {@code routes}. All of it is looked at, also after a mistake.
   *
   * @param setting the route
   * @param index its place in the list, for its default name
   */
  Route route(Setting setting, int index) {
    Route.Builder route = Route.builder().name(setting.text("name").orElse("route" + index));
    hostnames(setting, route);
    List<RouteMatch> matches = new ArrayList<>();
    setting.items("matches").forEach(match -> match(match).ifPresent(matches::add));
    route.matches(matches.toArray(new RouteMatch[0]));
    policies.add(setting, route);
    Optional<Setting> list = setting.get("backends");
    Optional<Setting> ofRoute = setting.get("policies");
    list.ifPresent(all -> backends.ofBackends(all, ofRoute, route));
    if (list.isEmpty()) {
      Stream.of("backendTLS", "preserveHost")
          .flatMap(key -> ofRoute.flatMap(all -> all.get(key)).stream())
          .forEach(at -> problems.warn(at, "without effect: the route has no backend"));
      ofRoute
          .flatMap(all -> all.get("backendAuth"))
          .filter(at -> !at.broken() && !at.has("passthrough"))
          .ifPresent(
              at ->
                  problems.add(
                      at,
                      "the route has no backend (expected: identityHeaders or signedIdentity, for"
                          + " the application behind the filter)"));
    }
    if (list.isEmpty() && backendRequired) {
      problems.add(
          setting.place(), setting.path() + ".backends", "missing (expected: one mcp backend)");
    }
    return route.build();
  }

  /**
   * Makes the route of the {@code mcp} section.
   *
   * @param mcp the section
   * @param matches what it is for; none for every request
   */
  Route ofMcp(Setting mcp, RouteMatch... matches) {
    Route.Builder route = Route.builder().name("mcp").matches(matches);
    policies.add(mcp, route);
    backends.ofMcp(mcp, mcp.get("policies"), route);
    return route.build();
  }

  private void hostnames(Setting setting, Route.Builder route) {
    List<String> names = new ArrayList<>();
    for (Setting item : setting.items("hostnames")) {
      item.as(String.class)
          .map(name -> name.toLowerCase(Locale.ROOT))
          .filter(
              name ->
                  problems
                      .attempt(item, unused -> Optional.of(item), () -> route.hostnames(name))
                      .isPresent())
          .ifPresent(names::add);
    }
    route.hostnames(names.toArray(new String[0]));
  }

  private Optional<RouteMatch> match(Setting setting) {
    if (setting.broken()) {
      return Optional.empty();
    }
    RouteMatch match = path(setting).orElse(RouteMatch.ANY);
    Optional<Setting> method = setting.get("method");
    if (method.isPresent()) {
      match = withMethod(match, method.get());
    }
    for (Setting header : setting.items("headers")) {
      match = withHeader(match, header);
    }
    for (Setting parameter : setting.items("query")) {
      match = withQuery(match, parameter);
    }
    return Optional.of(match);
  }

  private Optional<RouteMatch> path(Setting match) {
    Optional<Setting> path = match.get("path");
    if (path.isEmpty()) {
      return Optional.empty();
    }
    Setting at = path.get();
    Optional<String> exact = at.text("exact");
    if (exact.isPresent()) {
      return problems.attempt(at, () -> RouteMatch.exactPath(exact.get()));
    }
    Optional<String> prefix = at.text("pathPrefix");
    return prefix.isPresent()
        ? problems.attempt(at, () -> RouteMatch.pathPrefix(prefix.get()))
        : problems.attempt(at, () -> RouteMatch.pathRegex(at.text("regex").orElseThrow()));
  }

  private RouteMatch withMethod(RouteMatch match, Setting method) {
    String name = method.as(String.class).orElseThrow();
    if (!name.equals(name.toUpperCase(Locale.ROOT))) {
      // RFC 9110, 9.1: methods are case-sensitive; this one would fit no request.
      problems.add(method, name + " (expected: " + name.toUpperCase(Locale.ROOT) + ")");
      return match;
    }
    return problems.attempt(method, () -> match.withMethod(name)).orElse(match);
  }

  private RouteMatch withHeader(RouteMatch match, Setting header) {
    Setting at = header.get("name").orElseThrow();
    String name = header.text("name").orElseThrow();
    Setting value = header.get("value").orElseThrow();
    if (name.startsWith(":")) {
      problems.add(at, name + " is not supported yet (expected: a header field's name)");
      return match;
    }
    if (!Headers.isToken(name)) {
      problems.add(at, name + " (expected: a header field's name)");
      return match;
    }
    return problems
        .attempt(
            value,
            () ->
                value
                    .text("exact")
                    .map(text -> match.withHeader(name, text))
                    .orElseGet(
                        () -> match.withHeaderRegex(name, value.text("regex").orElseThrow())))
        .orElse(match);
  }

  private RouteMatch withQuery(RouteMatch match, Setting parameter) {
    String name = parameter.text("name").orElseThrow();
    Setting value = parameter.get("value").orElseThrow();
    return problems
        .attempt(
            value,
            () ->
                value
                    .text("exact")
                    .map(text -> match.withQuery(name, text))
                    .orElseGet(() -> match.withQueryRegex(name, value.text("regex").orElseThrow())))
        .orElse(match);
  }
}
