package io.mcpgateway.mcp;

import io.mcpgateway.http.BodyFilter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An event stream (WHATWG HTML, 9.2), one event at a time: the data of an event that is a message
 * is filtered; all else, and events that nothing is changed in, pass byte for byte. Comments
 * between events pass at once.
 */
final class FilteredEvents implements BodyFilter {
  private static final Pattern LINE = Pattern.compile("([^\\r\\n]*)(\\r\\n|\\r|\\n|$)");
  private static final Pattern DATA = Pattern.compile("data(?:: ?(.*))?", Pattern.DOTALL);
  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf"; // as bytes

  private final MessageFilter filter;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private boolean begun;
  private boolean lineEmpty = true;
  private boolean lineIsComment;
  private boolean fields;
  private boolean afterReturn;

  FilteredEvents(MessageFilter filter) {
    this.filter = filter;
  }

  @Override
  public byte[] feed(ByteBuffer bytes) throws IOException {
    ByteArrayOutputStream passed = new ByteArrayOutputStream(bytes.remaining());
    while (bytes.hasRemaining()) {
      see(bytes.get(), passed);
    }
    return passed.toByteArray();
  }

  private void see(byte next, ByteArrayOutputStream passed) throws IOException {
    boolean secondHalf = next == '\n' && afterReturn;
    afterReturn = next == '\r';
    if (secondHalf && held.size() == 0) {
      passed.write(next); // its first half has passed
      return;
    }
    if (held.size() == filter.maxMessageBytes()) {
      throw new IOException("an event of more than " + filter.maxMessageBytes() + " bytes");
    }
    held.write(next);
    if (secondHalf) {
      return;
    }
    if (next != '\n' && next != '\r') {
      lineIsComment = lineEmpty ? next == ':' : lineIsComment;
      lineEmpty = false;
    } else if (lineEmpty) {
      endEvent(passed);
    } else {
      fields |= !lineIsComment;
      lineEmpty = true;
      if (!fields) {
        flush(passed);
      }
    }
  }

  private void endEvent(ByteArrayOutputStream passed) throws IOException {
    if (fields) {
      byte[] event = held.toByteArray();
      held.reset();
      passed.writeBytes(filtered(event));
    } else {
      flush(passed);
    }
    fields = false;
    lineEmpty = true;
  }

  private void flush(ByteArrayOutputStream passed) {
    passed.writeBytes(held.toByteArray());
    held.reset();
    begun = true;
  }

  /** An event without its last line end is none to most readers; to others it is. */
  @Override
  public byte[] finish() throws IOException {
    ByteArrayOutputStream passed = new ByteArrayOutputStream();
    fields |= held.size() > 0;
    endEvent(passed);
    return passed.toByteArray();
  }

  private byte[] filtered(byte[] event) throws IOException {
    String text = new String(event, StandardCharsets.ISO_8859_1);
    String mark = !begun && text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
    begun = true;
    List<String> data =
        LINE.matcher(text.substring(mark.length()))
            .results()
            .map(line -> DATA.matcher(line.group(1)))
            .filter(Matcher::matches)
            .map(line -> line.group(1) == null ? "" : line.group(1))
            .toList();
    String message = String.join("\n", data);
    if (!isMessage(message)) {
      return event;
    }
    byte[] before = message.getBytes(StandardCharsets.ISO_8859_1);
    byte[] after = filter.filter(before);
    return after == before
        ? event
        : (mark + withData(text.substring(mark.length()), after))
            .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** What is no JSON object or array is no message: an empty event, a place for messages. */
  private static boolean isMessage(String data) {
    String begun = data.replace(BYTE_ORDER_MARK, "").stripLeading();
    return begun.startsWith("{") || begun.startsWith("[");
  }

  /** The new data stands where the old began; the other lines stay. */
  private static String withData(String event, byte[] data) {
    StringBuilder said = new StringBuilder(event.length());
    boolean placed = false;
    boolean mixed = event.indexOf('\n') >= 0;
    Matcher lines = LINE.matcher(event);
    while (lines.find() && !lines.group().isEmpty()) {
      // A return that comes to stand before a line feed would be one line end with it.
      String end =
          mixed && !lines.group(1).isEmpty() && lines.group(2).equals("\r") ? "\n" : lines.group(2);
      if (!DATA.matcher(lines.group(1)).matches()) {
        said.append(lines.group(1)).append(end);
      } else if (!placed) {
        placed = true;
        new String(data, StandardCharsets.ISO_8859_1)
            .lines()
            .forEach(line -> said.append("data: ").append(line).append(end));
      }
    }
    return said.toString();
  }
}
