package io.mcpgateway.forward;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import java.io.IOException;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;

/** The backend's response body as the client's: pulled as the client takes it, byte for byte. */
final class RelayedResponse implements BodySource {
  private final Content.Source source;
  private final Consumer<Throwable> abort;

  /**
   * Relays a body.
   *
   * @param source the backend's bytes
   * @param abort ends the request to the backend
   */
  RelayedResponse(Content.Source source, Consumer<Throwable> abort) {
    this.source = source;
    this.abort = abort;
  }

  @Override
  public Chunk read() {
    Content.Chunk chunk = source.read();
    if (chunk == null) {
      return Chunk.PENDING;
    }
    if (Content.Chunk.isFailure(chunk)) {
      Throwable cause = chunk.getFailure();
      return new Chunk.Failed(
          new IOException("the response broke off: " + UpstreamFailure.reason(cause), cause));
    }
    return new Chunk.Data(chunk.getByteBuffer(), chunk.isLast(), chunk::release);
  }

  @Override
  public void demand(Runnable readable) {
    source.demand(readable);
  }

  @Override
  public void cancel(Throwable cause) {
    abort.accept(cause);
  }
}
