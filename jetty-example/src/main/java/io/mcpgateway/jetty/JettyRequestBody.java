package io.mcpgateway.jetty;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** The body of a request to a Jetty server. */
final class JettyRequestBody implements BodySource {
  private final Request request;
  private final AtomicReference<Content.@Nullable Chunk> held;
  private final Runnable atEnd;
  private long missing;

  /**
   * Reads a body.
   *
   * @param request whose body it is
   * @param first what was read of it already; null for nothing
   * @param atEnd told when all has been read, and nothing of it is held any more
   */
  JettyRequestBody(Request request, Content.@Nullable Chunk first, Runnable atEnd) {
    this.request = request;
    this.atEnd = atEnd;
    this.held = new AtomicReference<>(first);
    this.missing = request.getLength();
  }

  @Override
  public Chunk read() {
    Content.Chunk before = held.getAndSet(null);
    Content.Chunk chunk = before == null ? request.read() : before;
    if (chunk == null) {
      return Chunk.PENDING;
    }
    if (Content.Chunk.isFailure(chunk)) {
      return new Chunk.Failed(chunk.getFailure());
    }
    boolean last = chunk.isLast() || isLastBy(chunk.remaining());
    return new Chunk.Data(chunk.getByteBuffer(), last, last ? () -> end(chunk) : chunk::release);
  }

  /**
   * Jetty tells of the end once more by itself, behind the last bytes. Who got them may have
   * answered by then; and a response that ends while another thread reads the request can cost the
   * connection. So the end is read before the last bytes go on.
   */
  private boolean isLastBy(int bytes) {
    missing -= bytes;
    if (missing != 0) {
      return false;
    }
    Content.Chunk next = request.read();
    if (next == null) {
      return false;
    }
    if (next.isLast() && !next.hasRemaining() && !Content.Chunk.isFailure(next)) {
      next.release();
      return true;
    }
    held.set(next);
    return false;
  }

  private void end(Content.Chunk last) {
    last.release();
    atEnd.run();
  }

  @Override
  public void demand(Runnable readable) {
    request.demand(readable);
  }

  /** What is left unread is for the server to deal with when the response is complete. */
  @Override
  public void cancel(Throwable cause) {
    Content.Chunk unread = held.getAndSet(null);
    if (unread != null) {
      unread.release();
    }
  }

  @Override
  public long length() {
    return request.getLength();
  }
}
