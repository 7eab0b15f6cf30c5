package io.mcpgateway.jetty;

import io.mcpgateway.config.ServerSettings.HealthAddress;
import java.io.IOException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Liveness and readiness, on a port of their own: they answer while the gateway is drained, and
 * nobody reaches them through it.
 */
final class HealthServer implements AutoCloseable {
  private static final String JSON = "application/json";
  private static final int MAX_THREADS = 6;

  private final Server server;
  private final ServerConnector connector;

  private HealthServer(Server server, ServerConnector connector) {
    this.server = server;
    this.connector = connector;
  }

  /**
   * Opens the port.
   *
   * @param address where
   * @param health is asked with every request
   * @throws IOException when the port cannot be opened; the message names it
   */
  static HealthServer start(HealthAddress address, Health health) throws IOException {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 1);
    threads.setName("mcp-gateway-health");
    Server server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(address.host());
    connector.setPort(address.port());
    server.addConnector(connector);
    server.setHandler(new Answers(health));
    HealthServer started = new HealthServer(server, connector);
    try {
      server.start();
      return started;
    } catch (Exception failure) {
      started.close();
      throw new IOException(
          "readinessAddr " + address.host() + ":" + address.port() + ": " + failure.getMessage(),
          failure);
    }
  }

  /** The port that is open. */
  int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception failure) {
      throw new IllegalStateException("the health port does not close", failure);
    }
  }

  private static final class Answers extends Handler.Abstract.NonBlocking {
    private final Health health;

    Answers(Health health) {
      this.health = health;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      switch (Request.getPathInContext(request)) {
        case "/healthz/live" -> answer(response, 200, "{\"live\":true}", callback);
        case "/healthz/ready" -> {
          Health.Report report = health.report();
          answer(response, report.ready() ? 200 : 503, report.json(), callback);
        }
        default -> answer(response, 404, "{\"error\":\"not_found\"}", callback);
      }
      return true;
    }

    private static void answer(Response response, int status, String json, Callback callback) {
      response.setStatus(status);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, JSON);
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
      Content.Sink.write(response, true, json, callback);
    }
  }
}
