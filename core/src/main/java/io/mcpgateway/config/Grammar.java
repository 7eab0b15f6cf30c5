package io.mcpgateway.config;

import static io.mcpgateway.config.Shape.Key.optional;
import static io.mcpgateway.config.Shape.Key.required;
import static io.mcpgateway.config.Type.DURATION;
import static io.mcpgateway.config.Type.LIMIT;
import static io.mcpgateway.config.Type.TEXT;
import static io.mcpgateway.config.Type.TEXTS;

import io.mcpgateway.config.Shape.Rule.Kind;
import io.mcpgateway.config.Type.Choice;
import io.mcpgateway.config.Type.Many;
import io.mcpgateway.config.Type.Named;
import io.mcpgateway.config.Type.Text;

/**
 * What a configuration may say: the one source of the checks, the JSON Schema and the reference.
 * After agentgateway's local configuration; its keys that are not supported are listed by name.
 */
final class Grammar {
  private static final Shape TLS =
      Shape.of(
              "tls",
              "The files that an HTTPS listener shows itself with.",
              required("cert", BackendGrammar.PEM, "The certificate, then its chain."),
              required("key", BackendGrammar.PEM, "The private key; may be the same file."),
              optional(
                  "root",
                  BackendGrammar.PEM,
                  "no client certificates",
                  "The authorities of the clients' certificates; then every client has to show"
                      + " one. The same for all listeners of a port."),
              optional(
                  "mode",
                  Choice.of("static").notSupported("dynamicCa"),
                  "`static`",
                  "Where the certificate comes from."))
          .notSupported(
              "cipherSuites",
              "keyExchangeGroups",
              "maxTLSVersion",
              "maxTlsVersion",
              "minTLSVersion",
              "minTlsVersion",
              "spiffe");

  private static final Shape.Key HOSTNAME =
      optional("hostname", TEXT, "all", "The host it is for; `*.example.com` for all below.");
  private static final Choice PROTOCOLS =
      Choice.of("HTTP", "HTTPS").notSupported("TLS", "TCP", "HBONE");
  private static final Shape.Key ADDRESS =
      optional("address", TEXT, "all interfaces", "The local IP address or host name to bind to.")
          .notInAgentgateway();

  private static final Shape LISTENER =
      Shape.of(
              "listener",
              "A host name on a port, and the routes that are served there.",
              optional("name", TEXT, "`listener{index}`", "For logs."),
              HOSTNAME,
              optional("protocol", PROTOCOLS, "`HTTP`", "Plain, or over TLS."),
              optional("tls", TLS, "", "Certificate and key; with `HTTPS`, and only then."),
              required("routes", new Many(RouteGrammar.ROUTE, 1), "Its routes."))
          .notSupported("namespace", "policies", "tcpRoutes");

  private static final Shape BIND =
      Shape.of(
          "bind",
          "A port and its listeners.",
          required("port", RouteGrammar.PORT, "The port; no other bind or gateway has it."),
          ADDRESS,
          required("listeners", new Many(LISTENER, 1), "Told apart by host name."),
          optional(
              "tunnelProtocol",
              Choice.of("direct").notSupported("hboneWaypoint", "hboneGateway", "proxy", "connect"),
              "`direct`",
              "What is around HTTP: nothing."),
          optional(
              "mode",
              Choice.of("standard").notSupported("internal"),
              "`standard`",
              "Whether it has a port of the machine."));

  private static final Shape GATEWAY_LISTENER =
      Shape.of(
              "gatewayListener",
              "A host name on the port of a gateway.",
              optional("name", TEXT, "`listener{index}`", "By which routes choose it."),
              HOSTNAME,
              optional("protocol", PROTOCOLS, "`HTTPS` with `tls`, else `HTTP`", "Plain, or TLS."),
              optional("tls", TLS, "", "Certificate and key of HTTPS."))
          .notSupported(PolicyGrammar.LISTENER_POLICIES);

  private static final Shape GATEWAY =
      Shape.of(
              "gateway",
              "A port; either with protocol and certificate, or with listeners that have them.",
              required("port", RouteGrammar.PORT, "The port; no other bind or gateway has it."),
              ADDRESS,
              optional("protocol", PROTOCOLS, "`HTTPS` with `tls`, else `HTTP`", "Plain, or TLS."),
              optional("tls", TLS, "", "Certificate and key of HTTPS."),
              optional(
                  "listeners", new Many(GATEWAY_LISTENER, 1), "one", "Told apart by host name."))
          .rule(Kind.AT_MOST_ONE, "listeners", "protocol")
          .rule(Kind.AT_MOST_ONE, "listeners", "tls")
          .notSupported(PolicyGrammar.LISTENER_POLICIES);

  private static final Shape LOGGING =
      Shape.of(
              "logging",
              "The access log.",
              optional("format", Choice.of("text", "json"), "`text`", "The form of its lines."))
          .notSupported("database", "fields", "filter", "level");

  private static final Shape SESSION =
      Shape.of(
          "session",
          "What binds session ids to their callers.",
          required(
              "key",
              Text.secret("64 hexadecimal digits"),
              "The key, the same for all replicas; without one, sessions end with the process."));

