package io.mcpgateway.forward;

import io.mcpgateway.tls.BackendTls;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpClientConnectionFactory;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.ClientConnectionFactoryOverHTTP2;
import org.eclipse.jetty.io.ClientConnectionFactory;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.HostPort;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * How connections to backends are made. All backends share one client, its threads and buffers;
 * Jetty keeps a pool for each origin, which has a {@link Link} for its tag. Requests are tagged
 * with the origin that they go to.
 */
final class BackendTransport extends HttpClientTransportDynamic {
  // What a stream may send that its client has not taken. Streams must not eat into each other's
  // share, or clients that do not read would stop those that do: the connection's is boundless.
  private static final int STREAM_WINDOW = 128 * 1024;
  private static final int CONNECTION_WINDOW = Integer.MAX_VALUE;
  private static final int FRAMES_BYTES = 8 * 1024;

  private static final int MAX_SELECTORS = 8;
  private static final List<HttpVersion> HTTP_1_1_ONLY = List.of(HttpVersion.HTTP_1_1);

  private final Map<Backend, Origin> origins = new ConcurrentHashMap<>();
  private final Map<BackendTls, SslContextFactory.Client> tlsEngines = new ConcurrentHashMap<>();
  private final ResponseBuffers buffers;
  private final HTTP2Client http2;
  private final SharedConnections shared;
  private final Duration pooled;

  /** On which threads responses are read and passed on. */
  enum Readers {
    /** On those of a pool: for clients whose side may block. */
    POOL,
    /** On those that wait for connections to have something: saves a change of threads. */
    SELECTORS
  }

  /**
   * What connections must have in common to be of one pool, besides the address.
   *
   * @param tls over TLS, and how; empty in clear
   * @param versions the protocols to speak, in order of preference
   */
  private record Link(Optional<BackendTls> tls, List<HttpVersion> versions) {}

  /** HTTP/1.1, over connections that let in only what was asked for. */
  private static final class Http11 extends ClientConnectionFactory.Info {
    Http11(ResponseBuffers buffers) {
      super(
          new HttpClientConnectionFactory() {
            @Override
            public Connection newConnection(EndPoint endPoint, Map<String, Object> context) {
              return super.newConnection(new SolicitedEndPoint(endPoint, buffers), context);
            }
          });
    }

    @Override
    public List<String> getProtocols(boolean secure) {
      return List.of("http/1.1");
    }
  }

  /**
   * A transport to be started by its client.
   *
   * @param pooled how long one is kept that no request uses
   * @param silent how long a stream may be silent
   * @param readers where responses are read
   */
  static BackendTransport of(Duration pooled, Duration silent, Readers readers) {
    ClientConnector connector = new ClientConnector();
    connector.setSslContextFactory(unusedEngines());
    if (readers == Readers.SELECTORS) {
      int processors = Runtime.getRuntime().availableProcessors();
      connector.setSelectors(Math.min(processors, MAX_SELECTORS));
    }
    SharedConnections shared = new SharedConnections(pooled, silent);
    HTTP2Client http2 = new HTTP2Client(connector);
    http2.setInitialStreamRecvWindow(STREAM_WINDOW);
    http2.setInitialSessionRecvWindow(CONNECTION_WINDOW);
    http2.setMaxConcurrentPushedStreams(0);
    http2.addEventListener(shared);
    BackendTransport transport =
        new BackendTransport(connector, new ResponseBuffers(), http2, shared, pooled);
    if (readers == Readers.SELECTORS) {
      transport.setInvocationType(InvocationType.NON_BLOCKING);
    }
    return transport;
  }

  /**
   * The client's default, which no backend has: it makes no connection, and does not read the JVM's
   * authorities, some hundred certificates, for none.
   */
  private static SslContextFactory.Client unusedEngines() {
    return new SslContextFactory.Client() {
      @Override
      protected void doStart() {
        // Without a context there is nothing to make an engine of.
      }
    };
  }

