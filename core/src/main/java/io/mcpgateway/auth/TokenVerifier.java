package io.mcpgateway.auth;

import io.mcpgateway.http.RequestHead;
import io.mcpgateway.telemetry.KeyFetch;
import io.mcpgateway.telemetry.KeySetState;
import io.mcpgateway.telemetry.TokenCacheState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Decides whether a token is good. Implementations are thread-safe, never block the calling thread
 * on I/O, and complete at once when they need none.
 */
public interface TokenVerifier extends AutoCloseable {
  /**
   * Verifies one token.
   *
   * @param token what the client presented
   * @param clientRequest the request it came with
   * @return completes with the outcome; a failed stage counts as {@link
   *     TokenVerification.Unavailable}
   */
  CompletionStage<TokenVerification> verify(BearerToken token, RequestHead clientRequest);

  /**
   * The issuers whose tokens are accepted: the {@code authorization_servers} of the metadata.
   *
   * @return issuer identifiers; may be empty
   */
  List<String> issuers();

  /**
   * Takes over what another verifier has learned that can be used here as well, keys of the same
   * issuer for instance, so that a change of the configuration does not depend on the issuer.
   *
   * @param previous of the configuration before; stays as it is
   */
  default void takeOver(TokenVerifier previous) {}

  /**
   * Tells what is missing before tokens can be verified, and begins to get it. Does not wait.
   *
   * @return the reason, for operators; empty when nothing is missing
   */
  default Optional<String> notReady() {
    return Optional.empty();
  }

  /**
   * Has somebody told each time that an issuer was asked for its keys.
   *
   * @param observer does not block
   */
  default void observe(Consumer<KeyFetch> observer) {}

  /** What is known of the issuers' keys; nothing where tokens are verified in another way. */
  default List<KeySetState> keySets() {
    return List.of();
  }

  /** How much the memory of good tokens is of use; nothing where there is none. */
  default List<TokenCacheState> tokenCaches() {
    return List.of();
  }

  /** Frees what the verifier holds: connections, threads. */
  @Override
  default void close() {}
}
