package io.mcpgateway.jetty;

import io.mcpgateway.Listener;
import io.mcpgateway.config.ServerSettings;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port that is open, with all that is spoken there. */
final class Bind {
  private static final Logger LOG = LoggerFactory.getLogger(Bind.class);
  private static final int MAX_REQUEST_HEAD_BYTES = 32 * 1024;

  /**
   * How many characters of header fields a connection remembers: fields that are the same in each
   * request, but no token, which would be looked up character by character.
   */
  private static final int HEADER_CACHE_CHARACTERS = 256;

  /** What backends may send, and what policies add. */
  private static final int MAX_RESPONSE_HEAD_BYTES = 80 * 1024;

  /** More would take the pool's threads from other ports. */
  private static final int MAX_SELECTORS = 4;

  private final ServerConnector connector;
  private final Optional<SslContextFactory.Server> engines;

  private Bind(ServerConnector connector, Optional<SslContextFactory.Server> engines) {
    this.connector = connector;
    this.engines = engines;
  }

  /**
   * Opens a port; nobody is answered yet.
   *
   * @param server whose port it is
   * @param settings limits and times
   * @param listener names the port
   * @param tls what it shows itself with; empty in clear
   * @throws IOException when it cannot be opened; the message names it
   */
  static Bind open(
      Server server,
      ServerSettings settings,
      ConnectionLimit connections,
      Listener listener,
      Optional<ListenerTls> tls)
      throws IOException {
    Optional<SslContextFactory.Server> engines = tls.map(ListenerTls::engines);
    ServerConnector connector =
        new ServerConnector(
            server, null, null, null, -1, selectors(), factories(settings, engines));
    connections.count(connector);
    listener.address().ifPresent(connector::setHost);
    connector.setPort(listener.port());
    connector.setIdleTimeout(settings.idleConnection().toMillis());
    connector.open();
    return new Bind(connector, engines);
  }

  /** Requests are handled on the selectors' threads, so that each processor gets one. */
  private static int selectors() {
    return Math.min(Runtime.getRuntime().availableProcessors(), MAX_SELECTORS);
  }

  private static ConnectionFactory[] factories(
      ServerSettings settings, Optional<SslContextFactory.Server> tls) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(false); // the exchange does, where the backend sent none
    http.setRequestHeaderSize(MAX_REQUEST_HEAD_BYTES);
    http.setMaxResponseHeaderSize(MAX_RESPONSE_HEAD_BYTES);
    http.setHeaderCacheSize(HEADER_CACHE_CHARACTERS);
    // Heads are read byte by byte, and arrays are faster at that.
    http.setUseInputDirectByteBuffers(false);
    http.setHttpCompliance(HttpCompliance.STRICT); // else a line may end without a CR
    HttpConnectionFactory http1 = new HeadTimeout(http, settings.requestHeadTimeout());
    if (tls.isEmpty()) {
      return new ConnectionFactory[] {http1, new HTTP2CServerConnectionFactory(http)};
    }
    // Which host a request is for is the routes' to judge; any name reaches the listener.
    http.addCustomizer(new SecureRequestCustomizer(false));
    ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
    alpn.setDefaultProtocol(http1.getProtocol());
    return new ConnectionFactory[] {
      new SslConnectionFactory(tls.get(), alpn.getProtocol()),
      alpn,
      new HTTP2ServerConnectionFactory(http),
      http1
    };
  }

  /** The port's number. */
  int port() {
    return connector.getLocalPort();
  }

  /** Whether it speaks TLS. */
  boolean isSecure() {
    return engines.isPresent();
  }

  /**
   * Shows new connections other certificates; those that are open keep theirs.
   *
   * @param next what to show; without effect in clear
   * @throws IOException when it cannot be used, after all
   */
  void reload(ListenerTls next) throws IOException {
    if (engines.isEmpty()) {
      return;
    }
    SslContextFactory.Server own = engines.get();
    try {
      own.reload(same -> next.applyTo(own));
    } catch (Exception unusable) {
      throw new IOException(
          "port " + port() + ": TLS cannot be used: " + unusable.getMessage(), unusable);
    }
  }

  /**
   * Begins to take connections.
   *
   * @throws IOException when the server refuses
   */
  void accept() throws IOException {
    try {
      connector.getServer().addConnector(connector);
      connector.start();
    } catch (Exception failure) {
      throw new IOException("port " + connector.getPort() + ": " + failure.getMessage(), failure);
    }
  }

  /** Takes no more connections; those that are open go on until they are idle. */
  @SuppressWarnings("FutureReturnValueIgnored") // there is nobody to wait for it
  void stopListening() {
    connector.shutdown();
  }

  /** The same, and goes as soon as the last connection is closed. */
  @SuppressWarnings("FutureReturnValueIgnored") // it says itself what comes of it
  void leave() {
    connector
        .shutdown()
        .whenComplete(
            (done, failure) -> {
              // Not on a thread of the connection that was the last.
              Thread leaving = new Thread(this::close, "mcp-gateway-leave");
              leaving.setDaemon(true);
              leaving.start();
            });
  }

  /** Closes the port and all its connections. */
  void close() {
    try {
      connector.getServer().removeConnector(connector);
      connector.stop();
      connector.close();
    } catch (Exception failure) {
      LOG.warn("a port does not close: {}", failure.getMessage());
    }
  }
}
