package io.mcpgateway.mcp;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import java.util.Queue;

/** A body whose first chunks were read already: gives them first, then the rest. */
final class ReplayedBody implements BodySource {
  private final Queue<Chunk> first;
  private final BodySource rest;
  private final long length;

  /**
   * Puts the chunks back in front.
   *
   * @param first the chunks in order, their bytes untouched; a queue that bears two threads
   * @param rest where they came from
   */
  ReplayedBody(Queue<Chunk> first, BodySource rest) {
    this.first = first;
    this.rest = rest;
    this.length = lengthOf(first, rest);
  }

  /** Where all bytes are at hand their number is known, whatever the sender declared. */
  private static long lengthOf(Queue<Chunk> chunks, BodySource rest) {
    long sum = 0;
    for (Chunk chunk : chunks) {
      if (chunk instanceof Chunk.Data data) {
        sum += data.bytes().remaining();
        if (data.last()) {
          return sum;
        }
      }
    }
    return rest.length();
  }

  @Override
  public Chunk read() {
    Chunk chunk = first.poll();
    return chunk == null ? rest.read() : chunk;
  }

  @Override
  public void demand(Runnable readable) {
    if (first.isEmpty()) {
      rest.demand(readable);
    } else {
      readable.run();
    }
  }

  @Override
  public void cancel(Throwable cause) {
    for (Chunk chunk = first.poll(); chunk != null; chunk = first.poll()) {
      if (chunk instanceof Chunk.Data data) {
        data.release();
      }
    }
    rest.cancel(cause);
  }

  @Override
  public long length() {
    return length;
  }
}
