package io.mcpgateway.config;

import io.mcpgateway.auth.ApiKeyVerifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Makes verifiers of the policy {@code apiKey}. */
final class ApiKeyAssembler {
  private static final int SHORT = 16;

  private final Problems problems;

  ApiKeyAssembler(Problems problems) {
    this.problems = problems;
  }

  /**
   * Reads the keys.
   *
   * @param setting the policy
   * @return empty after a mistake
   */
  Optional<ApiKeyVerifier.Builder> keys(Setting setting) {
    if (setting.broken()) {
      return Optional.empty();
    }
    ApiKeyVerifier.Builder keys = ApiKeyVerifier.builder();
    boolean fine = true;
    for (Setting item : setting.items("keys")) {
      fine &= problems.attempt(item, () -> add(item, keys)).isPresent();
      item.get("key")
          .filter(key -> key.as(String.class).orElse("").length() < SHORT)
          .ifPresent(key -> problems.warn(key, "a short key can be guessed"));
    }
    return fine ? Optional.of(keys) : Optional.empty();
  }

  private static ApiKeyVerifier.Builder add(Setting item, ApiKeyVerifier.Builder keys) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    item.get("metadata")
        .ifPresent(
            all ->
                all.members()
                    .forEach(
                        (name, value) ->
                            metadata.put(
                                String.valueOf(name),
                                AuthenticationAssembler.plain((Setting) value))));
    Optional<String> hash = item.text("keyHash");
    return hash.isPresent()
        ? keys.keyHash(hash.get(), metadata)
        : keys.key(item.text("key").orElseThrow(), metadata);
  }
}
