package io.mcpgateway;

import io.mcpgateway.http.Exchange;
import io.mcpgateway.telemetry.OpenRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A gateway that can be replaced while it runs. Each request is handled from beginning to end by
 * one gateway: the one that was in place when it came. What is under way when a gateway is
 * replaced, open streams for instance, goes on under its old policies; then the old gateway is
 * closed. Thread-safe; owns the gateways that it is given.
 */
public final class LiveGateway implements AutoCloseable {
  /** The last part of the time to drain is for streams to end. */
  private static final int LAST_PART = 10;

  private static final long LOOK_MS = 10;

  private final AtomicReference<McpGateway> current;
  private final Set<McpGateway> retired = ConcurrentHashMap.newKeySet();

  /** What becomes of event streams that are open when their gateway is replaced. */
  public enum Streams {
    /** They go on under the policies that they were opened under. */
    GO_ON,
    /**
     * Listening streams end, between two events; clients open them again, under the new policies.
     * Those that still owe an answer go on until they have given it.
     */
    END
  }

  /**
   * Begins with a gateway.
   *
   * @param first handles requests until it is replaced
   */
  public LiveGateway(McpGateway first) {
    this.current = new AtomicReference<>(first);
  }

  /** The gateway that handles the next request. */
  public McpGateway current() {
    return Objects.requireNonNull(current.get());
  }

  /**
   * Handles one request; see {@link McpGateway#handle}.
   *
   * @param exchange the request
   */
  public void handle(Exchange exchange) {
    McpGateway handling = current();
    while (!handling.tryHandle(exchange)) {
      McpGateway next = current();
      if (next == handling) {
        handling.handle(exchange); // closed for good: it says so
        return;
      }
      handling = next;
    }
  }

  /**
   * Puts another gateway in place, which takes over the issuers' keys that are known. Requests see
   * either all of the old one or all of the new one, and none is refused on that account.
   *
   * @param next handles requests from now on
   * @param streams what becomes of those that are open
   */
  public synchronized void replace(McpGateway next, Streams streams) {
    McpGateway before = current();
    next.takeOver(before);
    retired.add(before);
    current.set(next);
    before
        .retire()
        .thenRun(
            () -> {
              retired.remove(before);
              // Its own threads cannot wait for their end.
              Thread closing = new Thread(before::close, "mcp-gateway-close");
              closing.setDaemon(true);
              closing.start();
            });
    next.takeOver(before); // what came to light since
    if (streams == Streams.END) {
      retired.forEach(McpGateway::endListening); // also those that earlier changes let go on
    }
  }

  /**
   * Prepares for the end: no new listening streams, those that are open end between two events, so
   * that their clients turn to another replica; calls are answered. Event streams that still owe an
   * answer when the time is almost over are ended as well. Blocks until nothing is under way, or
   * the time is over; requests that come meanwhile are handled.
   *
   * @param longest how long to wait
   * @return whether nothing is under way any more
   * @throws InterruptedException when the thread is interrupted
   */
  public boolean drain(Duration longest) throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    all().forEach(McpGateway::endListening);
    long lastCall = end - longest.toNanos() / LAST_PART;
    awaitQuiet(lastCall);
    all().forEach(McpGateway::endStreams);
    awaitQuiet(end);
    return openRequests() == 0;
  }

  private void awaitQuiet(long until) throws InterruptedException {
    while (openRequests() > 0 && System.nanoTime() < until) {
      Thread.sleep(LOOK_MS);
    }
  }

  private Set<McpGateway> all() {
    Set<McpGateway> all = new HashSet<>(retired);
    all.add(current());
    return all;
  }

  /** How many requests are under way, streams included, of all gateways that are not closed yet. */
  public int openRequests() {
    return all().stream().mapToInt(McpGateway::openRequests).sum();
  }

  /** How many listening streams are open, of all gateways that are not closed yet. */
  public int openStreams() {
    return all().stream().mapToInt(McpGateway::openStreams).sum();
  }

  /** The requests that are under way, of all gateways that are not closed yet, in no order. */
  public List<OpenRequest> requests() {
    return all().stream().flatMap(gateway -> gateway.requests().stream()).toList();
  }

  /** Breaks off what is under way, and closes all gateways. */
  @Override
  public void close() {
    all().forEach(McpGateway::close);
  }
}
