package io.mcpgateway.jetty;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingNestedCallback;
import org.jspecify.annotations.Nullable;

/**
 * Writes a response body chunk by chunk, each as soon as it is there and the one before is written.
 * Jetty's core response does not aggregate: what is written is sent.
 */
final class ResponsePump extends IteratingNestedCallback {
  private final Response response;
  private final BodySource body;
  private Chunk.@Nullable Data writing;
  private @Nullable Throwable broken;
  private boolean committed;
  private boolean last;

  ResponsePump(Response response, BodySource body, Callback callback) {
    super(callback);
    this.response = response;
    this.body = body;
  }

  @Override
  protected Action process() throws Throwable {
    release();
    if (broken != null) {
      throw broken; // the head is sent: Jetty breaks the connection, or resets the stream
    }
    if (last) {
      return Action.SUCCEEDED;
    }
    Chunk chunk = body.read();
    if (chunk instanceof Chunk.Data data) {
      writing = data;
      last = data.last();
      return write(data.bytes());
    }
    if (chunk instanceof Chunk.Failed failed) {
      broken = failed.cause();
    }
    if (!committed) {
      return write(BufferUtil.EMPTY_BUFFER); // the head does not wait for the first byte
    }
    if (broken != null) {
      throw broken;
    }
    body.demand(this::iterate);
    return Action.IDLE;
  }

  private Action write(ByteBuffer bytes) {
    committed = true;
    response.write(last, bytes, this);
    return Action.SCHEDULED;
  }

  private void release() {
    Chunk.Data written = writing;
    if (written != null) {
      writing = null;
      written.release();
    }
  }

  @Override
  protected void onFailure(Throwable cause) {
    if (broken == null) {
      body.cancel(cause);
    }
    release();
    super.onFailure(cause);
  }
}
