package io.mcpgateway.testkit.traps;

import io.mcpgateway.testkit.RawHttp2;
import io.mcpgateway.testkit.RawHttp2.Field;
import io.mcpgateway.testkit.Requests;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * H8: requests that mean one thing in HTTP/2 and another one in the HTTP/1.1 that the backend
 * speaks (RFC 9113, 8.2, 8.3 and 10.3), and floods of frames that cost the sender nothing.
 */
final class Http2Attacks {
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: evil.example\r\n\r\n";
  private static final int FLOOD = 20_000;

  /** What the launcher lets pass, and nothing of it goes on. */
  static final Set<String> HARMLESS =
      Set.of(
          "first :protocol websocket",
          "last keep-alive timeout=5",
          "last proxy-connection close",
          "last upgrade websocket",
          "a length, and no body",
          "trailer transfer-encoding");

  private final List<Field> good;
  private final List<Attack> attacks = new ArrayList<>();

  /**
   * An attack on stream 1.
   *
   * @param what it is
   * @param script plays it
   */
  record Attack(String what, Script script) {
    /** Sends frames. */
    interface Script {
      void play(RawHttp2 client) throws IOException;
    }
  }

  private Http2Attacks(String path) {
    good =
        List.of(
            new Field(":method", "POST"),
            new Field(":scheme", "http"),
            new Field(":authority", Requests.HOST),
            new Field(":path", path),
            new Field("content-type", "application/json"));
  }

  /** Those of which nothing may reach a backend but an honest request. */
  static List<Attack> requests(String path) {
    Http2Attacks all = new Http2Attacks(path);
    all.pseudoFields();
    all.fields();
    all.lengths();
    return all.attacks;
  }

  /** Those by which the connection ends. */
  static List<Attack> floods(String path) {
    Http2Attacks all = new Http2Attacks(path);
    all.frames();
    return all.attacks;
  }

  /** What all attacks are made of: it passes. */
  static Attack good(String path) {
    Http2Attacks all = new Http2Attacks(path);
    return new Attack("none", client -> client.request(1, all.good, "{}"));
  }

  private void add(String what, Stream<Field> fields) {
    add(what, fields, "{}");
  }

  private void add(String what, Stream<Field> fields, String body) {
    List<Field> all = fields.toList();
    attacks.add(new Attack(what, client -> client.request(1, all, body)));
  }

  private void without(String name) {
    add("no " + name, good.stream().filter(field -> !field.name().equals(name)));
  }

  private void instead(String name, String value) {
    add(
        name + " " + WireFamily.printable(value),
        good.stream().map(field -> field.name().equals(name) ? new Field(name, value) : field));
  }

  private void before(String name, String value) {
    add(
        "first " + name + " " + WireFamily.printable(value),
        Stream.concat(Stream.of(new Field(name, value)), good.stream()));
  }

  private void behind(String name, String value) {
    behind(name, value, "{}");
  }

  private void behind(String name, String value, String body) {
    add(
        "last " + WireFamily.printable(name) + " " + WireFamily.printable(value),
        Stream.concat(good.stream(), Stream.of(new Field(name, value))),
        body);
  }

  private void pseudoFields() {
    String path = good.get(3).value();
    for (Field field : good.subList(0, 4)) {
      before(field.name(), field.value());
      behind(field.name(), field.value());
    }
    before(":method", "GET");
    before(":path", "/other");
    before(":authority", "evil.example");
    before(":scheme", "https");
    without(":method");
    without(":scheme");
    without(":path");
    without(":authority");
    before(":status", "200");
    before(":unknown", "x");
    before(":protocol", "websocket");
    for (String target :
        List.of(
            "",
            "*",
            "open",
            path + " HTTP/1.1\r\nX-Smuggled: yes",
            path + " x",
            path + "\tx",
            path + "\u0000",
            path + "#x",
            path + "\\..\\other",
            "http://evil.example" + path,
            "//evil.example" + path)) {
      instead(":path", target);
    }
    for (String method : List.of("", "POST /smuggled HTTP/1.1\r\nX: y", "PO ST", "POST\u0000")) {
      instead(":method", method);
    }
    for (String authority :
        List.of(
            "",
            "user@" + Requests.HOST,
            Requests.HOST + "/other",
            Requests.HOST + "\r\nX-Smuggled: yes",
            Requests.HOST + " evil.example",
            Requests.HOST + ", evil.example",
            Requests.HOST + ":80:80")) {
      instead(":authority", authority);
    }
    for (String scheme : List.of("", "http://evil.example/?", "ht tp", "http\r\nX-Smuggled: yes")) {
      instead(":scheme", scheme);
    }
  }

