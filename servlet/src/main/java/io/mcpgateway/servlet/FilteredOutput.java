package io.mcpgateway.servlet;

import io.mcpgateway.http.BodyFilter;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The bytes of a filtered response. Once they could not be read, there are no more. */
final class FilteredOutput extends ServletOutputStream {
  private final ServletOutputStream output;
  private final FilteredResponse response;
  private @Nullable BodyFilter filter;
  private boolean begun;
  private boolean finished;
  private @Nullable IOException refused;

  /**
   * Wraps a stream.
   *
   * @param output the container's
   * @param response whose it is
   */
  FilteredOutput(ServletOutputStream output, FilteredResponse response) {
    this.output = output;
    this.response = response;
  }

  /** What was written is not sent. */
  void startAnew() {
    filter = null;
    begun = false;
    refused = null;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (refused != null) {
      throw refused;
    }
    try {
      if (!begun) {
        begun = true;
        filter = response.begin();
      }
      if (filter == null) {
        output.write(bytes, offset, length);
        return;
      }
      byte[] passed = filter.feed(ByteBuffer.wrap(bytes, offset, length));
      if (passed.length > 0) {
        output.write(passed);
      }
    } catch (IOException failure) {
      refused = failure;
      throw failure;
    }
  }

  /**
   * Sends what is left.
   *
   * @throws IOException when it must not be sent
   */
  void finish() throws IOException {
    if (finished) {
      return;
    }
    finished = true;
    if (refused != null) {
      throw refused;
    }
    if (filter != null) {
      byte[] rest = filter.finish();
      if (rest.length > 0) {
        output.write(rest);
      }
    }
  }

  @Override
  public void flush() throws IOException {
    output.flush();
  }

  @Override
  public void close() throws IOException {
    finish();
    output.close();
  }

  @Override
  public boolean isReady() {
    return output.isReady();
  }

  @Override
  public void setWriteListener(WriteListener listener) {
    output.setWriteListener(listener);
  }
}
