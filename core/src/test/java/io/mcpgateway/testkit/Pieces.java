package io.mcpgateway.testkit;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;

/** Cuts bytes up as networks do: anywhere, and the same bytes always at the same places. */
public final class Pieces {
  private static final int LONGEST = 24;

  private Pieces() {}

  /** Pieces of any length, some of them empty. */
  public static List<ByteBuffer> of(byte[] bytes) {
    Random random = new Random(Arrays.hashCode(bytes));
    List<ByteBuffer> pieces = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      int length = Math.min(random.nextInt(LONGEST), bytes.length - at);
      pieces.add(ByteBuffer.wrap(bytes, at, length));
      at += length;
    }
    return pieces;
  }

  /** One piece for each byte. */
  public static List<ByteBuffer> single(byte[] bytes) {
    List<ByteBuffer> pieces = new ArrayList<>();
    for (int at = 0; at < bytes.length; at++) {
      pieces.add(ByteBuffer.wrap(bytes, at, 1));
    }
    return pieces;
  }

  /** A body that comes in those pieces, with a pause before each. */
  public static BodySource body(List<ByteBuffer> pieces) {
    Queue<ByteBuffer> left = new ArrayDeque<>(pieces);
    return new BodySource() {
      private boolean asked;

      @Override
      public Chunk read() {
        if (!asked) {
          return Chunk.PENDING;
        }
        asked = false;
        ByteBuffer next = left.poll();
        return next == null ? Chunk.END : new Chunk.Data(next.duplicate(), false, () -> {});
      }

      @Override
      public void demand(Runnable readable) {
        asked = true;
        readable.run();
      }

      @Override
      public void cancel(Throwable cause) {
        left.clear();
      }
    };
  }
}
