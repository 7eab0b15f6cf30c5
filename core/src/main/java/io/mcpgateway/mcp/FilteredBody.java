package io.mcpgateway.mcp;

import io.mcpgateway.http.BodyFilter;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** A body whose messages are changed on their way to the client. */
public final class FilteredBody implements BodySource {
  private final BodySource source;
  private final BodyFilter filter;

  /**
   * A body from its first byte.
   *
   * @param source the server's bytes
   * @param filter for this body alone
   */
  public FilteredBody(BodySource source, BodyFilter filter) {
    this.source = source;
    this.filter = filter;
  }

  @Override
  public Chunk read() {
    while (true) {
      Chunk chunk = source.read();
      if (!(chunk instanceof Chunk.Data data)) {
        return chunk;
      }
      try {
        byte[] passed = pass(data);
        if (passed.length > 0 || data.last()) {
          return Chunk.of(passed, data.last());
        }
      } catch (IOException refused) {
        source.cancel(refused);
        return new Chunk.Failed(refused);
      }
    }
  }

  private byte[] pass(Chunk.Data data) throws IOException {
    ByteArrayOutputStream passed = new ByteArrayOutputStream();
    try {
      passed.writeBytes(filter.feed(data.bytes()));
    } finally {
      data.release();
    }
    if (data.last()) {
      passed.writeBytes(filter.finish());
    }
    return passed.toByteArray();
  }

  @Override
  public void demand(Runnable readable) {
    source.demand(readable);
  }

  @Override
  public void cancel(Throwable cause) {
    source.cancel(cause);
  }
}
