package io.mcpgateway.config;

import io.mcpgateway.Listener;
import io.mcpgateway.RouteMatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Makes listeners: of {@code binds}, of {@code gateways} with {@code routes}, and of {@code mcp}.
 */
final class GatewayAssembler {
  private static final int DEFAULT_MCP_PORT = 3000;
  private static final String DEFAULT_GATEWAY = "default";

  private final Problems problems;
  private final ReferencedFiles files;
  private final RouteAssembler routes;
  private final Map<Long, Place> ports = new HashMap<>();
  private final List<Draft> drafts = new ArrayList<>();

  /** A listener that may still get routes. */
  private record Draft(Setting setting, String gateway, String name, Listener.Builder builder) {
    boolean isMeantBy(String reference) {
      return reference.equals(gateway) || reference.equals(gateway + "/" + name);
    }
  }

  GatewayAssembler(Problems problems, ReferencedFiles files, RouteAssembler routes) {
    this.problems = problems;
    this.files = files;
    this.routes = routes;
  }

  /** All listeners, in the order of the file's sections. */
  List<Listener> listeners(Setting root) {
    root.items("binds").forEach(this::bind);
    root.get("gateways").ifPresent(this::gateways);
    routesOfGateways(root);
    root.get("mcp").ifPresent(this::mcp);
    List<Listener> listeners = drafts.stream().map(draft -> draft.builder.build()).toList();
    if (!root.broken()) {
      checkRoutes(root, listeners);
    }
    return listeners;
  }

  private void checkRoutes(Setting root, List<Listener> listeners) {
    if (listeners.stream().allMatch(listener -> listener.routes().isEmpty())) {
      problems.add(root, "no route at all (expected: routes, for gateways)");
      return;
    }
    for (int i = 0; i < listeners.size(); i++) {
      if (listeners.get(i).routes().isEmpty()) {
        problems.warn(drafts.get(i).setting, "no route: every request is answered 404");
      }
    }
  }

  private void bind(Setting bind) {
    takePort(bind, bind.whole("port"));
    List<Setting> listeners = bind.items("listeners");
    checkTogether(listeners);
    for (int i = 0; i < listeners.size(); i++) {
      Setting setting = listeners.get(i);
      String name = setting.text("name").orElse("listener" + i);
      Listener.Builder listener = on(bind).name(name);
      boolean secure = setting.text("protocol").orElse("HTTP").equals("HTTPS");
      finish(setting, secure, listener);
      List<Setting> all = setting.items("routes");
      for (int j = 0; j < all.size(); j++) {
        listener.route(routes.route(all.get(j), j));
      }
      drafts.add(new Draft(setting, "", name, listener));
    }
  }

  private void gateways(Setting gateways) {
    for (Map.Entry<?, ?> member : gateways.members().entrySet()) {
      String gateway = String.valueOf(member.getKey());
      Setting setting = (Setting) member.getValue();
      takePort(setting, setting.whole("port"));
      List<Setting> listeners = setting.items("listeners");
      if (!setting.has("listeners")) {
        Listener.Builder listener = on(setting).name(gateway);
        finish(setting, isSecure(setting), listener);
        drafts.add(new Draft(setting, gateway, "", listener));
      }
      checkTogether(listeners);
      for (int i = 0; i < listeners.size(); i++) {
        Setting part = listeners.get(i);
        String name = part.text("name").orElse("listener" + i);
        Listener.Builder listener = on(setting).name(gateway + "/" + name);
        finish(part, isSecure(part), listener);
        drafts.add(new Draft(part, gateway, name, listener));
      }
    }
  }

  private static boolean isSecure(Setting setting) {
    return setting.text("protocol").map("HTTPS"::equals).orElse(setting.has("tls"));
  }

  private void routesOfGateways(Setting root) {
    List<Setting> all = root.items("routes");
    if (root.has("routes") && !root.has("gateways")) {
      problems.add(
          root.get("routes").orElseThrow(), "without gateways (expected: gateways, or binds)");
    }
    for (int i = 0; i < all.size(); i++) {
      Setting setting = all.get(i);
      var route = routes.route(setting, i);
      if (root.has("gateways")) {
        meantBy(setting).forEach(draft -> draft.builder.route(route));
      }
    }
  }

  private void mcp(Setting mcp) {
    if (mcp.has("gateways")) {
      var route =
          routes.ofMcp(
              mcp,
              RouteMatch.pathPrefix("/mcp"),
              RouteMatch.pathPrefix("/sse"),
              RouteMatch.pathPrefix("/.well-known"));
      meantBy(mcp).forEach(draft -> draft.builder.route(route));
      return;
    }
    Optional<Long> port =
        mcp.has("port") ? mcp.whole("port") : Optional.of((long) DEFAULT_MCP_PORT);
    takePort(mcp, port);
    Listener.Builder listener = Listener.builder().name("mcp");
    port.ifPresent(number -> listener.port(number.intValue()));
    listener.route(routes.ofMcp(mcp));
    drafts.add(new Draft(mcp, "", "mcp", listener));
  }

