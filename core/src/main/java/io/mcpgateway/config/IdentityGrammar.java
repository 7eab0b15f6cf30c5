package io.mcpgateway.config;

import static io.mcpgateway.config.Shape.Key.optional;
import static io.mcpgateway.config.Shape.Key.required;
import static io.mcpgateway.config.Type.SECRET;
import static io.mcpgateway.config.Type.TEXT;
import static io.mcpgateway.config.Type.TEXTS;

import io.mcpgateway.config.Type.Named;
import io.mcpgateway.config.Type.Span;
import io.mcpgateway.config.Type.Text;
import java.time.Duration;

/** The part of the grammar that says what the backend learns about callers: header fields. */
final class IdentityGrammar {
  private static final Type FIELD = Text.of("the name of a header field");

  private static final Shape IDENTITY_HEADERS =
      Shape.of(
          "identityHeaders",
          "Header fields that tell who is calling. Clients cannot send them: theirs are taken off.",
          optional("subject", FIELD, "none", "The field for the caller's `sub`."),
          optional("issuer", FIELD, "none", "The field for the `iss` who vouches for it."),
          optional("scopes", FIELD, "none", "The field for the scopes, with spaces between them."),
          optional(
              "claims",
              new Named(FIELD),
              "none",
              "Fields for other claims, by the claim's name; `a.b` is the member `b` of `a`."));

  private static final Shape SIGNED_IDENTITY =
      Shape.of(
          "signedIdentity",
          "A short-lived JWT of the gateway's that tells who is calling. Its public key is served"
              + " at `/.well-known/mcp-gateway/jwks.json`.",
          required(
              "keyFile",
              Text.of("a file, relative to this one"),
              "The gateway's private key: PEM (PKCS#8), or a JWK."),
          required("audience", TEXT, "Whom the JWT is for (`aud`): the backend."),
          optional("alg", TEXT, "by the key", "How it is signed, e.g. `PS256`."),
          optional("header", FIELD, "`X-Auth-Assertion`", "The field that carries it."),
          optional("issuer", TEXT, "`resourceMetadata.resource`", "What the gateway calls itself."),
          optional(
              "lifetime",
              new Span(false, Duration.ofHours(1)),
              "`60s`",
              "How long it is good, at least `2s`; it is used for half of that."));

  static final Shape.Key HEADERS =
      optional("identityHeaders", IDENTITY_HEADERS, "none", "Who is calling, in header fields.")
          .notInAgentgateway();

  static final Shape.Key SIGNED =
      optional("signedIdentity", SIGNED_IDENTITY, "none", "Who is calling, in a signed JWT.")
          .notInAgentgateway();

  private static Shape modifier(String name, String doc) {
    return Shape.of(
        name,
        doc,
        optional("add", new Named(SECRET), "none", "Fields to add to those of their names."),
        optional(
            "set", new Named(SECRET), "none", "Fields to put in place of those of their names."),
        optional("remove", TEXTS, "none", "Fields to take off."));
  }

  static final Shape.Key REQUEST_MODIFIER =
      optional(
          "requestHeaderModifier",
          modifier(
              "requestHeaderModifier",
              "Changes to the header fields of requests, but not to the gateway's own."),
          "none",
          "For the backend, or the application behind the filter.");

  static final Shape.Key RESPONSE_MODIFIER =
      optional(
          "responseHeaderModifier",
          modifier(
              "responseHeaderModifier",
              "Changes to the header fields of the backend's responses, but not to the gateway's"
                  + " own."),
          "none",
          "For the client.");

  private IdentityGrammar() {}
}
