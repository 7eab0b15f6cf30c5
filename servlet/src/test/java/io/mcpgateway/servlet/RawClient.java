package io.mcpgateway.servlet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** An HTTP/1.1 client that shows each byte, and sends whatever it is told. One connection. */
final class RawClient implements AutoCloseable {
  private static final int TIMEOUT_MS = 10_000;

  private final Socket socket = new Socket();
  private boolean reset;

  private RawClient(int port, int receiveBuffer) throws IOException {
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.setSoTimeout(TIMEOUT_MS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
  }

  public static RawClient connect(int port) throws IOException {
    return new RawClient(port, 0);
  }

  /** A client that takes little when it does not read. */
  public static RawClient connectWithReceiveBuffer(int port, int bytes) throws IOException {
    return new RawClient(port, bytes);
  }

  public RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Reads up to and including a text; fails when the connection ends before. */
  public String readThrough(String end) throws IOException {
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    while (true) {
      int octet = socket.getInputStream().read();
      if (octet < 0) {
        throw new IOException("the connection ended after: " + latin1(seen));
      }
      seen.write(octet);
      if (octet == end.charAt(end.length() - 1) && latin1(seen).endsWith(end)) {
        return latin1(seen);
      }
    }
  }

  /** Status line and header fields, up to the empty line. */
  public String readHead() throws IOException {
    return readThrough("\r\n\r\n");
  }

  public byte[] read(int count) throws IOException {
    byte[] bytes = socket.getInputStream().readNBytes(count);
    if (bytes.length < count) {
      throw new IOException("the connection ended after " + bytes.length + " bytes");
    }
    return bytes;
  }

  /** Everything until the server closes, or resets, the connection. */
  public String readToEnd() throws IOException {
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    InputStream in = socket.getInputStream();
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        seen.write(buffer, 0, n);
      }
    } catch (SocketException connectionReset) {
      reset = true;
    }
    return latin1(seen);
  }

  /** Reads a whole response with Content-Length or chunks. */
  public String readResponse() throws IOException {
    String head = readHead();
    String lower = head.toLowerCase(Locale.ROOT);
    int length = lower.indexOf("\r\ncontent-length:");
    if (length >= 0) {
      String value = lower.substring(length + 17, lower.indexOf("\r\n", length + 2)).strip();
      return head + new String(read(Integer.parseInt(value)), StandardCharsets.ISO_8859_1);
    }
    return lower.contains("\r\ntransfer-encoding: chunked") ? head + readChunks() : head;
  }

  /** The data of all chunks, through the last one. */
  public String readChunks() throws IOException {
    StringBuilder body = new StringBuilder();
    while (true) {
      int size = Integer.parseInt(readThrough("\r\n").strip(), 16);
      body.append(new String(read(size), StandardCharsets.ISO_8859_1));
      readThrough("\r\n");
      if (size == 0) {
        return body.toString();
      }
    }
  }

  public boolean wasReset() {
    return reset;
  }

  public void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Leaves with a reset, as a crashed client or a cut line. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static String latin1(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }
}
