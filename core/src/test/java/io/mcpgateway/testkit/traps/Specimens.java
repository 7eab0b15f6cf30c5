package io.mcpgateway.testkit.traps;

import static io.mcpgateway.testkit.Responses.json;
import static java.util.Map.entry;

import io.mcpgateway.testkit.Requests;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Bytes that have to arrive as they are. One character is one byte. */
public final class Specimens {
  /** How a stream of revision 2025-11-25 begins. */
  public static final String PRIMING_EVENT = "id: 1\nretry: 500\ndata: \n\n";

  /** A call that may be answered with a stream. */
  public static final String TOOLS_CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}";

  /** A request whose answer is a stream without an end. */
  public static final String LISTEN =
      "{\"jsonrpc\":\"2.0\",\"id\":\"sub-1\",\"method\":\"subscriptions/listen\"}";

  /** Event streams in every spelling that WHATWG HTML, 9.2.5, allows, and some that it ignores. */
  public static final Map<String, String> FRAMINGS =
      Map.ofEntries(
          entry("LF", "event: message\ndata: {}\n\nid: 2\ndata: x\n\n"),
          entry("CRLF", "event: message\r\ndata: {}\r\n\r\nid: 2\r\ndata: x\r\n\r\n"),
          entry("CR", "event: message\rdata: {}\r\rid: 2\rdata: x\r\r"),
          entry("mixed line ends", "id: 1\r\ndata: a\n\rdata: b\r\n\n\r\r\n"),
          entry("byte order mark", utf8("\ufeffid: 1\ndata: x\n\n")),
          entry("byte order mark within", utf8("data: 1\n\n\ufeffdata: x\n\n")),
          entry("several data lines", "data: {\ndata: \"a\":\ndata\ndata:\ndata:  1}\n\n"),
          entry("comments only", ": ping\n\n:\n\n:no blank\r\n\r\n"),
          entry("comments within", "data: 1\n: in between\ndata: 2\n\n"),
          entry("empty lines", "\n\n\ndata: 1\n\n\n\n"),
          entry("fields nobody knows", "foo: bar\nDATA: x\nretry: soon\nid: a\u0000b\ndata: 1\n\n"),
          entry("no end", "data: 1\n\ndata: half"),
          entry("UTF-8", utf8("data: h\u00e9llo \u20ac \ud83d\ude00\n\n")),
          entry("no UTF-8", "data: \u00ff\u00fe\u0080\n\n"));

  /** JSON-RPC ids that readers of JSON like to change. */
  public static final List<String> IDS =
      List.of(
          "0",
          "1",
          "\"1\"",
          "\"\"",
          "\"a-b_c.9/=\"",
          "9007199254740993",
          "-9223372036854775809",
          "123456789012345678901234567890",
          "1.0",
          "1e3");

  /** JSON that does not survive being read and written again. */
  public static final List<String> MESSAGES =
      List.of(
          "{ \"z\":1,\"a\" : 2 ,\r\n\t\"m\":3}",
          "{\"n\":[1.0,1.10,-0,1e400,0.1000000000000000055511151231257827,12345678901234567890]}",
          "{\"s\":\"\\u0041\\/\\ud83d\\ude00\\u2028\"}",
          utf8("{\"s\":\"h\u00e9llo \u20ac \ud83d\ude00\"}"),
          "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"tools\":[],\"resultType\":\"complete\","
              + "\"ttlMs\":60000,\"cacheScope\":\"public\",\"new\":{\"deep\":[{\"x\":null}]}},\"also\":1}",
          "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":{\"_meta\":"
              + "{\"traceparent\":\"00-a-b-01\",\"com.example/x\":[],\"progressToken\":9007199254740993},"
              + "\"requestState\":\"=?\\u003d\",\"inputResponses\":{}}}",
          "[]",
          "\"text\"",
          "null");

  /** Answers of servers that clients tell revisions and errors by. */
  public static final List<String> ERRORS =
      List.of(
          json(
              "400 Bad Request",
              "{ \"jsonrpc\":\"2.0\",\"error\":{\"code\":-32022,\"message\":\"no\",\"data\":"
                  + "{\"supported\":[\"2026-07-28\"],\"requested\":\"1900-01-01\"}},\"id\":7 }"),
          json(
              "400 Bad Request",
              "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32020,\"message\":\"mismatch\"}}",
              "X-Why: upstream"),
          json(
              "404 Not Found",
              "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}"),
          "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 17\r\n\r\nSession not found",
          json("405 Method Not Allowed", "{\"e\":405}", "Allow: POST, DELETE"),
          "HTTP/1.1 405 Method Not Allowed\r\nAllow: POST\r\nContent-Length: 0\r\n\r\n",
          json("406 Not Acceptable", "{\"e\":406}"),
          json("415 Unsupported Media Type", "{\"e\":415}", "Accept-Post: application/json"),
          json("429 Too Many Requests", "{}", "Retry-After: 3"),
          json("500 Internal Server Error", "{\"e\":\"<script>\"}"),
          json("503 Service Unavailable", "{}", "Retry-After: 7"));

  private Specimens() {}

  /** The bytes of a text. */
  public static String utf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** A message with an id as JSON text, whose bytes end up in many other places of MCP. */
  public static String called(String id) {
    return Requests.TOOLS_LIST.replace("7", id);
  }
}
