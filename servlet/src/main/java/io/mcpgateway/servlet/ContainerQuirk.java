package io.mcpgateway.servlet;

import jakarta.servlet.ServletContext;

/** What single containers do otherwise than the Servlet specification lets one expect. */
enum ContainerQuirk {
  /**
   * At the end of a chunked body Tomcat (11.0.27) serves the connection once more from within the
   * read: on the thread that serves it already, without knowing what that is busy with. The call
   * for the write listener gets lost, and what the client has sent behind the body is taken for a
   * request.
   */
  SERVES_WITHIN_READS("org.apache.catalina."),

  /**
   * Undertow (2.3) ends a response that has begun as if it were whole, whatever is thrown; but it
   * closes the connection, or resets the stream, when the response takes too long.
   */
  ENDS_BROKEN_RESPONSES("io.undertow."),

  /**
   * Where a write fails on another thread than its own, Undertow (2.3.26) gives the response's
   * buffer back to its pool on its own thread, while the one that writes still has it in hand: it
   * changes what may be somebody else's request or answer by then.
   */
  POOLS_BUFFERS_IN_USE("io.undertow.");

  private final String container;

  ContainerQuirk(String container) {
    this.container = container;
  }

  /** Whether the container of a context does that. */
  boolean isOf(ServletContext context) {
    return context.getClass().getName().startsWith(container);
  }
}
