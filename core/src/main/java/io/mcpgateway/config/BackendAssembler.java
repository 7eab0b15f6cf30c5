package io.mcpgateway.config;

import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Makes the backend of a route out of its one target. */
final class BackendAssembler {
  private static final String EXPECTED = "http://host[:port]/path, https://..., or host:port";

  private final Problems problems;

  BackendAssembler(Problems problems) {
    this.problems = problems;
  }

  /** Gives a route the backend of its {@code backends}. */
  void ofBackends(Setting backends, Route.Builder route) {
    only(backends, "backend")
        .flatMap(backend -> backend.get("mcp"))
        .ifPresent(mcp -> ofMcp(mcp, route));
  }

  /** Gives a route the backend of an {@code mcp} section, or of an {@code mcp} backend. */
  void ofMcp(Setting mcp, Route.Builder route) {
    mcp.get("targets")
        .flatMap(targets -> only(targets, "target"))
        .filter(target -> !target.broken())
        .flatMap(this::ofTarget)
        .ifPresent(route::backend);
    mcp.choice("dnsRebindingProtection").ifPresent(route::dnsRebindingProtection);
    mcp.duration("sseKeepAlive").ifPresent(route::keepAlive);
  }

  private Optional<Backend> ofTarget(Setting target) {
    String name = target.text("name").orElseThrow();
    Optional<Setting> sse = target.get("sse");
    Setting place = sse.or(() -> target.get("mcp")).orElseThrow();
    Setting host = place.get("host").orElseThrow();
    return url(place, sse.isPresent() ? "/sse" : "/mcp")
        .flatMap(
            url ->
                problems.attempt(host, unused -> Optional.of(host), () -> new Backend(name, url)))
        .map(backend -> sse.isPresent() ? backend.speakingSse() : backend);
  }

  private Optional<Setting> only(Setting list, String what) {
    List<Setting> items = list.items();
    if (items.size() > 1) {
      problems.add(
          items.get(1), "a second " + what + " is not supported yet (expected: exactly one)");
      return Optional.empty();
    }
    return items.stream().findFirst();
  }

  private Optional<URI> url(Setting mcp, String usualPath) {
    Setting host = mcp.get("host").orElseThrow();
    String text = host.as(String.class).orElseThrow();
    if (text.indexOf('@') >= 0) {
      // Not shown: what stands before it is a password.
      problems.add(host, "holds credentials (expected: " + EXPECTED + ")");
      return Optional.empty();
    }
    if (mcp.has("port")) {
      return urlOfParts(mcp, host, text);
    }
    if (text.startsWith("unix:")) {
      problems.add(host, text + " is not supported yet (expected: " + EXPECTED + ")");
      return Optional.empty();
    }
    if (text.isEmpty()) {
      problems.add(host, "\"\" (expected: " + EXPECTED + ")");
      return Optional.empty();
    }
    int scheme = text.indexOf("://");
    if (scheme < 0) {
      // agentgateway: an authority alone means the usual path of the transport.
      if (text.indexOf('/') >= 0 || text.indexOf('?') >= 0) {
        problems.add(
            host, text + " has no scheme (expected: http://" + text + ", or host:port alone)");
        return Optional.empty();
      }
      return parse(host, "http://" + text + usualPath);
    }
    if (!text.regionMatches(true, 0, "http://", 0, 7)
        && !text.regionMatches(true, 0, "https://", 0, 8)) {
      problems.add(host, text + " (expected: " + EXPECTED + ")");
      return Optional.empty();
    }
    if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
      problems.add(
          host, text + " has a query (expected: none; the query of each request is passed on)");
      return Optional.empty();
    }
    String rest = text.substring(scheme);
    String path = rest.indexOf('/', 3) < 0 ? "/" : "";
    return parse(host, text.substring(0, scheme).toLowerCase(Locale.ROOT) + rest + path);
  }

  private Optional<URI> urlOfParts(Setting mcp, Setting host, String name) {
    String path = mcp.text("path").orElseThrow();
    if (!name.matches("[A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+]")) {
      problems.add(host, name + " (expected: a host name, next to port and path)");
      return Optional.empty();
    }
    if (!path.startsWith("/") || path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
      problems.add(
          mcp.get("path").orElseThrow(), path + " (expected: a path with a leading slash)");
      return Optional.empty();
    }
    return parse(host, "http://" + name + ":" + mcp.whole("port").orElseThrow() + path);
  }

  private Optional<URI> parse(Setting host, String url) {
    try {
      return Optional.of(new URI(url));
    } catch (URISyntaxException malformed) {
      problems.add(host, url + " is no URL (expected: " + EXPECTED + ")");
      return Optional.empty();
    }
  }
}
