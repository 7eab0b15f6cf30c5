package io.mcpgateway.testkit.traps;

import static io.mcpgateway.testkit.traps.WireAttack.MOUNT;
import static io.mcpgateway.testkit.traps.WireAttack.TOKEN;

import io.mcpgateway.testkit.Requests;
import java.util.List;
import java.util.stream.Stream;

/** Heads that two parties could read in two ways, or that ask for what is not the client's. */
final class HeadAttacks {
  private static final String[] FIELDS = {
    "X-Smuggled : yes",
    "X-Smuggled\t: yes",
    " X-Smuggled: yes",
    "X: a\r\n X-Other: b",
    "X: a\r\n\tb",
    "X: a\rX-Smuggled: yes",
    "X: a\nX-Other: b",
    "X: a\r\rX-Smuggled: yes",
    "X: a\0b",
    "X: a\001b",
    "X: a\u007fb",
    "X: a\fb",
    "X\0: a",
    "X\u00e9: a",
    "X(Y): a",
    "X Y: a",
    "X{Y}: a",
    "X@Y: a",
    "X/Y: a",
    ": a",
    "no-colon",
    "X: h\u00e9llo",
    "X:",
  };

  private static final String[] HOSTS = {
    "",
    "Host: mcp.test\r\nHost: mcp.test\r\n",
    "Host: mcp.test\r\nHost: evil.example\r\n",
    "Host: evil.example\r\nHost: mcp.test\r\n",
    "Host: mcp.test, evil.example\r\n",
    "Host: mcp.test evil.example\r\n",
    "Host: user@mcp.test\r\n",
    "Host: mcp.test@evil.example\r\n",
    "Host: mcp.test/mcp\r\n",
    "Host: mcp.test?x\r\n",
    "Host: mcp.test#x\r\n",
    "Host: http://mcp.test\r\n",
    "Host: mcp.test:\r\n",
    "Host: mcp.test:80x\r\n",
    "Host: mcp.test:-80\r\n",
    "Host: mcp.test:99999\r\n",
    "Host: mcp.test:80:80\r\n",
    "Host: \r\n",
    "Host: [::1\r\n",
    "Host: ::1\r\n",
    "Host: mcp.test\0.evil.example\r\n",
    "Host: mcp\u00e9.test\r\n",
    "Host: mcp.test%00\r\n",
    "Host: evil.example\r\n",
    "Host: mcp.test.evil.example\r\n",
    "Host: evilmcp.test\r\n",
    "Host : mcp.test\r\n",
    "Host:\r\n mcp.test\r\n",
    "Host: mcp.test\r\n evil.example\r\n",
    "Host: mcp.test.\r\n",
    "Host: MCP.TEST\r\n",
    "Host: mcp.test:80\r\n",
    "Host: mcp.test..\r\n",
  };

  private static final String[] START_LINES = {
    "POST http://mcp.test${mount}/open HTTP/1.1",
    "POST http://evil.example${mount}/open HTTP/1.1",
    "POST http://mcp.test:9${mount}/open HTTP/1.1",
    "POST http://user@mcp.test${mount}/open HTTP/1.1",
    "POST https://mcp.test${mount}/open HTTP/1.1",
    "POST file://mcp.test${mount}/open HTTP/1.1",
    "POST mcp.test:80 HTTP/1.1",
    "POST * HTTP/1.1",
    "POST  ${mount}/open HTTP/1.1",
    "POST ${mount}/open  HTTP/1.1",
    "POST ${mount}/open x HTTP/1.1",
    "POST\t${mount}/open\tHTTP/1.1",
    "POST ${mount}/open",
    "POST ${mount}/open HTTP/1.1 ",
    "POST ${mount}/open HTTP/1.2",
    "POST ${mount}/open HTTP/2.0",
    "POST ${mount}/open HTTP/0.9",
    "POST ${mount}/open HTTP/11",
    "POST ${mount}/open http/1.1",
    "POST ${mount}/open HTTPS/1.1",
    " POST ${mount}/open HTTP/1.1",
    "P\0ST ${mount}/open HTTP/1.1",
    "PO(ST ${mount}/open HTTP/1.1",
    "post ${mount}/open HTTP/1.1",
    "\r\n\r\nPOST ${mount}/open HTTP/1.1",
  };

