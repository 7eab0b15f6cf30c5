package io.mcpgateway.fetch;

import java.net.URI;

/** A document could not be fetched. The message is fit for a log. */
public final class FetchException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean answered;

  private FetchException(String message, boolean answered) {
    super(message);
    this.answered = answered;
  }

  /**
   * The server answered, with something else than what was asked for.
   *
   * @param url where it was asked
   * @param problem what is wrong, and what was expected
   */
  public static FetchException unusableAnswer(URI url, String problem) {
    return new FetchException(url + ": " + problem, true);
  }

  /**
   * There was no answer.
   *
   * @param url where it was asked
   * @param problem what happened
   */
  public static FetchException noAnswer(URI url, String problem) {
    return new FetchException(url + ": " + problem, false);
  }

  /** Whether asking the same server for another document may help. */
  public boolean answered() {
    return answered;
  }
}
