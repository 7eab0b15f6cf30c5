package io.mcpgateway.servlet;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Tells the container to break a response off that has begun. Containers log it; where it was
 * thrown says nothing, so it has no stack trace.
 */
final class ResponseBrokeOffException extends IOException {
  private static final long serialVersionUID = 1;

  ResponseBrokeOffException(@Nullable Throwable cause) {
    super("the backend's response broke off" + (cause == null ? "" : ": " + cause));
  }

  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
