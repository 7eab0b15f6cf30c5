package io.mcpgateway.auth;

import io.mcpgateway.auth.TokenVerification.Rejected;
import io.mcpgateway.auth.TokenVerification.Verified;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Knows callers by fixed keys, sent as bearer tokens (RFC 6750, 2.1): services without an
 * authorization server. Only SHA-256 hashes of the keys are held; that is enough for random keys,
 * and not for words.
 *
 * <p>A caller's issuer is {@value #ISSUER}, its claims are the key's metadata. {@code scopes} in it
 * (a list, or a string with blanks) are what the key grants; {@code sub}, else {@code name}, is the
 * subject, else a fingerprint of the key.
 *
 * <p>Immutable and thread-safe.
 */
public final class ApiKeyVerifier implements TokenVerifier {
  /** The issuer of callers that are known by a key. */
  public static final String ISSUER = "api-key";

  private static final Rejected UNKNOWN = new Rejected("the API key is not known");

  private final Map<Sha256, Verified> callers;
  private final Optional<TokenVerifier> otherwise;

  private ApiKeyVerifier(Builder builder) {
    this.callers = Map.copyOf(builder.callers);
    this.otherwise = Optional.ofNullable(builder.otherwise);
  }

  /**
   * Begins a verifier.
   *
   * @return a new builder; it needs a key
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * How many keys are known.
   *
   * @return at least one
   */
  public int size() {
    return callers.size();
  }

  /**
   * Who verifies bearer tokens that are none of the keys.
   *
   * @return empty when such tokens are refused
   */
  public Optional<TokenVerifier> otherwise() {
    return otherwise;
  }

  @Override
  public CompletionStage<TokenVerification> verify(BearerToken token, RequestHead clientRequest) {
    Verified caller = callers.get(hash(token.value()));
    if (caller != null) {
      return CompletableFuture.completedStage(caller);
    }
    return otherwise.isPresent()
        ? otherwise.get().verify(token, clientRequest)
        : CompletableFuture.completedStage(UNKNOWN);
  }

  private static Sha256 hash(String key) {
    return Sha256.of(key.getBytes(StandardCharsets.UTF_8));
  }

  /** Those of the other verifier: nobody issues keys. */
  @Override
  public List<String> issuers() {
    return otherwise.map(TokenVerifier::issuers).orElse(List.of());
  }

  /** Closes the other verifier. */
  @Override
  public void close() {
    otherwise.ifPresent(TokenVerifier::close);
  }

  /** Collects keys. Not thread-safe. */
  public static final class Builder {
    private static final Pattern HASH = Pattern.compile("sha256:([0-9a-fA-F]{64})");

    private final Map<Sha256, Verified> callers = new HashMap<>();
    private @Nullable TokenVerifier otherwise;

    private Builder() {}

    /**
     * Adds a key. It is hashed at once.
     *
     * @param key what the caller sends: random, e.g. of {@code openssl rand -hex 32}
     * @param metadata what is known of the caller, as JSON values
     * @return this
     * @throws IllegalArgumentException when no bearer token could hold the key, or it is there
     *     already; the message does not quote it
     */
    public Builder key(String key, Map<String, ?> metadata) {
      Headers presented = Headers.of(HeaderNames.AUTHORIZATION, "Bearer " + key);
      if (!new BearerToken(key).equals(BearerToken.of(presented))) {
        throw new IllegalArgumentException(
            "key: not fit for a bearer token (expected: letters, digits and -._~+/)");
      }
      return add("key", hash(key), metadata);
    }

    /**
     * Adds a key by its hash.
     *
     * @param keyHash {@code sha256:} and 64 hexadecimal digits, e.g. of {@code printf %s "$KEY" |
     *     sha256sum}
     * @param metadata what is known of the caller, as JSON values
     * @return this
     * @throws IllegalArgumentException when it is anything else, or there already
     */
    public Builder keyHash(String keyHash, Map<String, ?> metadata) {
      var hash = HASH.matcher(keyHash);
      if (!hash.matches()) {
        throw new IllegalArgumentException(
            "keyHash: not a hash (expected: sha256: and 64 hexadecimal digits)");
      }
      return add("keyHash", Sha256.parse(hash.group(1)), metadata);
    }

    private Builder add(String setting, Sha256 key, Map<String, ?> metadata) {
      if (callers.putIfAbsent(key, new Verified(caller(key, metadata))) != null) {
        throw new IllegalArgumentException(setting + ": there already (expected: each key once)");
      }
      return this;
    }

    private static AuthenticatedPrincipal caller(Sha256 key, Map<String, ?> metadata) {
      String subject =
          Stream.of("sub", "name")
              .map(metadata::get)
              .filter(value -> value instanceof String name && !name.isEmpty())
              .findFirst()
              .map(String::valueOf)
              .orElseGet(key::fingerprint);
      return new AuthenticatedPrincipal(
          ISSUER,
          subject,
          scopes(metadata.get("scopes")),
          new LinkedHashMap<>(metadata),
          Optional.empty());
    }

    private static Set<String> scopes(@Nullable Object scopes) {
      Stream<?> texts = scopes instanceof List<?> list ? list.stream() : Stream.ofNullable(scopes);
      return texts
          .flatMap(text -> Stream.of(String.valueOf(text).split(" ", -1)))
          .filter(scope -> !scope.isEmpty())
          .collect(Collectors.toSet());
    }

    /**
     * Sets who verifies bearer tokens that are none of the keys. Default: nobody, they are refused.
     *
     * @param verifier mostly a {@code JwtVerifier}; closed with this one
     * @return this
     */
    public Builder otherwise(TokenVerifier verifier) {
      this.otherwise = Objects.requireNonNull(verifier);
      return this;
    }

    /**
     * Builds the verifier.
     *
     * @return the verifier
     * @throws IllegalStateException when there is no key
     */
    public ApiKeyVerifier build() {
      if (callers.isEmpty()) {
        throw new IllegalStateException("keys: none (expected: at least one)");
      }
      return new ApiKeyVerifier(this);
    }
  }
}
