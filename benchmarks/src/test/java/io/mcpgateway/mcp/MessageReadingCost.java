package io.mcpgateway.mcp;

import io.mcpgateway.benchmarks.Calls;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.Headers;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** A look into a message on its way, and a message read whole because a policy decides by it. */
@State(Scope.Benchmark)
public class MessageReadingCost {
  /** As servers read from a connection, in bytes. */
  private static final int PIECE = 16 * 1024;

  private static final int LIMIT = 1024 * 1024;

  @Param({"16", "262144"})
  int argumentBytes;

  private byte[] message = {};

  @Setup
  public void write() {
    message = Calls.message(argumentBytes);
  }

  @Benchmark
  public void peek(Blackhole found) {
    MessagePeek.into(
        new Pieces(message),
        (envelope, body) -> {
          found.consume(envelope);
          found.consume(body);
        });
  }

  @Benchmark
  public CompletionStage<MessageReading> whole() {
    return MessageReader.read(Headers.EMPTY, false, new Pieces(message), LIMIT);
  }

  /** A body that is at hand, piece by piece. */
  private static final class Pieces implements BodySource {
    private final byte[] bytes;
    private int next;

    Pieces(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public Chunk read() {
      int length = Math.min(PIECE, bytes.length - next);
      ByteBuffer piece = ByteBuffer.wrap(bytes, next, length);
      next += length;
      return new Chunk.Data(piece, next == bytes.length, () -> {});
    }

    @Override
    public void demand(Runnable readable) {
      readable.run();
    }

    @Override
    public void cancel(Throwable cause) {}
  }
}
