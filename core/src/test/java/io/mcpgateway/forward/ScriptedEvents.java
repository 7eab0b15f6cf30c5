package io.mcpgateway.forward;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A body that gives what it is told to give. */
final class ScriptedEvents implements BodySource {
  final Queue<Chunk> chunks = new ArrayDeque<>();
  int demands;
  private @Nullable Runnable readable;
  boolean cancelled;

  void gives(Chunk chunk) {
    chunks.add(chunk);
    Runnable reader = readable;
    readable = null;
    if (reader != null) {
      reader.run();
    }
  }

  void gives(String text) {
    gives(Chunk.of(text.getBytes(StandardCharsets.UTF_8), false));
  }

  @Override
  public Chunk read() {
    Chunk next = chunks.poll();
    return next == null ? Chunk.PENDING : next;
  }

  @Override
  public void demand(Runnable reader) {
    demands++;
    readable = reader;
  }

  @Override
  public void cancel(Throwable cause) {
    cancelled = true;
  }
}
