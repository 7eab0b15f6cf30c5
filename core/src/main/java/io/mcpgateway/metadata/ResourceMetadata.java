package io.mcpgateway.metadata;

import io.mcpgateway.http.PublicOrigin;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.json.Json;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The metadata document of a protected resource (RFC 9728, 2). Immutable and thread-safe.
 *
 * <p>The resource identifier is what the builder was told; without that it is derived from the
 * request, from the URL by which the client reached the gateway.
 */
public final class ResourceMetadata {
  private final Optional<URI> resource;
  private final Map<String, Object> parameters;

  private ResourceMetadata(Builder builder) {
    this.resource = builder.resource;
    this.parameters = Collections.unmodifiableMap(new LinkedHashMap<>(builder.parameters));
  }

  /** Returns a new builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** The configured resource identifier; empty when it is derived from each request. */
  public Optional<URI> resource() {
    return resource;
  }

  /** The parameters besides {@code resource}, by their registered names. */
  public Map<String, Object> parameters() {
    return parameters;
  }

  /**
   * The same with more parameters, where nothing else is said.
   *
   * @param more by their registered names; {@code resource} not among them
   */
  public ResourceMetadata withDefaults(Map<String, Object> more) {
    Builder builder = new Builder();
    builder.resource = resource;
    builder.parameters.putAll(parameters);
    more.forEach(builder.parameters::putIfAbsent);
    return builder.build();
  }

  /** The scopes that a client should ask for ({@code scopes_supported}); empty when not said. */
  public List<String> scopesSupported() {
    return parameters.get("scopes_supported") instanceof List<?> scopes
        ? scopes.stream().map(String::valueOf).toList()
        : List.of();
  }

  /**
   * The identifier of the resource that a request is for.
   *
   * @param clientRequest a request to the resource itself, not to its metadata
   * @param origin how the client sees the gateway
   */
  public URI resourceOf(RequestHead clientRequest, PublicOrigin origin) {
    return resource.orElseGet(
        () -> derived(origin, clientRequest.mountPath(), clientRequest.path()));
  }

  /**
   * Where a client finds this metadata, for the {@code resource_metadata} of a challenge (RFC 9728,
   * 5.1).
   *
   * @param clientRequest a request to the resource itself
   * @param origin how the client sees the gateway
   */
  public String urlFor(RequestHead clientRequest, PublicOrigin origin) {
    URI identifier = resourceOf(clientRequest, origin);
    String mount = origin.prefix() + clientRequest.mountPath();
    String path = identifier.getRawPath() == null ? "" : identifier.getRawPath();
    boolean mounted = path.equals(mount) || path.startsWith(mount + "/");
    if (mount.isEmpty() || !mounted) {
      return WellKnownUri.of(identifier);
    }
    // A servlet context cannot answer at the root of its host. RFC 9728 lets a challenge name any
    // URL, so it names the one that is reachable: the well-known path below the mount path.
    return identifier.getScheme()
        + "://"
        + identifier.getRawAuthority()
        + mount
        + WellKnownUri.PATH
        + path.substring(mount.length());
  }

