package io.mcpgateway.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * The body of a response, changed while it comes in. One filter belongs to one body; not
 * thread-safe.
 */
public interface BodyFilter {
  /** Changes nothing, and holds nothing. */
  BodyFilter PASSING =
      new BodyFilter() {
        @Override
        public byte[] feed(ByteBuffer bytes) {
          byte[] copy = new byte[bytes.remaining()];
          bytes.get(copy);
          return copy;
        }

        @Override
        public byte[] finish() {
          return new byte[0];
        }
      };

  /**
   * Tells whether a header field says something of a body's bytes: it does not hold for what a
   * filter makes of them.
   *
   * @param name any case
   */
  static boolean outdates(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "accept-ranges",
          "content-digest",
          "content-length",
          "content-md5",
          "digest",
          "etag",
          "repr-digest" ->
          true;
      default -> false;
    };
  }

  /**
   * Takes the next bytes.
   *
   * @param bytes those between position and limit; copied
   * @return what can go on to the client by now; may be empty
   * @throws IOException when the body must not go on
   */
  byte[] feed(ByteBuffer bytes) throws IOException;

  /**
   * There are no more bytes.
   *
   * @return what is left to go on to the client; may be empty
   * @throws IOException when the body must not go on
   */
  byte[] finish() throws IOException;

  /** Begins to filter bodies. */
  interface Start {
    /**
     * Begins to filter one body.
     *
     * @param eventStream whether its messages are the data of events (WHATWG HTML, 9.2); else it is
     *     one message
     * @return for this body alone
     */
    BodyFilter filter(boolean eventStream);
  }
}
