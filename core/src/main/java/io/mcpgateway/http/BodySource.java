package io.mcpgateway.http;

/**
 * The bytes of a message body, pulled by the reader as fast as it can pass them on: what is not
 * read is not sent by the other side (back-pressure).
 *
 * <p>One reader at a time: {@link #read} and {@link #demand} are called in turn, never
 * concurrently; after a {@link Chunk.Data} that is last, or a {@link Chunk.Failed}, neither is
 * called again. {@link #cancel} may be called at any time from any thread.
 */
public interface BodySource {
  /**
   * The next bytes, without blocking.
   *
   * @return data, {@link Chunk#PENDING}, or the failure that ended the body
   */
  Chunk read();

  /**
   * Asks to be called when {@link #read} has something to give: at once or later, on any thread,
   * once for each call.
   *
   * @param readable runs briefly and does not block
   */
  void demand(Runnable readable);

  /**
   * Gives up on the rest of the body: its producer stops. Without effect when the body has ended.
   *
   * @param cause why
   */
  void cancel(Throwable cause);

  /**
   * The number of bytes, where it is known before they come.
   *
   * @return bytes, or -1 when unknown
   */
  default long length() {
    return -1;
  }

  /** A body without bytes. */
  static BodySource empty() {
    return of(new byte[0]);
  }

  /**
   * A body that is at hand.
   *
   * @param bytes all bytes; not copied
   */
  static BodySource of(byte[] bytes) {
    return new BodySource() {
      @Override
      public Chunk read() {
        return Chunk.of(bytes, true);
      }

      @Override
      public void demand(Runnable readable) {
        readable.run();
      }

      @Override
      public void cancel(Throwable cause) {}

      @Override
      public long length() {
        return bytes.length;
      }
    };
  }
}
