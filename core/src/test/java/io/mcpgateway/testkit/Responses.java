package io.mcpgateway.testkit;

/** Responses in bytes. */
public final class Responses {
  /** Begins an event stream; chunks follow. */
  public static final String STREAM_HEAD = chunked("text/event-stream");

  /** Ends a chunked body. */
  public static final String LAST_CHUNK = "0\r\n\r\n";

  private Responses() {}

  /** Begins a body of any type; chunks follow. */
  public static String chunked(String type) {
    return "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n\r\n";
  }

  /** A whole response with a JSON body. */
  public static String ok(String json) {
    return json("200 OK", json);
  }

  /** A whole response with a JSON body, of any status, with more fields. */
  public static String json(String status, String json, String... fields) {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\r\n");
    for (String field : fields) {
      head.append(field).append("\r\n");
    }
    return head
        + "Content-Type: application/json\r\nContent-Length: "
        + json.length()
        + "\r\n\r\n"
        + json;
  }
}
