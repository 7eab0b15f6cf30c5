package io.mcpgateway.config;

import static io.mcpgateway.config.Shape.Key.optional;
import static io.mcpgateway.config.Shape.Key.required;
import static io.mcpgateway.config.Type.DURATION;
import static io.mcpgateway.config.Type.FLAG;
import static io.mcpgateway.config.Type.TEXT;
import static io.mcpgateway.config.Type.TEXTS;

import io.mcpgateway.config.Shape.Rule.Kind;
import io.mcpgateway.config.Type.Choice;
import io.mcpgateway.config.Type.Either;
import io.mcpgateway.config.Type.Many;
import io.mcpgateway.config.Type.Text;
import io.mcpgateway.config.Type.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The part of the grammar that says which requests go where: routes, matches, backends. */
final class RouteGrammar {
  static final Type PORT = new Whole(1, 65535);
  private static final Type NAME =
      new Text(
          "lower-case letters, digits, - and . as in a host name",
          Optional.of(
              Pattern.compile(
                  "(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")));

  private static final Shape PATH =
      Shape.of(
              "path",
              "A condition on the path.",
              optional("exact", TEXT, "", "The whole path."),
              optional(
                  "pathPrefix",
                  TEXT,
                  "",
                  "The first segments: `/a` fits `/a` and `/a/b`, not `/ab`."),
              optional("regex", TEXT, "", "A regular expression for the whole path."))
          .rule(Kind.EXACTLY_ONE, "exact", "pathPrefix", "regex");

  private static final Shape VALUE =
      Shape.of(
              "value",
              "A condition on a value.",
              optional("exact", TEXT, "", "The whole value."),
              optional("regex", TEXT, "", "A regular expression for the whole value."))
          .rule(Kind.EXACTLY_ONE, "exact", "regex");

  private static final Shape NAMED_VALUE =
      Shape.of(
          "namedValue",
          "A condition on a header field or a query parameter.",
          required("name", TEXT, "The field's or parameter's name."),
          required("value", VALUE, "What its value has to be."));

  private static final Shape MATCH =
      Shape.of(
          "match",
          "Conditions that all have to fit.",
          optional("path", PATH, "`pathPrefix: /`", "The path, below the mount path."),
          optional("method", TEXT, "all", "The only method that fits."),
          optional("headers", new Many(NAMED_VALUE, 0), "none", "Header fields."),
          optional("query", new Many(NAMED_VALUE, 0), "none", "Query parameters, decoded."));

  private static final Shape MCP_TARGET =
      Shape.of(
              "mcpTarget",
              "Where an MCP server is: a URL, or host, port and path.",
              required(
                  "host",
                  TEXT,
                  "A URL (`http://localhost:8000/mcp`, as it stands); `localhost:8000` is short for"
                      + " its `/mcp`; a host name, when `port` and `path` follow."),
              optional("port", PORT, "", "The port, for plain HTTP; only with `path`."),
              optional("path", TEXT, "", "The path of the MCP endpoint; only with `port`."))
          .rule(Kind.TOGETHER, "port", "path")
          .notSupported("backend");

  private static final Shape SSE_TARGET =
      Shape.of(
              "sseTarget",
              "Where the stream of an MCP server of revision 2024-11-05 is.",
              required("host", TEXT, "As for `mcp`; `localhost:8000` is short for its `/sse`."),
              optional("port", PORT, "", "The port, for plain HTTP; only with `path`."),
              optional("path", TEXT, "", "The path of the stream; only with `port`."))
          .rule(Kind.TOGETHER, "port", "path")
          .notSupported("backend");

  private static final Shape TARGET =
      Shape.of(
              "target",
              "An MCP server.",
              required("name", NAME, "For logs."),
              optional("mcp", MCP_TARGET, "", "Where it is; it speaks Streamable HTTP."),
              optional("sse", SSE_TARGET, "", "Where it is; it speaks HTTP with SSE (2024-11-05)."),
              optional(
                  "policies", BackendGrammar.TARGET_POLICIES, "the route's", "How it is reached."))
          .rule(Kind.EXACTLY_ONE, "mcp", "sse")
          .notSupported("openapi", "stdio");

  private static final Shape.Key TARGETS =
      required("targets", new Many(TARGET, 1), "The MCP server: exactly one.");

