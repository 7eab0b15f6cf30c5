package io.mcpgateway.servlet;

import io.mcpgateway.http.HandOver;
import io.mcpgateway.http.HeaderNames;
import io.mcpgateway.http.StreamLife;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A response of the application that may be an event stream (WHATWG HTML, 9.2). If it is, no proxy
 * holds it back, and it is kept alive. What other responses write goes through untouched.
 */
final class StreamedResponse extends HttpServletResponseWrapper {
  private static final Logger LOG = LoggerFactory.getLogger(StreamedResponse.class);
  private static final String EVENT_STREAM = "text/event-stream";

  private final Optional<Duration> interval;
  private final StreamLife life;
  private final Runnable finish;
  private final KeepAliveThreads threads;
  private volatile @Nullable StreamedOutput output;
  private volatile @Nullable StreamedWriter writer;
  private volatile @Nullable KeptAlive stream;
  private volatile @Nullable AsyncContext async;
  private final ReentrantLock ending = new ReentrantLock();
  private volatile boolean endsByItself;
  private boolean decided;
  private boolean leftAlone;

  /**
   * Wraps a response.
   *
   * @param response to the client
   * @param handOver what becomes of it
   * @param threads write comments
   * @param finish has what is behind send what it holds
   */
  StreamedResponse(
      HttpServletResponse response, HandOver handOver, KeepAliveThreads threads, Runnable finish) {
    super(response);
    this.interval = handOver.keepAlive();
    this.life = handOver.streamLife();
    this.finish = finish;
    this.threads = threads;
  }

  /**
   * The event stream that this response is; asked when something is to be written, which decides.
   *
   * @return null when it is none, or is left alone
   */
  @Nullable KeptAlive keptAlive() {
    if (!decided) {
      decided = true;
      if (isEventStream()) {
        begin();
      }
    }
    return stream;
  }

  private void begin() {
    if (!containsHeader(HeaderNames.X_ACCEL_BUFFERING)) {
      setHeader(HeaderNames.X_ACCEL_BUFFERING, "no");
    }
    if (!leftAlone) {
      stream = new KeptAlive(this, interval, life, threads);
    }
  }

  /** An event stream may be quiet from the start. */
  private void taken() {
    if (isEventStream()) {
      keptAlive();
    }
  }

  private boolean isEventStream() {
    String type = getContentType();
    return type != null && type.toLowerCase(Locale.ROOT).startsWith(EVENT_STREAM);
  }

  /** Whether a comment would be one to its reader, and would not commit the response too soon. */
  boolean takesComments() {
    String coding = getHeader(HeaderNames.CONTENT_ENCODING);
    return (output != null || writer != null)
        && isEventStream()
        && getStatus() == SC_OK
        && !containsHeader(HeaderNames.CONTENT_LENGTH)
        && (coding == null || coding.equalsIgnoreCase("identity"))
        && (async != null || isCommitted());
  }

  /**
   * Writes a comment, the way that the application writes.
   *
   * @param comment what
   * @throws IOException when the client has left
   */
  void writeComment(byte[] comment) throws IOException {
    StreamedOutput bytes = output;
    StreamedWriter text = writer;
    if (bytes != null) {
      bytes.writeComment(comment);
    } else if (text != null) {
      text.writeComment(comment);
    }
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    StreamedOutput given = output;
    if (given != null && stream != null) {
      return given; // the container's response may be the next request's meanwhile
    }
    ServletOutputStream own = super.getOutputStream();
    if (given == null || !given.wraps(own)) {
      given = new StreamedOutput(own, this);
    }
    output = given;
    writer = null;
    taken();
    return given;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    StreamedWriter given = writer;
    if (given != null && stream != null) {
      return given;
    }
    PrintWriter own = super.getWriter();
    if (given == null || !given.wraps(own)) {
      given = new StreamedWriter(own, this);
    }
    writer = given;
    output = null;
    taken();
    return given;
  }

  @Override
  public void flushBuffer() throws IOException {
    KeptAlive events = keptAlive();
    if (events == null) {
      super.flushBuffer();
    } else {
      events.take(super::flushBuffer);
    }
  }

  @Override
  public void reset() {
    quieten();
    super.reset();
    startAnew();
  }

  @Override
  public void resetBuffer() {
    quieten();
    super.resetBuffer();
    startAnew();
  }

  /** What was written is not sent; what comes now may be anything. */
  private void startAnew() {
    stream = null;
    decided = false;
  }

  /** The application has written all that it will. */
  void finish() {
    finish.run();
  }

  /** The application is in asynchronous mode. */
  void startedAsync(AsyncContext started) {
    async = started;
    endsByItself = false;
  }

  /**
   * Ends asynchronous mode because nobody can write any more; this is what its listeners are told.
   * Only while it is this response's: a container may have reported the failure to them itself, and
   * go on to the next request meanwhile.
   */
  void endAsynchronousMode() {
    AsyncContext running = async;
    if (running == null || !ending.tryLock()) {
      return; // somebody else does
    }
    try {
      if (!endsByItself) {
        running.complete();
      }
    } catch (RuntimeException over) {
      LOG.debug("a stream that nobody reads had ended already", over);
    } finally {
      ending.unlock();
    }
  }

  /** The container has called its listeners, and ends asynchronous mode unless they do. */
  void containerEnds() {
    quieten();
    ending.lock();
    try {
      endsByItself = true;
    } finally {
      ending.unlock();
    }
  }

  /** The response has ended. Containers hold locks of theirs meanwhile: none is taken here. */
  void ended() {
    endsByItself = true;
    KeptAlive events = stream;
    if (events != null) {
      events.end();
    }
  }

  /** There are no comments from now on; see {@link KeptAlive#quieten}. */
  void leaveAlone() {
    leftAlone = true;
    quieten();
  }

  /** See {@link KeptAlive#quieten}. */
  void quieten() {
    KeptAlive events = stream;
    if (events != null) {
      events.quieten();
    }
  }

  /** See {@link KeptAlive#isOver}. */
  boolean isOver() {
    KeptAlive events = stream;
    return events != null && events.isOver();
  }
}
