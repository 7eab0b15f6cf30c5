package io.mcpgateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpgateway.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code Authorization} fields, one in a line: what is taken for a token is exactly what RFC 6750,
 * 2.1 spells, and what is refused is not repeated.
 */
public final class BearerTokenFuzz {
  private static final Pattern TOKEN =
      Pattern.compile("[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9\\-._~+/]+=*)");
  private static final Pattern MEANT = Pattern.compile("(?is)bearer(?: .*)?");

  private BearerTokenFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    List<String> lines = new String(input, StandardCharsets.ISO_8859_1).lines().toList();
    Headers.Builder builder = Headers.builder();
    try {
      lines.forEach(line -> builder.add("Authorization", line));
    } catch (IllegalArgumentException noField) {
      return;
    }
    List<String> fields = builder.build().all("Authorization");
    BearerCredentials credentials = BearerToken.of(builder.build());
    Matcher token = TOKEN.matcher(fields.size() == 1 ? fields.get(0) : "");
    if (fields.size() > 1) {
      assertThat(credentials).isInstanceOf(BearerCredentials.Malformed.class);
    } else if (token.matches()) {
      assertThat(credentials).isEqualTo(new BearerToken(token.group(1)));
      assertThat(credentials).hasToString("BearerToken[...]");
    } else if (fields.size() == 1 && MEANT.matcher(fields.get(0)).matches()) {
      assertThat(credentials)
          .isEqualTo(
              new BearerCredentials.Malformed(
                  "the Authorization header does not hold one bearer token"));
    } else {
      assertThat(credentials).isEqualTo(new BearerCredentials.None());
    }
  }
}
