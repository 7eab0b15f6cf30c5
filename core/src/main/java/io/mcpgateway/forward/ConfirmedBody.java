package io.mcpgateway.forward;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A response body whose end counts only when Jetty says that the response was complete. Over HTTP/2
 * it gives the end of a stream also where a failure has thrown away bytes before it (seen with
 * jetty-http2-client-transport 12.1.14), and takes that back by failing the response.
 */
final class ConfirmedBody implements BodySource {
  private final BodySource body;
  private final CompletableFuture<Chunk> end;
  private final AtomicBoolean ended = new AtomicBoolean();

  /**
   * Wraps a body.
   *
   * @param body the bytes
   * @param end how the response ended: {@link Chunk#END} or a failure
   */
  ConfirmedBody(BodySource body, CompletableFuture<Chunk> end) {
    this.body = body;
    this.end = end;
  }

  @Override
  public Chunk read() {
    if (ended.get()) {
      return end.getNow(Chunk.PENDING);
    }
    Chunk chunk = body.read();
    if (chunk instanceof Chunk.Data data && data.last()) {
      ended.set(true);
      return new Chunk.Data(data.bytes(), false, data.onRelease());
    }
    return chunk;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the reader
  public void demand(Runnable readable) {
    if (ended.get()) {
      end.thenRun(readable);
    } else {
      body.demand(readable);
    }
  }

  @Override
  public void cancel(Throwable cause) {
    body.cancel(cause);
  }

  @Override
  public long length() {
    return body.length();
  }
}
