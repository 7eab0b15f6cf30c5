package io.mcpgateway.config;

import static io.mcpgateway.config.Shape.Key.optional;
import static io.mcpgateway.config.Shape.Key.required;
import static io.mcpgateway.config.Type.TEXT;

import io.mcpgateway.config.Shape.Rule.Kind;
import io.mcpgateway.config.Type.Choice;
import io.mcpgateway.config.Type.Either;
import io.mcpgateway.config.Type.Many;
import io.mcpgateway.config.Type.Named;
import io.mcpgateway.config.Type.Text;

/** The part of the grammar that says who may do what. */
final class AuthorizationGrammar {
  private static final Type NAMES = new Many(TEXT, 1);
  private static final Type SCOPES_BY_NAME = new Named(NAMES);

  private static final Shape REQUIRED =
      Shape.of(
          "requiredScopes",
          "The scopes that callers need; who lacks one is answered 403, with all that the request"
              + " needs. In names, `*` stands for any characters; all entries that match count.",
          optional("scopes", NAMES, "none", "For every request; challenges name them.")
              .notInAgentgateway(),
          optional("methods", SCOPES_BY_NAME, "none", "More, by JSON-RPC method.")
              .notInAgentgateway(),
          optional("tools", SCOPES_BY_NAME, "none", "More, by the name of the tool that is called.")
              .notInAgentgateway(),
          optional("prompts", SCOPES_BY_NAME, "none", "More, by the name of the prompt.")
              .notInAgentgateway(),
          optional("resources", SCOPES_BY_NAME, "none", "More, by the URI of the resource.")
              .notInAgentgateway(),
          optional(
                  "implies",
                  SCOPES_BY_NAME,
                  "each scope grants itself",
                  "Which scopes a scope includes; those of `mcpAuthorization` too.")
              .notInAgentgateway());

  private static final Shape RULE =
      Shape.of(
              "rule",
              "A condition in CEL, and what it does where it is true.",
              optional("allow", TEXT, "", "Permits. A bare string is the same."),
              optional("deny", TEXT, "", "Denies, whatever else permits."),
              optional("require", TEXT, "", "Denies where it is not true."))
          .rule(Kind.EXACTLY_ONE, "allow", "deny", "require");

  private static final Shape ENTRY =
      Shape.of(
          "access",
          "Who may use some tools, prompts or resources.",
          required("names", NAMES, "Names, or URIs of resources; `*` stands for any characters.")
              .notInAgentgateway(),
          optional("scopes", NAMES, "none", "The scopes that callers need, all of them.")
              .notInAgentgateway(),
          optional(
                  "claims",
                  new Named(new Either(TEXT, NAMES)),
                  "none",
                  "Claims of the caller's token, and the values of which each has to have one, or"
                      + " hold one in a list. Dots lead into objects.")
              .notInAgentgateway());

  private static final Type ENTRIES = new Many(ENTRY, 0);

  private static final Shape AUTHORIZATION =
      Shape.of(
          "mcpAuthorization",
          "Who may call what. All parts have to permit it; the lists that servers send show only"
              + " what may be called. A list of entries is read from the top: the first that matches"
              + " decides, and what none names is denied.",
          optional(
              "rules",
              new Many(new Either(Text.of("a condition in CEL"), RULE), 0),
              "everything is permitted",
              "Conditions in CEL about tools, prompts and resources. Needs the library"
                  + " `dev.cel:cel`; the launcher has it."),
          optional("tools", ENTRIES, "all", "Who may call which tools.").notInAgentgateway(),
          optional("prompts", ENTRIES, "all", "Who may get which prompts.").notInAgentgateway(),
          optional("resources", ENTRIES, "all", "Who may read which resources, by URI.")
              .notInAgentgateway(),
          optional(
                  "denied",
                  Choice.of("hidden", "forbidden"),
                  "`hidden`",
                  "How a denied call is answered: as if there were no such thing, or by a 403.")
              .notInAgentgateway());

  static final Shape.Key REQUIRED_SCOPES =
      optional("requiredScopes", REQUIRED, "none", "What tokens have to grant.")
          .notInAgentgateway();

  static final Shape.Key MCP_AUTHORIZATION =
      optional("mcpAuthorization", AUTHORIZATION, "whoever gets here, all", "Who may call what.");

  private AuthorizationGrammar() {}
}
