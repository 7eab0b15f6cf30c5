package io.mcpgateway.config;

import static io.mcpgateway.config.Shape.Key.optional;
import static io.mcpgateway.config.Type.FLAG;
import static io.mcpgateway.config.Type.TEXT;

import io.mcpgateway.config.Type.Choice;
import io.mcpgateway.config.Type.Many;
import io.mcpgateway.config.Type.Span;
import io.mcpgateway.config.Type.Text;
import java.time.Duration;

/** The part of the grammar about what tokens are bound to. */
final class BindingGrammar {
  private static final Shape.Key MODE =
      optional(
          "mode",
          Choice.of("optional", "required"),
          "`optional`",
          "`required` refuses tokens that are not so bound.");

  static final Shape.Key DPOP =
      optional(
              "dpop",
              Shape.of(
                  "dpop",
                  "Tokens that are bound to a key, which each request proves (RFC 9449).",
                  MODE,
                  optional(
                      "algorithms",
                      new Many(TEXT, 1),
                      "all that tokens may use",
                      "The signature algorithms of proofs, the preferred one first."),
                  optional(
                      "nonce",
                      FLAG,
                      "`false`",
                      "Whether proofs have to hold a nonce of this process."),
                  optional(
                      "maxAge",
                      new Span(false, Duration.ofMinutes(5)),
                      "`5m`",
                      "How old a proof may be, and how far ahead of time.")),
              "such tokens are refused",
              "Takes tokens by the scheme `DPoP`; `{}` for the defaults.")
          .notInAgentgateway();

  static final Shape.Key CLIENT_CERTIFICATE =
      optional(
              "clientCertificate",
              Shape.of(
                  "clientCertificate",
                  "Tokens that are bound to the client's TLS certificate (RFC 8705).",
                  MODE,
                  optional(
                      "header",
                      Text.of("the name of a header field"),
                      "the gateway's own TLS",
                      "The field in which a trusted proxy passes the certificate on (RFC 9440:"
                          + " `Client-Cert`); the proxy has to take it off what clients send.")),
              "such tokens are refused",
              "Takes them; `{}` for the defaults.")
          .notInAgentgateway();

  private BindingGrammar() {}
}
