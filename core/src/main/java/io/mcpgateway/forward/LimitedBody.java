package io.mcpgateway.forward;

import io.mcpgateway.http.BodyRefusedException;
import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.BodyWrapper;
import io.mcpgateway.http.Chunk;

/** A request body that fails once it is longer than allowed. */
final class LimitedBody extends BodyWrapper {
  private final long limit;
  private long seen;

  LimitedBody(BodySource body, long limit) {
    super(body);
    this.limit = limit;
  }

  @Override
  public Chunk read() {
    Chunk chunk = body.read();
    if (chunk instanceof Chunk.Data data) {
      seen += data.bytes().remaining();
      if (seen > limit) {
        data.release();
        UpstreamFailure.RequestTooLarge tooLarge = new UpstreamFailure.RequestTooLarge(limit);
        body.cancel(tooLarge);
        return new Chunk.Failed(tooLarge);
      }
    } else if (chunk instanceof Chunk.Failed failed
        && !(failed.cause() instanceof BodyRefusedException)) {
      return new Chunk.Failed(new UpstreamFailure.ClientBroke(failed.cause()));
    }
    return chunk;
  }
}
