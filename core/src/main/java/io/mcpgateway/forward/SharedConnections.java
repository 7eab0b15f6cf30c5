package io.mcpgateway.forward;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;

/**
 * The open HTTP/2 connections. What ends one of them ends all streams on it, so Jetty is kept from
 * ending one for the sake of a single request: for its large head, or its silence.
 */
final class SharedConnections implements HTTP2Session.LifeCycleListener {
  // RFC 9113, 6.5.2: what a field counts for besides its characters.
  private static final int FIELD_OVERHEAD = 32;

  private final Map<Ends, Shared> open = new ConcurrentHashMap<>();
  private final Duration pooled;
  private final Duration silent;

  /** The addresses that tell a connection from others. */
  private record Ends(SocketAddress local, SocketAddress remote) {}

  /**
   * None yet.
   *
   * @param pooled how long one is kept that no request uses
   * @param silent how long one may be silent that requests use
   */
  SharedConnections(Duration pooled, Duration silent) {
    this.pooled = pooled;
    this.silent = silent;
  }

  @Override
  public void onOpen(Session session) {
    Ends ends = new Ends(session.getLocalSocketAddress(), session.getRemoteSocketAddress());
    open.put(ends, new Shared((HTTP2Session) session));
  }

  @Override
  public void onClose(Session session) {
    open.values().removeIf(shared -> shared.session == session);
  }

  /** Called before a request is written. */
  void begin(Request request) {
    Optional<Shared> connection = of(request);
    if (connection.isPresent()) {
      connection.get().begin(request);
      int limit = connection.get().maxHead();
      if (size(request) > limit) {
        BackendCall.abort(request, new UpstreamFailure.HeadTooLarge(limit));
      }
    }
  }

  /** Called when a request and its response are over, however they ended. */
  void end(Request request) {
    of(request).ifPresent(shared -> shared.end(request));
  }

  private Optional<Shared> of(Request request) {
    Connection connection = request.getConnection();
    return connection == null
        ? Optional.empty()
        : Optional.ofNullable(
            open.get(
                new Ends(connection.getLocalSocketAddress(), connection.getRemoteSocketAddress())));
  }

  /** A connection and the requests on it. */
  private final class Shared {
    private final HTTP2Session session;
    private final Set<Request> requests = new HashSet<>();

    Shared(HTTP2Session session) {
      this.session = session;
    }

    private synchronized void begin(Request request) {
      if (requests.isEmpty()) {
        session.getEndPoint().setIdleTimeout(silent.toMillis());
      }
      requests.add(request);
    }

    private synchronized void end(Request request) {
      if (requests.remove(request) && requests.isEmpty()) {
        session.getEndPoint().setIdleTimeout(pooled.toMillis());
      }
    }

    /** What is larger, Jetty's encoder refuses: with the connection, which depends on its state. */
    private int maxHead() {
      return session.getGenerator().getHpackEncoder().getMaxHeaderListSize();
    }
  }

  /** As the limit counts: all fields, uncompressed. */
  private static int size(Request request) {
    int size = ":method:scheme:authority:path".length() + 4 * FIELD_OVERHEAD;
    size += request.getMethod().length() + request.getScheme().length();
    size += request.getHost().length() + ":65535".length();
    size += request.getPath().length() + 1 + String.valueOf(request.getQuery()).length();
    for (HttpField field : request.getHeaders()) {
      size += field.getName().length() + field.getValue().length() + FIELD_OVERHEAD;
    }
    return size;
  }
}
