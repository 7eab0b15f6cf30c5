package io.mcpgateway.mcp;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.json.JsonScan;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;

/**
 * Reads the beginning of a request body until the envelope of its message is known, and gives the
 * body back whole. One peek belongs to one body; it runs on the threads that bring the bytes.
 */
public final class MessagePeek {
  /** As much is read, and held, at the most before the body goes on, in bytes. */
  static final int BOUND = 64 * 1024;

  private final BodySource body;
  private final BiConsumer<McpMessage, BodySource> then;
  private final JsonScan scan = new JsonScan(Envelope.MEMBERS);
  private final Queue<Chunk> read = new ConcurrentLinkedQueue<>();
  private int held;

  private MessagePeek(BodySource body, BiConsumer<McpMessage, BodySource> then) {
    this.body = body;
    this.then = then;
  }

  /**
   * Looks into a body.
   *
   * @param body the body; belongs to the peek from now on
   * @param then gets what was found, and the same body from its first byte; called once, at once
   *     when the bytes are at hand
   */
  public static void into(BodySource body, BiConsumer<McpMessage, BodySource> then) {
    new MessagePeek(body, then).run();
  }

  private void run() {
    while (true) {
      Chunk chunk = body.read();
      if (chunk instanceof Chunk.Pending) {
        body.demand(this::run);
        return;
      }
      read.add(chunk);
      if (!(chunk instanceof Chunk.Data data) || enough(data)) {
        scan.close();
        then.accept(McpMessage.of(scan), new ReplayedBody(read, body));
        return;
      }
    }
  }

  private boolean enough(Chunk.Data data) {
    scan.feed(data.bytes());
    held += data.bytes().remaining();
    return data.last() || scan.ended() || held >= BOUND;
  }
}
