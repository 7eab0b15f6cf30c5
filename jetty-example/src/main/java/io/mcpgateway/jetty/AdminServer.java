package io.mcpgateway.jetty;

import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports for operators and probes, apart from those of the gateway: they answer while the
 * gateway is drained, and nobody reaches them through it. Addresses that are the same share a port.
 */
final class AdminServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
  private static final int MAX_THREADS = 6;

  private final Server server;
  private final Map<String, ServerConnector> ports = new LinkedHashMap<>();

  private AdminServer() {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 1);
    threads.setName("mcp-gateway-admin");
    this.server = new Server(threads);
  }

  /**
   * Opens the ports.
   *
   * @param ports where, and what is answered there
   * @throws IOException when a required one cannot be opened; the message names it
   */
  static AdminServer start(List<AdminPort> ports) throws IOException {
    AdminServer started = new AdminServer();
    try {
      started.server.setHandler(new Answers(started.open(ports)));
      started.server.start();
      return started;
    } catch (Exception failure) {
      started.close();
      throw failure instanceof IOException known
          ? known
          : new IOException("the admin ports do not open: " + failure.getMessage(), failure);
    }
  }

  private Map<Connector, List<AdminEndpoint>> open(List<AdminPort> wanted) throws IOException {
    Map<Connector, List<AdminEndpoint>> endpoints = new LinkedHashMap<>();
    Map<String, ServerConnector> byAddress = new LinkedHashMap<>();
    for (AdminPort port : wanted) {
      String address = port.address().toString();
      ServerConnector connector = byAddress.get(address);
      if (connector == null) {
        connector = connector(port);
        try {
          connector.open();
        } catch (IOException taken) {
          String problem = port.key() + " " + address + ": " + taken.getMessage();
          if (port.address().required()) {
            throw new IOException(problem, taken);
          }
          LOG.warn("not open: {} (expected: a free port as {})", problem, port.key());
          continue;
        }
        server.addConnector(connector);
        byAddress.put(address, connector);
      }
      ports.put(port.key(), connector);
      endpoints.computeIfAbsent(connector, key -> new ArrayList<>()).addAll(port.endpoints());
    }
    return endpoints;
  }

  private ServerConnector connector(AdminPort port) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    ServerConnector connector = new ServerConnector(server, 0, 1, new HttpConnectionFactory(http));
    connector.setHost(port.address().host());
    connector.setPort(port.address().port());
    return connector;
  }

  /**
   * The port that is open for a key; empty when there is none.
   *
   * @param key by which the configuration sets its address
   */
  Optional<Integer> port(String key) {
    return Optional.ofNullable(ports.get(key)).map(ServerConnector::getLocalPort);
  }

  @Override
  public void close() {
    try {
      server.stop();
      ports.values().forEach(ServerConnector::close);
    } catch (Exception failure) {
      throw new IllegalStateException("the admin ports do not close", failure);
    }
  }

  private static final class Answers extends Handler.Abstract.NonBlocking {
    private final Map<Connector, List<AdminEndpoint>> endpoints;

    Answers(Map<Connector, List<AdminEndpoint>> endpoints) {
      this.endpoints = endpoints;
    }

    @Override
    public boolean handle(
        Request request, org.eclipse.jetty.server.Response response, Callback callback) {
      String path = Request.getPathInContext(request);
      List<AdminEndpoint> here =
          endpoints.getOrDefault(request.getConnectionMetaData().getConnector(), List.of()).stream()
              .filter(each -> each.path().equals(path))
              .toList();
      String method = HttpMethod.HEAD.is(request.getMethod()) ? "GET" : request.getMethod();
      Optional<AdminEndpoint> endpoint =
          here.stream().filter(each -> each.method().equals(method)).findFirst();
      if (here.isEmpty()) {
        write(Response.json(404, Headers.EMPTY, "{\"error\":\"not_found\"}"), response, callback);
      } else if (endpoint.isEmpty()) {
        Headers allow =
            Headers.of(
                "Allow",
                here.stream().map(AdminEndpoint::method).collect(Collectors.joining(", ")));
        write(Response.json(405, allow, "{\"error\":\"method_not_allowed\"}"), response, callback);
      } else {
        answer(endpoint.get(), read(request), response, callback);
      }
      return true;
    }

    private static AdminEndpoint.Request read(Request request) {
      Headers.Builder headers = Headers.builder();
      request.getHeaders().forEach(field -> headers.add(field.getName(), field.getValue()));
      Map<String, String> query = new LinkedHashMap<>();
      Request.extractQueryParameters(request)
          .forEach(parameter -> query.put(parameter.getName(), parameter.getValue()));
      String authority = request.getHttpURI().getAuthority();
      return new AdminEndpoint.Request(
          authority == null ? "" : authority.toLowerCase(Locale.ROOT),
          headers.build(),
          Map.copyOf(query));
    }

    private static void answer(
        AdminEndpoint endpoint,
        AdminEndpoint.Request request,
        org.eclipse.jetty.server.Response response,
        Callback callback) {
      Response answer;
      try {
        answer = endpoint.answer().apply(request);
      } catch (RuntimeException failure) {
        LOG.error("{} cannot be answered", endpoint.path(), failure);
        answer = Response.json(500, Headers.EMPTY, "{\"error\":\"internal_error\"}");
      }
      write(answer, response, callback);
    }

    private static void write(
        Response answer, org.eclipse.jetty.server.Response response, Callback callback) {
      response.setStatus(answer.status());
      HttpFields.Mutable fields = response.getHeaders();
      answer.headers().forEach(field -> fields.put(field.name(), field.value()));
      fields.put(HttpHeader.CACHE_CONTROL, "no-store");
      fields.put("X-Content-Type-Options", "nosniff");
      Content.Sink.write(response, true, answer.body(), callback);
    }
  }
}