  private void fields() {
    behind("host", "evil.example");
    behind("host", Requests.HOST + ":81");
    behind("X-Upper", "yes");
    behind("Content-Length", "2");
    for (String name :
        List.of("", "x y", "x:y", "x\r\nx-smuggled", "x\u0000", "x\u00e9", "x\n", " x", "x ")) {
      behind(name, "y");
    }
    for (String value : List.of("a\r\nX-Smuggled: yes", "a\nX-Smuggled: yes", "a\rb", "a\u0000b")) {
      behind("x", value);
    }
    behind("connection", "close");
    behind("connection", "x-smuggled");
    behind("keep-alive", "timeout=5");
    behind("proxy-connection", "close");
    behind("upgrade", "websocket");
    behind("transfer-encoding", "chunked", "0\r\n\r\n" + SMUGGLED);
    behind("transfer-encoding", "identity");
    behind("te", "gzip");
  }

  private void lengths() {
    for (String length : List.of("0", "1", "3", "100", "+2", "-2", "0x2", "2 2", "2, 3", "x", "")) {
      behind("content-length", length);
    }
    behind("content-length", "0", SMUGGLED);
    add(
        "two lengths that differ",
        Stream.concat(
            good.stream(),
            Stream.of(new Field("content-length", "2"), new Field("content-length", "3"))));
    List<Field> long2 =
        Stream.concat(good.stream(), Stream.of(new Field("content-length", "2"))).toList();
    attacks.add(
        new Attack(
            "a length, and no body",
            client ->
                client.frame(
                    RawHttp2.HEADERS,
                    RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
                    1,
                    RawHttp2.block(long2))));
    trailer(":path", "/other");
    trailer(":status", "200");
    trailer("X-Upper", "yes");
    trailer("transfer-encoding", "chunked");
  }

  private void trailer(String name, String value) {
    attacks.add(
        new Attack(
            "trailer " + name,
            client ->
                client
                    .frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.block(good))
                    .frame(RawHttp2.DATA, 0, 1, "{}")
                    .frame(
                        RawHttp2.HEADERS,
                        RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
                        1,
                        RawHttp2.block(List.of(new Field(name, value))))));
  }

  private void frames() {
    flood("SETTINGS", (client, i) -> client.frame(RawHttp2.SETTINGS, 0, 0, ""));
    flood(
        "SETTINGS that change",
        (client, i) -> client.frame(RawHttp2.SETTINGS, 0, 0, "\0\4\0\0" + (char) (i & 127) + "\0"));
    flood("PING", (client, i) -> client.frame(RawHttp2.PING, 0, 0, "\0\0\0\0\0\0\0\0"));
    flood(
        "DATA without bytes",
        (client, i) -> {
          if (i == 0) {
            client.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.block(good));
          }
          client.frame(RawHttp2.DATA, 0, 1, "");
        });
    flood(
        "streams that are reset",
        (client, i) ->
            client
                .frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 2 * i + 1, RawHttp2.block(good))
                .frame(RawHttp2.RST_STREAM, 0, 2 * i + 1, "\0\0\0\b"));
    flood(
        "requests that are no requests",
        (client, i) ->
            client.frame(
                RawHttp2.HEADERS,
                RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
                2 * i + 1,
                RawHttp2.block(List.of(new Field("X", "y")))));
    String much = RawHttp2.block(List.of(new Field("x", "y".repeat(1000))));
    flood(
        "CONTINUATION",
        (client, i) ->
            client.frame(
                i == 0 ? RawHttp2.HEADERS : RawHttp2.CONTINUATION,
                0,
                1,
                i == 0 ? RawHttp2.block(good) : much));
    flood(
        "CONTINUATION without bytes",
        (client, i) ->
            client.frame(
                i == 0 ? RawHttp2.HEADERS : RawHttp2.CONTINUATION,
                0,
                1,
                i == 0 ? RawHttp2.block(good) : ""));
  }

  /** One frame of many. */
  private interface Step {
    void send(RawHttp2 client, int number) throws IOException;
  }

  private void flood(String what, Step step) {
    attacks.add(
        new Attack(
            what,
            client -> {
              for (int i = 0; i < FLOOD; i++) {
                step.send(client, i);
              }
            }));
  }
}
