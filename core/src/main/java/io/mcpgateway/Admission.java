package io.mcpgateway;

import io.mcpgateway.auth.AuthenticatedPrincipal;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.Response;
import io.mcpgateway.mcp.JsonRpcError;
import io.mcpgateway.telemetry.RefusalCode;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what is under way, and says no where it would be too much. Whoever was let in goes out
 * again, once. Thread-safe.
 */
final class Admission {
  private static final String RETRY_AFTER_SECONDS = "5";

  private final GatewayLimits limits;
  private final CompletableFuture<Void> empty = new CompletableFuture<>();
  private final Map<Object, Integer> streams = new ConcurrentHashMap<>();
  private int requests;
  private boolean closed;
  private boolean streamsClosed;

  /** What came of asking to be let in. */
  enum Entry {
    ADMITTED,
    FULL,
    CLOSED
  }

  /** Why there is no room for another stream. */
  enum StreamRefusal {
    IN_ALL(503, "too many streams"),
    ON_ROUTE(503, "too many streams of the route"),
    OF_CALLER(429, "too many streams of the caller"),
    CLOSING(503, "the gateway is about to stop");

    private final int status;
    private final String reason;

    StreamRefusal(int status, String reason) {
      this.status = status;
      this.reason = reason;
    }

    /** What the client is told. */
    Verdict.Answer answer(Verdict.Passed passed) {
      Verdict.Passage passage = passed.passage();
      return new Verdict.Answer(
          Response.json(
                  status,
                  Headers.of(HeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS),
                  new JsonRpcError(JsonRpcError.INTERNAL_ERROR, reason)
                      .body(passed.read().flatMap(read -> read.message().id())))
              .with(passage.responseHeaders()),
          passage.origin(),
          Optional.of(passage.route()),
          passage.caller(),
          Optional.of(new Verdict.Refusal(RefusalCode.TOO_MANY_STREAMS, reason)));
    }
  }

  /** All streams. */
  private record All() {}

  /** The streams of a route. Routes are told apart by what they are, not by their names. */
  private record OnRoute(Route route) {}

  /** The streams of a caller. */
  private record OfCaller(String issuer, String subject) {
    static OfCaller of(AuthenticatedPrincipal caller) {
      return new OfCaller(caller.issuer(), caller.subject());
    }
  }

  Admission(GatewayLimits limits) {
    this.limits = limits;
  }

  /** A request asks to be let in. */
  synchronized Entry enter() {
    if (closed) {
      return Entry.CLOSED;
    }
    if (requests >= limits.requests()) {
      return Entry.FULL;
    }
    requests++;
    return Entry.ADMITTED;
  }

  /** A request that was let in is over. */
  void leave() {
    boolean last;
    synchronized (this) {
      requests--;
      last = closed && requests == 0;
    }
    if (last) {
      empty.complete(null);
    }
  }

  /**
   * A request asks to become a listening stream.
   *
   * @param route its route
   * @param caller who is calling
   * @return why it may not; empty when it may, and has to {@linkplain #closeStream leave}
   */
  synchronized Optional<StreamRefusal> openStream(
      Route route, Optional<AuthenticatedPrincipal> caller) {
    Optional<OfCaller> own = caller.map(OfCaller::of);
    if (streamsClosed) {
      return Optional.of(StreamRefusal.CLOSING);
    }
    if (own.filter(key -> open(key) >= limits.streamsPerCaller()).isPresent()) {
      return Optional.of(StreamRefusal.OF_CALLER);
    }
    if (open(new OnRoute(route)) >= limits.streamsPerRoute()) {
      return Optional.of(StreamRefusal.ON_ROUTE);
    }
    if (open(new All()) >= limits.streams()) {
      return Optional.of(StreamRefusal.IN_ALL);
    }
    add(new All(), 1);
    add(new OnRoute(route), 1);
    own.ifPresent(key -> add(key, 1));
    return Optional.empty();
  }

  /**
   * A listening stream is over.
   *
   * @param route its route
   * @param caller its caller
   */
  synchronized void closeStream(Route route, Optional<AuthenticatedPrincipal> caller) {
    add(new All(), -1);
    add(new OnRoute(route), -1);
    caller.map(OfCaller::of).ifPresent(key -> add(key, -1));
  }

  private int open(Object key) {
    return streams.getOrDefault(key, 0);
  }

  private void add(Object key, int count) {
    streams.merge(key, count, (before, change) -> before + change == 0 ? null : before + change);
  }

  /** No stream is let in from now on. */
  synchronized void closeStreams() {
    streamsClosed = true;
  }

  /**
   * Nobody is let in from now on.
   *
   * @return completes when everybody has left
   */
  CompletionStage<Void> close() {
    boolean none;
    synchronized (this) {
      closed = true;
      none = requests == 0;
    }
    if (none) {
      empty.complete(null);
    }
    return empty;
  }

  /** How many requests are under way. */
  synchronized int requests() {
    return requests;
  }

  /** How many listening streams are open. */
  synchronized int streams() {
    return open(new All());
  }
}
