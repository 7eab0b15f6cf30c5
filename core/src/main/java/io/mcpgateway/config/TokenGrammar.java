package io.mcpgateway.config;

import static io.mcpgateway.config.Shape.Key.optional;
import static io.mcpgateway.config.Shape.Key.required;
import static io.mcpgateway.config.Type.FLAG;
import static io.mcpgateway.config.Type.SECRET;
import static io.mcpgateway.config.Type.TEXT;
import static io.mcpgateway.config.Type.TEXTS;

import io.mcpgateway.config.Shape.Rule.Kind;
import io.mcpgateway.config.Type.Choice;
import io.mcpgateway.config.Type.Either;
import io.mcpgateway.config.Type.Many;
import io.mcpgateway.config.Type.Span;
import io.mcpgateway.config.Type.Text;
import io.mcpgateway.config.Type.Whole;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The part of the grammar about tokens: whose, for whom, and what they have to say. */
final class TokenGrammar {
  // An empty list could be taken for "none".
  private static final Type NAMES = new Many(TEXT, 1);

  private static final Shape JWKS_PLACES =
      Shape.of(
              "jwks",
              "Where the issuer's public keys come from.",
              optional(
                  "url",
                  TEXT,
                  "",
                  "The URL of a JWK set; empty to find it by the issuer's own metadata."),
              optional(
                  "file",
                  Text.of("a file, relative to this one"),
                  "",
                  "A file that holds a JWK set."),
              optional("inline", Type.JWKS, "", "The JWK set itself, as JSON in a string."))
          .rule(Kind.EXACTLY_ONE, "url", "file", "inline");

  private static final Shape VALIDATION =
      Shape.of(
          "jwtValidationOptions",
          "What a token has to say, besides who issued it and for whom.",
          optional(
              "requiredClaims",
              TEXTS,
              "none",
              "Claims that have to be there, with any value but null. Without `exp`, `iss` and"
                  + " `aud` a token is refused anyway, also with `[]`."),
          optional(
                  "requireAccessTokenType",
                  FLAG,
                  "`false`",
                  "Accepts only tokens whose header has the `typ` of RFC 9068, `at+jwt`. Without"
                      + " it, plain `JWT` and none are accepted too, other types never.")
              .notInAgentgateway());

  private static final Shape TOKEN_CACHE =
      Shape.of(
          "tokenCache",
          "Tokens that were found good are not verified again for a while.",
          optional(
              "maxAge",
              new Span(true, Duration.ofHours(1)),
              "`5m`",
              "How long, if the token does not end before; at most `1h`, `0s` for never. For so"
                  + " long a token outlives the withdrawal of its key."),
          optional("maxEntries", new Whole(1, 1_000_000), "`10000`", "How many at most."));

  static final Shape.Key AUDIENCES =
      optional(
          "audiences",
          NAMES,
          "`resourceMetadata.resource`",
          "A token is for one of these; without them and without `resource` nothing would be left"
              + " to check, which is refused.");
  static final Shape.Key AUDIENCE =
      optional("audience", TEXT, "", "The older spelling, for a single audience.");
  static final Shape.Key JWKS =
      optional(
          "jwks",
          new Either(Type.JWKS, JWKS_PLACES),
          "found by the issuer's metadata",
          "The issuer's public keys.");
  static final Shape.Key JWKS_URL =
      optional(
          "jwksUrl",
          TEXT,
          "",
          "The older spelling of `jwks.url`; empty to find it by the issuer's metadata.");
  static final Shape.Key ISSUER_ALIASES =
      optional(
              "issuerAliases",
              NAMES,
              "none",
              "Further spellings of the issuer in `iss`; the callers are the same.")
          .notInAgentgateway();
  static final Shape.Key ALGORITHMS =
      optional(
              "algorithms",
              NAMES,
              "RS, PS and ES with 256, 384 and 512, EdDSA",
              "Which algorithms may have signed, as in `alg`; a key that names one is for that one.")
          .notInAgentgateway();
  static final Shape.Key SCOPE_CLAIMS =
      optional(
              "scopeClaims",
              NAMES,
              "`scope`, else `scp`",
              "The claims that say what a token grants, all of them together: strings with blanks,"
                  + " or lists; a dot leads into an object (`realm_access.roles`).")
          .notInAgentgateway();
  static final Shape.Key VALIDATION_OPTIONS =
      optional("jwtValidationOptions", VALIDATION, "", "What a token has to say.");
  static final Shape.Key CLOCK_SKEW =
      optional(
              "clockSkew",
              new Span(true, Duration.ofMinutes(10)),
              "`60s`",
              "How far the clocks of issuer and gateway may be apart; at most `10m`.")
          .notInAgentgateway();
  static final Shape.Key INSECURE_KEY_URLS =
      optional(
              "allowInsecureKeyUrls",
              FLAG,
              "`false`",
              "Lets keys come by plain http from other hosts than this one. Whoever is on the way"
                  + " can then sign tokens.")
          .notInAgentgateway();

