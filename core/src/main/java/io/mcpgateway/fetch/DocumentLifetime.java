package io.mcpgateway.fetch;

import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What a response says about its own lifetime (RFC 9111, 5.2.2), within bounds. */
public final class DocumentLifetime {
  /** Where the response says nothing, or forbids what a gateway cannot do without. */
  static final Duration DEFAULT_LIFETIME = Duration.ofMinutes(5);

  /** Below, a busy gateway would fetch all the time. */
  static final Duration MIN_LIFETIME = Duration.ofMinutes(1);

  /** Above, a withdrawn key, for instance, would be trusted for too long. */
  static final Duration MAX_LIFETIME = Duration.ofHours(24);

  private DocumentLifetime() {}

  /**
   * How long a document is fresh.
   *
   * @param response the fields that it came with
   * @return one minute to 24 hours
   */
  public static Duration of(Headers response) {
    return of(
        String.join(",", response.all(HeaderNames.CACHE_CONTROL)),
        response.first("Age").orElse(""));
  }

  /**
   * How long a document is fresh.
   *
   * @param cacheControl the response's {@code Cache-Control}, lists joined; may be empty
   * @param age the response's {@code Age}: how long a cache on the way has kept it; may be empty
   * @return one minute to 24 hours
   */
  static Duration of(String cacheControl, String age) {
    Optional<Long> maxAge = Optional.empty();
    for (String part : cacheControl.toLowerCase(Locale.ROOT).split(",", -1)) {
      String directive = part.strip();
      if (directive.startsWith("no-store") || directive.startsWith("no-cache")) {
        return DEFAULT_LIFETIME;
      }
      if (directive.startsWith("max-age=") && maxAge.isEmpty()) {
        maxAge = seconds(directive.substring("max-age=".length()).replace("\"", ""));
      }
    }
    return maxAge
        .map(seconds -> Duration.ofSeconds(seconds - seconds(age).orElse(0L)))
        .map(DocumentLifetime::bounded)
        .orElse(DEFAULT_LIFETIME);
  }

  private static Duration bounded(Duration lifetime) {
    if (lifetime.compareTo(MIN_LIFETIME) < 0) {
      return MIN_LIFETIME;
    }
    return lifetime.compareTo(MAX_LIFETIME) > 0 ? MAX_LIFETIME : lifetime;
  }

  /** RFC 9111, 1.2.2: delta-seconds; larger numbers than anybody lives are cut. */
  private static Optional<Long> seconds(String text) {
    String digits = text.strip();
    if (!digits.matches("[0-9]+")) {
      return Optional.empty();
    }
    return Optional.of(digits.length() > 9 ? Integer.MAX_VALUE : Long.parseLong(digits));
  }
}
