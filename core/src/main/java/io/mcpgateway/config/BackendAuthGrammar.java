package io.mcpgateway.config;

import static io.mcpgateway.config.Shape.Key.optional;
import static io.mcpgateway.config.Shape.Key.required;
import static io.mcpgateway.config.Type.FLAG;
import static io.mcpgateway.config.Type.TEXT;

import io.mcpgateway.config.Shape.Rule.Kind;
import io.mcpgateway.config.Type.Choice;
import io.mcpgateway.config.Type.Either;
import io.mcpgateway.config.Type.Many;
import io.mcpgateway.config.Type.Text;

/** The part of the grammar that says what the gateway proves itself to a backend with. */
final class BackendAuthGrammar {
  private static final Type FILE = Text.of("a file, relative to this one");
  private static final Type NAMES = new Many(TEXT, 1);
  private static final Type SECRET_TEXT = Text.secret("a string, mostly ${NAME}");

  private static final Shape SECRET_FILE =
      Shape.of("secretFile", "A secret in a file of its own.", required("file", FILE, "The file."));

  /** Better out of the environment, or in a file, than in the configuration itself. */
  static final Type SECRET = new Either(SECRET_TEXT, SECRET_FILE);

  private static final Shape HEADER =
      Shape.of(
          "credentialHeader",
          "A header field that carries a credential.",
          required("name", TEXT, "The field's name."),
          optional("prefix", TEXT, "none", "What stands before the credential, with its space."));

  private static final Shape LOCATION =
      Shape.of(
              "credentialLocation",
              "Where a credential stands in the request to the backend.",
              required("header", HEADER, "A header field."))
          .notSupported("cookie", "expression", "queryParameter");

  private static final Shape KEY =
      Shape.of(
              "backendKey",
              "A credential that never changes, an API key for instance.",
              optional("value", Type.SECRET, "", "The key itself, mostly `${NAME}`."),
              optional("file", FILE, "", "A file that holds it, and nothing else."),
              optional("location", LOCATION, "`Authorization: Bearer`", "Where it stands."))
          .rule(Kind.EXACTLY_ONE, "value", "file");

  private static final Shape CLIENT_AUTH =
      Shape.of(
              "clientAuth",
              "How the gateway proves to an authorization server which client it is.",
              required("clientId", TEXT, "The client's id."),
              optional(
                  "method",
                  Choice.of("clientSecretBasic", "clientSecretPost", "privateKeyJwt"),
                  "`clientSecretBasic`",
                  "By its secret in a header field or in the form, or by a JWT that it signs."),
              optional("clientSecret", SECRET, "", "Its secret."),
              optional(
                  "signingKey",
                  SECRET_FILE,
                  "",
                  "Its private key, for `privateKeyJwt`: PEM (PKCS#8), or a JWK."),
              optional("alg", TEXT, "by the key", "How the JWT is signed, e.g. `PS256`."),
              optional(
                  "assertionAudience",
                  TEXT,
                  "the token endpoint",
                  "Whom the JWT is for, mostly the issuer's identifier."))
          .rule(Kind.EXACTLY_ONE, "clientSecret", "signingKey")
          .notSupported("certificate", "certificateHeader", "kid");

  private static final Shape CLIENT_CREDENTIALS =
      Shape.of(
          "clientCredentials",
          "A token of the gateway's own, the same for all callers (RFC 6749, 4.4).",
          required("tokenUrl", TEXT, "The token endpoint: https, or http on this machine."),
          required("clientAuth", CLIENT_AUTH, "The gateway as a client."),
          optional("scopes", NAMES, "the client's usual ones", "The scopes to ask for."),
          optional("audiences", NAMES, "not said", "Whom the token is for, by name."),
          optional("resources", NAMES, "not said", "Whom the token is for, by URL (RFC 8707)."),
          optional(
              "authorizationLocation", LOCATION, "`Authorization: Bearer`", "Where it stands."),
          optional(
              "allowInsecureTokenUrl",
              FLAG,
              "`false`",
              "Lets the token endpoint be asked by plain http on other hosts than this one."
                  + " Whoever is on the way gets the secrets."));

  private static final Shape TOKEN_EXCHANGE =
      Shape.of(
              "oauthTokenExchange",
              "A token for each caller, in exchange for the caller's (RFC 8693).",
              optional(
                  "host",
                  TEXT,
                  "",
                  "Where the token endpoint is: `host:port` for http, which is for this machine"
                      + " only, or a URL without path."),
              optional("path", TEXT, "`/`", "The endpoint's path there; only with `host`."),
              optional("tokenUrl", TEXT, "", "The token endpoint instead, as one URL.")
                  .notInAgentgateway(),
              optional(
                  "grantType",
                  Choice.of("tokenExchange").notSupported("jwtBearer"),
                  "`tokenExchange`",
                  "How the exchange is done."),
              required("clientAuth", CLIENT_AUTH, "The gateway as a client."),
              optional("scopes", NAMES, "not said", "The scopes to ask for."),
              optional("audiences", NAMES, "not said", "Whom the token is for, by name."),
              optional("resources", NAMES, "not said", "Whom the token is for, by URL."),
              optional("requestedTokenType", TEXT, "not said", "The kind of token, a URI."),
              optional(
                  "authorizationLocation", LOCATION, "`Authorization: Bearer`", "Where it stands."),
              optional(
                      "allowInsecureTokenUrl",
                      FLAG,
                      "`false`",
                      "Lets the token endpoint be asked by plain http on other hosts than this one."
                          + " Whoever is on the way gets the callers' tokens.")
                  .notInAgentgateway())
          .rule(Kind.EXACTLY_ONE, "host", "tokenUrl")
          .rule(Kind.AT_MOST_ONE, "path", "tokenUrl")
          .notSupported(
              "actorToken", "additionalParams", "backend", "cache", "policies", "subjectToken");

  private static final Shape PASSTHROUGH =
      Shape.of("passthrough", "Nothing to choose: `{}`.").notSupported("location");

  static final Shape BACKEND_AUTH =
      Shape.of(
              "backendAuth",
              "What the backend gets as a credential; without it, none at all.",
              optional(
                  "passthrough",
                  PASSTHROUGH,
                  "",
                  "Passes the caller's verified token on; only for a backend that is the same"
                      + " resource as the gateway."),
              optional(
                  "key",
                  new Either(SECRET_TEXT, KEY),
                  "",
                  "A credential of the gateway's that never changes."),
              optional("clientCredentials", CLIENT_CREDENTIALS, "", "A token of the gateway's own.")
                  .notInAgentgateway(),
              optional(
                  "oauthTokenExchange",
                  TOKEN_EXCHANGE,
                  "",
                  "A token for each caller; needs `mcpAuthentication` with `mode: strict`."))
          .rule(Kind.EXACTLY_ONE, "passthrough", "key", "clientCredentials", "oauthTokenExchange")
          .notSupported(
              "aws", "azure", "copilot", "credentials", "crossAppAccess", "gcp", "jwtSign");

  private BackendAuthGrammar() {}
}
