package io.mcpgateway.jetty;

import io.mcpgateway.Listener;
import io.mcpgateway.LiveGateway;
import io.mcpgateway.McpGateway;
import io.mcpgateway.Route;
import io.mcpgateway.RouteMatch;
import io.mcpgateway.RouteMatch.PathMatch;
import io.mcpgateway.config.GatewayConfig;
import io.mcpgateway.http.HeaderModifier;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import io.mcpgateway.telemetry.OpenRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What operators see of a gateway: one page without scripts and without anything from elsewhere.
 * Each value is escaped, as many come from clients. Immutable and thread-safe.
 */
final class AdminPage {
  private static final int MOST_REQUESTS = 500;
  private static final Pattern SECONDS = Pattern.compile("[1-9][0-9]{0,3}");
  private static final String STYLE =
      "body{font:15px/1.45 system-ui,sans-serif;margin:1rem;color:#1b1f24;background:#fff}"
          + "h1{font-size:1.4rem}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}"
          + ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%}"
          + "th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;"
          + "border-bottom:1px solid #d5d9de;overflow-wrap:anywhere}"
          + "th{background:#f2f4f7;white-space:nowrap}td{min-width:3.5rem}"
          + "pre{background:#f2f4f7;padding:.7rem;overflow-x:auto}";
  private static final Headers HEADERS =
      Headers.of(
          "Content-Type",
          "text/html; charset=utf-8",
          "Content-Security-Policy",
          "default-src 'none'; style-src 'sha256-"
              + sha256(STYLE)
              + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "Referrer-Policy",
          "no-referrer");

  private final LiveGateway gateway;
  private final Health health;
  private final RecentProblems problems;
  private final Supplier<GatewayConfig> config;
  private final String version;
  private final Instant started;

  /**
   * A page.
   *
   * @param gateway what is looked at
   * @param health its state
   * @param problems the last ones
   * @param config what runs
   * @param version of the launcher
   * @param started when the process began
   */
  AdminPage(
      LiveGateway gateway,
      Health health,
      RecentProblems problems,
      Supplier<GatewayConfig> config,
      String version,
      Instant started) {
    this.gateway = gateway;
    this.health = health;
    this.problems = problems;
    this.config = config;
    this.version = version;
    this.started = started;
  }

  /** Answers with how things are now. */
  Response answer(AdminEndpoint.Request request) {
    String seconds = request.query().getOrDefault("refresh", "");
    return new Response(200, HEADERS, html(SECONDS.matcher(seconds).matches() ? seconds : ""));
  }

  private String html(String refresh) {
    McpGateway current = gateway.current();
    Instant now = Instant.now();
    StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head>");
    page.append("<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
    if (!refresh.isEmpty()) {
      page.append("<meta http-equiv=\"refresh\" content=\"").append(refresh).append("\">");
    }
    page.append("<title>MCP gateway</title><style>").append(STYLE).append("</style></head><body>");
    page.append("<h1>MCP gateway</h1>\n<main>");
    table(page, "state", "State", List.of("What", "Value"), state(current, now));
    table(
        page,
        "routes",
        "Routes",
        List.of("Route", "Listener", "Host", "Match", "Backend", "Policies"),
        routes(current));
    table(
        page,
        "backends",
        "Backends",
        List.of("Origin", "Reachable", "Since", "Last failure"),
        current.backends().stream()
            .map(
                backend ->
                    List.of(
                        backend.origin(),
                        backend.reachable() ? "yes" : "no",
                        time(backend.since()),
                        RecentProblems.cut(backend.lastFailure().orElse(""))))
            .toList());
    table(
        page,
        "requests",
        "Live requests and streams",
        List.of("Since", "Request", "Route", "Call", "Subject", "Client", "Bytes", "Kind"),
        gateway.requests().stream()
            .sorted(Comparator.comparing(OpenRequest::started))
            .limit(MOST_REQUESTS)
            .map(AdminPage::row)
            .toList());
    table(
        page,
        "problems",
        "Last refusals and failures",
        List.of(
            "When", "Request", "Route", "Call", "Subject", "Client", "Status", "Code", "Reason"),
        problems.all().stream()
            .map(
                one ->
                    List.of(
                        time(one.at()),
                        one.request(),
                        one.route(),
                        one.call().strip(),
                        one.subject(),
                        one.client(),
                        String.valueOf(one.status()),
                        one.code(),
                        one.reason()))
            .toList());
    table(
        page,
        "keys",
        "Key sets",
        List.of("From", "Key ids", "Age", "Problem"),
        current.keySets().stream()
            .map(
                keys ->
                    List.of(
                        keys.source(),
                        RecentProblems.cut(String.join(" ", keys.keyIds())),
                        keys.fetched().map(at -> age(at, now)).orElse(""),
                        RecentProblems.cut(keys.problem().orElse(""))))
            .toList());
    table(
        page,
        "tokens",
        "Token caches",
        List.of("Issuer", "Entries", "Hits", "Misses"),
        current.tokenCaches().stream()
            .map(
                cache ->
                    List.of(
                        cache.issuer(),
                        String.valueOf(cache.entries()),
                        String.valueOf(cache.hits()),
                        String.valueOf(cache.misses())))
            .toList());
    page.append("<section><h2 id=\"config\">Configuration</h2><pre>");
    page.append(escaped(config.get().maskedYaml())).append("</pre></section>\n");
    return page.append("</main></body></html>\n").toString();
  }

  private List<List<String>> state(McpGateway current, Instant now) {
    Health.Report report = health.report();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("Version", version));
    rows.add(List.of("Up for", age(started, now)));
    rows.add(List.of("Ready", report.ready() ? "yes" : "no"));
    report.notes().forEach(note -> rows.add(List.of("Note", note)));
    rows.add(List.of("Requests under way", String.valueOf(gateway.openRequests())));
    rows.add(List.of("Streams", String.valueOf(gateway.openStreams())));
    rows.add(List.of("Records missed by observers", String.valueOf(current.droppedRecords())));
    return rows;
  }

  private static List<List<String>> routes(McpGateway current) {
    List<List<String>> rows = new ArrayList<>();
    for (Listener listener : current.listeners()) {
      for (Route route : listener.routes()) {
        rows.add(
            List.of(
                route.name(),
                listener.name() + " :" + listener.port(),
                route.hostnames().isEmpty() ? "every" : String.join(" ", route.hostnames()),
                route.matches().stream().map(AdminPage::match).collect(Collectors.joining(" or ")),
                route
                    .backend()
                    .map(backend -> backend.name() + " " + backend.url())
                    .orElse("the application"),
                policies(route)));
      }
    }
    return rows;
  }

  private static String match(RouteMatch match) {
    String path = "regex";
    if (match.path() instanceof PathMatch.Exact exact) {
      path = exact.path();
    } else if (match.path() instanceof PathMatch.Prefix prefix) {
      path = prefix.path().equals("/") ? "/*" : prefix.path() + "/*";
    } else if (match.path() instanceof PathMatch.Regex regex) {
      path = "regex " + regex.pattern();
    }
    int more = match.headers().size() + match.query().size();
    return match.method().map(method -> method + " ").orElse("")
        + path
        + (more == 0 ? "" : " with " + more + " more conditions");
  }

  private static String policies(Route route) {
    List<String> words = new ArrayList<>();
    route.cors().ifPresent(own -> words.add("cors"));
    route.allowedOrigins().ifPresent(own -> words.add("allowedOrigins"));
    route
        .authentication()
        .ifPresent(
            own ->
                words.add(
                    own.mode().name().toLowerCase(Locale.ROOT)
                        + " authentication "
                        + String.join(" ", own.verifier().issuers())));
    if (!route.requiredScopes().isEmpty()) {
      words.add("requiredScopes");
    }
    route.authorization().ifPresent(own -> words.add("mcpAuthorization"));
    route.backendAuth().ifPresent(own -> words.add("backendAuth"));
    if (route.authorizationPassedOn()) {
      words.add("the caller's token is passed on");
    }
    route.identityHeaders().ifPresent(own -> words.add("identityHeaders"));
    route.signedIdentity().ifPresent(own -> words.add("signedIdentity"));
    if (!route.requestHeaderModifier().equals(HeaderModifier.NONE)) {
      words.add("requestHeaderModifier");
    }
    if (!route.responseHeaderModifier().equals(HeaderModifier.NONE)) {
      words.add("responseHeaderModifier");
    }
    return words.isEmpty() ? "none" : String.join(", ", words);
  }

  private static List<String> row(OpenRequest request) {
    String call = request.mcpMethod().orElse("") + " " + request.mcpName().orElse("");
    return List.of(
        time(request.started()),
        RecentProblems.cut(request.method() + " " + request.path()),
        request.route().orElse(""),
        RecentProblems.cut(call.strip()),
        RecentProblems.cut(request.subject().orElse("")),
        request.clientAddress(),
        String.valueOf(request.responseBytes()),
        request.listening() ? "stream" : "request");
  }

  private static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String age(Instant since, Instant now) {
    Duration age = Duration.between(since, now);
    return age.toHours() + "h " + age.toMinutesPart() + "m " + age.toSecondsPart() + "s";
  }

  private static void table(
      StringBuilder page, String id, String title, List<String> heads, List<List<String>> rows) {
    page.append("<section aria-labelledby=\"").append(id).append("\"><h2 id=\"").append(id);
    page.append("\">").append(title).append("</h2>");
    if (rows.isEmpty()) {
      page.append("<p>None.</p></section>\n");
      return;
    }
    page.append("<div class=\"wide\"><table><thead><tr>");
    heads.forEach(head -> page.append("<th scope=\"col\">").append(head).append("</th>"));
    page.append("</tr></thead><tbody>\n");
    for (List<String> row : rows) {
      page.append("<tr>");
      row.forEach(cell -> page.append("<td>").append(escaped(cell)).append("</td>"));
      page.append("</tr>\n");
    }
    page.append("</tbody></table></div></section>\n");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
