package io.mcpgateway.servlet;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The text of an application's response: see {@link StreamedOutput}. */
final class StreamedWriter extends PrintWriter {
  private final PrintWriter writer;
  private final StreamedResponse response;

  /**
   * Wraps a writer.
   *
   * @param writer the container's
   * @param response whose it is
   */
  StreamedWriter(PrintWriter writer, StreamedResponse response) {
    super(writer);
    this.writer = writer;
    this.response = response;
  }

  boolean wraps(PrintWriter other) {
    return writer == other;
  }

  @Override
  public void write(int c) {
    if (response.keptAlive() == null) {
      writer.write(c);
    } else {
      write(String.valueOf((char) c));
    }
  }

  @Override
  public void write(char[] text, int offset, int length) {
    if (response.keptAlive() == null) {
      writer.write(text, offset, length);
    } else {
      write(new String(text, offset, length));
    }
  }

  @Override
  public void write(String text, int offset, int length) {
    KeptAlive events = response.keptAlive();
    if (events == null) {
      writer.write(text, offset, length);
      return;
    }
    String part = text.substring(offset, offset + length);
    attempt(() -> events.write(part, writer));
  }

  @Override
  public void println() {
    if (response.keptAlive() == null) {
      writer.println();
    } else {
      write(System.lineSeparator());
    }
  }

  @Override
  public void flush() {
    KeptAlive events = response.keptAlive();
    if (events == null) {
      writer.flush();
      return;
    }
    attempt(() -> events.take(this::flushWriter));
  }

  private void attempt(KeptAlive.Turn action) {
    try {
      action.take();
    } catch (IOException clientLeft) {
      setError();
    }
  }

  @Override
  public boolean checkError() {
    flush();
    KeptAlive events = response.keptAlive();
    return events == null ? writer.checkError() : events.isOver();
  }

  /** Containers keep a writer's failures to themselves, unless they are asked. */
  private void flushWriter() throws IOException {
    if (writer.checkError()) {
      throw new IOException("the client left");
    }
  }

  @Override
  public void close() {
    KeptAlive events = response.keptAlive();
    if (events == null) {
      writer.close();
      return;
    }
    events.quieten();
    attempt(() -> events.take(writer::close));
  }

  /**
   * Writes between two events of the application.
   *
   * @param comment what
   * @throws IOException when the client has left
   */
  void writeComment(byte[] comment) throws IOException {
    writer.write(new String(comment, StandardCharsets.US_ASCII));
    flushWriter();
  }
}
