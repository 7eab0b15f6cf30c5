package io.mcpgateway.config;

import static io.mcpgateway.config.Shape.Key.optional;
import static io.mcpgateway.config.Type.FLAG;
import static io.mcpgateway.config.Type.TEXT;

import io.mcpgateway.config.Shape.Rule.Kind;
import io.mcpgateway.config.Type.Choice;
import io.mcpgateway.config.Type.Many;
import io.mcpgateway.config.Type.Text;

/** The part of the grammar that says how a backend is reached: policies of routes and targets. */
final class BackendGrammar {
  static final Type PEM = Text.of("a PEM file, relative to this one");

  private static final Shape BACKEND_TLS =
      Shape.of(
              "backendTLS",
              "How the backend proves who it is, and the gateway to it. The URL is then https,"
                  + " whatever it says; `{}` is what https means anyway.",
              optional(
                  "root",
                  PEM,
                  "the JVM's authorities",
                  "The certificates of the only authorities that are trusted."),
              optional("cert", PEM, "none", "The certificate to show, then its chain."),
              optional("key", PEM, "", "Its private key; may be the same file."),
              optional(
                  "hostname",
                  TEXT,
                  "the URL's host",
                  "The name that is asked for (SNI), and that the certificate has to be for."),
              optional(
                  "subjectAltNames",
                  new Many(TEXT, 1),
                  "the host",
                  "Names, any of which the certificate may be for instead."),
              optional(
                  "alpn",
                  new Many(Choice.of("h2", "http/1.1"), 1),
                  "`[h2, http/1.1]`",
                  "The versions of HTTP to offer, in order of preference."),
              optional(
                  "insecureHost",
                  FLAG,
                  "`false`",
                  "Takes a certificate of a trusted authority for whatever host."),
              optional(
                  "insecure",
                  FLAG,
                  "`false`",
                  "Takes any certificate: whoever is on the way can be the backend. Next to"
                      + " `insecureHost`, that one counts."))
          .rule(Kind.TOGETHER, "cert", "key")
          .notSupported("keyExchangeGroups", "spiffe");

  static final Shape.Key TLS =
      optional("backendTLS", BACKEND_TLS, "as the URL says", "TLS to the backend.");

  static final Shape.Key PRESERVE_HOST =
      optional(
              "preserveHost",
              FLAG,
              "`false`",
              "Gives the backend the `Host` that the client sent, not that of its URL.")
          .notInAgentgateway();

  private static final Shape HTTP =
      Shape.of(
              "backendHttp",
              "How HTTP is spoken to the backend.",
              optional(
                  "version",
                  Choice.of("HTTP/1.1", "HTTP/2.0")
                      .notSupported("HTTP/0.9", "HTTP/1.0", "HTTP/3.0"),
                  "`HTTP/1.1`; over TLS what `alpn` finds",
                  "The only version. `HTTP/2.0` in clear is spoken without asking."))
          .notSupported("requestTimeout");

  static final Shape TARGET_POLICIES =
      Shape.of(
              "targetPolicies",
              "How one target is reached; counts more than the same in the route's `policies`.",
              TLS,
              optional("http", HTTP, "", "HTTP to the backend."))
          .notSupported(
              "backendAuth", "backendTunnel", "requestHeaderModifier", "tcp", "transformations");

  private BackendGrammar() {}
}
