package io.mcpgateway.backendauth;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What the gateway proves itself to a backend with: a credential of its own, or one that an
 * authorization server made of the caller's; never the caller's (MCP authorization, Access Token
 * Privilege Restriction). Implementations are thread-safe, never block the calling thread on I/O,
 * and complete at once when they need none.
 */
public interface BackendAuth extends AutoCloseable {
  /**
   * Finds the credential for one request.
   *
   * @param callerToken the caller's token, found good; empty when nobody proved who is calling
   * @return completes with the outcome; a failed stage counts as {@link
   *     BackendCredential.Unavailable}
   */
  CompletionStage<BackendCredential> credential(Optional<String> callerToken);

  /** Whether there is no credential for a caller that nobody knows. */
  default boolean needsCaller() {
    return false;
  }

  /** What it is, for the operator: without secrets. */
  String description();

  /** Frees what it holds: connections, threads. */
  @Override
  default void close() {}
}
