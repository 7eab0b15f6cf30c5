import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Jetty's own reverse proxy, without any policy: {@code JettyProxy PORT BACKEND_ORIGIN}. */
public final class JettyProxy {
  private static final int CONNECTIONS = 20_000;

  public static void main(String[] arguments) throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setPort(Integer.parseInt(arguments[0]));
    connector.setIdleTimeout(600_000);
    server.addConnector(connector);
    String backend = arguments[1];
    server.setHandler(
        new ProxyHandler.Reverse(
            request -> HttpURI.from(backend + request.getHttpURI().getPathQuery())) {
          @Override
          protected void configureHttpClient(HttpClient client) {
            super.configureHttpClient(client);
            client.setMaxConnectionsPerDestination(CONNECTIONS);
            client.setMaxRequestsQueuedPerDestination(CONNECTIONS);
            client.setIdleTimeout(600_000);
          }
        });
    server.start();
    server.join();
  }

  private JettyProxy() {}
}