  /** What agentgateway can do to the MCP messages of several servers; here they pass untouched. */
  private static final List<Shape.Key> MCP_MODES =
      List.of(
          optional(
              "statefulMode",
              Choice.of("stateful").notSupported("stateless"),
              "`stateful`",
              "Sessions are the MCP server's own."),
          optional(
              "prefixMode",
              Choice.of("conditional", "never").notSupported("always"),
              "`conditional`",
              "With one server, names stay as they are."),
          optional(
              "failureMode",
              Choice.of("failClosed").notSupported("failOpen"),
              "`failClosed`",
              "With one server, its failure is the failure."),
          optional(
              "dnsRebindingProtection",
              FLAG,
              "`true` where the port's `address` is a loopback one, else `false`",
              "Refuses requests whose `Host` or `Origin` is not of this machine and not allowed by"
                  + " name; see `policies`."),
          optional(
              "sseKeepAlive",
              DURATION,
              "`15s`",
              "After how much silence an event stream gets a comment; `0s` for never."));

  private static final Shape MCP_BACKEND =
      Shape.of("mcpBackend", "An MCP server.", plus(List.of(TARGETS), MCP_MODES));

  private static final Shape BACKEND =
      Shape.of(
              "backend",
              "Where the requests of a route go.",
              required("mcp", MCP_BACKEND, "An MCP server."),
              optional(
                  "weight",
                  new Whole(1, 1_000_000),
                  "`1`",
                  "Its share of the requests; with one backend, all of them."))
          .notSupported(
              "ai",
              "aws",
              "backend",
              "dynamic",
              "host",
              "internal",
              "invalid",
              "policies",
              "routeGroup",
              "service");

  private static final List<Shape.Key> ROUTE_KEYS =
      List.of(
          optional("name", TEXT, "`route{index}`", "For logs."),
          optional("hostnames", TEXTS, "all", "Hosts it is for; `*.example.com` for all below."),
          optional(
              "matches",
              new Many(MATCH, 0),
              "every request",
              "Conditions, any of which makes a request the route's own. The well-known paths of"
                  + " its resource need no mention."),
          optional("policies", PolicyGrammar.POLICIES, "none", "What happens on the way."),
          optional(
              "backends",
              new Many(BACKEND, 1),
              "the application behind the filter",
              "Where requests go: exactly one. The filter may leave it out."));

  static final Shape ROUTE =
      Shape.of("route", "Which requests are treated alike, and where they go.", plus(ROUTE_KEYS))
          .notSupported("namespace", "ruleName");

  /** What the keys {@code gateways} of routes and of {@code mcp} hold. */
  static final Type GATEWAY_NAMES =
      new Either(Text.of("the name of a gateway, or gateway/listener"), new Many(TEXT, 1));

  static final Shape GATEWAY_ROUTE =
      Shape.of(
              "gatewayRoute",
              "A route of one or more gateways.",
              plus(
                  List.of(
                      optional(
                          "gateways",
                          GATEWAY_NAMES,
                          "`default`",
                          "The gateways it is for: `gateway` or `gateway/listener`.")),
                  ROUTE_KEYS))
          .notSupported("namespace", "ruleName");

  static final Shape SIMPLE_MCP =
      Shape.of(
              "mcp",
              "One MCP server, for every path of a port of its own or below `/mcp` of a gateway.",
              plus(
                  List.of(
                      optional(
                          "gateways",
                          GATEWAY_NAMES,
                          "",
                          "The gateways it is attached to, at `/mcp`, `/sse` and `/.well-known`."),
                      optional("port", PORT, "`3000`, without `gateways`", "A port of its own."),
                      TARGETS),
                  MCP_MODES,
                  List.of(
                      optional(
                          "policies", PolicyGrammar.POLICIES, "none", "What happens on the way."))))
          .rule(Kind.AT_MOST_ONE, "gateways", "port");

  private RouteGrammar() {}

  @SafeVarargs
  private static Shape.Key[] plus(List<Shape.Key>... parts) {
    List<Shape.Key> all = new ArrayList<>();
    for (List<Shape.Key> part : parts) {
      all.addAll(part);
    }
    return all.toArray(new Shape.Key[0]);
  }
}
