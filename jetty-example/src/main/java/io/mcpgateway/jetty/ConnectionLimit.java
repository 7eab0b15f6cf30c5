package io.mcpgateway.jetty;

import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Bounds the connections of all ports together. Jetty's own limit knows only the ports that are
 * there when the server starts, and the launcher opens its ports later.
 */
final class ConnectionLimit extends NetworkConnectionLimit {
  private final Server server;

  /**
   * A limit for ports to come.
   *
   * @param max beyond so many, none is accepted until one is closed
   * @param server whose ports they are
   */
  ConnectionLimit(int max, Server server) {
    super(max, server);
    this.server = server;
  }

  /** Counts the connections of a port that has not started yet. */
  void count(ServerConnector connector) {
    connector.addBean(this, false);
  }

  @Override
  protected void limit() {
    setAccepting(false);
  }

  @Override
  protected void unlimit() {
    setAccepting(true);
  }

  private void setAccepting(boolean accepting) {
    for (Connector connector : server.getConnectors()) {
      if (connector instanceof AbstractConnector port) {
        port.setAccepting(accepting);
      }
    }
  }
}
