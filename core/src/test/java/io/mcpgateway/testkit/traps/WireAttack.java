package io.mcpgateway.testkit.traps;

/**
 * One request in bytes that no honest client sends, and what has to come of it.
 *
 * @param family what it is aimed at
 * @param line what it tries, for spellings with the same idea together
 * @param name of this spelling, printable
 * @param request one character for each byte; {@link #MOUNT} and {@link #TOKEN} stand in for what
 *     only the running gateway knows
 * @param outcomes of each server
 */
public record WireAttack(
    String family, String line, String name, String request, Outcomes outcomes) {
  /** Stands for what is in front of the paths of the gateway. */
  public static final String MOUNT = "${mount}";

  /** Stands for a good access token. */
  public static final String TOKEN = "${token}";

  /** The servers that gateways live in. */
  public enum Server {
    /** Jetty, as the launcher sets it up. */
    LAUNCHER,
    /** A filter in a Jetty as it comes. */
    JETTY,
    /** A filter in a Tomcat as it comes. */
    TOMCAT,
    /** A filter in an Undertow as it comes. */
    UNDERTOW
  }

  /**
   * What comes of an attack, in the words of {@link WireTraps}: the statuses of all answers, each
   * with who has decided, e.g. {@code 400 container}.
   *
   * @param launcher in the launcher
   * @param jetty in a filter on Jetty
   * @param tomcat in a filter on Tomcat
   * @param undertow in a filter on Undertow
   */
  public record Outcomes(String launcher, String jetty, String tomcat, String undertow) {
    /** The outcome in one of them. */
    public String in(Server server) {
      return switch (server) {
        case LAUNCHER -> launcher;
        case JETTY -> jetty;
        case TOMCAT -> tomcat;
        case UNDERTOW -> undertow;
      };
    }
  }

  @Override
  public String toString() {
    return line + ": " + name;
  }
}
