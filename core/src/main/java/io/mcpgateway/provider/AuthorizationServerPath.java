package io.mcpgateway.provider;

import java.util.List;
import java.util.Optional;

/**
 * A path where clients look for an authorization server of a resource (RFC 8414, 3.1; OpenID
 * Connect Discovery, 4), or for one of its endpoints, which stand below its metadata.
 *
 * @param resourcePath the path of the resource, as the request spells it; {@code /} for the root
 * @param metadataPath the path of the metadata
 * @param endpoint the last segment, for an endpoint; empty for the metadata itself
 * @param appended whether the well-known path follows the resource's path, in place of preceding it
 */
public record AuthorizationServerPath(
    String resourcePath, String metadataPath, String endpoint, boolean appended) {
  static final String REGISTRATION = "client-registration";
  static final String AUTHORIZE = "authorize";
  static final String TOKEN = "token";

  private static final List<String> WELL_KNOWN =
      List.of("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration");
  private static final List<String> ENDPOINTS = List.of(REGISTRATION, AUTHORIZE, TOKEN);

  /**
   * Reads a path.
   *
   * @param path of a request
   * @return empty when it is no such path
   */
  public static Optional<AuthorizationServerPath> parse(String path) {
    if (!path.contains("/.well-known/")) {
      return Optional.empty();
    }
    String endpoint =
        ENDPOINTS.stream().filter(name -> path.endsWith("/" + name)).findFirst().orElse("");
    String metadata =
        endpoint.isEmpty() ? path : path.substring(0, path.length() - endpoint.length() - 1);
    for (String wellKnown : WELL_KNOWN) {
      if (metadata.equals(wellKnown) || metadata.startsWith(wellKnown + "/")) {
        String rest = metadata.substring(wellKnown.length());
        String resource = rest.isEmpty() ? "/" : rest;
        return Optional.of(new AuthorizationServerPath(resource, metadata, endpoint, false));
      }
      if (metadata.endsWith(wellKnown)) {
        String resource = metadata.substring(0, metadata.length() - wellKnown.length());
        return Optional.of(new AuthorizationServerPath(resource, metadata, endpoint, true));
      }
    }
    return Optional.empty();
  }
}
