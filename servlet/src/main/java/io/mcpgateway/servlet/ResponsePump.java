package io.mcpgateway.servlet;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.Headers;
import io.mcpgateway.http.ResponseHead;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Moves the body of a response to the client: as fast as the client takes it, each chunk flushed as
 * it comes, the head at once. Runs on whatever thread brings bytes, or room for them; blocks none.
 */
final class ResponsePump implements WriteListener {
  private static final int BUFFER = 16 * 1024;

  /** What a container may put around a piece: the size of a chunk in hexadecimal, line ends. */
  private static final int FRAMING = 64;

  private final ServletExchange exchange;
  private final ExchangeLock lock;
  private final HttpServletResponse response;
  private final ServletOutputStream output;
  private final int piece;

  private boolean listening;
  private @Nullable BodySource body;
  private boolean bodiless;
  private byte @Nullable [] buffer;
  private Chunk.@Nullable Data writing;
  private boolean demanded;
  private boolean headFlushed;
  private boolean flushDue;
  private boolean ended;
  private boolean stopped;
  private boolean pumping;
  private boolean again;

  /**
   * A pump that waits for its body.
   *
   * @param exchange is told how it ends
   * @param lock the exchange's
   * @param response the client's, in asynchronous mode
   * @throws IOException when the response cannot be written
   */
  ResponsePump(ServletExchange exchange, ExchangeLock lock, HttpServletResponse response)
      throws IOException {
    this.exchange = exchange;
    this.lock = lock;
    this.response = response;
    this.output = response.getOutputStream();
    int room = response.getBufferSize() - FRAMING;
    this.piece = room > 0 ? Math.min(room, BUFFER) : BUFFER;
  }

  /**
   * Tells the container whom to call. Not while the lock is held, and before there is a body: on a
   * thread of the gateway, Tomcat calls the listener from here, under a lock of its own, and would
   * go on to the connection's next request if the response were finished meanwhile.
   */
  void listen() {
    try {
      output.setWriteListener(this);
      onWritePossible();
    } catch (RuntimeException over) {
      exchange.clientGone(over);
    }
  }

  /**
   * Begins to send.
   *
   * @param answer what to send
   * @param method the request's
   */
  void start(Answer answer, String method) {
    lock.act(() -> begin(answer, method));
  }

  private void begin(Answer answer, String method) {
    body = answer.body();
    bodiless = answer.isBodiless(method);
    if (stopped) {
      lock.later(() -> answer.body().cancel(new IOException("the client left")));
      return;
    }
    try {
      if (listening && exchange.requestBrokeOff() && !output.isReady()) {
        // Undertow has ended the exchange with the connection, and tells nobody.
        exchange.clientGone(new IOException("the client left while it sent its request"));
        return;
      }
      writeHead(answer.head(), response);
    } catch (RuntimeException broken) {
      exchange.clientGone(broken);
      return;
    }
    pump();
  }

  /**
   * Sets status and header fields.
   *
   * @param head what to set
   * @param response not committed
   */
  static void writeHead(ResponseHead head, HttpServletResponse response) {
    response.setStatus(head.status());
    for (Headers.Field field : head.headers()) {
      switch (field.name().toLowerCase(Locale.ROOT)) {
        case "content-length" -> contentLength(field.value(), head.status(), response);
        case "content-type" -> contentType(field.value(), response);
        // The container has its own; two would contradict each other.
        case "date", "server" -> response.setHeader(field.name(), field.value());
        default -> response.addHeader(field.name(), field.value());
      }
    }
  }

  /** Jetty adds a charset to types of text; nobody has said that the bytes are of that one. */
  private static void contentType(String value, HttpServletResponse response) {
    response.addHeader(HeaderNames.CONTENT_TYPE, value);
    if (!value.toLowerCase(Locale.ROOT).contains("charset")) {
      response.setCharacterEncoding((String) null);
    }
  }

  /** The container frames the body by it. RFC 9110, 8.6: a 204 has none. */
  private static void contentLength(String value, int status, HttpServletResponse response) {
    try {
      long length = Long.parseLong(value.strip());
      if (length >= 0 && status != HttpServletResponse.SC_NO_CONTENT) {
        response.setContentLengthLong(length);
      }
    } catch (NumberFormatException malformed) {
      // a body without declared length is framed by the container
    }
  }

  @Override
  public void onWritePossible() {
    lock.act(
        () -> {
          listening = true;
          pump();
        });
  }

  @Override
  public void onError(Throwable broken) {
    exchange.containerFailed(broken);
  }

