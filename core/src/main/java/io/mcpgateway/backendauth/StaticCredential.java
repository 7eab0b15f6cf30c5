package io.mcpgateway.backendauth;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A credential that never changes, an API key for instance. Prints without it. */
public final class StaticCredential implements BackendAuth {
  private final String credential;
  private final CredentialLocation location;

  private StaticCredential(String credential, CredentialLocation location) {
    this.credential = credential;
    this.location = location;
  }

  /**
   * A credential in {@code Authorization: Bearer}.
   *
   * @param credential printable ASCII
   * @return the policy
   * @throws IllegalArgumentException when it cannot stand in a header field; the message does not
   *     quote it
   */
  public static StaticCredential of(String credential) {
    return of(credential, CredentialLocation.BEARER);
  }

  /**
   * A credential somewhere else.
   *
   * @param credential printable ASCII
   * @param location where it stands
   * @return the policy
   * @throws IllegalArgumentException when it cannot stand in a header field; the message does not
   *     quote it
   */
  public static StaticCredential of(String credential, CredentialLocation location) {
    if (!CredentialLocation.isCredential(credential)) {
      throw new IllegalArgumentException(
          "not a credential (expected: printable ASCII, not empty, on one line)");
    }
    return new StaticCredential(credential, location);
  }

  @Override
  public CompletionStage<BackendCredential> credential(Optional<String> callerToken) {
    return CompletableFuture.completedStage(location.of(credential, () -> {}));
  }

  @Override
  public String description() {
    return "key, in " + location;
  }

  @Override
  public String toString() {
    return "StaticCredential[" + location + "]";
  }
}
