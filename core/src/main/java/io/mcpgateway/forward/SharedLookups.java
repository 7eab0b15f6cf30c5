package io.mcpgateway.forward;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the addresses of host names. The JDK can only do that by blocking a thread, for as long
 * as name servers are silent: so each name is looked up by one thread at a time, on threads of
 * their own, and all who ask for it meanwhile get what it finds.
 */
final class SharedLookups implements SocketAddressResolver, AutoCloseable {
  private final Names names;
  private final Duration patience;
  private final Executor callbacks;
  private final Map<String, CompletableFuture<List<InetAddress>>> running =
      new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "mcp-gateway-lookup");
            thread.setDaemon(true);
            return thread;
          });

  /** Knows the addresses of names. */
  interface Names {
    /**
     * Looks a name up; blocks.
     *
     * @param host a name or an address
     * @return at least one address, the preferred one first
     * @throws UnknownHostException when there is none
     */
    List<InetAddress> addresses(String host) throws UnknownHostException;

    /** What the JVM finds, and remembers as long as its security properties say. */
    static List<InetAddress> ofTheSystem(String host) throws UnknownHostException {
      return List.of(InetAddress.getAllByName(host));
    }
  }

  /**
   * Nothing is looked up yet.
   *
   * @param names who knows
   * @param patience how long somebody waits
   * @param callbacks runs what becomes of it
   */
  SharedLookups(Names names, Duration patience, Executor callbacks) {
    this.names = names;
    this.patience = patience;
    this.callbacks = callbacks;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // it ends in the promise
  public void resolve(
      String host,
      int port,
      Map<String, Object> context,
      Promise<List<InetSocketAddress>> promise) {
    running
        .computeIfAbsent(host, this::begin)
        .thenApply(found -> found.stream().map(one -> new InetSocketAddress(one, port)).toList())
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .whenCompleteAsync((found, failure) -> tell(promise, found, failure), callbacks);
  }

  private static void tell(
      Promise<List<InetSocketAddress>> promise,
      @Nullable List<InetSocketAddress> found,
      @Nullable Throwable failure) {
    if (found != null) {
      promise.succeeded(found);
    } else if (failure instanceof TimeoutException) {
      promise.failed(new IOException("the host name was not resolved in time"));
    } else {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      promise.failed(new IOException("the host name is not resolved: " + message(cause), cause));
    }
  }

  private static String message(@Nullable Throwable cause) {
    return cause == null ? "" : String.valueOf(cause.getMessage());
  }

  private CompletableFuture<List<InetAddress>> begin(String host) {
    CompletableFuture<List<InetAddress>> lookup = new CompletableFuture<>();
    threads.execute(() -> lookUp(host, lookup));
    return lookup;
  }

  private void lookUp(String host, CompletableFuture<List<InetAddress>> lookup) {
    try {
      List<InetAddress> found = names.addresses(host);
      running.remove(host);
      lookup.complete(found);
    } catch (UnknownHostException | RuntimeException failure) {
      running.remove(host);
      lookup.completeExceptionally(failure);
    }
  }

  /** Ends the threads that are not looking anything up. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
