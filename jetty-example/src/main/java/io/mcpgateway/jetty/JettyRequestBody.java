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
  private final AtomicReference<Content.@Nullable Chunk> first;
  private final Runnable atEnd;

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
    this.first = new AtomicReference<>(first);
  }

  @Override
  public Chunk read() {
    Content.Chunk held = first.getAndSet(null);
    Content.Chunk chunk = held == null ? request.read() : held;
    if (chunk == null) {
      return Chunk.PENDING;
    }
    if (Content.Chunk.isFailure(chunk)) {
      return new Chunk.Failed(chunk.getFailure());
    }
    return new Chunk.Data(
        chunk.getByteBuffer(), chunk.isLast(), chunk.isLast() ? () -> end(chunk) : chunk::release);
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
    Content.Chunk held = first.getAndSet(null);
    if (held != null) {
      held.release();
    }
  }

  @Override
  public long length() {
    return request.getLength();
  }
}
