package io.mcpgateway.auth;

import io.mcpgateway.http.Headers;
import java.time.Duration;

/** What a {@link TokenBinding} says. */
public sealed interface BindingOutcome {
  /** The caller has proved it. */
  record Confirmed() implements BindingOutcome {}

  /**
   * The caller has not.
   *
   * @param error what the client is told
   * @param headers what the refusal carries besides its challenge
   */
  record Refused(BearerError error, Headers headers) implements BindingOutcome {
    /** The caller has not, and there is nothing more to say. */
    public Refused(BearerError error) {
      this(error, Headers.EMPTY);
    }
  }

  /**
   * There is no telling now, and it is not the client's fault.
   *
   * @param retryAfter when to try again
   * @param cause for the operator's log
   */
  record Unavailable(Duration retryAfter, String cause) implements BindingOutcome {}
}
