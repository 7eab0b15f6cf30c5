package io.mcpgateway.mcp;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** A body that gives what it is told, and remembers what became of it. */
final class ScriptedBody implements BodySource {
  final List<Integer> released = new ArrayList<>();
  final List<Throwable> cancelled = new ArrayList<>();
  int reads;
  private final Deque<Chunk> script = new ArrayDeque<>();
  private final long length;
  private Runnable readable = () -> {};
  private int number;

  ScriptedBody(long length) {
    this.length = length;
  }

  /** The bytes in chunks of that size, the last one marked. */
  static ScriptedBody inChunks(byte[] bytes, int size) {
    ScriptedBody body = new ScriptedBody(-1);
    for (int at = 0; at < bytes.length; at += size) {
      int end = Math.min(bytes.length, at + size);
      body.data(Arrays.copyOfRange(bytes, at, end), end == bytes.length);
    }
    return body;
  }

  ScriptedBody data(byte[] bytes, boolean last) {
    int id = number++;
    script.add(new Chunk.Data(ByteBuffer.wrap(bytes), last, () -> released.add(id)));
    return this;
  }

  ScriptedBody pending() {
    script.add(Chunk.PENDING);
    return this;
  }

  ScriptedBody failed(Throwable cause) {
    script.add(new Chunk.Failed(cause));
    return this;
  }

  /** What came after a pause, as far as somebody waits for it. */
  void arrive() {
    readable.run();
  }

  int left() {
    return script.size();
  }

  @Override
  public Chunk read() {
    reads++;
    Chunk chunk = script.poll();
    return chunk == null ? Chunk.PENDING : chunk;
  }

  @Override
  public void demand(Runnable action) {
    readable = action;
  }

  @Override
  public void cancel(Throwable cause) {
    cancelled.add(cause);
  }

  @Override
  public long length() {
    return length;
  }
}
