package io.mcpgateway.provider;

import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import java.net.URI;
import java.util.Optional;

/**
 * The gateway's own issuer identifiers: what the resource's metadata names, and what the document
 * says that a client builds from it (RFC 8414, 3.3: both are the same). They have neither query nor
 * trailing slash (RFC 8414, 2 and 3.1).
 *
 * @param resource the configured resource identifier; empty when it is derived from each request
 * @param origin how the client sees the gateway
 * @param mountPath where the gateway is mounted
 */
record GatewayIssuer(Optional<URI> resource, PublicOrigin origin, String mountPath) {
  static GatewayIssuer of(Optional<URI> resource, PublicOrigin origin, RequestHead request) {
    return new GatewayIssuer(resource, origin, request.mountPath());
  }

  /**
   * What the resource's metadata names.
   *
   * @param resourcePath as the request spells it
   */
  String ofResource(String resourcePath) {
    String path = resource.map(URI::getRawPath).orElse(root() + resourcePath);
    return base() + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
  }

  /**
   * What the document at a path says: the identifier that the path is built from.
   *
   * @param path where a client asked
   */
  String ofDocument(AuthorizationServerPath path) {
    return path.resourcePath().equals("/") ? base() + root() : ofResource(path.resourcePath());
  }

  /**
   * Where the endpoints are that the document at a path names.
   *
   * @param path where a client asked
   */
  String endpoints(AuthorizationServerPath path) {
    return path.appended()
        ? ofDocument(path) + path.metadataPath().substring(path.resourcePath().length())
        : base() + root() + path.metadataPath();
  }

  private String base() {
    return resource
        .map(identifier -> identifier.getScheme() + "://" + identifier.getRawAuthority())
        .orElseGet(origin::url);
  }

  private String root() {
    return origin.prefix() + mountPath;
  }
}
