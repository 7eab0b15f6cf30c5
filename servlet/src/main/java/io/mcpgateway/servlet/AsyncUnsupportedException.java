package io.mcpgateway.servlet;

/** A request needs asynchronous mode, and something in its way does not support it. */
final class AsyncUnsupportedException extends Exception {
  private static final long serialVersionUID = 1;

  AsyncUnsupportedException() {
    super("asynchronous mode is not supported here");
  }
}
