package io.mcpgateway.servlet;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request that the gateway has read before, as the application reads it: all at hand,
 * blocking or not. To a read listener it is what a container's own input is: calls come one at a
 * time, and the end is told once, whoever reads up to it.
 */
final class ReplayedInput extends ServletInputStream {
  private final BodySource body;
  private final Executor calls;
  private final AtomicBoolean endTold = new AtomicBoolean();
  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private Runnable release = () -> {};
  private boolean last;
  private @Nullable ReadListener listener;
  private @Nullable Thread reader;
  private boolean calling;
  private boolean endSeen;

  /**
   * An input that was not read.
   *
   * @param body never pending
   * @param calls runs what is called by the container elsewhere
   */
  ReplayedInput(BodySource body, Executor calls) {
    this.body = body;
    this.calls = calls;
  }

  /** Whether there are bytes to read; if not, the body has ended. */
  private boolean fill() throws IOException {
    while (!bytes.hasRemaining()) {
      release.run();
      release = () -> {};
      if (last) {
        return false;
      }
      if (!(body.read() instanceof Chunk.Data data)) {
        throw new IOException("the request body is not at hand");
      }
      bytes = data.bytes();
      last = data.last();
      release = data.onRelease();
    }
    return true;
  }

  @Override
  public synchronized int available() throws IOException {
    return fill() ? bytes.remaining() : 0;
  }

  @Override
  public synchronized int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public synchronized int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      seeEnd();
      return -1;
    }
    int count = Math.min(length, bytes.remaining());
    bytes.get(into, offset, count);
    reader = Thread.currentThread();
    return count;
  }

  @Override
  public synchronized boolean isFinished() {
    try {
      return !fill();
    } catch (IOException broken) {
      return false; // reading tells
    }
  }

  /**
   * With a listener, the end is told by a call: not before whoever reads has asked for more, for
   * until then he may still be busy with the last bytes.
   */
  @Override
  public synchronized boolean isReady() {
    if (listener == null || !isFinished()) {
      return true;
    }
    seeEnd();
    return false;
  }

  private void seeEnd() {
    endSeen = true;
    if (listener != null && !calling) {
      calls.execute(this::tellEnd);
    }
  }

  @Override
  public synchronized void setReadListener(ReadListener given) {
    if (listener != null) {
      throw new IllegalStateException("a read listener is set already (expected: one)");
    }
    calls.execute(() -> call(given));
    listener = given;
    calling = true;
  }

  private void call(ReadListener called) {
    try {
      if (!isFinished()) {
        called.onDataAvailable();
      }
      boolean ended;
      synchronized (this) {
        calling = false;
        boolean readHere = reader == null || reader == Thread.currentThread();
        ended = isFinished() && (endSeen || readHere);
      }
      if (ended) {
        tellEnd();
      }
    } catch (IOException | RuntimeException failure) {
      called.onError(failure);
    }
  }

  private void tellEnd() {
    ReadListener told;
    synchronized (this) {
      told = listener;
    }
    if (told != null && endTold.compareAndSet(false, true)) {
      try {
        told.onAllDataRead();
      } catch (IOException | RuntimeException failure) {
        told.onError(failure);
      }
    }
  }
}
