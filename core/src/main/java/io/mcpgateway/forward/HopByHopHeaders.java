package io.mcpgateway.forward;

import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.OwnedHeaders;
import java.util.HashSet;
import java.util.List;
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
    List<String> nominated = message.list(HeaderNames.CONNECTION);
    if (nominated.isEmpty()) {
      return OwnedHeaders.HOP_BY_HOP;
    }
    Set<String> names = new HashSet<>(OwnedHeaders.HOP_BY_HOP);
    nominated.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    return names;
  }
}
