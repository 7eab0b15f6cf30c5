package io.mcpgateway.forward;

/** A version of HTTP that a backend may be spoken to in. */
public enum HttpVersion {
  /** RFC 9112: each stream has a connection of its own. */
  HTTP_1_1("http/1.1", "http/1.1"),
  /** RFC 9113: streams share connections. */
  HTTP_2("h2", "h2c");

  private final String overTls;
  private final String inClear;

  HttpVersion(String overTls, String inClear) {
    this.overTls = overTls;
    this.inClear = inClear;
  }

  /**
   * What Jetty calls it, and ALPN over TLS.
   *
   * @param secure whether it is for TLS
   */
  String protocol(boolean secure) {
    return secure ? overTls : inClear;
  }
}
