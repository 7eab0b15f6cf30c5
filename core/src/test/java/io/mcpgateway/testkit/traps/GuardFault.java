package io.mcpgateway.testkit.traps;

/** What an application behind the filter does wrong: played in the servlet module. */
public enum GuardFault {
  /** Before anything was sent. */
  THROWS_BEFORE_THE_HEAD("throws before its answer begins", "500, of the container", "500"),
  /** After something was sent. */
  THROWS_WITHIN_THE_BODY(
      "throws within its answer", "the answer breaks off: never a clean end", "broken"),
  /** Without an end. */
  NEVER_COMPLETES(
      "begins an asynchronous answer and forgets to complete it",
      "what was written; after its timeout Tomcat breaks off, Jetty ends it as if it were whole",
      "cut"),
  /** Without a byte. */
  FORGETS_TO_ANSWER(
      "goes asynchronous and never answers",
      "500 or 503 of the container, after its timeout",
      "timeout"),
  /** More than announced. */
  WRITES_TOO_MUCH("writes more than its `Content-Length`", "the announced bytes", "200"),
  /** Slowly. */
  DRIPS("drips its answer byte by byte", "each byte at once", "200");

  private final String what;
  private final String outcome;
  private final String seen;

  GuardFault(String what, String outcome, String seen) {
    this.what = what;
    this.outcome = outcome;
    this.seen = seen;
  }

  /** What it does. */
  public String what() {
    return what;
  }

  /** What the client gets, in words. */
  public String outcome() {
    return outcome;
  }

  /** What the client gets: a status, {@code broken}, {@code cut}, or {@code timeout}. */
  public String seen() {
    return seen;
  }
}
