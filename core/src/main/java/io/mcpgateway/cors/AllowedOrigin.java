package io.mcpgateway.cors;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code allowOrigins}: {@code *}, an origin, or an origin whose host holds {@code *}
 * for any run of characters.
 */
sealed interface AllowedOrigin {
  /**
   * Tells whether a request's origin fits.
   *
   * @param origin the {@code Origin} field's value as it came
   */
  boolean allows(String origin);

  static AllowedOrigin parse(String text) {
    return text.equals("*")
        ? new Any()
        : ofSite(text)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "allowOrigins: "
                            + text
                            + " (expected: *, or scheme://host[:port] without a path)"));
  }

  /** The same without {@code *} alone; empty when the text is neither form. */
  static Optional<AllowedOrigin> ofSite(String text) {
    return Optional.ofNullable(Origin.parse(text))
        .map(origin -> origin.host().contains("*") ? Glob.of(origin) : new Exact(origin));
  }

  /** Any origin, {@code null} included. */
  record Any() implements AllowedOrigin {
    @Override
    public boolean allows(String origin) {
      return true;
    }
  }

  record Exact(Origin allowed) implements AllowedOrigin {
    @Override
    public boolean allows(String origin) {
      return allowed.equals(Origin.parse(origin));
    }
  }

  record Glob(Origin allowed, Pattern host) implements AllowedOrigin {
    static Glob of(Origin allowed) {
      String[] literals = allowed.host().split("\\*", -1);
      int last = literals.length - 1;
      StringBuilder regex = new StringBuilder(Pattern.quote(literals[0]));
      // The first fit of what stands between two asterisks is as good as any later one: looking
      // for others would take a time that grows by a power with each asterisk.
      for (int i = 1; i < last; i++) {
        regex.append("(?>.*?").append(Pattern.quote(literals[i])).append(')');
      }
      regex.append(".*").append(Pattern.quote(literals[last]));
      return new Glob(allowed, Pattern.compile(regex.toString()));
    }

    @Override
    public boolean allows(String text) {
      Origin origin = Origin.parse(text);
      return origin != null
          && origin.scheme().equals(allowed.scheme())
          && origin.port() == allowed.port()
          && host.matcher(origin.host()).matches();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Glob glob && glob.allowed.equals(allowed);
    }

    @Override
    public int hashCode() {
      return allowed.hashCode();
    }
  }

  /** Scheme, host and effective port (RFC 6454, 4); two origins are the same when all three are. */
  record Origin(String scheme, String host, int port) {
    // ASCII only: String.toLowerCase makes ASCII letters of others.
    private static final Pattern SYNTAX =
        Pattern.compile(
            "(?<scheme>https?)://(?<host>[a-z0-9._*-]+|\\[[0-9a-f:.]+])(:(?<port>\\d{1,5}))?",
            Pattern.CASE_INSENSITIVE);

    static @Nullable Origin parse(String text) {
      var parts = SYNTAX.matcher(text);
      if (!parts.matches()) {
        return null;
      }
      String scheme = parts.group("scheme").toLowerCase(Locale.ROOT);
      String port = parts.group("port");
      int effective = port != null ? Integer.parseInt(port) : scheme.equals("https") ? 443 : 80;
      return new Origin(scheme, parts.group("host").toLowerCase(Locale.ROOT), effective);
    }
  }
}
