package io.mcpgateway.forward;

import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;

/**
 * Memory that responses are read into, on the heap, is used once; other buffers are pooled. When a
 * request is aborted while the head of its response is being handled, Jetty's receiver empties the
 * buffer that it has given back already: from a pool it could be another response's by then, which
 * would lose its bytes (seen with jetty-client 12.1.14).
 */
final class ResponseBuffers extends ByteBufferPool.Wrapper {
  /** No buffers yet. */
  ResponseBuffers() {
    super(new ArrayByteBufferPool());
  }

  @Override
  public RetainableByteBuffer.Mutable acquire(int size, boolean direct) {
    return direct ? super.acquire(size, true) : NON_POOLING.acquire(size, false);
  }
}
