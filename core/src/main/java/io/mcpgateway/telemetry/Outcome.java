package io.mcpgateway.telemetry;

import java.util.Locale;

/** What became of a request, in one word. */
public enum Outcome {
  /** The backend answered. */
  FORWARDED,
  /** The application behind the gateway answered. */
  HANDED_OVER,
  /** The gateway answered what was asked: metadata, a preflight. */
  ANSWERED,
  /** A policy refused it. */
  REFUSED,
  /** It could not be served, or its response broke off. */
  FAILED,
  /**
   * The client left before the response ended. With an event stream it need not have missed
   * anything: many clients close it as soon as they have the answer they wait for.
   */
  CLIENT_LEFT;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The word, in lower case with underscores. */
  public String label() {
    return label;
  }
}
