package io.mcpgateway.config;

import static io.mcpgateway.config.Shape.Key.optional;
import static io.mcpgateway.config.Type.DURATION;
import static io.mcpgateway.config.Type.FLAG;
import static io.mcpgateway.config.Type.LIMIT;
import static io.mcpgateway.config.Type.TEXT;
import static io.mcpgateway.config.Type.TEXTS;

import io.mcpgateway.config.Shape.Rule.Kind;
import io.mcpgateway.config.Type.Choice;
import io.mcpgateway.config.Type.Many;

/** The part of the grammar below {@code policies}. */
final class PolicyGrammar {
  // An empty list could be taken for "none"; the model takes it for "as MCP needs".
  private static final Type NAMES = new Many(TEXT, 1);

  private static final Shape CORS =
      Shape.of(
          "cors",
          "Which browser origins may read the answers of the route.",
          optional(
              "allowOrigins",
              TEXTS,
              "none",
              "Origins: `*`, `scheme://host[:port]`, or the same with `*` in the host."),
          optional(
              "allowHeaders",
              NAMES,
              "those of MCP",
              "Request headers that a browser may send; `*` for whatever it asks for."),
          optional(
              "allowMethods",
              NAMES,
              "GET, POST, DELETE, OPTIONS",
              "Methods that a browser may use; `*` for whatever it asks for."),
          optional(
              "exposeHeaders",
              NAMES,
              "Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, DPoP-Nonce",
              "Response headers that a script may read."),
          optional(
              "allowCredentials",
              FLAG,
              "`false`",
              "Allows cookies and client certificates; then no list may hold `*`."),
          optional(
              "maxAge",
              DURATION,
              "the browser's own",
              "How long a browser may keep the answer to a preflight."));

  private static final Shape RESOURCE_METADATA =
      Shape.of(
              "resourceMetadata",
              "The protected resource metadata (RFC 9728). Any parameter may be given; its name is"
                  + " served in snake_case.",
              optional(
                  "resource",
                  TEXT,
                  "derived from each request",
                  "The resource identifier: the URL that clients use for the MCP endpoint."),
              optional(
                  "authorizationServers",
                  TEXTS,
                  "the issuer",
                  "Where clients get tokens: issuer identifiers."),
              optional(
                  "scopesSupported",
                  TEXTS,
                  "not said",
                  "The scopes to ask for; challenges name them too."),
              optional(
                  "bearerMethodsSupported",
                  TEXTS,
                  "not said",
                  "How tokens are sent; only `header` is accepted, whatever is said here."))
          .openToOthers();

  private static final Shape AUTHENTICATION =
      Shape.of(
              "mcpAuthentication",
              "Who may call: bearers of a token of this issuer, for this audience.",
              optional("issuer", TEXT, "", "The issuer identifier, exactly as in `iss`."),
              TokenGrammar.ISSUER_ALIASES,
              TokenGrammar.AUDIENCES,
              TokenGrammar.AUDIENCE,
              TokenGrammar.JWKS,
              TokenGrammar.JWKS_URL,
              optional(
                  "mode",
                  Choice.of("strict", "optional", "permissive"),
                  "`strict`",
                  "`strict` refuses a missing or bad token, `optional` only a bad one,"
                      + " `permissive` takes a bad one off and lets the request pass."),
              optional(
                  "resourceMetadata",
                  RESOURCE_METADATA,
                  "",
                  "What clients are told about the resource."),
              IntrospectionGrammar.INTROSPECTION,
              BindingGrammar.DPOP,
              BindingGrammar.CLIENT_CERTIFICATE,
              ProviderGrammar.PROVIDER,
              ProviderGrammar.CLIENT_ID,
              ProviderGrammar.CLIENT_SECRET,
              ProviderGrammar.AUTHORIZATION_SERVER_METADATA,
              optional(
                      "endStreamsAtExpiry",
                      FLAG,
                      "`true`",
                      "Ends an event stream, between two events, when the token that it was opened"
                          + " with does; not within its first minute.")
                  .notInAgentgateway(),
              TokenGrammar.ALGORITHMS,
              TokenGrammar.SCOPE_CLAIMS,
              TokenGrammar.VALIDATION_OPTIONS,
              TokenGrammar.CLOCK_SKEW,
              TokenGrammar.INSECURE_KEY_URLS,
              TokenGrammar.ISSUERS,
              TokenGrammar.CACHE)
          .rule(Kind.EXACTLY_ONE, "issuer", "issuers")
          .rule(Kind.AT_MOST_ONE, "audiences", "audience")
          .rule(Kind.AT_MOST_ONE, "jwks", "jwksUrl", "introspection")
          .rule(Kind.AT_MOST_ONE, "issuers", "introspection")
          .rule(Kind.AT_MOST_ONE, "provider", "authorizationServerMetadata")
          .rule(Kind.INSTEAD, TokenGrammar.exclusive())
          .rule(Kind.INSTEAD, ProviderGrammar.exclusive())
          .notSupported("authorizationLocation");

