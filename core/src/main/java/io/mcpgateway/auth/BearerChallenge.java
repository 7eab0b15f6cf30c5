package io.mcpgateway.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The value of a {@code WWW-Authenticate} field (RFC 6750, 3; RFC 9728, 5.1).
 *
 * @param resourceMetadata the URL of the protected resource's metadata
 * @param scopes what the client should ask for; empty when not known
 * @param error why the credentials were refused; empty when there were none (RFC 6750, 3.1)
 */
public record BearerChallenge(
    String resourceMetadata, List<String> scopes, Optional<BearerError> error) {

  /** Checks that every part can stand in a quoted string. */
  public BearerChallenge {
    scopes = List.copyOf(scopes);
    if (!isPlain(resourceMetadata)) {
      throw new IllegalArgumentException("resource_metadata (expected: a URL)");
    }
    if (!scopes.stream().allMatch(BearerChallenge::isPlain)) {
      throw new IllegalArgumentException("scope (expected: RFC 6750 scope tokens)");
    }
  }

  /** Printable ASCII without blank, quote and backslash: RFC 6750, 3 for a scope token. */
  private static boolean isPlain(String text) {
    return text.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");
  }

  /** The field's value: one line, the scheme first. */
  public String value() {
    return value(BearerToken.SCHEME, true, Map.of());
  }

  /**
   * The same for any scheme whose challenges have these parameters.
   *
   * @param scheme its name
   * @param withError whether the error is one of this scheme
   * @param more what else it says
   */
  String value(String scheme, boolean withError, Map<String, String> more) {
    List<String> parameters = new ArrayList<>();
    parameters.add("resource_metadata=\"" + resourceMetadata + '"');
    if (!scopes.isEmpty()) {
      parameters.add("scope=\"" + String.join(" ", scopes) + '"');
    }
    error
        .filter(any -> withError)
        .ifPresent(
            refusal -> {
              parameters.add("error=\"" + refusal.code() + '"');
              parameters.add("error_description=\"" + refusal.description() + '"');
            });
    more.forEach((name, value) -> parameters.add(name + "=\"" + value + '"'));
    return scheme + " " + String.join(", ", parameters);
  }
}
