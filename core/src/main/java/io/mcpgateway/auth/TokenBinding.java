package io.mcpgateway.auth;

import java.util.Map;
import java.util.Optional;

/**
 * One way to prove that whoever presents a token is the one it was issued to: by the key, or the
 * certificate, that the claim {@code cnf} of the token names (RFC 7800, 3.1). Implementations are
 * thread-safe and do not block.
 */
public interface TokenBinding {
  /** The member of {@code cnf} that this way confirms, e.g. {@code jkt}. */
  String confirmationMethod();

  /**
   * The scheme of {@code Authorization} by which such tokens are presented.
   *
   * @return empty when they may come by any
   */
  default Optional<String> scheme() {
    return Optional.empty();
  }

  /**
   * The header field by which a trusted proxy tells what the proof rests on. Nobody behind the
   * gateway gets it.
   *
   * @return empty when no proxy has a word in it
   */
  default Optional<String> proxyHeader() {
    return Optional.empty();
  }

  /** Whether tokens without that member are refused. */
  boolean required();

  /** What a challenge of the scheme says besides; name and plain value. */
  default Map<String, String> challengeParameters() {
    return Map.of();
  }

  /** What the metadata of the resource says of it (RFC 9728, 2), unless it is told otherwise. */
  Map<String, Object> resourceMetadata();

  /**
   * Takes over what another binding remembers, lest proofs can be used again after a change of the
   * configuration.
   *
   * @param previous of the configuration before; stays as it is
   */
  default void takeOver(TokenBinding previous) {}

  /**
   * Looks for the proof.
   *
   * @param token a good token, and the request it came with
   * @return whether the caller has what the token is bound to
   */
  BindingOutcome confirm(BoundToken token);
}
