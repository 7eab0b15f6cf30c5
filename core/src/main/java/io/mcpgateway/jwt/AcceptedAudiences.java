package io.mcpgateway.jwt;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * For whom tokens have to be. Names are compared character by character (RFC 7519, 4.1.3), the
 * resource identifier as the URL that it is (MCP authorization, Canonical Server URI).
 *
 * @param names all of them, as configured
 * @param resource the canonical resource identifier; empty when it is none of the names
 */
record AcceptedAudiences(Set<String> names, Optional<String> resource) {

  AcceptedAudiences {
    names = Collections.unmodifiableSet(new LinkedHashSet<>(names));
  }

  /**
   * Puts both together.
   *
   * @param audiences what is accepted; when empty, the resource
   * @param resource the resource identifier, if known
   */
  static AcceptedAudiences of(List<String> audiences, Optional<String> resource) {
    Set<String> names =
        audiences.isEmpty()
            ? resource.map(Set::of).orElse(Set.of())
            : new LinkedHashSet<>(audiences);
    return new AcceptedAudiences(
        names,
        resource
            .flatMap(AcceptedAudiences::canonical)
            .filter(own -> names.stream().anyMatch(name -> isSpellingOf(own, name))));
  }

  boolean accepts(String audience) {
    return names.contains(audience)
        || resource.filter(own -> isSpellingOf(own, audience)).isPresent();
  }

  private static boolean isSpellingOf(String canonical, String text) {
    return canonical(text).filter(canonical::equals).isPresent();
  }

  /**
   * The spelling by which URLs are compared: scheme and host in lower case, no default port (RFC
   * 3986, 6.2.2.1 and 6.2.3), and no slash where there is nothing else of a path.
   *
   * @return empty when it is no http(s) URL, or has a user or a fragment
   */
  private static Optional<String> canonical(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException | NumberFormatException malformed) {
      return Optional.empty();
    }
    if (url.getScheme() == null
        || url.getHost() == null
        || url.getRawUserInfo() != null
        || url.getRawFragment() != null) {
      return Optional.empty();
    }
    String scheme = url.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      return Optional.empty();
    }
    int defaultPort = scheme.equals("https") ? 443 : 80;
    boolean hasPort = url.getPort() >= 0 && url.getPort() != defaultPort;
    return Optional.of(
        scheme
            + "://"
            + url.getHost().toLowerCase(Locale.ROOT)
            + (hasPort ? ":" + url.getPort() : "")
            + (url.getRawPath().equals("/") ? "" : url.getRawPath())
            + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery()));
  }
}
