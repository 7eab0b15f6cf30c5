package io.mcpgateway.backendauth;

import java.time.Duration;

/** The outcome of looking for a credential. */
public sealed interface BackendCredential {
  /**
   * There is one. Prints without its value.
   *
   * @param header the field that carries it
   * @param value the field's value: a secret
   * @param refused to be run when the backend answers 401
   */
  record Supplied(String header, String value, Runnable refused) implements BackendCredential {
    @Override
    public String toString() {
      return "Supplied[header=" + header + "]";
    }
  }

  /**
   * This caller gets none.
   *
   * @param reason for the operator's log
   */
  record Denied(String reason) implements BackendCredential {}

  /**
   * There is none now, and it is not the caller's fault.
   *
   * @param retryAfter when to try again
   * @param cause for the operator's log
   */
  record Unavailable(Duration retryAfter, String cause) implements BackendCredential {}
}
