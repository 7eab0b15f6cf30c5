package io.mcpgateway.http;

import java.nio.ByteBuffer;

/** What one read from a {@link BodySource} gave. */
public sealed interface Chunk {

  /** Nothing at hand: ask {@link BodySource#demand} and read again. */
  Chunk PENDING = new Pending();

  /** The end, without more bytes. */
  Chunk END = new Data(ByteBuffer.allocate(0).asReadOnlyBuffer(), true, () -> {});

  /** Nothing at hand at the moment. */
  record Pending() implements Chunk {}

  /**
   * Bytes of the body. The reader calls {@link #release} once, when it has written or copied them.
   *
   * @param bytes the bytes, between position and limit; may be empty
   * @param last whether the body ends after them
   * @param onRelease gives the memory back to its owner
   */
  record Data(ByteBuffer bytes, boolean last, Runnable onRelease) implements Chunk {
    /** Gives the bytes back; they must not be touched any more. */
    public void release() {
      onRelease.run();
    }
  }

  /**
   * The body broke off: there will be no more bytes, and it did not end as it should.
   *
   * @param cause why
   */
  record Failed(Throwable cause) implements Chunk {}

  /**
   * Bytes that nobody has to give back.
   *
   * @param bytes the bytes; not copied
   * @param last whether the body ends after them
   */
  static Chunk of(byte[] bytes, boolean last) {
    return new Data(ByteBuffer.wrap(bytes), last, () -> {});
  }
}
