package io.mcpgateway.testkit.traps;

import static io.mcpgateway.testkit.Responses.LAST_CHUNK;
import static io.mcpgateway.testkit.Responses.STREAM_HEAD;
import static io.mcpgateway.testkit.Responses.chunked;
import static io.mcpgateway.testkit.Responses.json;
import static io.mcpgateway.testkit.Responses.ok;

import io.mcpgateway.testkit.RawBackend;
import io.mcpgateway.testkit.traps.Fault.Outcome;
import io.mcpgateway.testkit.traps.Fault.Section;
import java.util.ArrayList;
import java.util.List;

/** What backends do wrong, and what has to come of it: {@link FaultTraps} plays it. */
public final class Faults {
  /** The body of answers that pass. */
  static final String BODY = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}";

  /** What no client may ever see. */
  static final String SMUGGLED = "{\"smuggled\":true}";

  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String EVENT = "data: 1\n\n";
  private static final String CHUNKED = chunked("application/json");

  private final List<Fault> faults = new ArrayList<>();

  private Faults() {
    heads();
    framings();
    bodies();
    around();
    errors();
  }

  /** All of them. */
  public static List<Fault> all() {
    return List.copyOf(new Faults().faults);
  }

  private void refused(Section section, String what, RawBackend.Script script) {
    faults.add(new Fault(section, what, Outcome.BAD_GATEWAY, "", false, script));
  }

  private void refused(Section section, String what, String answer) {
    faults.add(
        new Fault(section, what, Outcome.BAD_GATEWAY, "", true, client -> client.write(answer)));
  }

  private void broken(Section section, String what, RawBackend.Script script) {
    faults.add(new Fault(section, what, Outcome.BROKEN, "", false, script));
  }

  private void brokenOff(Section section, String what, String answer) {
    faults.add(new Fault(section, what, Outcome.BROKEN, "", true, client -> client.write(answer)));
  }

  private void passed(Section section, String what, RawBackend.Script script) {
    faults.add(new Fault(section, what, Outcome.PASSED, BODY, false, script));
  }

  /** The answer passes, and no other one comes over its connection. */
  private void passedAlone(String what, String body, RawBackend.Script script) {
    faults.add(new Fault(Section.AROUND, what, Outcome.PASSED, body, true, script));
  }

  private static String field(String line) {
    return OK + line + "\r\nContent-Length: 2\r\n\r\n{}";
  }

  private static String framed(String lines) {
    return OK + "Content-Type: application/json\r\n" + lines + "\r\n\r\n";
  }

  private void heads() {
    Section head = Section.HEAD;
    refused(head, "resets the connection instead of answering", c -> c.reset());
    refused(head, "closes the connection instead of answering", c -> c.close());
    refused(head, "resets within the status line", c -> c.write("HTTP/1.1 2").reset());
    refused(head, "closes within the status line", c -> c.write("HTTP/1.1 2").close());
    refused(head, "resets within a field", c -> c.write(OK + "Content-Ty").reset());
    refused(head, "closes within a field", c -> c.write(OK + "Content-Ty").close());
    refused(head, "closes behind the last field", c -> c.write(OK + "A: b\r\n").close());
    refused(head, "speaks another protocol", "SSH-2.0-OpenSSH_9.6\r\n\r\n");
    refused(head, "sends bytes that are no text", "\u0000\u0001\u0002\u00ff\r\n\r\n");
    refused(head, "has a version that is none", "HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n");
    refused(head, "has a status that is no number", "HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n");
    refused(head, "has a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n");
    refused(head, "has a status below 100", "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n");
    refused(head, "has a field without a name", field(": value"));
    refused(head, "has a blank in the name of a field", field("A b: value"));
    refused(head, "has a NUL in a field", field("A: a\u0000b"));
    refused(head, "has a carriage return in a field", field("A: a\rSet-Cookie: b"));
    refused(head, "folds a field over two lines", field("A: a\r\n b"));
    refused(head, "has a field of 1 MiB", field("A: " + "a".repeat(1 << 20)));
    passed(
        head,
        "has a field of 6 KiB",
        c -> c.write(OK + "A: " + "a".repeat(6 * 1024) + "\r\n" + ok(BODY).substring(OK.length())));
    refused(head, "has 10000 fields", field("A: b\r\n".repeat(10_000) + "A: b"));
  }

  private void framings() {
    Section framing = Section.FRAMING;
    for (String length : List.of("abc", "-1", "+2", "0x2", "2 2", "99999999999999999999")) {
      refused(framing, "has `Content-Length: " + length + "`", framed("Content-Length: " + length));
    }
    refused(
        framing,
        "has two lengths that differ",
        framed("Content-Length: 2\r\nContent-Length: 3") + "{} ");
    refused(
        framing,
        "has `Content-Length` and `Transfer-Encoding`",
        framed("Content-Length: 3\r\nTransfer-Encoding: chunked") + "2\r\n{}\r\n" + LAST_CHUNK);
    refused(
        framing,
        "has `Transfer-Encoding` and `Content-Length`",
        framed("Transfer-Encoding: chunked\r\nContent-Length: 3") + "2\r\n{}\r\n" + LAST_CHUNK);
    refused(
        framing,
        "has a transfer encoding that nobody asked for",
        framed("Transfer-Encoding: gzip") + "{}");
    refused(
        framing,
        "is chunked twice",
        framed("Transfer-Encoding: chunked, chunked") + "2\r\n{}\r\n" + LAST_CHUNK);
    passed(
        framing,
        "is HTTP/1.0, its end is the connection's",
        c -> c.write("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + BODY).close());
    passed(
        framing,
        "is HTTP/1.0 with a length",
        c ->
            c.write("HTTP/1.0 200 OK\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY)
                .close());
    passed(
        framing,
        "has no length, its end is the connection's",
        c -> c.write(framed("Connection: close") + BODY).close());
    passed(
        framing,
        "has trailers",
        c -> c.write(CHUNKED).writeChunk(BODY).write("0\r\nX-Trailer: a\r\n\r\n"));
    passed(
        framing,
        "has chunk extensions",
        c ->
            c.write(
                CHUNKED
                    + Integer.toHexString(BODY.length())
                    + ";a=b\r\n"
                    + BODY
                    + "\r\n"
                    + LAST_CHUNK));
  }

  private void bodies() {
    Section body = Section.BODY;
    broken(
        body,
        "closes before all bytes of `Content-Length`",
        c -> c.write(framed("Content-Length: 100") + "{}").close());
    broken(
        body,
        "resets before all bytes of `Content-Length`",
        c -> c.write(framed("Content-Length: 100") + "{}").reset());
    broken(body, "closes without a last chunk", c -> c.write(CHUNKED).writeChunk("{}").close());
    broken(body, "resets without a last chunk", c -> c.write(CHUNKED).writeChunk("{}").reset());
    broken(body, "closes within a chunk", c -> c.write(CHUNKED + "ff\r\n{").close());
    broken(body, "closes within the last chunk", c -> c.write(CHUNKED + "2\r\n{}\r\n0").close());
    broken(
        body,
        "closes within the trailers",
        c -> c.write(CHUNKED + "2\r\n{}\r\n0\r\nX-Trailer: a").close());
    broken(
        body, "closes within an event", c -> c.write(STREAM_HEAD).writeChunk("data: ha").close());
    broken(
        body, "resets within an event", c -> c.write(STREAM_HEAD).writeChunk("data: ha").reset());
    broken(body, "closes between two events", c -> c.write(STREAM_HEAD).writeChunk(EVENT).close());
    brokenOff(body, "has a chunk size that is no number", CHUNKED + "2\r\n{}\r\nzz\r\n");
    brokenOff(body, "has a negative chunk size", CHUNKED + "2\r\n{}\r\n-2\r\n");
    brokenOff(
        body, "has a chunk size that overflows", CHUNKED + "2\r\n{}\r\nfffffffffffffffff\r\n");
    brokenOff(body, "has bytes behind a chunk", CHUNKED + "2\r\n{}xx\r\n" + LAST_CHUNK);
  }

  private void around() {
    Section around = Section.AROUND;
    passed(around, "sends 100 first", c -> c.write("HTTP/1.1 100 Continue\r\n\r\n" + ok(BODY)));
    passed(
        around,
        "sends 103 first",
        c -> c.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok(BODY)));
    passed(
        around,
        "sends 103 a hundred times first",
        c -> c.write("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(100) + ok(BODY)));
    refused(
        around,
        "switches protocols, which nobody asked for (101)",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    String chunked =
        CHUNKED + Integer.toHexString(BODY.length()) + "\r\n" + BODY + "\r\n" + LAST_CHUNK;
    passedAlone("sends bytes behind the response", BODY, c -> c.write(ok(BODY) + "garbage"));
    passedAlone("sends a line end behind the response", BODY, c -> c.write(ok(BODY) + "\r\n"));
    passedAlone("sends a second response with it", BODY, c -> c.write(ok(BODY) + ok(SMUGGLED)));
    passedAlone(
        "sends a second response right behind it",
        BODY,
        c -> c.write(ok(BODY)).write(ok(SMUGGLED)));
    passedAlone(
        "sends a second response behind the last chunk",
        BODY,
        c -> c.write(chunked + ok(SMUGGLED)));
    passedAlone(
        "sends the beginning of a second response with it",
        BODY,
        c -> c.write(ok(BODY) + "HTTP/1.1 200"));
    passedAlone(
        "sends the beginning of a second response right behind it",
        BODY,
        c -> c.write(ok(BODY)).write("HTTP/1.1 200"));
    for (String status : List.of("204 No Content", "304 Not Modified")) {
      String head = "HTTP/1.1 " + status + "\r\n\r\n";
      passedAlone("sends a second response with " + status, "", c -> c.write(head + ok(SMUGGLED)));
      passedAlone(
          "sends a second response right behind " + status,
          "",
          c -> c.write(head).write(ok(SMUGGLED)));
    }
    passed(
        around, "closes behind the response, and does not say so", c -> c.write(ok(BODY)).close());
  }

  private void errors() {
    Section errors = Section.ERRORS;
    for (String status :
        List.of(
            "400 Bad Request",
            "401 Unauthorized",
            "404 Not Found",
            "429 Too Many Requests",
            "500 Internal Server Error",
            "503 Service Unavailable")) {
      passed(
          errors,
          "answers " + status,
          c ->
              c.write(
                  json(
                      status,
                      BODY,
                      "WWW-Authenticate: Bearer realm=\"backend\"",
                      "Retry-After: 17")));
    }
  }
}
