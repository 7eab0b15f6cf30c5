package io.mcpgateway.mcp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Follows an event stream (HTML standard, 9.2.5) as it is sent, byte by byte, to tell where a
 * comment may be put in: before the first event and behind each, never within one. Not thread-safe.
 */
public final class EventBoundary {
  private static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

  /** What has been sent of the line that is under way. */
  private enum Line {
    EMPTY,
    MARK,
    COMMENT,
    FIELD
  }

  private Line line = Line.EMPTY;
  private int marked;
  private boolean begun;
  private boolean afterReturn;
  private boolean fields;

  /** A stream of which nothing was sent. */
  public EventBoundary() {}

  /**
   * A comment that is a whole block: clients skip it.
   *
   * @return a new array
   */
  public static byte[] keepAlive() {
    return KEEP_ALIVE.clone();
  }

  /**
   * Follows bytes as they are sent, comments that were put in as well: behind one, a byte order
   * mark is none.
   *
   * @param bytes those between position and limit, which stay
   */
  public void feed(ByteBuffer bytes) {
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      next(bytes.get(i));
    }
  }

  /**
   * Follows bytes as they are sent, comments that were put in as well: behind one, a byte order
   * mark is none.
   *
   * @param bytes holds them
   * @param offset where they begin
   * @param length how many they are
   * @throws IndexOutOfBoundsException when the array does not hold them
   */
  public void feed(byte[] bytes, int offset, int length) {
    feed(ByteBuffer.wrap(bytes, offset, length));
  }

  /** Whether whole events were sent, and nothing of the next; also when nothing was sent at all. */
  public boolean betweenEvents() {
    return line == Line.EMPTY && !fields;
  }

  private void next(byte sent) {
    boolean lineEnded = afterReturn && sent == '\n';
    afterReturn = sent == '\r';
    if (lineEnded) {
      return;
    }
    if (isMark(sent)) {
      marked++;
      line = marked == ByteOrderMark.LENGTH ? Line.EMPTY : Line.MARK;
    } else if (sent == '\r' || sent == '\n') {
      fields = line != Line.EMPTY && (fields || line != Line.COMMENT);
      line = Line.EMPTY;
    } else if (line == Line.EMPTY) {
      line = sent == ':' ? Line.COMMENT : Line.FIELD;
    } else if (line == Line.MARK) {
      line = Line.FIELD;
    }
    begun = begun || line != Line.MARK;
  }

  private boolean isMark(byte sent) {
    return !begun && ByteOrderMark.byteAt(marked) == sent;
  }
}
