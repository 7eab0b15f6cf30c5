package io.mcpgateway.forward;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.transport.HttpDestination;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.client.transport.IConnection;
import org.eclipse.jetty.client.transport.SendFailure;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** An address, the requests that wait for a connection to it, and the connections. */
final class BackendDestination extends HttpDestination {
  private final Supplier<Optional<SslContextFactory.Client>> engines;
  private final Set<Connection> retiring = ConcurrentHashMap.newKeySet();

  /**
   * A destination to be started by its client.
   *
   * @param client the client
   * @param origin the address
   * @param engines what TLS is spoken with; empty in clear
   */
  BackendDestination(
      HttpClient client, Origin origin, Supplier<Optional<SslContextFactory.Client>> engines) {
    super(client, origin);
    this.engines = engines;
  }

  @Override
  public SslContextFactory.@Nullable Client resolveSslContextFactory() {
    return engines.get().orElse(null);
  }

  /**
   * Connects, with TLS where it is spoken: whoever waits can tell that nothing was sent. Jetty
   * tries all addresses of the host, one after the other.
   */
  @Override
  public void newConnection(Promise<Connection> promise) {
    super.newConnection(
        new Promise.Wrapper<>(promise) {
          @Override
          public void failed(Throwable cause) {
            super.failed(new UpstreamFailure.NotConnected(cause));
          }
        });
  }

  /** Sends, but not over an HTTP/1.1 connection that something has come over before. */
  @Override
  protected @Nullable SendFailure send(IConnection connection, HttpExchange exchange) {
    if (!(connection instanceof AbstractConnection http1
        && http1.getEndPoint() instanceof SolicitedEndPoint endPoint)) {
      return super.send(connection, exchange);
    }
    Optional<SendFailure> failure = endPoint.begin();
    if (failure.isEmpty()) {
      exchange.getRequest().onResponseSuccess(response -> endPoint.end(response.getStatus()));
      failure = Optional.ofNullable(super.send(connection, exchange));
    }
    failure.ifPresent(refused -> connection.close());
    return failure.orElse(null);
  }

  /** Takes a connection out of the pool. One that is still open has got a GOAWAY. */
  @Override
  public boolean remove(Connection connection) {
    if (connection.isClosed()) {
      retiring.remove(connection);
    } else {
      retiring.add(connection);
    }
    return super.remove(connection);
  }

  /**
   * A request is over. Jetty takes the GOAWAY (RFC 9113, 6.8) for the end of a request too, so it
   * would close a connection while its last stream is still running; by itself it is closed behind
   * that (seen with jetty-client 12.1.14).
   */
  @Override
  public void release(Connection connection) {
    if (retiring.contains(connection)) {
      getConnectionPool().release(connection);
    } else {
      super.release(connection);
    }
  }
}
