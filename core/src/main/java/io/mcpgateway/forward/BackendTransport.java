package io.mcpgateway.forward;

import io.mcpgateway.tls.BackendTls;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.transport.HttpClientConnectionFactory;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.client.transport.HttpDestination;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * How connections to backends are made. All backends share one client, its threads and buffers; a
 * request's tag is its backend's {@link BackendTls}, which makes Jetty keep pools apart.
 */
final class BackendTransport extends HttpClientTransportDynamic {
  private final Map<BackendTls, SslContextFactory.Client> tlsEngines = new ConcurrentHashMap<>();

  BackendTransport(ClientConnector connector) {
    super(connector, HttpClientConnectionFactory.HTTP11);
  }

  @Override
  public Destination newDestination(Origin origin) {
    return origin.getTag() instanceof BackendTls tls
        ? new HttpDestination(getHttpClient(), origin) {
          @Override
          public SslContextFactory.Client resolveSslContextFactory() {
            return tlsEngines.computeIfAbsent(tls, BackendTransport.this::newEngines);
          }
        }
        : super.newDestination(origin);
  }

  private SslContextFactory.Client newEngines(BackendTls tls) {
    SslContextFactory.Client engines =
        new SslContextFactory.Client() {
          @Override
          public SSLEngine newSSLEngine(String host, int port) {
            return super.newSSLEngine(tls.hostname().orElse(host), port);
          }

          @Override
          protected void checkEndPointIdentificationAlgorithm() {
            // who configured less has been warned, and other names are BackendTls' own to compare
          }
        };
    engines.setSslContext(tls.context());
    engines.setIncludeProtocols("TLSv1.2", "TLSv1.3");
    engines.setEndpointIdentificationAlgorithm(tls.comparesHost() ? "HTTPS" : null);
    // The JDK asks for no name without a dot; one that was configured is meant.
    tls.hostname()
        .filter(name -> name.matches("[A-Za-z0-9-]+"))
        .ifPresent(
            name -> engines.setSNIProvider((engine, names) -> List.of(new SNIHostName(name))));
    addManaged(engines);
    return engines;
  }
}
