package io.mcpgateway.provider;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The two issuers of one Entra tenant. */
final class EntraIssuer {
  private static final Pattern FIRST_VERSION =
      Pattern.compile("https://sts\\.windows\\.net/([^/]+)/?");

  private EntraIssuer() {}

  /**
   * Whose metadata to ask for: tokens of the first version come from another issuer, but its login
   * page does not know scopes.
   *
   * @param issuer as tokens spell it
   */
  static String ofMetadata(String issuer) {
    Matcher first = FIRST_VERSION.matcher(issuer);
    return first.matches()
        ? "https://login.microsoftonline.com/" + first.group(1) + "/v2.0"
        : issuer;
  }
}
