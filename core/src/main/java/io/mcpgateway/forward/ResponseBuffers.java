package io.mcpgateway.forward;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.Retainable;
import org.eclipse.jetty.io.RetainableByteBuffer;

/**
 * Memory that responses are read into. What comes over HTTP/1.1 is read into pooled memory, and
 * goes from there into an array of its size, which is used once: so a silent stream holds its last
 * event and no more, and nobody holds memory that another response is read into. (When a request is
 * aborted while the head of its response is being handled, Jetty's receiver empties the buffer that
 * it has given back already: seen with jetty-client 12.1.14.) Thread-safe.
 */
final class ResponseBuffers extends ByteBufferPool.Wrapper {
  /**
   * How much is read at once. Who asks for so much on the heap is a receiver of HTTP/1.1: it is no
   * size that a TLS engine would ask for.
   */
  static final int READ_BYTES = 16_000;

  private final Map<Place, Received> receivers = new ConcurrentHashMap<>();

  /** No buffers yet. */
  ResponseBuffers() {
    super(new ArrayByteBufferPool());
  }

  @Override
  public RetainableByteBuffer.Mutable acquire(int size, boolean direct) {
    if (direct) {
      return super.acquire(size, true);
    }
    return size == READ_BYTES ? new Received() : NON_POOLING.acquire(size, false);
  }

  /**
   * Reads once, as {@link EndPoint#fill} does. What was read is where its receiver finds it, not
   * always in the buffer that it gave.
   *
   * @param endPoint to read from
   * @param buffer what the receiver has for it
   */
  Filled fill(EndPoint endPoint, ByteBuffer buffer) throws IOException {
    Received receiver = receivers.remove(new Place(buffer));
    return receiver == null
        ? new Filled(endPoint.fill(buffer), buffer)
        : receiver.fill(endPoint, buffer);
  }

  /**
   * What a read has brought.
   *
   * @param count how many bytes; 0 for none, -1 at the end
   * @param bytes where they are
   */
  record Filled(int count, ByteBuffer bytes) {}

  /** A buffer, whatever is in it. */
  private record Place(ByteBuffer buffer) {
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(Object other) {
      return other instanceof Place place && place.buffer == buffer;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(buffer);
    }
  }

  /** A receiver's memory: what came last. */
  private final class Received extends RetainableByteBuffer.Wrapper {
    private final Retainable users = new Retainable.ReferenceCounter();
    private final AtomicReference<RetainableByteBuffer> bytes =
        new AtomicReference<>(RetainableByteBuffer.wrap(ByteBuffer.allocate(0), users));

    Received() {
      super(EMPTY);
    }

    @Override
    public RetainableByteBuffer getWrapped() {
      return Objects.requireNonNull(bytes.get());
    }

    /** Where all has been taken, more may be read next. */
    @Override
    public ByteBuffer getByteBuffer() {
      ByteBuffer buffer = super.getByteBuffer();
      if (!buffer.hasRemaining()) {
        receivers.put(new Place(buffer), this);
      }
      return buffer;
    }

    Filled fill(EndPoint endPoint, ByteBuffer buffer) throws IOException {
      RetainableByteBuffer memory = ResponseBuffers.this.acquire(READ_BYTES, true);
      try {
        ByteBuffer read = memory.getByteBuffer();
        int count = endPoint.fill(read);
        if (count <= 0) {
          return new Filled(count, buffer);
        }
        ByteBuffer own = ByteBuffer.allocate(count);
        own.put(read).flip();
        bytes.set(RetainableByteBuffer.wrap(own, users));
        return new Filled(count, own);
      } finally {
        memory.release();
      }
    }

    @Override
    public boolean release() {
      boolean last = super.release();
      if (last) {
        receivers.remove(new Place(super.getByteBuffer()));
      }
      return last;
    }
  }
}
