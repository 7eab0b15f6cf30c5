package io.mcpgateway.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** One end of a connection, in bytes. */
public final class RawConnection implements AutoCloseable {
  private static final int TIMEOUT_MS = 10_000;

  private final Socket socket;
  private final InputStream in;
  private final Consumer<RawMessage> read;

  RawConnection(Socket socket, Consumer<RawMessage> read) throws IOException {
    this.socket = socket;
    this.read = read;
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /** Connects to a port of the loopback address, and does not wait for ever for an answer. */
  public static RawConnection to(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MS);
    return new RawConnection(socket, message -> {});
  }

  /** Waits no longer than that for the next bytes. */
  public RawConnection patience(Duration patience) throws IOException {
    socket.setSoTimeout((int) patience.toMillis());
    return this;
  }

  /** Sends text as it is, in ISO 8859-1, at once. */
  public RawConnection write(String text) throws IOException {
    return write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends bytes at once. */
  public RawConnection write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Sends what the other side takes: it may have answered, and closed, before the end. */
  public RawConnection writeUntilRefused(String text) throws IOException {
    try {
      return write(text);
    } catch (SocketException refused) {
      return this;
    }
  }

  /** Sends one chunk of a chunked body. */
  public RawConnection writeChunk(String text) throws IOException {
    return write(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
  }

  /** Sends text in chunks of one size each, the last one shorter; 1 for every byte by itself. */
  public RawConnection writeChunks(String text, int size) throws IOException {
    for (int i = 0; i < text.length(); i += size) {
      writeChunk(text.substring(i, Math.min(text.length(), i + size)));
    }
    return this;
  }

  /**
   * Reads one byte.
   *
   * @return -1 at the end
   */
  public int readByte() throws IOException {
    return in.read();
  }

  /** How many bytes have come and were not read. */
  public int available() throws IOException {
    return in.available();
  }

  /** Reads exactly that many bytes, as ISO 8859-1. */
  public String readText(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the connection ended after " + bytes.length + " of " + length);
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Reads until the other side closes, or resets, the connection, as ISO 8859-1. */
  public String readToEnd() throws IOException {
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    try {
      in.transferTo(seen);
    } catch (SocketException reset) {
      // an end as well
    }
    return seen.toString(StandardCharsets.ISO_8859_1);
  }

  /** Reads the start line and the fields, up to the empty line. */
  public RawMessage readHead() throws IOException {
    return tryReadHead().orElseThrow(() -> new EOFException("the connection ended before a head"));
  }

  private Optional<RawMessage> tryReadHead() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!endsWithEmptyLine(head)) {
      int next = in.read();
      if (next < 0) {
        return Optional.empty();
      }
      head.write(next);
    }
    return Optional.of(new RawMessage(head.toString(StandardCharsets.ISO_8859_1), ""));
  }

  private static boolean endsWithEmptyLine(ByteArrayOutputStream head) {
    return head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n");
  }

  /**
   * Reads a chunk of a chunked body; empty text for the last one. The line end behind a chunk may
   * come with the next one: a receiver does not wait for it.
   */
  public String readChunk() throws IOException {
    String size = readLine();
    int length = Integer.parseInt(size.isEmpty() ? readLine() : size, 16);
    if (length == 0) {
      readLine();
    }
    return readText(length);
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the connection ended within a line: " + line);
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }

  /** Reads a whole message, its body decoded from its framing. */
  public RawMessage readMessage() throws IOException {
    return tryReadMessage().orElseThrow(() -> new EOFException("the connection ended"));
  }

  /** Reads a whole message; empty when the connection has ended. */
  public Optional<RawMessage> tryReadMessage() throws IOException {
    Optional<RawMessage> head = tryReadHead();
    if (head.isEmpty()) {
      return head;
    }
    RawMessage message = new RawMessage(head.get().head(), readBody(head.get()));
    read.accept(message);
    return Optional.of(message);
  }

  private String readBody(RawMessage head) throws IOException {
    if (head.field("Transfer-Encoding").isPresent()) {
      return new ChunkedBody(this).readToEnd();
    }
    return readText(head.field("Content-Length").map(Integer::parseInt).orElse(0));
  }

  /** The port at this end. */
  public int localPort() {
    return socket.getLocalPort();
  }

  /** Leaves without a word: the other side gets a reset. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
