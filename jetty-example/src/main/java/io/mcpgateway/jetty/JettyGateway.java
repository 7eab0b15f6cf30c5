package io.mcpgateway.jetty;

import io.mcpgateway.Listener;
import io.mcpgateway.LiveGateway;
import io.mcpgateway.McpGateway;
import io.mcpgateway.config.ServerSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway with its ports open: a Jetty server for the listeners of an {@link McpGateway}, which
 * may be replaced while it runs. Thread-safe.
 */
public final class JettyGateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JettyGateway.class);
  // Each port takes up to five for good; there are no more than are needed.
  private static final int MAX_THREADS = 256;

  private final LiveGateway live;
  private final ServerSettings settings;
  private final Server server;
  private final ConnectionLimit connections;
  private final Map<String, Bind> binds = new LinkedHashMap<>();
  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  private JettyGateway(McpGateway gateway, ServerSettings settings) {
    this.live = new LiveGateway(gateway);
    this.settings = settings;
    this.server = new Server(newThreadPool());
    this.connections = new ConnectionLimit(settings.connections(), server);
    server.setHandler(new GatewayHandler(live, draining));
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
    return start(gateway, ServerSettings.DEFAULT.withDrain(drain));
  }

  /**
   * Opens the ports of all listeners.
   *
   * @param gateway answers the requests; closed with the result, or when this fails
   * @param settings limits and times; what they say of health is for others to heed
   * @return the running gateway
   * @throws IOException when a port cannot be opened or a certificate cannot be read; the message
   *     names it
   */
  public static JettyGateway start(McpGateway gateway, ServerSettings settings) throws IOException {
    JettyGateway running = new JettyGateway(gateway, settings);
    try {
      running.server.start();
      running.change(gateway.listeners(), () -> {});
      return running;
    } catch (Exception failure) {
      running.closeAtOnce();
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

  /**
   * Puts another gateway in place: ports that it has and the one before has not are opened, its
   * certificates are read, then it handles what comes, and ports that it has not are closed. What
   * is under way goes on. When this fails, nothing has changed.
   *
   * @param next answers the requests; closed with this, or when this fails
   * @param streams what becomes of event streams that are open
   * @throws IOException when a port cannot be opened or a certificate cannot be read; the message
   *     names it
   */
  public synchronized void replace(McpGateway next, LiveGateway.Streams streams)
      throws IOException {
    try {
      change(next.listeners(), () -> live.replace(next, streams));
    } catch (IOException | RuntimeException failure) {
      next.close();
      throw failure;
    }
  }

  private synchronized void change(List<Listener> listeners, Runnable swap) throws IOException {
    // First what can fail and is seen by nobody: files are read, ports are opened.
    List<Wanted> wanted = new ArrayList<>();
    for (Map.Entry<String, List<Listener>> entry : binds(listeners).entrySet()) {
      wanted.add(
          new Wanted(entry.getKey(), entry.getValue().get(0), ListenerTls.of(entry.getValue())));
    }
    Map<String, Bind> leaving = new LinkedHashMap<>(binds);
    Map<String, Bind> after = new LinkedHashMap<>();
    List<Bind> opened = new ArrayList<>();
    try {
      for (Wanted port : wanted) {
        Bind known = binds.get(port.address());
        if (known != null && known.isSecure() == port.tls().isPresent()) {
          leaving.remove(port.address());
          after.put(port.address(), known);
        } else {
          if (known != null) {
            known.stopListening(); // the same port, another protocol
          }
          Bind bind = Bind.open(server, settings, connections, port.listener(), port.tls());
          opened.add(bind);
          after.put(port.address(), bind);
        }
      }
      for (Wanted port : wanted) {
        Bind kept = binds.get(port.address());
        if (kept != null && port.tls().isPresent()) {
          kept.reload(port.tls().get());
        }
      }
    } catch (IOException failure) {
      opened.forEach(Bind::close);
      throw failure;
    }
    swap.run();
    for (Bind bind : opened) {
      bind.accept();
    }
    leaving.values().forEach(Bind::leave);
    binds.clear();
    binds.putAll(after);
  }

  /** A port as it shall be. */
  private record Wanted(String address, Listener listener, Optional<ListenerTls> tls) {}

  /** Listeners of one port share its socket; the routes tell their hosts apart. */
  private static Map<String, List<Listener>> binds(List<Listener> listeners) {
    Map<String, List<Listener>> binds = new LinkedHashMap<>();
    for (Listener listener : listeners) {
      String bind = listener.address().orElse("*") + ":" + listener.port();
      binds.computeIfAbsent(bind, key -> new ArrayList<>()).add(listener);
    }
    return binds;
  }

  /** The gateway that is in place. */
  public LiveGateway live() {
    return live;
  }

  /** The ports that are open, in the order of the binds. */
  public synchronized List<Integer> ports() {
    return binds.values().stream().map(Bind::port).toList();
  }

  /**
   * Closes the ports, lets running requests end within the time they were promised, ends event
   * streams between two events, breaks off the rest, and closes the gateway.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      drain();
      closeAtOnce();
    }
  }

  private void drain() {
    draining.set(true);
    synchronized (this) {
      binds.values().forEach(Bind::stopListening);
    }
    try {
      int open = live.openRequests();
      if (!live.drain(settings.drain())) {
        LOG.info(
            "{} of {} requests did not end in time and were broken off", live.openRequests(), open);
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeAtOnce() {
    try {
      server.stop();
    } catch (Exception failure) {
      throw new IllegalStateException("the server does not stop", failure);
    } finally {
      live.close();
    }
  }
}
