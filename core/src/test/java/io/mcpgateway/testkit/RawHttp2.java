package io.mcpgateway.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;
import org.eclipse.jetty.http2.hpack.HpackException;

/**
 * A client that speaks HTTP/2 in clear (RFC 9113) frame by frame, and as wrongly as it is told to.
 */
public final class RawHttp2 implements AutoCloseable {
  /** Types of frames (RFC 9113, 6). */
  public static final int DATA = 0;

  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;

  /** Flags of frames. */
  public static final int END_STREAM = 1;

  public static final int END_HEADERS = 4;
  private static final int ACK = 1;

  private final RawConnection connection;
  private final HpackDecoder decoder = new HpackDecoder(64 * 1024, System::nanoTime);

  /**
   * A field, which may be any text.
   *
   * @param name as it is sent
   * @param value as it is sent
   */
  public record Field(String name, String value) {}

  private RawHttp2(RawConnection connection) {
    this.connection = connection;
  }

  /** Connects to a port of the loopback address, and begins to speak HTTP/2. */
  public static RawHttp2 to(int port) throws IOException {
    RawHttp2 client = new RawHttp2(RawConnection.to(port));
    client.connection.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    return client.frame(SETTINGS, 0, 0, "");
  }

  /** Sends a frame. */
  public RawHttp2 frame(int type, int flags, int stream, String payload) throws IOException {
    connection.write(
        bytes(payload.length(), 3) + bytes(type, 1) + bytes(flags, 1) + bytes(stream, 4) + payload);
    return this;
  }

  /** Sends a whole request with a body. */
  public RawHttp2 request(int stream, List<Field> fields, String body) throws IOException {
    return frame(HEADERS, END_HEADERS, stream, block(fields)).frame(DATA, END_STREAM, stream, body);
  }

  /** Fields as a header block: literals that are not indexed (RFC 7541, 6.2.2). */
  public static String block(List<Field> fields) {
    StringBuilder block = new StringBuilder();
    for (Field field : fields) {
      block.append('\0').append(text(field.name())).append(text(field.value()));
    }
    return block.toString();
  }

  private static String text(String value) {
    StringBuilder length = new StringBuilder();
    int rest = value.length();
    if (rest < 127) {
      length.append((char) rest);
    } else {
      length.append((char) 127);
      for (rest -= 127; rest >= 128; rest >>= 7) {
        length.append((char) ((rest & 127) | 128));
      }
      length.append((char) rest);
    }
    return length + value;
  }

  private static String bytes(int number, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = count - 1; i >= 0; i--) {
      text.append((char) ((number >> (8 * i)) & 255));
    }
    return text.toString();
  }

  /**
   * Reads until it is clear what becomes of a stream.
   *
   * @return its status, or {@code reset}, {@code goaway} (an error of the connection) or {@code
   *     closed}
   */
  public String outcome(int stream) throws IOException {
    String status = "";
    try {
      while (true) {
        String head = connection.readText(9);
        String payload = connection.readText(number(head, 0, 3));
        int type = number(head, 3, 1);
        int flags = number(head, 4, 1);
        int of = number(head, 5, 4);
        if (type == SETTINGS && (flags & ACK) == 0) {
          frame(SETTINGS, ACK, 0, "");
        } else if (type == GOAWAY && number(payload, 4, 4) != 0) {
          return "goaway";
        } else if (type == HEADERS) {
          int told = status(payload);
          status = of == stream && told >= 200 ? "" + told : status;
        }
        if (of == stream && type == RST_STREAM) {
          return status.isEmpty() ? "reset" : status;
        }
        if (of == stream && (type == HEADERS || type == DATA) && (flags & END_STREAM) != 0) {
          return status;
        }
      }
    } catch (EOFException | SocketException gone) {
      return status.isEmpty() ? "closed" : status;
    }
  }

  private int status(String block) throws IOException {
    try {
      return decoder.decode(ByteBuffer.wrap(block.getBytes(StandardCharsets.ISO_8859_1)))
              instanceof MetaData.Response response
          ? response.getStatus()
          : 0;
    } catch (HpackException malformed) {
      throw new IOException(malformed);
    }
  }

  private static int number(String text, int from, int count) {
    int number = 0;
    for (int i = from; i < from + count; i++) {
      number = (number << 8) | text.charAt(i);
    }
    return number;
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
