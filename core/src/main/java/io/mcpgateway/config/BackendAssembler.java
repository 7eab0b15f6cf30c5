package io.mcpgateway.config;

import io.mcpgateway.Route;
import io.mcpgateway.forward.Backend;
import io.mcpgateway.forward.HttpVersion;
import io.mcpgateway.tls.BackendTls;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes the backend of a route out of its one target. */
final class BackendAssembler {
  private static final String EXPECTED = "http://host[:port]/path, https://..., or host:port";

  private final Problems problems;
  private final BackendTlsAssembler tls;

  BackendAssembler(Problems problems, BackendTlsAssembler tls) {
    this.problems = problems;
    this.tls = tls;
  }

  /**
   * Gives a route the backend of its {@code backends}.
   *
   * @param backends the list
   * @param policies the route's
   * @param route gets it
   */
  void ofBackends(Setting backends, Optional<Setting> policies, Route.Builder route) {
    only(backends, "backend")
        .flatMap(backend -> backend.get("mcp"))
        .ifPresent(mcp -> ofMcp(mcp, policies, route));
  }

  /**
   * Gives a route the backend of an {@code mcp} section, or of an {@code mcp} backend.
   *
   * @param mcp the section
   * @param policies the route's
   * @param route gets it
   */
  void ofMcp(Setting mcp, Optional<Setting> policies, Route.Builder route) {
    Optional<Tls> ofRoute = tls(policies);
    boolean hostPreserved = policies.map(all -> all.flag("preserveHost")).orElse(false);
    mcp.get("targets")
        .flatMap(targets -> only(targets, "target"))
        .filter(target -> !target.broken())
        .flatMap(target -> ofTarget(target, tls(target.get("policies")).or(() -> ofRoute)))
        .map(backend -> backend.withHostPreserved(hostPreserved))
        .ifPresent(route::backend);
    mcp.choice("dnsRebindingProtection").ifPresent(route::dnsRebindingProtection);
    mcp.duration("sseKeepAlive").ifPresent(route::keepAlive);
  }

  /** The policy, and where it stands. */
  private record Tls(Setting setting, BackendTls policy) {}

  private Optional<Tls> tls(Optional<Setting> policies) {
    Optional<Setting> setting = policies.flatMap(all -> all.get("backendTLS"));
    return setting.flatMap(tls::policy).map(policy -> new Tls(setting.orElseThrow(), policy));
  }

  private Optional<Backend> ofTarget(Setting target, Optional<Tls> secured) {
    String name = target.text("name").orElseThrow();
    Optional<Setting> sse = target.get("sse");
    Setting place = sse.or(() -> target.get("mcp")).orElseThrow();
    Setting host = place.get("host").orElseThrow();
    if (secured.isPresent() && host.as(String.class).orElse("").matches("(?i)http:.*")) {
      problems.warn(host, "with backendTLS it is https that is spoken");
    }
    HttpVersion[] versions = versions(target, secured);
    return url(place, sse.isPresent() ? "/sse" : "/mcp")
        .map(url -> secured.isPresent() ? secure(url) : url)
        .flatMap(
            url ->
                problems.attempt(host, unused -> Optional.of(host), () -> new Backend(name, url)))
        .map(backend -> sse.isPresent() ? backend.speakingSse() : backend)
        .map(backend -> secured.map(Tls::policy).map(backend::withTls).orElse(backend))
        .map(backend -> versions.length == 0 ? backend : backend.withHttpVersions(versions));
  }

  /** The versions that are asked for, in order of preference; none for the usual ones. */
  private HttpVersion[] versions(Setting target, Optional<Tls> secured) {
    List<HttpVersion> offered =
        secured.stream()
            .flatMap(one -> Stream.of(one.setting().texts("alpn")))
            .map(protocol -> protocol.equals("h2") ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1)
            .toList();
    Optional<Setting> only =
        target
            .get("policies")
            .flatMap(policies -> policies.get("http"))
            .flatMap(http -> http.get("version"));
    if (only.isEmpty()) {
      return offered.toArray(HttpVersion[]::new);
    }
    boolean newer = only.get().as(String.class).orElseThrow().equals("HTTP/2.0");
    HttpVersion version = newer ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1;
    if (!offered.isEmpty() && !offered.contains(version)) {
      problems.add(only.get(), "not in alpn (expected: a version that is offered)");
    }
    return new HttpVersion[] {version};
  }

  /** As agentgateway: the policy makes the connection a TLS connection, whatever the URL says. */
  private static URI secure(URI url) {
    return URI.create(url.toString().replaceFirst("^http:", "https:"));
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
    } catch (URISyntaxException | NumberFormatException malformed) {
      problems.add(host, url + " is no URL (expected: " + EXPECTED + ")");
      return Optional.empty();
    }
  }
}