  private static final String[] SPOOFED = {
    "Forwarded: for=203.0.113.66;host=evil.example;proto=https",
    "X-Forwarded-For: 203.0.113.66",
    "X-Forwarded-Host: evil.example",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Port: 66",
    "X-Forwarded-Prefix: /evil",
    "X-Real-IP: 203.0.113.66",
    "X_Forwarded_For: 203.0.113.66",
    "X_Forwarded_Host: evil.example",
    "x_real_ip: 203.0.113.66",
    "X-Original-URL: /smuggled",
    "X-Rewrite-URL: /smuggled",
    "X_Original_URL: /smuggled",
    "X-HTTP-Method-Override: DELETE",
    "X-HTTP-Method: DELETE",
    "X-Method-Override: DELETE",
  };

  private HeadAttacks() {}

  static List<WireAttack> all() {
    return Stream.of(
            fields(),
            hosts(),
            startLines(),
            otherProtocols(),
            bodies(),
            sizes(),
            spoofed(),
            tokens())
        .flatMap(family -> family.attacks().stream())
        .toList();
  }

  private static String request(String line, String host, String fields, String body) {
    return line + "\r\n" + host + fields + "\r\n" + body;
  }

  private static final String HOST = "Host: " + Requests.HOST + "\r\n";
  private static final String H2C =
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
          + "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n";
  private static final String JSON = "Content-Type: application/json\r\nContent-Length: 2\r\n";

  private static String to(String method, String path) {
    return method + " " + MOUNT + path + " HTTP/1.1";
  }

  private static String post(String field) {
    return request(to("POST", "/open"), HOST, JSON + field + "\r\n", "{}");
  }

  private static WireFamily fields() {
    return new WireFamily("Header fields").each("a field", HeadAttacks::post, FIELDS);
  }

  private static WireFamily hosts() {
    return new WireFamily("`Host`")
        .each("`Host`", host -> request(to("POST", "/open"), host, JSON, "{}"), HOSTS);
  }

  private static WireFamily startLines() {
    return new WireFamily("Request lines")
        .each("a request line", line -> request(line, HOST, JSON, "{}"), START_LINES);
  }

  private static WireFamily otherProtocols() {
    return new WireFamily("Other protocols, and old ones")
        .one(
            "`Upgrade: websocket`",
            request(
                to("GET", "/open"),
                HOST,
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                ""))
        .one("`Upgrade: TLS/1.0`", post("Connection: Upgrade\r\nUpgrade: TLS/1.0"))
        .one("`Upgrade: h2c`", request(to("GET", "/open"), HOST, H2C, ""))
        .one("`Upgrade: h2c` with a body", request(to("POST", "/open"), HOST, JSON + H2C, "{}"))
        .one(
            "`Upgrade: h2c` and a second request",
            request(to("GET", "/open"), HOST, H2C, FramingAttacks.SMUGGLED))
        .one("`CONNECT` to a host", request("CONNECT mcp.test:80 HTTP/1.1", HOST, "", ""))
        .one("`CONNECT` to a path", request(to("CONNECT", "/open"), HOST, "", ""))
        .one("`TRACE`", request(to("TRACE", "/open"), HOST, "", ""))
        .one("HTTP/1.0 without `Host`", request("POST " + MOUNT + "/open HTTP/1.0", "", JSON, "{}"))
        .one("HTTP/1.0", request("POST " + MOUNT + "/open HTTP/1.0", HOST, JSON, "{}"))
        .one(
            "HTTP/1.0 with `Transfer-Encoding`",
            request(
                "POST " + MOUNT + "/open HTTP/1.0",
                HOST,
                "Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n",
                "2\r\n{}\r\n0\r\n\r\n" + FramingAttacks.SMUGGLED))
        .one("HTTP/0.9", "GET " + MOUNT + "/open\r\n\r\n")
        .one("a TLS handshake", "\026\003\001\0\005\001\0\0\001\0\r\n\r\n")
        .each(
            "`Expect`",
            value -> post("Expect: " + value),
            "100-continue",
            "100-Continue",
            "100-continue, 100-continue",
            "200-ok",
            "")
        .one(
            "`Expect: 100-continue` and a second request for the body",
            request(
                to("POST", "/open"),
                HOST,
                "Expect: 100-continue\r\nContent-Length: "
                    + FramingAttacks.SMUGGLED.length()
                    + "\r\n",
                FramingAttacks.SMUGGLED));
  }