  private static final Shape TIMEOUT =
      Shape.of(
              "timeout",
              "How long the backend may take to begin its response; a stream may take any time.",
              optional("requestTimeout", LIMIT, "`5m`", "For the request as a whole."),
              optional(
                  "backendRequestTimeout",
                  LIMIT,
                  "`5m`",
                  "For the backend; the smaller one counts."))
          .rule(Kind.AT_LEAST_ONE, "requestTimeout", "backendRequestTimeout");

  static final Shape POLICIES =
      Shape.of(
              "policies",
              "What happens to the requests of a route on their way.",
              optional("cors", CORS, "no CORS headers", "Browsers."),
              optional(
                      "allowedOrigins",
                      TEXTS,
                      "all; with `dnsRebindingProtection`, this machine's",
                      "The origins whose requests are taken, besides those of `cors`:"
                          + " `scheme://host[:port]`, or the same with `*` in the host. Another"
                          + " `Origin` is answered 403.")
                  .notInAgentgateway(),
              optional(
                      "dnsRebindingProtection",
                      FLAG,
                      "`true` where the port's `address` is a loopback one, else `false`",
                      "Refuses requests whose `Host` or `Origin` is not of this machine, unless its"
                          + " name is allowed: a host by `hostname`, `hostnames` or the metadata's"
                          + " `resource`, an origin by `allowedOrigins` or `cors`. The `mcp` backend"
                          + " has the same key.")
                  .notInAgentgateway(),
              optional(
                  "mcpAuthentication", AUTHENTICATION, "everybody may call", "Callers and tokens."),
              AuthorizationGrammar.REQUIRED_SCOPES,
              AuthorizationGrammar.MCP_AUTHORIZATION,
              TokenGrammar.API_KEYS,
              optional(
                  "backendAuth",
                  BackendAuthGrammar.BACKEND_AUTH,
                  "a verified token is taken off",
                  "Credentials for the backend."),
              IdentityGrammar.HEADERS,
              IdentityGrammar.SIGNED,
              IdentityGrammar.REQUEST_MODIFIER,
              IdentityGrammar.RESPONSE_MODIFIER,
              BackendGrammar.TLS,
              BackendGrammar.PRESERVE_HOST,
              optional("timeout", TIMEOUT, "`5m`", "Patience with the backend."),
              RetryGrammar.RETRY,
              optional(
                      "mcpHeaderValidation",
                      Choice.of("auto", "always", "off"),
                      "`auto`",
                      "When `Mcp-Method` and `Mcp-Name` are compared with the message: `auto` where"
                          + " a policy reads it, `always`, `off`. The route should match the MCP"
                          + " endpoint only.")
                  .notInAgentgateway(),
              optional(
                      "sseKeepAlive",
                      DURATION,
                      "`15s`",
                      "After how much silence an event stream gets a comment; `0s` for never. The"
                          + " `mcp` backend has the same key.")
                  .notInAgentgateway())
          .notSupported(
              "a2a",
              "ai",
              "authorization",
              "backendTunnel",
              "basicAuth",
              "buffer",
              "csrf",
              "delay",
              "directResponse",
              "extAuthz",
              "extProc",
              "jwtAuth",
              "localRateLimit",
              "mcpGuardrails",
              "oidc",
              "remoteRateLimit",
              "requestMirror",
              "requestRedirect",
              "transformations",
              "urlRewrite");

  /** The policies that agentgateway has on listeners and gateways too. */
  static final String[] LISTENER_POLICIES = {
    "apiKey",
    "authorization",
    "basicAuth",
    "cors",
    "extAuthz",
    "extProc",
    "jwtAuth",
    "oidc",
    "transformations"
  };

  private PolicyGrammar() {}
}
