package io.mcpgateway.jetty;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
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
  private final @Nullable ClientWatch watch;
  private final AtomicBoolean busy;
  private Chunk.@Nullable Data writing;
  private @Nullable Throwable broken;
  private long unsent;
  private boolean committed;
  private boolean last;

  /**
   * A pump that has not begun.
   *
   * @param response to the client
   * @param body what to send
   * @param watch ends before the response is complete; null for none
   * @param busy is set while something waits for the client to take it
   * @param callback completed with the response
   */
  ResponsePump(
      Response response,
      BodySource body,
      @Nullable ClientWatch watch,
      AtomicBoolean busy,
      Callback callback) {
    super(callback);
    this.response = response;
    this.body = body;
    this.watch = watch;
    this.busy = busy;
    this.unsent = response.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
  }

  @Override
  protected Action process() throws Throwable {
    busy.set(false);
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
    unsent -= bytes.remaining();
    if (last || unsent == 0) {
      endWatch(); // the client has all: it may leave as soon as it likes
    }
    busy.set(true);
    response.write(last, bytes, this);
    return Action.SCHEDULED;
  }

  private void endWatch() {
    if (watch != null) {
      watch.end();
    }
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
    endWatch();
    super.onFailure(cause);
  }
}
