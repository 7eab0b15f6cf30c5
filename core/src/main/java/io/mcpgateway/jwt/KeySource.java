package io.mcpgateway.jwt;

import io.mcpgateway.telemetry.KeyFetch;
import io.mcpgateway.telemetry.KeySetState;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
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

  /**
   * Has somebody told of each attempt to get keys.
   *
   * @param observer does not block
   */
  default void observe(Consumer<KeyFetch> observer) {}

  /** What is known, without an attempt to know more. */
  KeySetState state();

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
    return new FixedKeys(
        CompletableFuture.completedStage(new KeyLookup.Found(keys)),
        new KeySetState(description, keys.keyIds(), Optional.empty(), Optional.empty()));
  }

  /**
   * The keys of the configuration.
   *
   * @param keys complete
   * @param state what is known of them, for good
   */
  record FixedKeys(CompletionStage<KeyLookup> keys, KeySetState state) implements KeySource {
    @Override
    public String description() {
      return state.source();
    }

    @Override
    public CompletionStage<KeyLookup> keysWith(Predicate<VerificationKeys> enough) {
      return keys;
    }
  }
}