  /** What is said of one issuer: of the only one, or of each. */
  static final List<Shape.Key> OF_AN_ISSUER =
      List.of(
          ISSUER_ALIASES,
          AUDIENCES,
          AUDIENCE,
          JWKS,
          JWKS_URL,
          ALGORITHMS,
          SCOPE_CLAIMS,
          VALIDATION_OPTIONS,
          CLOCK_SKEW,
          INSECURE_KEY_URLS);

  private static final Shape ISSUER =
      Shape.of(
              "issuer",
              "One of several issuers.",
              Stream.concat(
                      Stream.of(
                          required("issuer", TEXT, "The issuer identifier, exactly as in `iss`.")),
                      OF_AN_ISSUER.stream())
                  .toArray(Shape.Key[]::new))
          .rule(Kind.AT_MOST_ONE, "audiences", "audience")
          .rule(Kind.AT_MOST_ONE, "jwks", "jwksUrl");

  static final Shape.Key ISSUERS =
      optional(
              "issuers",
              new Many(ISSUER, 1),
              "",
              "Several issuers instead of one; the `iss` of a token says which keys and rules are"
                  + " its own.")
          .notInAgentgateway();
  static final Shape.Key CACHE =
      optional("tokenCache", TOKEN_CACHE, "", "What is remembered of good tokens.")
          .notInAgentgateway();

  private static final Shape API_KEY_METADATA =
      Shape.of(
              "apiKeyMetadata",
              "What is known of a caller with a key.",
              optional("sub", TEXT, "`name`", "The subject."),
              optional("name", TEXT, "a fingerprint of the key", "Also the subject."),
              optional(
                  "scopes",
                  new Either(TEXT, TEXTS),
                  "none",
                  "What the key grants: a string with blanks, or a list."))
          .openToOthers();

  private static final Shape API_KEY =
      Shape.of(
              "apiKey",
              "A key, and who has it.",
              optional(
                  "key",
                  SECRET,
                  "",
                  "The key itself, best from a variable; it is hashed when it is read."),
              optional(
                  "keyHash",
                  Text.of("sha256: and 64 hexadecimal digits"),
                  "",
                  "The key's SHA-256, `sha256:` and 64 hexadecimal digits."),
              optional("metadata", API_KEY_METADATA, "", "The caller's claims, of any names."))
          .rule(Kind.EXACTLY_ONE, "key", "keyHash");

  /** The policy for callers without an authorization server. */
  static final Shape.Key API_KEYS =
      optional(
          "apiKey",
          Shape.of(
                  "apiKeys",
                  "Callers that are known by a fixed key, sent as `Authorization: Bearer`.",
                  required("keys", new Many(API_KEY, 1), "The keys."),
                  optional(
                      "mode",
                      Choice.of("strict", "optional", "permissive"),
                      "`strict`, where agentgateway has `optional`",
                      "As in `mcpAuthentication`; next to that, its mode counts, and this one is"
                          + " refused."))
              .notSupported("location"),
          "none",
          "Fixed keys, alone or besides `mcpAuthentication`.");

  private TokenGrammar() {}

  /** What stands in each of the issuers, or in none: those keys, {@code issuers} first. */
  static String[] exclusive() {
    return Stream.concat(Stream.of(ISSUERS), OF_AN_ISSUER.stream())
        .map(Shape.Key::name)
        .toArray(String[]::new);
  }
}