  private static WireFamily bodies() {
    return new WireFamily("Bodies where none belongs, and many requests")
        .each(
            "a body of a length",
            method ->
                request(
                    to(method, "/open"),
                    HOST,
                    "Content-Length: " + FramingAttacks.SMUGGLED.length() + "\r\n",
                    FramingAttacks.SMUGGLED),
            "GET",
            "OPTIONS",
            "DELETE",
            "HEAD")
        .each(
            "a body in chunks",
            method ->
                request(
                    to(method, "/open"),
                    HOST,
                    "Transfer-Encoding: chunked\r\n",
                    "2\r\n{}\r\n0\r\n\r\n"),
            "GET",
            "OPTIONS",
            "DELETE",
            "HEAD")
        .one("20 calls at once", post("X: y").repeat(20))
        .one("a body in gzip", post("Content-Encoding: gzip"));
  }

  private static WireFamily sizes() {
    return new WireFamily("Sizes")
        .one("a field of 64 KiB", post("X: " + "a".repeat(65_536)))
        .one("a field of 1 MiB", post("X: " + "a".repeat(1 << 20)))
        .one("10,000 fields", post("X: y\r\n".repeat(9_999) + "X: y"))
        .one(
            "a path of 64 KiB",
            request(to("POST", "/open/" + "a".repeat(65_536)), HOST, JSON, "{}"))
        .one(
            "a query of 64 KiB",
            request(to("POST", "/open?" + "a".repeat(65_536)), HOST, JSON, "{}"))
        .one("a method of 64 KiB", request(to("A".repeat(65_536), "/open"), HOST, JSON, "{}"));
  }

  private static WireFamily spoofed() {
    return new WireFamily("Fields of proxies, and other targets and methods")
        .each("a field of proxies", HeadAttacks::post, SPOOFED);
  }

  private static String authorized(String fields) {
    return request(to("POST", "/mcp"), HOST, JSON + fields + "\r\n", "{}");
  }

  private static WireFamily tokens() {
    String good = "Authorization: Bearer " + TOKEN;
    return new WireFamily("Tokens and sessions on the wire")
        .each(
            "a token",
            HeadAttacks::authorized,
            good,
            good + "\r\nAuthorization: Bearer x",
            "Authorization: Bearer x\r\n" + good,
            good + ", Bearer x",
            good + " " + TOKEN,
            "Authorization: Bearer \"" + TOKEN + "\"",
            "Authorization: Bearer\t" + TOKEN,
            "Authorization: Bearer  " + TOKEN,
            "Authorization: Bearer\r\n " + TOKEN,
            "Authorization: Bearer " + TOKEN + "\u00e9",
            "Authorization : Bearer " + TOKEN,
            "Authorization_: Bearer " + TOKEN,
            "X-Authorization: Bearer " + TOKEN,
            good + "\r\nConnection: Authorization",
            good + "\r\nConnection: Host",
            good + "\r\nConnection: Content-Type, Content-Length",
            good + "\r\nConnection: Mcp-Protocol-Version\r\nMCP-Protocol-Version: 2025-11-25");
  }
}
