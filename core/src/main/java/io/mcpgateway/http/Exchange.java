package io.mcpgateway.http;

import java.util.function.Consumer;

/**
 * One request of a client and the answer to it: all that the gateway needs of a server. An adapter
 * implements it for its server; the gateway calls exactly one of {@link #respond} and {@link
 * #proceed}, once, from any thread.
 */
public interface Exchange {
  /** The head of the client's request. */
  RequestHead request();

  /** The body of the client's request; empty when it has none. Read by one reader, once. */
  BodySource requestBody();

  /**
   * Answers the client. The head is sent at once, before the first byte of the body is at hand;
   * then the body is pulled, and each chunk flushed as it comes. A body that {@linkplain
   * Chunk.Failed breaks off} breaks the connection or stream, so that the client can tell. When the
   * client leaves, the body is {@linkplain BodySource#cancel cancelled}.
   *
   * @param head status and all header fields
   * @param body the bytes; its reader is the adapter from now on
   */
  void respond(ResponseHead head, BodySource body);

  /**
   * Hands the request to the application that the gateway guards. Only called for routes without a
   * backend.
   *
   * @param handOver what the application sees, and what becomes of its answer
   */
  void proceed(HandOver handOver);

  /**
   * Tells when the client is gone before the response was complete. At once when it already is; not
   * at all where the server cannot see it. Only called when the gateway is going to answer by
   * itself: {@link #proceed} does not follow.
   *
   * @param action called at most once, with the reason
   */
  void onClientGone(Consumer<Throwable> action);

  /**
   * How large the head of a response may be that {@link #respond} is given, status line and all
   * header fields: a server that gets more breaks the connection, or answers something else.
   *
   * @return bytes, as {@link ResponseHead#size} counts them; what the gateway takes of backends is
   *     the limit otherwise
   */
  default int maxResponseHeadBytes() {
    return Integer.MAX_VALUE;
  }

  /**
   * Answers with a whole response.
   *
   * @param response what to send
   */
  default void respond(Response response) {
    boolean bodiless = request().method().equals("HEAD");
    respond(response.head(), bodiless ? BodySource.empty() : BodySource.of(response.bytes()));
  }
}