  private static final Shape CONFIG =
      Shape.of(
              "config",
              "What holds for the process.",
              optional(
                      "trustedProxies",
                      TEXTS,
                      "none",
                      "Addresses and networks (`10.0.0.0/8`) whose word on the client counts.")
                  .notInAgentgateway(),
              optional(
                      "trustedProxyFields",
                      Choice.of("xForwarded", "forwarded"),
                      "`xForwarded`",
                      "The fields that these proxies set: `X-Forwarded-*`, or `Forwarded`; the"
                          + " others are the client's own, and do not count.")
                  .notInAgentgateway(),
              optional("session", SESSION, "", "Sessions where callers are authenticated."),
              optional("logging", LOGGING, "", "The access log."),
              optional("auditLog", ProcessGrammar.AUDIT_LOG, "none", "The audit log.")
                  .notInAgentgateway(),
              optional("tracing", TracingGrammar.TRACING, "off", "Distributed traces."),
              optional("limits", ProcessGrammar.LIMITS, "", "How much the gateway takes on.")
                  .notInAgentgateway(),
              optional("reload", ProcessGrammar.RELOAD, "", "What a change of the file does.")
                  .notInAgentgateway(),
              optional(
                  "readinessAddr",
                  ProcessGrammar.SOCKET_ADDRESS,
                  "`127.0.0.1:15021`",
                  "Where `/healthz/live` and `/healthz/ready` are. When the default is taken by"
                      + " somebody else, there are none."),
              optional(
                  "adminAddr",
                  ProcessGrammar.SOCKET_ADDRESS,
                  "off",
                  "Where operators can look at the gateway, in a browser, too. It has no login:"
                      + " mostly `127.0.0.1:15000`, never an address that others reach."),
              MetricsGrammar.ADDRESS,
              MetricsGrammar.SETTINGS,
              optional(
                  "connectionTerminationDeadline",
                  LIMIT,
                  "`10s`",
                  "How long what is under way may take after SIGTERM; streams end in time."),
              optional(
                  "connectionMinTerminationDeadline",
                  DURATION,
                  "`0s`",
                  "How long connections are still accepted after SIGTERM, while readiness is down"
                      + " already: as long as a load balancer takes to notice."))
          .notSupported(
              "additionalTrustDomains",
              "backend",
              "caAddress",
              "caAuthToken",
              "clusterId",
              "customFunctions",
              "database",
              "dns",
              "enableIpv6",
              "gateway",
              "hbone",
              "histograms",
              "localXdsPath",
              "mcp",
              "modelCatalog",
              "namespace",
              "network",
              "sensitiveHeaders",
              "serviceAccount",
              "skipValidateTrustDomain",
              "spiffe",
              "standardAttributes",
              "storage",
              "trustDomain",
              "workerThreads",
              "xdsAddress",
              "xdsAuthToken");

  private static final Shape FRONTEND_HTTP =
      Shape.of(
              "frontendHttp",
              "Limits on requests.",
              optional(
                  "maxBufferSize",
                  ProcessGrammar.COUNT,
                  "`4194304`",
                  "The largest message that a policy reads, in bytes; a larger one is answered 413."),
              optional(
                  "http1MaxHeaders",
                  ProcessGrammar.COUNT,
                  "`100`",
                  "Header fields of a request; beyond: 431."),
              optional(
                  "http1IdleTimeout",
                  LIMIT,
                  "`60s`",
                  "How long a connection may be idle between two requests, and how long a client"
                      + " may not take anything of a response."))
          .notSupported(
              "http1HeaderCase",
              "http2ConnectionWindowSize",
              "http2FrameSize",
              "http2KeepaliveInterval",
              "http2KeepaliveTimeout",
              "http2MaxHeaderSize",
              "http2WindowSize",
              "maxConnectionDuration");

  private static final Shape FRONTEND_POLICIES =
      Shape.of(
              "frontendPolicies",
              "What holds for all connections of clients.",
              optional("http", FRONTEND_HTTP, "", "Limits on requests."))
          .notSupported(
              "accessLog",
              "connect",
              "logging",
              "networkAuthorization",
              "networkExtAuthz",
              "proxy",
              "proxyProtocol",
              "tcp",
              "tls",
              "tracing");

  static final Shape ROOT =
      Shape.of(
              "configuration",
              "The whole file: `binds`, or `gateways` with `routes`, or `mcp`, or all of them.",
              optional("config", CONFIG, "", "What holds for the process."),
              optional("binds", new Many(BIND, 1), "", "Ports, their listeners and routes."),
              optional("gateways", new Named(GATEWAY), "", "Ports by name, for `routes`."),
              optional(
                  "routes", new Many(RouteGrammar.GATEWAY_ROUTE, 1), "", "Routes of `gateways`."),
              optional("mcp", RouteGrammar.SIMPLE_MCP, "", "The short form for one MCP server."),
              optional("frontendPolicies", FRONTEND_POLICIES, "", "Limits on requests."))
          .rule(Kind.AT_LEAST_ONE, "binds", "gateways", "mcp")
          .notSupported(
              "backends",
              "llm",
              "policies",
              "routeGroups",
              "services",
              "tcpRoutes",
              "ui",
              "workloads");

  private Grammar() {}
}
