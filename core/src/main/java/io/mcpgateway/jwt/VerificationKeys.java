package io.mcpgateway.jwt;

import io.mcpgateway.http.PrintableText;
import io.mcpgateway.json.Json;
import io.mcpgateway.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The usable keys of a JWK set (RFC 7517, 5), and which of them may verify a token. A key that
 * cannot be used does not spoil the others. Immutable and thread-safe.
 */
final class VerificationKeys {
  /** So many keys with the same {@code kid} are tried; each costs a signature verification. */
  private static final int MAX_CANDIDATES = 4;

  private final List<VerificationKey> keys;
  private final Map<String, List<VerificationKey>> named;
  private final List<VerificationKey> nameless;
  private final List<String> skipped;

  private VerificationKeys(List<VerificationKey> keys, List<String> skipped) {
    this.keys = List.copyOf(keys);
    this.named =
        keys.stream()
            .filter(key -> key.keyId().isPresent())
            .collect(Collectors.groupingBy(key -> key.keyId().orElseThrow()));
    this.nameless = keys.stream().filter(key -> key.keyId().isEmpty()).toList();
    this.skipped = List.copyOf(skipped);
  }

  /**
   * Reads a JWK set.
   *
   * @param jwkSet JSON in UTF-8
   * @throws UnusableKeyException when it is no JWK set, or holds no key that can be used
   */
  static VerificationKeys parse(byte[] jwkSet) throws UnusableKeyException {
    List<VerificationKey> keys = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    for (Object member : members(jwkSet)) {
      try {
        if (!(member instanceof Map<?, ?> jwk)) {
          throw new UnusableKeyException("not an object");
        }
        keys.add(JwkReader.read(jwk));
      } catch (UnusableKeyException unusable) {
        skipped.add(name(member) + ": " + unusable.getMessage());
      }
    }
    if (keys.isEmpty()) {
      throw new UnusableKeyException(
          "no usable key" + (skipped.isEmpty() ? "" : " (" + skipped.get(0) + ")"));
    }
    return new VerificationKeys(keys, skipped);
  }

  private static List<?> members(byte[] jwkSet) throws UnusableKeyException {
    try {
      if (Json.readObject(jwkSet).get("keys") instanceof List<?> members) {
        return members;
      }
      throw new UnusableKeyException("no JWK set (expected: an object with a list of keys)");
    } catch (MalformedJsonException malformed) {
      throw new UnusableKeyException("no JWK set: " + malformed.getMessage());
    }
  }

  private static String name(Object member) {
    return member instanceof Map<?, ?> jwk && jwk.get("kid") instanceof String keyId
        ? "kid " + PrintableText.of(keyId)
        : "without kid";
  }

  /** Their ids; that of a key without one is empty. */
  List<String> keyIds() {
    return keys.stream().map(key -> key.keyId().orElse("")).toList();
  }

  /** How many keys can be used. */
  int size() {
    return keys.size();
  }

  /** Which keys of the set cannot be used and why, fit for a log. */
  List<String> skipped() {
    return skipped;
  }

  /**
   * Tells whether a token's key is among these, as far as its header says.
   *
   * @param header of a token
   * @return false when a newer set may help
   */
  boolean knows(SignatureHeader header) {
    return header.keyId().isPresent()
        ? named.containsKey(header.keyId().get())
        : keys.stream().anyMatch(key -> key.fits(header.algorithm()));
  }

  /**
   * Verifies the signature of a token.
   *
   * @return empty when it is good
   */
  Optional<Refusal> check(SignedToken token) {
    SignatureHeader header = token.header();
    if (header.keyId().isEmpty()) {
      // Guessing among many keys would cost a verification each: only the single one that fits.
      List<VerificationKey> fitting = fitting(keys, header).toList();
      return fitting.size() == 1
          ? firstThatVerifies(token, fitting.stream(), Refusal.WRONG_SIGNATURE)
          : Optional.of(Refusal.UNKNOWN_KEY);
    }
    List<VerificationKey> sameName = named.getOrDefault(header.keyId().get(), List.of());
    if (sameName.isEmpty()) {
      return firstThatVerifies(token, fitting(nameless, header), Refusal.UNKNOWN_KEY);
    }
    // RFC 8725, 3.1: the key decides about the algorithm, not the token.
    return fitting(sameName, header).findAny().isEmpty()
        ? Optional.of(Refusal.ALGORITHM_NOT_ALLOWED)
        : firstThatVerifies(token, fitting(sameName, header), Refusal.WRONG_SIGNATURE);
  }

  private static Stream<VerificationKey> fitting(
      List<VerificationKey> keys, SignatureHeader header) {
    return keys.stream().filter(key -> key.fits(header.algorithm()));
  }

  private static Optional<Refusal> firstThatVerifies(
      SignedToken token, Stream<VerificationKey> candidates, Refusal otherwise) {
    return candidates.limit(MAX_CANDIDATES).anyMatch(token::isSignedBy)
        ? Optional.empty()
        : Optional.of(otherwise);
  }
}
