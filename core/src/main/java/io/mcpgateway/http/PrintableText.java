package io.mcpgateway.http;

import java.util.concurrent.CompletionException;

/** Makes text of strangers fit for a log: printable ASCII, and short. */
public final class PrintableText {
  private static final int NAME_LENGTH = 64;
  private static final int MESSAGE_LENGTH = 256;

  private PrintableText() {}

  /**
   * Replaces what could forge a line or hide in it by question marks.
   *
   * @param name of a key, an algorithm, a host
   * @return at most 64 characters, and an ellipsis
   */
  public static String of(String name) {
    return printable(name, NAME_LENGTH);
  }

  /**
   * Does the same with the message of a failure, which may quote a peer.
   *
   * @param failure of the network, of TLS, of a parser
   * @return at most 256 characters, and an ellipsis
   */
  public static String message(Throwable failure) {
    return printable(failure.toString(), MESSAGE_LENGTH);
  }

  /**
   * Names the kind of a failure whose message may quote a secret.
   *
   * @param failure of what was given a token
   * @return the name of its class
   */
  public static String kind(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause.getClass().getName();
  }

  private static String printable(String text, int maxLength) {
    String start = text.substring(0, Math.min(text.length(), maxLength));
    return start.replaceAll("[^\\x20-\\x7E]", "?") + (text.length() > maxLength ? "..." : "");
  }
}
