package io.mcpgateway.config;

import static io.mcpgateway.config.Shape.Key.optional;
import static io.mcpgateway.config.Type.SECRET;
import static io.mcpgateway.config.Type.TEXT;

import io.mcpgateway.config.Shape.Rule.Kind;
import io.mcpgateway.config.Type.Choice;
import io.mcpgateway.config.Type.Either;
import io.mcpgateway.provider.ProviderKind;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/** The part of the grammar that adapts authorization servers. */
final class ProviderGrammar {
  private static final Shape NOTHING = Shape.of("providerSettings", "Nothing to choose: `{}`.");

  /** The kinds, in the YAML's spelling. */
  private static final String[] KINDS =
      Arrays.stream(ProviderKind.values())
          .filter(kind -> kind != ProviderKind.PLAIN)
          .map(kind -> kind.name().toLowerCase(Locale.ROOT))
          .toArray(String[]::new);

  static final Shape.Key PROVIDER =
      optional(
          "provider",
          new Either(
              Choice.of(KINDS),
              Shape.of(
                      "provider",
                      "What the authorization server is, as a key with an empty object.",
                      Arrays.stream(KINDS)
                          .map(
                              kind ->
                                  optional(kind, NOTHING, "", "For example `" + kind + ": {}`."))
                          .toArray(Shape.Key[]::new))
                  .rule(Kind.EXACTLY_ONE, KINDS)),
          "clients go by the issuer's own metadata",
          "The gateway serves the issuer's metadata, adapted to what MCP clients need of this"
              + " provider.");

  static final Shape.Key CLIENT_ID =
      optional(
          "clientId",
          TEXT,
          "clients register themselves, where the provider lets them",
          "With `provider`: the client that is registered there already; whoever registers gets"
              + " it.");

  static final Shape.Key CLIENT_SECRET =
      optional(
          "clientSecret",
          SECRET,
          "none",
          "With `provider: {entra: {}}` and `clientId`: the secret of that client, added when a"
              + " code with its PKCE verifier, or a refresh token, is exchanged.");

  static final Shape.Key AUTHORIZATION_SERVER_METADATA =
      optional(
              "authorizationServerMetadata",
              Choice.of("proxy"),
              "not served",
              "`proxy` serves the issuer's metadata, unchanged, at the gateway's origin, where"
                  + " clients of revision 2025-03-26 look for it.")
          .notInAgentgateway();

  private ProviderGrammar() {}

  /** {@code issuers}, and what is for a single issuer only. */
  static String[] exclusive() {
    return Stream.of(
            TokenGrammar.ISSUERS, PROVIDER, CLIENT_ID, CLIENT_SECRET, AUTHORIZATION_SERVER_METADATA)
        .map(Shape.Key::name)
        .toArray(String[]::new);
  }
}
