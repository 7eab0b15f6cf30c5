package io.mcpgateway.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an application's response: the container's own stream, but for event streams, which
 * are kept alive. Which it is shows with the first write.
 */
final class StreamedOutput extends ServletOutputStream {
  private final ServletOutputStream output;
  private final StreamedResponse response;

  /**
   * Wraps a stream.
   *
   * @param output the container's
   * @param response whose it is
   */
  StreamedOutput(ServletOutputStream output, StreamedResponse response) {
    this.output = output;
    this.response = response;
  }

  boolean wraps(ServletOutputStream other) {
    return output == other;
  }

  @Override
  public void write(int b) throws IOException {
    if (response.keptAlive() == null) {
      output.write(b);
    } else {
      write(new byte[] {(byte) b}, 0, 1);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    KeptAlive events = response.keptAlive();
    if (events == null) {
      output.write(bytes, offset, length);
    } else {
      events.write(ByteBuffer.wrap(bytes, offset, length), output);
    }
  }

  /** Containers know the response's character set; that of event streams is UTF-8. */
  @Override
  public void print(@Nullable String text) throws IOException {
    if (response.keptAlive() == null) {
      output.print(text);
    } else {
      write(String.valueOf(text).getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public void flush() throws IOException {
    KeptAlive events = response.keptAlive();
    if (events == null) {
      output.flush();
    } else {
      events.take(output::flush);
    }
  }

  @Override
  public void close() throws IOException {
    KeptAlive events = response.keptAlive();
    if (events == null) {
      output.close();
    } else {
      events.quieten();
      events.take(output::close);
    }
  }

  @Override
  public boolean isReady() {
    return output.isReady();
  }

  /** Who writes when the container calls could not be kept waiting: no comments from now on. */
  @Override
  public void setWriteListener(WriteListener listener) {
    response.leaveAlone();
    output.setWriteListener(listener);
  }

  /**
   * Writes between two events of the application.
   *
   * @param comment what
   * @throws IOException when the client has left
   */
  void writeComment(byte[] comment) throws IOException {
    output.write(comment);
    output.flush();
  }
}
