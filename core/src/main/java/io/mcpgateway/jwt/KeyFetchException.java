package io.mcpgateway.jwt;

import java.net.URI;

/** Keys, or what leads to them, could not be fetched. The message is fit for a log. */
final class KeyFetchException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean answered;

  private KeyFetchException(String message, boolean answered) {
    super(message);
    this.answered = answered;
  }

  /** The server answered, with something else than what was asked for. */
  static KeyFetchException unusableAnswer(URI url, String problem) {
    return new KeyFetchException(url + ": " + problem, true);
  }

  /** There was no answer. */
  static KeyFetchException noAnswer(URI url, String problem) {
    return new KeyFetchException(url + ": " + problem, false);
  }

  /** Whether asking the same server for another document may help. */
  boolean answered() {
    return answered;
  }
}
