package io.mcpgateway.servlet;

import java.io.IOException;

/**
 * Tells the container to break a response off that has begun. Containers log it; the reason is in
 * the access log, and where it was thrown says nothing, so it has no stack trace.
 */
final class ResponseBrokeOffException extends IOException {
  private static final long serialVersionUID = 1;

  ResponseBrokeOffException() {
    super("the backend's response broke off");
  }

  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
