package io.mcpgateway.servlet;

import io.mcpgateway.http.BodyFilter;
import io.mcpgateway.http.HeaderNames;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A response of the application whose messages are changed on their way to the client: what it
 * writes goes on when a whole message is there. What the application says of the bytes' length or
 * identity does not hold for them.
 */
final class FilteredResponse extends HttpServletResponseWrapper {
  private static final Logger LOG = LoggerFactory.getLogger(FilteredResponse.class);

  private final BodyFilter.Start start;
  private @Nullable FilteredOutput output;
  private @Nullable PrintWriter writer;

  /**
   * Wraps a response.
   *
   * @param response to the client
   * @param start filters its body
   */
  FilteredResponse(HttpServletResponse response, BodyFilter.Start start) {
    super(response);
    this.start = start;
  }

  /**
   * Begins to filter; asked when something is written, which decides.
   *
   * @return null when the body passes as it comes
   * @throws IOException when it cannot be read
   */
  @Nullable BodyFilter begin() throws IOException {
    if (getStatus() >= 300) {
      return null;
    }
    String coding = getHeader(HeaderNames.CONTENT_ENCODING);
    if (coding != null && !coding.equalsIgnoreCase("identity")) {
      throw new IOException("an encoded response, whose lists cannot be filtered");
    }
    String type = getContentType();
    return start.filter(
        type != null && type.toLowerCase(Locale.ROOT).startsWith("text/event-stream"));
  }

  /** The application has written all that it will. */
  void finish() {
    if (writer != null) {
      writer.flush();
    }
    if (output == null) {
      return;
    }
    try {
      output.finish();
    } catch (IOException | RuntimeException unreadable) {
      LOG.error("a response of the application was not passed on: {}", unreadable.toString());
      if (!isCommitted()) {
        super.resetBuffer();
        super.setStatus(SC_INTERNAL_SERVER_ERROR);
      }
    }
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    if (writer != null) {
      throw new IllegalStateException("the writer was taken (expected: one of the two)");
    }
    return filtered();
  }

  private FilteredOutput filtered() throws IOException {
    FilteredOutput given = output;
    if (given == null) {
      given = new FilteredOutput(super.getOutputStream(), this);
      output = given;
    }
    return given;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    PrintWriter given = writer;
    if (given == null) {
      if (output != null) {
        throw new IllegalStateException("the output stream was taken (expected: one of the two)");
      }
      String encoding = getCharacterEncoding();
      super.setCharacterEncoding(encoding); // told to the client, as a container's writer does
      given = new PrintWriter(new OutputStreamWriter(filtered(), encoding));
      writer = given;
    }
    return given;
  }

  @Override
  public void flushBuffer() throws IOException {
    if (writer != null) {
      writer.flush();
    }
    super.flushBuffer();
  }

  @Override
  public void reset() {
    super.reset();
    output = null;
    writer = null;
  }

  @Override
  public void resetBuffer() {
    super.resetBuffer();
    if (output != null) {
      output.startAnew();
    }
  }

  @Override
  public void setContentLength(int length) {}

  @Override
  public void setContentLengthLong(long length) {}

  @Override
  public void setHeader(String name, @Nullable String value) {
    if (!BodyFilter.outdates(name)) {
      super.setHeader(name, value);
    }
  }

  @Override
  public void addHeader(String name, @Nullable String value) {
    if (!BodyFilter.outdates(name)) {
      super.addHeader(name, value);
    }
  }

  @Override
  public void setIntHeader(String name, int value) {
    if (!BodyFilter.outdates(name)) {
      super.setIntHeader(name, value);
    }
  }

  @Override
  public void addIntHeader(String name, int value) {
    if (!BodyFilter.outdates(name)) {
      super.addIntHeader(name, value);
    }
  }
}
