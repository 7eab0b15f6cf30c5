package io.mcpgateway.servlet;

import io.mcpgateway.http.BodySource;
import io.mcpgateway.http.Chunk;
import io.mcpgateway.http.ResponseHead;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the gateway answers.
 *
 * @param head status and header fields
 * @param body the bytes
 */
record Answer(ResponseHead head, BodySource body) {
  private static final Logger LOG = LoggerFactory.getLogger(Answer.class);
  private static final int WRITTEN_AT_ONCE = 16 * 1024;

  /** Whether it can be written on the container's thread, without asynchronous mode. */
  boolean isSmall() {
    return body.length() >= 0 && body.length() <= WRITTEN_AT_ONCE;
  }

  /**
   * Tells whether it has no body, whatever its header fields say (RFC 9112, 6.3).
   *
   * @param method the request's
   */
  boolean isBodiless(String method) {
    return method.equals("HEAD")
        || head.status() == HttpServletResponse.SC_NO_CONTENT
        || head.status() == HttpServletResponse.SC_NOT_MODIFIED;
  }

  /**
   * Writes a small answer. Its body was never promised to be at hand at once; then it breaks off.
   *
   * @param method the request's
   * @param response to the client
   * @throws IOException when the response cannot be written
   */
  void write(String method, HttpServletResponse response) throws IOException {
    ResponsePump.writeHead(head, response);
    Chunk chunk = body.read();
    if (!(chunk instanceof Chunk.Data data) || !data.last()) {
      body.cancel(new IOException("the answer is not at hand"));
      ResponsePump.badGateway(response);
      response.flushBuffer();
      return;
    }
    try {
      if (!isBodiless(method)) {
        ByteBuffer bytes = data.bytes();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        response.getOutputStream().write(copy);
      }
      response.flushBuffer();
    } catch (IOException clientLeft) {
      LOG.debug("the client left before its answer", clientLeft);
      body.cancel(clientLeft);
    } finally {
      data.release();
    }
  }
}
