package io.mcpgateway;

import io.mcpgateway.http.BodyRefusedException;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.BodyWrapper;
import io.mcpgateway.http.Chunk;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory for messages that policies read: each is held until its request is over, all of them
 * together within a limit. Thread-safe.
 */
final class MessageMemory {
  private final long limit;
  private final AtomicLong held = new AtomicLong();

  MessageMemory(long limit) {
    this.limit = limit;
  }

  /** What one request holds. */
  final class Share {
    private final AtomicLong bytes = new AtomicLong();

    /**
     * A body that is going to be held; it fails when there is no room.
     *
     * @param body the client's
     */
    BodySource hold(BodySource body) {
      return new HeldBody(body);
    }

    private boolean take(int count) {
      if (held.addAndGet(count) > limit) {
        held.addAndGet(-count);
        return false;
      }
      bytes.addAndGet(count);
      return true;
    }

    /** Gives the memory back; called when the request is over, however often. */
    void release() {
      held.addAndGet(-bytes.getAndSet(0));
    }

    private final class HeldBody extends BodyWrapper {
      HeldBody(BodySource body) {
        super(body);
      }

      @Override
      public Chunk read() {
        Chunk chunk = body.read();
        if (chunk instanceof Chunk.Data data && !take(data.bytes().remaining())) {
          BodyRefusedException full = new BodyRefusedException(503, "too many messages at a time");
          data.release();
          body.cancel(full);
          return new Chunk.Failed(full);
        }
        return chunk;
      }
    }
  }

  /** Bytes that are held at the moment. */
  long held() {
    return held.get();
  }
}
