package io.mcpgateway.metadata;

import java.net.URI;
import java.util.Optional;

/** The well-known locations of a protected resource's metadata (RFC 9728, 3.1). */
public final class WellKnownUri {
  /** The registered path; the resource's own path follows it. */
  public static final String PATH = "/.well-known/oauth-protected-resource";

  private WellKnownUri() {}

  /**
   * Where the metadata of a resource is found: the registered path, inserted between its host and
   * its path; a terminating slash behind the host is removed.
   *
   * @param resource an absolute URL
   * @return the metadata's URL, query kept
   */
  public static String of(URI resource) {
    String query = resource.getRawQuery() == null ? "" : "?" + resource.getRawQuery();
    return resource.getScheme() + "://" + resource.getRawAuthority() + pathOf(resource) + query;
  }

  /**
   * The path of {@link #of}.
   *
   * @param resource an absolute URL
   */
  public static String pathOf(URI resource) {
    String path = resource.getRawPath();
    return PATH + (path == null || path.equals("/") ? "" : path);
  }

  /**
   * The path of the resource that a well-known path asks about.
   *
   * @param path the path of a request
   * @return {@code /} for the root form; empty when it is no such path
   */
  public static Optional<String> resourcePath(String path) {
    if (!path.startsWith(PATH)) {
      return Optional.empty();
    }
    String rest = path.substring(PATH.length());
    if (rest.isEmpty()) {
      return Optional.of("/");
    }
    return rest.startsWith("/") ? Optional.of(rest) : Optional.empty();
  }

  /**
   * Tells whether a path is one where older clients look for an authorization server's metadata at
   * the resource's own origin (RFC 8414, OpenID Connect Discovery).
   *
   * @param path the path of a request
   */
  public static boolean asksForAuthorizationServer(String path) {
    return isAtOrBelow(path, "/.well-known/oauth-authorization-server")
        || isAtOrBelow(path, "/.well-known/openid-configuration");
  }

  private static boolean isAtOrBelow(String path, String parent) {
    return path.equals(parent) || path.startsWith(parent + "/");
  }
}
