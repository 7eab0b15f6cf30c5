package io.mcpgateway.http;

import java.io.IOException;

/** The gateway does not go on reading a request body. */
public final class BodyRefusedException extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;

  /**
   * A refusal.
   *
   * @param status the HTTP status that says so
   * @param message why, for the client's developer
   */
  public BodyRefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The HTTP status that says so. */
  public int status() {
    return status;
  }
}