  /**
   * The document.
   *
   * @param metadataRequest a request to a well-known path
   * @param resourcePath the path, below the mount path, of the resource it asks about,
   *     percent-encoded
   * @param origin how the client sees the gateway
   * @param issuers the authorization servers, unless the parameters name others
   * @return JSON; parameters without values are left out (RFC 9728, 3.2)
   */
  public String document(
      RequestHead metadataRequest, String resourcePath, PublicOrigin origin, List<String> issuers) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put(
        "resource",
        resource
            .orElseGet(() -> derived(origin, metadataRequest.mountPath(), resourcePath))
            .toString());
    if (!issuers.isEmpty()) {
      document.put("authorization_servers", issuers);
    }
    document.putAll(parameters);
    return Json.write(document);
  }

  private static URI derived(PublicOrigin origin, String mountPath, String path) {
    String below = origin.prefix() + mountPath + path;
    return URI.create(origin.url() + (below.equals("/") ? "" : below));
  }

  /** Collects the parameters. Not thread-safe. */
  public static final class Builder {
    private Optional<URI> resource = Optional.empty();
    private final Map<String, Object> parameters = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Sets the resource identifier: the URL that clients use for the MCP endpoint. Default: derived
     * from the request.
     *
     * @param resource an absolute http(s) URL without fragment (RFC 9728, 1.2), in ASCII
     * @return this
     * @throws IllegalArgumentException when it is anything else
     */
    public Builder resource(String resource) {
      this.resource = Optional.of(checkResource(resource));
      return this;
    }

    /**
     * Sets {@code authorization_servers}. Default: the issuers whose tokens are accepted.
     *
     * @param issuers issuer identifiers
     * @return this
     */
    public Builder authorizationServers(String... issuers) {
      return parameter("authorization_servers", Arrays.asList(issuers));
    }

    /**
     * Sets {@code scopes_supported}; challenges name them too. Default: none. {@code
     * offline_access} is left out: it is not for a resource to ask for (MCP 2026-07-28, Refresh
     * Tokens).
     *
     * @param scopes scope values
     * @return this
     * @throws IllegalArgumentException when one could not stand in a challenge
     */
    public Builder scopesSupported(String... scopes) {
      return parameter("scopes_supported", Arrays.asList(scopes));
    }

    /**
     * Sets {@code bearer_methods_supported}. Default: not said. Only {@code header} is accepted by
     * the gateway, whatever is said here.
     *
     * @param methods mostly {@code header}
     * @return this
     */
    public Builder bearerMethodsSupported(String... methods) {
      return parameter("bearer_methods_supported", Arrays.asList(methods));
    }

    /**
     * Sets any parameter.
     *
     * @param name as registered, e.g. {@code resource_documentation}
     * @param value a String, Number, Boolean, List or Map; an empty list removes the parameter (RFC
     *     9728, 3.2), except for {@code bearer_methods_supported}
     * @return this
     * @throws IllegalArgumentException when the value does not fit a parameter that the gateway
     *     uses
     */
    public Builder parameter(String name, Object value) {
      if (name.equals("resource")) {
        return resource(String.valueOf(value));
      }
      if (name.equals("scopes_supported")) {
        checkScopes(value);
      }
      Object said = name.equals("scopes_supported") ? withoutOfflineAccess(value) : value;
      boolean none = said instanceof List<?> list && list.isEmpty();
      if (none && !name.equals("bearer_methods_supported")) {
        parameters.remove(name);
      } else {
        parameters.put(name, said instanceof List<?> list ? List.copyOf(list) : said);
      }
      return this;
    }

    private static List<?> withoutOfflineAccess(Object scopes) {
      return ((List<?>) scopes).stream().filter(scope -> !scope.equals("offline_access")).toList();
    }

    /** Returns the metadata. */
    public ResourceMetadata build() {
      return new ResourceMetadata(this);
    }

    private static URI checkResource(String text) {
      try {
        URI uri = new URI(text);
        boolean http =
            "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
        // It stands in a challenge as it is: a header field holds ASCII.
        boolean ascii = text.chars().allMatch(c -> c < 0x7f);
        if (http && ascii && uri.getRawAuthority() != null && uri.getRawFragment() == null) {
          return uri;
        }
      } catch (URISyntaxException | NumberFormatException malformed) {
        // told below, without the parser's words
      }
      throw new IllegalArgumentException(
          "resource: " + text + " (expected: an absolute http or https URL without fragment)");
    }

    private static void checkScopes(Object value) {
      boolean fits =
          value instanceof List<?> scopes
              && scopes.stream()
                  .allMatch(
                      scope ->
                          scope instanceof String text
                              && text.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]+"));
      if (!fits) {
        throw new IllegalArgumentException(
            "scopes_supported: " + value + " (expected: a list of RFC 6750 scope tokens)");
      }
    }
  }
}
