package io.mcpgateway.jetty;

import static java.util.stream.Collectors.toSet;

import io.mcpgateway.Listener;
import io.mcpgateway.Listener.Tls;
import io.mcpgateway.McpGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
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
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A gateway with its ports open: a Jetty server for the listeners of an {@link McpGateway}. */
public final class JettyGateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JettyGateway.class);
  private static final int MAX_THREADS = 64;
  private static final int MAX_REQUEST_HEAD_BYTES = 32 * 1024;
  private static final int IDLE_CONNECTION_MS = 60_000;

  private final McpGateway gateway;
  private final Server server;

  private JettyGateway(McpGateway gateway, Server server) {
    this.gateway = gateway;
    this.server = server;
  }

  /**
   * Opens the ports of all listeners.
   *
   * @param gateway answers the requests; closed with the result, or when this fails
   * @param drain how long running requests get when the result is closed
   * @return the running gateway
   * @throws IOException when a port cannot be opened or a certificate cannot be read; the message
   *     names it
   */
  public static JettyGateway start(McpGateway gateway, Duration drain) throws IOException {
    Server server = new Server(newThreadPool());
    try {
      for (List<Listener> bind : binds(gateway.listeners()).values()) {
        server.addConnector(connector(server, bind));
      }
      server.setHandler(new GracefulHandler(new GatewayHandler(gateway)));
      server.setStopTimeout(drain.toMillis());
      server.start();
      return new JettyGateway(gateway, server);
    } catch (Exception failure) {
      JettyGateway halfOpen = new JettyGateway(gateway, server);
      halfOpen.close();
      throw failure instanceof IOException known
          ? known
          : new IOException("the server does not start: " + failure.getMessage(), failure);
    }
  }

  private static QueuedThreadPool newThreadPool() {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 4);
    threads.setName("mcp-gateway");
    return threads;
  }

  /** Listeners of one port share its socket; the routes tell their hosts apart. */
  private static Map<String, List<Listener>> binds(List<Listener> listeners) {
    Map<String, List<Listener>> binds = new LinkedHashMap<>();
    for (Listener listener : listeners) {
      String bind = listener.address().orElse("*") + ":" + listener.port();
      binds.computeIfAbsent(bind, key -> new ArrayList<>()).add(listener);
    }
    return binds;
  }

  private static ServerConnector connector(Server server, List<Listener> bind) throws IOException {
    Listener first = bind.get(0);
    ServerConnector connector = new ServerConnector(server, factories(bind));
    first.address().ifPresent(connector::setHost);
    connector.setPort(first.port());
    connector.setIdleTimeout(IDLE_CONNECTION_MS);
    return connector;
  }

  private static ConnectionFactory[] factories(List<Listener> bind) throws IOException {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(false); // the exchange does, where the backend sent none
    http.setRequestHeaderSize(MAX_REQUEST_HEAD_BYTES);
    http.setHttpCompliance(HttpCompliance.STRICT); // else a line may end without a CR
    HttpConnectionFactory http1 = new HttpConnectionFactory(http);
    if (bind.get(0).tls().isEmpty()) {
      return new ConnectionFactory[] {http1, new HTTP2CServerConnectionFactory(http)};
    }
    // Which host a request is for is the routes' to judge; any name reaches the listener.
    http.addCustomizer(new SecureRequestCustomizer(false));
    ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
    alpn.setDefaultProtocol(http1.getProtocol());
    return new ConnectionFactory[] {
      new SslConnectionFactory(tls(bind), alpn.getProtocol()),
      alpn,
      new HTTP2ServerConnectionFactory(http),
      http1
    };
  }

  private static SslContextFactory.Server tls(List<Listener> bind) throws IOException {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setKeyStore(PemKeyStore.of(bind.stream().flatMap(each -> each.tls().stream()).toList()));
    tls.setKeyStorePassword(PemKeyStore.NO_PASSWORD);
    tls.setIncludeProtocols("TLSv1.2", "TLSv1.3");
    tls.setSniRequired(false);
    Set<Optional<Path>> roots =
        bind.stream().flatMap(each -> each.tls().stream()).map(Tls::root).collect(toSet());
    if (roots.size() > 1) {
      // A client chooses its certificate before it is known which host it asks for.
      throw new IOException(
          "port " + bind.get(0).port() + ": listeners with different root (expected: the same)");
    }
    Optional<Path> root = bind.get(0).tls().flatMap(Tls::root);
    if (root.isPresent()) {
      tls.setTrustStore(PemKeyStore.ofAuthorities(root.get()));
      tls.setNeedClientAuth(true);
    }
    return tls;
  }

  /** The ports that are open, in the order of the binds. */
  public List<Integer> ports() {
    List<Integer> ports = new ArrayList<>();
    for (var connector : server.getConnectors()) {
      ports.add(((ServerConnector) connector).getLocalPort());
    }
    return ports;
  }

  /**
   * Closes the ports, lets running requests end within the time they were promised, breaks off the
   * rest, and closes the gateway.
   */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception failure) {
      if (!isTimeout(failure)) {
        throw new IllegalStateException("the server does not stop", failure);
      }
      LOG.info("requests that did not end in time were broken off");
    } finally {
      gateway.close();
    }
  }

  private static boolean isTimeout(Throwable failure) {
    return failure instanceof TimeoutException
        || (failure.getCause() != null && isTimeout(failure.getCause()));
  }
}
