package io.mcpgateway.mcp;

import java.nio.ByteBuffer;

/**
 * The byte order mark that an event stream may begin with. When a comment was sent before, the
 * stream does not begin with it any more: there it would be part of a field's name, and the first
 * event would be lost. Belongs to one stream; not thread-safe.
 */
public final class ByteOrderMark {
  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /** How many bytes it has. */
  static final int LENGTH = 3;

  private int seen;
  private boolean over;

  /** The mark of a stream that has not begun. */
  public ByteOrderMark() {}

  /** The byte at a place of the mark, below {@link #LENGTH}. */
  static byte byteAt(int place) {
    return MARK[place];
  }

  /**
   * Takes the mark off the first bytes of a stream. Bytes that may be a part of it are held back
   * until it is known.
   *
   * @param bytes the next ones of the stream; its position moves behind what is taken off
   * @return what is to be sent: the same buffer, unless bytes were held back in vain
   */
  public ByteBuffer strip(ByteBuffer bytes) {
    while (!over && bytes.hasRemaining()) {
      if (bytes.get(bytes.position()) != MARK[seen]) {
        over = true;
        return seen == 0 ? bytes : joined(bytes);
      }
      bytes.get();
      seen++;
      over = seen == LENGTH;
    }
    return bytes;
  }

  private ByteBuffer joined(ByteBuffer rest) {
    return ByteBuffer.allocate(seen + rest.remaining()).put(MARK, 0, seen).put(rest).flip();
  }
}
