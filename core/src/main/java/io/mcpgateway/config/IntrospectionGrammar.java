package io.mcpgateway.config;

import static io.mcpgateway.config.Shape.Key.optional;
import static io.mcpgateway.config.Shape.Key.required;
import static io.mcpgateway.config.Type.FLAG;
import static io.mcpgateway.config.Type.SECRET;
import static io.mcpgateway.config.Type.TEXT;

import io.mcpgateway.config.Shape.Rule.Kind;
import io.mcpgateway.config.Type.Choice;
import io.mcpgateway.config.Type.Span;
import io.mcpgateway.config.Type.Text;
import java.time.Duration;

/** The part of the grammar about asking the authorization server about tokens. */
final class IntrospectionGrammar {
  static final String BASIC = "basic";
  static final String POST = "post";
  static final String PRIVATE_KEY_JWT = "private_key_jwt";

  private static final Type FILE = Text.of("a file, relative to this one");

  static final Shape.Key INTROSPECTION =
      optional(
              "introspection",
              Shape.of(
                      "introspection",
                      "Whom to ask about tokens, and as whom (RFC 7662).",
                      required("url", TEXT, "The endpoint: https, or http to this machine."),
                      required("clientId", TEXT, "What the server knows the gateway by."),
                      optional("clientSecret", SECRET, "", "The gateway's secret."),
                      optional(
                          "clientSecretFile", FILE, "", "A file that holds it; ends are trimmed."),
                      optional(
                          "privateKeyFile", FILE, "", "The gateway's key, for `private_key_jwt`."),
                      optional(
                          "clientAuthentication",
                          Choice.of(BASIC, POST, PRIVATE_KEY_JWT),
                          "`basic` with a secret, else `private_key_jwt`",
                          "How the gateway proves who it is."),
                      optional(
                          "audienceVerifiedByIssuer",
                          FLAG,
                          "`false`",
                          "Takes answers without `aud`: for servers that tell a client only of"
                              + " tokens that are for it."),
                      optional(
                          "cacheFor",
                          new Span(true, Duration.ofHours(1)),
                          "`30s`",
                          "For how long an answer is kept, and a revoked token may pass still."))
                  .rule(Kind.EXACTLY_ONE, "clientSecret", "clientSecretFile", "privateKeyFile"),
              "tokens are JWTs",
              "Has the authorization server asked about tokens, instead of verifying them here.")
          .notInAgentgateway();

  private IntrospectionGrammar() {}
}
