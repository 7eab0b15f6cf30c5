package io.mcpgateway.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Reads a body to its end, without blocking. One reader belongs to one body; it runs on the threads
 * that bring the bytes, and copies them: a body that is held must not hold up the connection's
 * other streams.
 */
public final class WholeBody {
  private final BodySource body;
  private final int limit;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> done = new CompletableFuture<>();

  private WholeBody(BodySource body, int limit) {
    this.body = body;
    this.limit = limit;
  }

  /** The body has more bytes than it may have. */
  public static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1;

    private TooLargeException(int limit) {
      super("the body has more than " + limit + " bytes");
    }
  }

  /**
   * Reads a body.
   *
   * @param body belongs to the reader from now on
   * @param limit how many bytes it may have
   * @return completes with all bytes, or exceptionally with a {@link TooLargeException}, or with
   *     another {@link IOException} when the body broke off
   */
  public static CompletionStage<byte[]> read(BodySource body, int limit) {
    WholeBody reader = new WholeBody(body, limit);
    if (body.length() > limit) {
      reader.refuse(new TooLargeException(limit));
    } else {
      reader.run();
    }
    return reader.done;
  }

  private void run() {
    while (true) {
      Chunk chunk = body.read();
      if (chunk instanceof Chunk.Pending) {
        body.demand(this::run);
        return;
      }
      if (chunk instanceof Chunk.Failed failed) {
        done.completeExceptionally(new IOException("the body is not complete", failed.cause()));
        return;
      }
      Chunk.Data data = (Chunk.Data) chunk;
      boolean tooLarge = bytes.size() + data.bytes().remaining() > limit;
      if (!tooLarge) {
        byte[] copy = new byte[data.bytes().remaining()];
        data.bytes().get(copy);
        bytes.writeBytes(copy);
      }
      data.release();
      if (tooLarge) {
        refuse(new TooLargeException(limit));
        return;
      }
      if (data.last()) {
        done.complete(bytes.toByteArray());
        return;
      }
    }
  }

  private void refuse(TooLargeException refusal) {
    body.cancel(refusal);
    done.completeExceptionally(refusal);
  }
}
