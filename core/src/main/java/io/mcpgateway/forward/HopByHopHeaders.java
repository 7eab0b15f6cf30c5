package io.mcpgateway.forward;

import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.OwnedHeaders;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** The fields that end at the next hop (RFC 9110, 7.6.1). */
final class HopByHopHeaders {
  private HopByHopHeaders() {}

  /**
   * The names that must not be passed on: those that never are, and those that {@code Connection}
   * names.
   *
   * @param message the header fields of the message
   * @return lower-case names
   */
  static Set<String> of(Headers message) {
    Set<String> names = OwnedHeaders.HOP_BY_HOP;
    for (String nominated : message.list(HeaderNames.CONNECTION)) {
      String name = nominated.toLowerCase(Locale.ROOT);
      if (!names.contains(name)) {
        names = new HashSet<>(names);
        names.add(name);
      }
    }
    return names;
  }
}
