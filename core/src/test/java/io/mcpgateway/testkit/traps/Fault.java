package io.mcpgateway.testkit.traps;

import io.mcpgateway.testkit.RawBackend;

/**
 * Something that a backend does instead of answering as it should, once it has read a request.
 *
 * @param section where it stands in the documentation
 * @param what it does
 * @param outcome what comes of it
 * @param body what the client gets, where the answer passes
 * @param connectionIsDropped whether the gateway has to close the connection that it has kept open
 * @param script does it
 */
public record Fault(
    Section section,
    String what,
    Outcome outcome,
    String body,
    boolean connectionIsDropped,
    RawBackend.Script script) {
  /** Where it happens. */
  public enum Section {
    /** Before the body. */
    HEAD("The head of the response"),
    /** How long the body is. */
    FRAMING("The framing of the response"),
    /** Within the body. */
    BODY("The body of the response"),
    /** Around the response. */
    AROUND("Before and behind the response"),
    /** The answer is an error. */
    ERRORS("Errors of the backend's own");

    private final String title;

    Section(String title) {
      this.title = title;
    }

    /** The heading. */
    public String title() {
      return title;
    }
  }

  /** What the client gets. */
  public enum Outcome {
    /** No usable answer. */
    BAD_GATEWAY("502, JSON-RPC error with the request's id"),
    /** The answer has begun. */
    BROKEN("the answer breaks off: never a clean end"),
    /** The answer is usable. */
    PASSED("the answer, as it should be");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }

    /** In words. */
    public String text() {
      return text;
    }
  }

  /** Whether the next call may meet the close: nobody was told that the connection is no more. */
  boolean closesSilently() {
    return what.startsWith("closes behind the response");
  }
}
