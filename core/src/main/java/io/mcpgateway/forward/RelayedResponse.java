package io.mcpgateway.forward;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;

/**
 * The backend's response body as the client's: pulled as the client takes it, byte for byte.
 *
 * <p>The source is only read where Jetty calls us, when the response begins or has what was
 * demanded: there an abort waits its turn. Read on another thread it can meet the abort, and the
 * same memory is given back twice, into another response (seen with jetty-client 12.1.14).
 */
final class RelayedResponse implements BodySource {
  private final Content.Source source;
  private final Consumer<Throwable> abort;
  private final AtomicReference<Chunk> next = new AtomicReference<>(Chunk.PENDING);
  private final AtomicBoolean cancelled = new AtomicBoolean();

  /**
   * Relays a body; called where Jetty announces it.
   *
   * @param source the backend's bytes
   * @param abort ends the request to the backend
   */
  RelayedResponse(Content.Source source, Consumer<Throwable> abort) {
    this.source = source;
    this.abort = abort;
    fetch();
  }

  private void fetch() {
    Content.Chunk chunk = source.read();
    if (chunk == null) {
      return;
    }
    next.set(
        Content.Chunk.isFailure(chunk)
            ? failed(chunk.getFailure())
            : new Chunk.Data(chunk.getByteBuffer(), chunk.isLast(), chunk::release));
    if (cancelled.get()) {
      discard();
    }
  }

  /** How a body ends that broke off. */
  static Chunk failed(Throwable cause) {
    return new Chunk.Failed(
        new IOException("the response broke off: " + UpstreamFailure.reason(cause), cause));
  }

  @Override
  public Chunk read() {
    return Objects.requireNonNull(next.getAndSet(Chunk.PENDING));
  }

  @Override
  public void demand(Runnable readable) {
    source.demand(
        () -> {
          fetch();
          readable.run();
        });
  }

  @Override
  public void cancel(Throwable cause) {
    cancelled.set(true);
    discard();
    abort.accept(cause);
  }

  private void discard() {
    if (read() instanceof Chunk.Data data) {
      data.release();
    }
  }
}