  /** Called by the body when it has what was demanded. */
  private void onReadable() {
    lock.act(
        () -> {
          demanded = false;
          pump();
        });
  }

  /** Called while the lock is held, also from within itself. */
  private void pump() {
    try {
      again = true;
      BodySource source = body;
      if (listening && !pumping && source != null) {
        pumping = true;
        while (again && !stopped) {
          again = false;
          move(source);
        }
        pumping = false;
      }
    } catch (IOException clientLeft) {
      exchange.clientGone(clientLeft);
    } catch (RuntimeException broken) {
      // Not the client's doing: it must not take what it has for the whole.
      abandon(broken);
      exchange.responseBroke(broken);
    }
  }

  /** Until there is no room, or no bytes, or the end. Each write and flush asks for room anew. */
  private void move(BodySource source) throws IOException {
    while (!stopped && hasWork() && output.isReady()) {
      if (flushDue) {
        flushDue = false;
        headFlushed = true;
        output.flush();
      } else if (writing != null) {
        writeRest(writing);
      } else if (ended) {
        stopped = true;
        exchange.responseSent();
      } else if (!next(source)) {
        return;
      }
    }
  }

  /** A body that was asked to call is not read before it does, whoever else calls meanwhile. */
  private boolean hasWork() {
    return writing != null || flushDue || ended || !demanded;
  }

  private boolean next(BodySource source) throws IOException {
    Chunk chunk = source.read();
    if (chunk instanceof Chunk.Data data) {
      ended = data.last();
      // Also behind an empty one: at the end a container would wait for room for what is unsent.
      flushDue = true;
      writing = data;
      writeRest(data);
      return true;
    }
    if (chunk instanceof Chunk.Failed failed) {
      stopped = true;
      brokeOff(failed.cause());
      return false;
    }
    if (!headFlushed) {
      // The first byte may be far away; the client must see the head now.
      flushDue = true;
      return true;
    }
    demanded = true;
    source.demand(this::onReadable);
    return false;
  }

  private void brokeOff(Throwable cause) {
    if (response.isCommitted()) {
      exchange.responseBroke(cause);
    } else {
      badGateway(response);
      exchange.responseSent();
    }
  }

  /**
   * Turns a response that has no body to come into a 502; its CORS fields stay.
   *
   * @param response not committed
   */
  static void badGateway(HttpServletResponse response) {
    Headers.Builder kept = Headers.builder();
    for (String name : response.getHeaderNames()) {
      if (name.toLowerCase(Locale.ROOT).startsWith("access-control-")
          || name.equalsIgnoreCase(HeaderNames.VARY)) {
        response.getHeaders(name).forEach(value -> kept.add(name, value));
      }
    }
    response.reset();
    response.setStatus(HttpServletResponse.SC_BAD_GATEWAY);
    kept.build().forEach(field -> response.addHeader(field.name(), field.value()));
  }

  /**
   * Called when there is room. The container may still read from an array that was given to it
   * until there is room again: only then the chunk's memory is given back, and the buffer reused.
   *
   * <p>A piece is no larger than the container's buffer, and flushed before the next one: Tomcat
   * keeps a part of a larger one back, and has a thread called by its poller to write that.
   */
  private void writeRest(Chunk.Data data) throws IOException {
    ByteBuffer bytes = data.bytes();
    if (bodiless) {
      bytes.position(bytes.limit());
    }
    if (!bytes.hasRemaining()) {
      writing = null;
      release(data);
      return;
    }
    int count = Math.min(bytes.remaining(), piece);
    flushDue = true;
    if (bytes.hasArray()) {
      int offset = bytes.arrayOffset() + bytes.position();
      bytes.position(bytes.position() + count);
      output.write(bytes.array(), offset, count);
    } else {
      if (buffer == null || buffer.length < count) {
        buffer = new byte[count];
      }
      bytes.get(buffer, 0, count);
      output.write(buffer, 0, count);
    }
  }

  /** Whoever sees the end of a body by its last release may take his time over it. */
  private void release(Chunk.Data data) {
    if (data.last()) {
      lock.later(data::release);
    } else {
      data.release();
    }
  }

  /**
   * Gives the rest of the body up, without touching the response; called while the lock is held.
   *
   * @param cause why
   */
  void abandon(Throwable cause) {
    stopped = true;
    BodySource source = body;
    Chunk.Data unfinished = writing;
    writing = null;
    lock.later(
        () -> {
          if (source != null) {
            source.cancel(cause);
          }
          if (unfinished != null) {
            unfinished.release();
          }
        });
  }
}
