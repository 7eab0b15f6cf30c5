package io.mcpgateway.forward;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/** The client's request body as the backend request's: pulled as the backend takes it. */
final class RelayedRequest implements Request.Content {
  private final BodySource body;

  RelayedRequest(BodySource body) {
    this.body = body;
  }

  @Override
  public long getLength() {
    return body.length();
  }

  @Override
  public Content.@Nullable Chunk read() {
    Chunk chunk = body.read();
    if (chunk instanceof Chunk.Data data) {
      return Content.Chunk.from(data.bytes(), data.last(), data.onRelease());
    }
    if (chunk instanceof Chunk.Failed failed) {
      return Content.Chunk.from(failed.cause());
    }
    return null;
  }

  @Override
  public void demand(Runnable demandCallback) {
    body.demand(demandCallback);
  }

  /** Without a connection nothing was read, and the next attempt may send the body. */
  @Override
  public void fail(Throwable failure) {
    if (!(failure instanceof UpstreamFailure.NotConnected)) {
      body.cancel(failure);
    }
  }

  /** Never: what the backend may have seen is not sent twice. */
  @Override
  public boolean rewind() {
    return false;
  }
}
