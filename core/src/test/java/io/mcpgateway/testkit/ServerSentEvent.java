package io.mcpgateway.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An event as a client takes it from a stream (WHATWG HTML, 9.2.6), told from the standard's steps
 * alone, so that rewritten streams can be held against it. Each byte is a character.
 *
 * @param lastId the last event id by then
 * @param type empty for a message
 * @param data its lines
 */
public record ServerSentEvent(String lastId, String type, String data) {

  /** The events of a stream; what has no empty line behind it is none. */
  public static List<ServerSentEvent> in(byte[] stream) {
    String text = new String(stream, StandardCharsets.ISO_8859_1);
    List<ServerSentEvent> events = new ArrayList<>();
    String lastId = "";
    String type = "";
    StringBuilder data = new StringBuilder();
    int at = text.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0;
    for (int end = lineEnd(text, at); end < text.length(); end = lineEnd(text, at)) {
      String line = text.substring(at, end);
      at = end + (text.startsWith("\r\n", end) ? 2 : 1);
      int colon = line.indexOf(':');
      String field = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1);
      value = value.startsWith(" ") ? value.substring(1) : value;
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          events.add(new ServerSentEvent(lastId, type, data.substring(0, data.length() - 1)));
        }
        type = "";
        data.setLength(0);
      } else if (field.equals("data")) {
        data.append(value).append('\n');
      } else if (field.equals("event")) {
        type = value;
      } else if (field.equals("id") && value.indexOf('\0') < 0) {
        lastId = value;
      }
    }
    return events;
  }

  private static int lineEnd(String text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) != '\r' && text.charAt(end) != '\n') {
      end++;
    }
    return end;
  }
}
