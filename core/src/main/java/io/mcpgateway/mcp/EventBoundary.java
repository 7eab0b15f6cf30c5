package io.mcpgateway.mcp;

import java.nio.ByteBuffer;

/**
 * Follows an event stream (WHATWG HTML, 9.2.5) byte by byte, and knows where nothing would be torn
 * apart by a comment. Not thread-safe.
 */
public final class EventBoundary {
  private boolean lineBegun;
  private boolean comment;
  private boolean eventBegun;
  private boolean afterCarriageReturn;

  /** A tracker at the beginning of a stream. */
  public EventBoundary() {}

  /**
   * Looks at the next bytes of the stream.
   *
   * @param bytes the bytes between position and limit, which are left alone
   */
  public void feed(ByteBuffer bytes) {
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      feed(bytes.get(i));
    }
  }

  private void feed(byte next) {
    boolean secondHalf = next == '\n' && afterCarriageReturn;
    afterCarriageReturn = next == '\r';
    if (secondHalf) {
      return;
    }
    if (next == '\n' || next == '\r') {
      eventBegun = lineBegun && (eventBegun || !comment);
      lineBegun = false;
    } else if (!lineBegun) {
      lineBegun = true;
      comment = next == ':';
    }
  }

  /** Whether a comment may stand here. */
  public boolean betweenEvents() {
    return !lineBegun && !eventBegun;
  }
}
