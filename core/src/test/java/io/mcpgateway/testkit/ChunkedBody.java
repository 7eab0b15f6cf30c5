package io.mcpgateway.testkit;

import java.io.EOFException;
import java.io.IOException;

/**
 * A chunked body while it arrives: each read returns as soon as its bytes are there, however they
 * are cut into chunks. One character is one byte. Not thread-safe.
 */
public final class ChunkedBody {
  private final RawConnection connection;
  private final StringBuilder arrived = new StringBuilder();

  /**
   * A body from its first byte.
   *
   * @param connection whose head has been read
   */
  public ChunkedBody(RawConnection connection) {
    this.connection = connection;
  }

  /** Reads exactly that many bytes. */
  public String read(int count) throws IOException {
    while (arrived.length() < count) {
      String chunk = connection.readChunk();
      if (chunk.isEmpty()) {
        throw new EOFException("the body ended after " + arrived.length() + " of " + count);
      }
      arrived.append(chunk);
    }
    String read = arrived.substring(0, count);
    arrived.delete(0, count);
    return read;
  }

  /** Reads on until that text has come. */
  public String readThrough(String text) throws IOException {
    StringBuilder read = new StringBuilder();
    while (!read.toString().endsWith(text)) {
      read.append(read(1));
    }
    return read.toString();
  }

  /**
   * Reads the rest, up to the last chunk.
   *
   * @throws IOException when there is none: the body broke off
   */
  public String readToEnd() throws IOException {
    StringBuilder read = new StringBuilder(arrived);
    arrived.setLength(0);
    for (String chunk = connection.readChunk(); !chunk.isEmpty(); chunk = connection.readChunk()) {
      read.append(chunk);
    }
    return read.toString();
  }
}