  private BackendTransport(
      ClientConnector connector,
      ResponseBuffers buffers,
      HTTP2Client http2,
      SharedConnections shared,
      Duration pooled) {
    super(
        connector,
        new Http11(buffers), // first: what speaks who does not know ALPN
        new ClientConnectionFactoryOverHTTP2.HTTP2(http2));
    this.buffers = buffers;
    this.http2 = http2;
    this.shared = shared;
    this.pooled = pooled;
  }

  /**
   * A request, to be completed.
   *
   * @param backend where it goes
   * @param clientAuthority the host that the client named; may be empty
   */
  Request newRequest(Backend backend, String clientAuthority) {
    String host =
        backend.hostPreserved() && !clientAuthority.isEmpty()
            ? clientAuthority
            : backend.authority();
    Request request =
        getHttpClient()
            .newRequest(backend.url())
            .transport(Transport.TCP_IP)
            .tag(origins.computeIfAbsent(backend, BackendTransport::origin));
    // Without a Host, Jetty parses a URL to make one up. Over HTTP/2 it must not be there: known
    // late.
    if (HTTP_1_1_ONLY.equals(backend.httpVersions())) {
      return request.headers(fields -> fields.put(HttpHeader.HOST, host));
    }
    return request
        .onRequestBegin(begun -> begin(begun, host))
        .onComplete(result -> shared.end(result.getRequest()));
  }

  private static Origin origin(Backend backend) {
    boolean secure = backend.tls().isPresent();
    return new Origin(
        backend.url().getScheme().toLowerCase(Locale.ROOT),
        new Origin.Address(backend.url().getHost().toLowerCase(Locale.ROOT), backend.port()),
        new Link(backend.tls(), backend.httpVersions()),
        new Origin.Protocol(
            backend.httpVersions().stream().map(version -> version.protocol(secure)).toList(),
            secure),
        Transport.TCP_IP);
  }

  /** The connection is chosen, and with it the version. */
  private void begin(Request request, String host) {
    if (request.getVersion() == org.eclipse.jetty.http.HttpVersion.HTTP_2) {
      HostPort authority = new HostPort(host);
      request.host(authority.getHost()).port(authority.getPort());
    } else {
      request.headers(fields -> fields.put(HttpHeader.HOST, host));
    }
    shared.begin(request);
  }

  /** What the client has to read responses into. */
  ResponseBuffers buffers() {
    return buffers;
  }

  Scheduler scheduler() {
    return getHttpClient().getScheduler();
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    // Jetty takes the size of HTTP/1.1's reads for it, by which ResponseBuffers tells those.
    http2.setInputBufferSize(FRAMES_BYTES);
  }

  private static Link link(Origin origin) {
    return (Link) origin.getTag();
  }

  @Override
  public Origin newOrigin(Request request) {
    return (Origin) request.getTag();
  }

  @Override
  public Destination newDestination(Origin origin) {
    Optional<BackendTls> tls = link(origin).tls();
    return new BackendDestination(
        getHttpClient(),
        origin,
        () -> tls.map(settings -> tlsEngines.computeIfAbsent(settings, this::newEngines)));
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

  @Override
  public Connection newConnection(EndPoint endPoint, Map<String, Object> context)
      throws IOException {
    Object destination = Objects.requireNonNull(context.get(Destination.CONTEXT_KEY));
    Link link = link(((Destination) destination).getOrigin());
    boolean negotiated = context.containsKey(ClientConnector.APPLICATION_PROTOCOL_CONTEXT_KEY);
    if (link.tls().isPresent() && !negotiated && !link.versions().contains(HttpVersion.HTTP_1_1)) {
      throw new IOException("the backend does not speak HTTP/2");
    }
    Connection connection = super.newConnection(endPoint, context);
    if (!(connection instanceof HTTP2Connection)) {
      endPoint.setIdleTimeout(pooled.toMillis()); // else it is SharedConnections' to do
    }
    return connection;
  }
}
