package io.mcpgateway.jwt;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Where the keys of the issuer come from. Implementations are thread-safe and never block. */
interface KeySource extends AutoCloseable {
  /** The keys to verify with; completes at once when they are at hand, and never exceptionally. */
  CompletionStage<KeyLookup> keys();

  /**
   * The keys after an attempt to get newer ones, because those at hand do not do.
   *
   * @param enough tells whether keys do
   * @return completes, never exceptionally, with the newest keys, whether they do or not
   */
  CompletionStage<KeyLookup> keysWith(Predicate<VerificationKeys> enough);

  /**
   * Takes over the keys that another source has got from the same place.
   *
   * @param previous stays as it is
   */
  default void takeOver(KeySource previous) {}

  /** Why there are no keys, after an attempt to get them has begun; empty when there are. */
  default Optional<String> notReady() {
    return Optional.empty();
  }

  /** Where that is, for people. */
  String description();

  @Override
  default void close() {}

  /**
   * Keys that the configuration holds.
   *
   * @param keys never change
   * @param description where they were read
   */
  static KeySource fixed(VerificationKeys keys, String description) {
    return new FixedKeys(CompletableFuture.completedStage(new KeyLookup.Found(keys)), description);
  }

  /**
   * The keys of the configuration.
   *
   * @param keys complete
   * @param description where they were read
   */
  record FixedKeys(CompletionStage<KeyLookup> keys, String description) implements KeySource {
    @Override
    public CompletionStage<KeyLookup> keysWith(Predicate<VerificationKeys> enough) {
      return keys;
    }
  }
}
