package io.mcpgateway.forward;

import io.mcpgateway.forward.BackendTransport.Readers;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Exchange;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.RequestHead;
import io.mcpgateway.mcp.McpMessage;
import io.mcpgateway.mcp.MessagePeek;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.client.ContinueProtocolHandler;
import org.eclipse.jetty.client.EarlyHintsProtocolHandler;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.ProcessingProtocolHandler;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Sends requests to backends and streams their responses back. Holds the connections to all
 * backends until it is closed. Thread-safe; blocks no thread.
 */
public final class Forwarder implements AutoCloseable {
  // A stream over HTTP/1.1 holds its connection: the pool must never be what calls wait for.
  private static final int MAX_CONNECTIONS = 1 << 16;
  // Shorter than the keep-alive of common backends (uvicorn and Node: 5 s), so that a request
  // rarely meets a connection that its backend is closing. It would fail: it is not sent twice.
  private static final Duration POOLED_IDLE = Duration.ofSeconds(4);
  private static final Duration ADDRESS_RESOLUTION = Duration.ofSeconds(5);
  private static final int MAX_HEADERS_BYTES = 64 * 1024;
  private static final int MAX_THREADS = 64;

  private final ForwardLimits limits;
  private final BackendTransport transport;
  private final HttpClient client;
  private final SharedLookups lookups;
  private final Circuits circuits;

  /**
   * Starts a forwarder.
   *
   * @param limits bounds for all requests
   * @param clock tells the time
   * @param nonBlocking whether nothing blocks that exchanges do with a response; then it is passed
   *     on by the threads that receive it
   * @throws IllegalStateException when the client cannot be started
   */
  public Forwarder(ForwardLimits limits, Clock clock, boolean nonBlocking) {
    this(
        limits,
        clock,
        nonBlocking ? Readers.SELECTORS : Readers.POOL,
        POOLED_IDLE,
        SharedLookups.Names::ofTheSystem);
  }

  /**
   * Starts a forwarder.
   *
   * @param limits bounds for all requests
   * @param clock tells the time
   * @param readers where responses are read
   * @param pooled how long a connection is kept that no request uses
   * @param names knows the addresses of backends
   */
  Forwarder(
      ForwardLimits limits,
      Clock clock,
      Readers readers,
      Duration pooled,
      SharedLookups.Names names) {
    this.limits = limits;
    this.transport = BackendTransport.of(pooled, limits.streamIdleTimeout(), readers);
    this.circuits = new Circuits(clock);
    this.client = newClient(limits, transport);
    this.lookups = new SharedLookups(names, ADDRESS_RESOLUTION, client.getExecutor());
    client.setSocketAddressResolver(lookups);
    try {
      client.start();
    } catch (Exception failure) {
      throw new IllegalStateException("the HTTP client does not start", failure);
    }
    // A gateway passes answers on as they are: nothing is decoded, followed, or logged in to.
    client.getContentDecoderFactories().clear();
    client.getProtocolHandlers().clear();
    client.getProtocolHandlers().put(new ContinueProtocolHandler());
    client.getProtocolHandlers().put(new ProcessingProtocolHandler());
    client.getProtocolHandlers().put(new EarlyHintsProtocolHandler());
  }

  private static HttpClient newClient(ForwardLimits limits, BackendTransport transport) {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 2);
    threads.setName("mcp-gateway-forward");
    threads.setDaemon(true);
    HttpClient client = new HttpClient(transport);
    client.setExecutor(threads);
    client.setByteBufferPool(transport.buffers());
    client.setUseInputDirectByteBuffers(false);
    client.setResponseBufferSize(ResponseBuffers.READ_BYTES);
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setUserAgentField(null);
    client.setDefaultRequestContentType(null);
    client.setMaxConnectionsPerDestination(MAX_CONNECTIONS);
    client.setMaxRequestsQueuedPerDestination(MAX_CONNECTIONS);
    client.setConnectTimeout(limits.connectTimeout().toMillis());
    client.setIdleTimeout(limits.connectTimeout().toMillis()); // until a connection is ready
    client.setMaxRequestHeadersSize(MAX_HEADERS_BYTES);
    client.setMaxResponseHeadersSize(MAX_HEADERS_BYTES);
    return client;
  }

  /**
   * Forwards one request and answers its client.
   *
   * @param exchange the client's request, not answered yet
   * @param plan what was decided about it
   * @param observer is told what comes to light
   */
  public void forward(Exchange exchange, ForwardPlan plan, ForwardObserver observer) {
    BodySource body =
        new LimitedBody(plan.body().orElseGet(exchange::requestBody), limits.maxRequestBytes());
    if (!isJson(plan.request())) {
      call(exchange, plan, observer).send(McpMessage.UNKNOWN, body);
      return;
    }
    MessagePeek.into(
        body,
        (message, wholeBody) -> {
          call(exchange, plan, observer).send(message, wholeBody);
        });
  }

  private BackendCall call(Exchange exchange, ForwardPlan plan, ForwardObserver observer) {
    Circuit circuit = circuits.of(plan.backend());
    return new BackendCall(transport, limits, circuit, exchange, plan, observer);
  }

  /** What is known of the backends that requests went to, by their origin. */
  public List<BackendState> backends() {
    return circuits.states();
  }

  private static boolean isJson(RequestHead clientRequest) {
    return clientRequest.method().equals("POST")
        && clientRequest
            .headers()
            .first(HeaderNames.CONTENT_TYPE)
            .filter(type -> type.toLowerCase(Locale.ROOT).startsWith("application/json"))
            .isPresent();
  }

  /** Aborts what is under way and closes all connections. */
  @Override
  public void close() {
    try {
      client.stop();
    } catch (Exception failure) {
      throw new IllegalStateException("the HTTP client does not stop", failure);
    } finally {
      lookups.close();
    }
  }
}
