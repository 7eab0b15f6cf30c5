package io.mcpgateway.json;

/** A document is not the JSON that was expected. The message never quotes the document. */
public final class MalformedJsonException extends Exception {
  private static final long serialVersionUID = 1;

  /**
   * Describes what was wrong.
   *
   * @param message what and where, without the input itself
   */
  public MalformedJsonException(String message) {
    super(message);
  }
}