  /** The listeners that a key {@code gateways} means. */
  private List<Draft> meantBy(Setting owner) {
    Optional<Setting> references = owner.get("gateways");
    if (references.isEmpty()) {
      return named(DEFAULT_GATEWAY, owner);
    }
    // By name, for two references may mean the same listener.
    Map<String, Draft> meant = new LinkedHashMap<>();
    for (Setting reference : references.get().items()) {
      reference
          .as(String.class)
          .ifPresent(
              name ->
                  named(name, reference)
                      .forEach(draft -> meant.put(draft.gateway + "/" + draft.name, draft)));
    }
    return List.copyOf(meant.values());
  }

  private List<Draft> named(String reference, Setting at) {
    List<Draft> meant = drafts.stream().filter(draft -> draft.isMeantBy(reference)).toList();
    if (meant.isEmpty()) {
      List<String> known =
          drafts.stream().map(draft -> draft.gateway).filter(g -> !g.isEmpty()).distinct().toList();
      String expected = known.isEmpty() ? "a name of gateways" : Type.oneOf(known);
      problems.add(at, "gateway " + reference + " is unknown (expected: " + expected + ")");
    }
    return meant;
  }

  private Listener.Builder on(Setting bind) {
    Listener.Builder listener = Listener.builder();
    bind.whole("port").ifPresent(port -> listener.port(port.intValue()));
    bind.get("address").ifPresent(address -> address(address, listener));
    return listener;
  }

  private void address(Setting setting, Listener.Builder listener) {
    String address = setting.as(String.class).orElse("");
    if (!address.matches("[A-Za-z0-9._-]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[A-Za-z0-9]+)?")) {
      problems.add(setting, address + " (expected: an IP address or host name, without port)");
    }
    listener.address(address);
  }

  /** Host name and TLS. */
  private void finish(Setting setting, boolean secure, Listener.Builder listener) {
    setting
        .get("hostname")
        .ifPresent(
            host ->
                host.as(String.class)
                    .ifPresent(name -> problems.attempt(host, () -> listener.hostname(name))));
    Optional<Setting> tls = setting.get("tls");
    boolean protocolKnown = setting.get("protocol").map(value -> !value.broken()).orElse(true);
    if (!protocolKnown) {
      return;
    }
    if (secure && tls.isEmpty()) {
      problems.add(
          setting.place(), setting.path() + ".tls", "missing (expected: cert and key, for HTTPS)");
    }
    if (!secure && tls.isPresent()) {
      problems.add(tls.get(), "with protocol HTTP (expected: protocol: HTTPS)");
    }
    tls.flatMap(this::tls).ifPresent(listener::tls);
  }

  private Optional<Listener.Tls> tls(Setting tls) {
    Optional<Path> cert = tls.get("cert").filter(at -> !at.broken()).flatMap(this::certificate);
    Optional<Path> key = tls.get("key").filter(at -> !at.broken()).flatMap(this::key);
    Optional<Setting> named = tls.get("root");
    Optional<Path> root = named.filter(at -> !at.broken()).flatMap(this::certificate);
    return named.isPresent() && root.isEmpty()
        ? Optional.empty()
        : cert.flatMap(first -> key.map(second -> new Listener.Tls(first, second, root)));
  }

  private static Optional<String> root(Setting listener) {
    return listener.get("tls").flatMap(tls -> tls.text("root"));
  }

  private Optional<Path> certificate(Setting name) {
    return files.resolvePem(name, "CERTIFICATE");
  }

  private Optional<Path> key(Setting name) {
    return files.resolvePem(name, "PRIVATE KEY");
  }

  private void takePort(Setting owner, Optional<Long> port) {
    if (port.isEmpty()) {
      return;
    }
    Setting at = owner.get("port").orElse(owner);
    Place first = ports.putIfAbsent(port.get(), at.place());
    if (first != null) {
      problems.add(
          at,
          "port " + port.get() + " is taken at " + problems.name(first) + " (expected: another)");
    }
  }

  /** Listeners of one port: told apart by name and host name, with one protocol. */
  private void checkTogether(List<Setting> listeners) {
    Map<String, Integer> names = new HashMap<>();
    Map<String, Integer> hostnames = new HashMap<>();
    for (int i = 0; i < listeners.size(); i++) {
      Setting listener = listeners.get(i);
      String name = listener.text("name").orElse("listener" + i);
      Integer sameName = names.putIfAbsent(name, i);
      if (sameName != null) {
        Setting at = listener.get("name").orElse(listener);
        problems.add(at, name + " is listeners[" + sameName + "] too (expected: another name)");
      }
      String hostname = listener.text("hostname").orElse("").toLowerCase(Locale.ROOT);
      Integer sameHost = hostnames.putIfAbsent(hostname, i);
      if (sameHost != null && !listener.broken()) {
        Setting at = listener.get("hostname").orElse(listener);
        problems.add(
            at,
            (hostname.isEmpty() ? "every host" : hostname)
                + " is listeners["
                + sameHost
                + "]'s (expected: another hostname)");
      }
      boolean mixed = isSecure(listener) != isSecure(listeners.get(0));
      if (mixed && !listener.broken()) {
        Setting at = listener.get("protocol").orElse(listener);
        problems.add(at, "HTTP and HTTPS on one port (expected: the protocol of listeners[0])");
      }
      if (!root(listener).equals(root(listeners.get(0))) && !listener.broken() && !mixed) {
        // A client shows its certificate before it is known which host it asks for.
        Setting tls = listener.get("tls").orElse(listener);
        problems.add(
            tls.get("root").orElse(tls),
            "not the same on one port (expected: that of listeners[0])");
      }
    }
  }
}
