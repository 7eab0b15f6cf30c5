package io.mcpgateway.fetch;

import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.PrintableText;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.StringRequestContent;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * Gets small documents by HTTP: one request, no cookies, no redirects, within bounds of time and
 * size. Starts its threads with the first fetch. Thread-safe.
 */
public final class DocumentFetcher implements AutoCloseable {
  /** A JWK set of a thousand RSA keys is smaller. */
  static final int MAX_DOCUMENT_BYTES = 512 * 1024;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration TOTAL_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(15);
  private static final int MAX_RESPONSE_HEAD_BYTES = 16 * 1024;
  private static final int MAX_THREADS = 4;
  private static final String NAME = "mcp-gateway-fetch";

  private final HttpClient client = newClient();
  private final AtomicBoolean closed = new AtomicBoolean();

  private static HttpClient newClient() {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 1);
    threads.setName(NAME);
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    ClientConnector connector = new ClientConnector();
    connector.setSelectors(1);
    connector.setConnectTimeout(CONNECT_TIMEOUT);
    connector.setIdleTimeout(IDLE_TIMEOUT);
    HttpClient client = new HttpClient(new HttpClientTransportOverHTTP(connector));
    client.setName(NAME);
    client.setExecutor(threads);
    client.setScheduler(new ScheduledExecutorScheduler(NAME + "-scheduler", true));
    client.setAddressResolutionTimeout(CONNECT_TIMEOUT.toMillis());
    client.setMaxConnectionsPerDestination(2);
    client.setMaxResponseHeadersSize(MAX_RESPONSE_HEAD_BYTES);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setUserAgentField(null);
    // RFC 8725, 3.10: an answer does not choose where the keys come from.
    client.setFollowRedirects(false);
    return client;
  }

  /**
   * Fetches a document that is there.
   *
   * @param request what to ask
   * @return completes, on a thread of the fetcher, with the body of a 200, or exceptionally with a
   *     {@link FetchException}
   */
  public CompletionStage<FetchedDocument> fetch(FetchRequest request) {
    return send(request)
        .thenCompose(
            answer ->
                answer.status() == HttpStatus.OK_200
                    ? CompletableFuture.completedStage(answer)
                    : CompletableFuture.failedStage(
                        FetchException.unusableAnswer(
                            request.url(), "status " + answer.status() + " (expected: 200)")));
  }

  /**
   * Asks, and takes any answer.
   *
   * @param request what to ask
   * @return completes, on a thread of the fetcher, with the answer, or exceptionally with a {@link
   *     FetchException} when there is none, or one that is too large
   */
  public CompletionStage<FetchedDocument> send(FetchRequest request) {
    CompletableFuture<FetchedDocument> result = new CompletableFuture<>();
    try {
      start();
      Request sent = client.newRequest(request.url()).method(request.method());
      sent.headers(
          fields -> request.headers().forEach(field -> fields.add(field.name(), field.value())));
      if (!request.body().isEmpty()) {
        String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("text/plain");
        sent.body(new StringRequestContent(type, request.body()));
      }
      sent.timeout(TOTAL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
          .send(new DocumentListener(request.url(), result));
    } catch (Exception failure) {
      result.completeExceptionally(
          FetchException.noAnswer(request.url(), PrintableText.message(failure)));
    }
    return result;
  }

  private void start() throws Exception {
    synchronized (client) {
      if (closed.get()) {
        throw new IllegalStateException("closed");
      }
      if (!client.isStarted()) {
        client.start();
        // No compressed answers: their size would say nothing. No reaction to 401 or 3xx.
        client.getContentDecoderFactories().clear();
        client.getProtocolHandlers().clear();
      }
    }
  }

  /** Stops the threads; fetches that are under way fail. */
  @Override
  public void close() {
    synchronized (client) {
      closed.set(true);
      try {
        client.stop();
      } catch (Exception unstoppable) {
        throw new IllegalStateException("the document fetcher does not stop", unstoppable);
      }
    }
  }
}
