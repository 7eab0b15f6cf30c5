package io.mcpgateway.backendauth;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.OwnedHeaders;
import io.mcpgateway.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Header fields that tell who is calling. What a client sends of these names is taken off in any
 * case, so that whoever is behind the gateway can believe them, as long as nobody else can reach
 * it. Immutable and thread-safe.
 *
 * <p>Values are printable ASCII: whatever else a claim holds, a percent sign, and a space at either
 * end are percent-encoded as UTF-8 (RFC 3986, 2.1). Numbers and booleans are written as in JSON,
 * lists and objects are JSON. A claim that a token does not have makes no field.
 */
public final class IdentityHeaders {
  private static final Set<String> WITH_A_MEANING =
      Set.of(
          "accept",
          "authorization",
          "content-type",
          "cookie",
          "dpop",
          "last-event-id",
          "origin",
          "user-agent");

  private final Map<String, Source> sources;
  private final Set<String> names;

  /**
   * Where a value comes from.
   *
   * @param name for the operator
   * @param value finds it; null for none
   */
  private record Source(String name, Function<AuthenticatedPrincipal, @Nullable Object> value) {}

  private IdentityHeaders(Map<String, Source> sources) {
    this.sources = Collections.unmodifiableMap(new LinkedHashMap<>(sources));
    this.names =
        sources.keySet().stream().map(OwnedHeaders::folded).collect(Collectors.toUnmodifiableSet());
  }

  /** Returns a new builder: no field. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Tells whether a field is one of these, so that a client may not send it.
   *
   * @param name any case, hyphens or underscores
   */
  public boolean has(String name) {
    return names.contains(OwnedHeaders.folded(name));
  }

  /**
   * Adds the fields of a caller, instead of others of their names.
   *
   * @param headers the request's
   * @param caller who is calling; empty when nobody proved it: then there are none
   */
  public Headers applyTo(Headers headers, Optional<AuthenticatedPrincipal> caller) {
    Headers.Builder all = headers.toBuilder();
    caller.ifPresent(
        principal ->
            sources.forEach(
                (name, source) -> {
                  Object value = source.value().apply(principal);
                  if (value != null) {
                    all.removeIf(
                            other -> OwnedHeaders.folded(other).equals(OwnedHeaders.folded(name)))
                        .add(name, encoded(text(value)));
                  }
                }));
    return all.build();
  }

  private static String text(Object value) {
    return value instanceof String text ? text : Json.write(value);
  }

  /** RFC 9110, 5.5: only printable ASCII means the same to every server. */
  static String encoded(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder encoded = new StringBuilder(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int octet = bytes[i] & 0xff;
      boolean atAnEnd = i == 0 || i == bytes.length - 1;
      if (octet < ' ' || octet > '~' || octet == '%' || (octet == ' ' && atAnEnd)) {
        encoded.append('%').append("%02X".formatted(octet));
      } else {
        encoded.append((char) octet);
      }
    }
    return encoded.toString();
  }

  /** Which field tells what, e.g. {@code subject in X-Auth-Subject}. */
  @Override
  public String toString() {
    return sources.entrySet().stream()
        .map(entry -> entry.getValue().name() + " in " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  /** Collects fields. Not thread-safe. */
  public static final class Builder {
    private final Map<String, Source> sources = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Tells the subject: the caller at its issuer.
     *
     * @param header the field's name
     * @return this
     * @throws IllegalArgumentException when the name is taken, or the gateway's own
     */
    public Builder subject(String header) {
      return add("subject", header, AuthenticatedPrincipal::subject);
    }

    /**
     * Tells the issuer who vouches for the caller.
     *
     * @param header the field's name
     * @return this
     * @throws IllegalArgumentException when the name is taken, or the gateway's own
     */
    public Builder issuer(String header) {
      return add("issuer", header, AuthenticatedPrincipal::issuer);
    }

    /**
     * Tells the scopes of the token, sorted, with spaces between them.
     *
     * @param header the field's name
     * @return this
     * @throws IllegalArgumentException when the name is taken, or the gateway's own
     */
    public Builder scopes(String header) {
      return add(
          "scopes", header, principal -> String.join(" ", new TreeSet<>(principal.scopes())));
    }

    /**
     * Tells a claim.
     *
     * @param claim its name, or, when there is no such claim, the names on the way into objects
     *     with dots between them
     * @param header the field's name
     * @return this
     * @throws IllegalArgumentException when the name is taken, or the gateway's own
     */
    public Builder claim(String claim, String header) {
      return add("claims." + claim, header, principal -> claim(principal.claims(), claim));
    }

    private static @Nullable Object claim(Map<?, ?> claims, String path) {
      if (claims.containsKey(path)) {
        return claims.get(path);
      }
      int dot = path.indexOf('.');
      return dot > 0 && claims.get(path.substring(0, dot)) instanceof Map<?, ?> inner
          ? claim(inner, path.substring(dot + 1))
          : null;
    }

    private Builder add(
        String key, String header, Function<AuthenticatedPrincipal, @Nullable Object> value) {
      checkOwn(key, header);
      String folded = OwnedHeaders.folded(header);
      if (sources.keySet().stream().map(OwnedHeaders::folded).anyMatch(folded::equals)) {
        throw new IllegalArgumentException(
            key + ": " + header + " tells something else already (expected: another field)");
      }
      sources.put(header, new Source(key, value));
      return this;
    }

    /** Returns the fields. */
    public IdentityHeaders build() {
      return new IdentityHeaders(sources);
    }
  }

  /** A field that tells who is calling is none that HTTP or MCP know. */
  static void checkOwn(String key, String header) {
    OwnedHeaders.checkNotOfRequest(key, header);
    if (WITH_A_MEANING.contains(OwnedHeaders.folded(header))) {
      throw new IllegalArgumentException(
          key + ": " + header + " has a meaning of its own (expected: e.g. X-Auth-Subject)");
    }
  }
}
