package io.mcpgateway.testkit.traps;

import static io.mcpgateway.testkit.traps.WireAttack.MOUNT;

import io.mcpgateway.testkit.Requests;
import java.util.List;
import java.util.stream.Stream;

/** Requests whose end two parties could see in two places (RFC 9112, 6, 7 and 11.2). */
final class FramingAttacks {
  /** What an attacker would have the backend take for a request of its own. */
  static final String SMUGGLED =
      "GET /smuggled HTTP/1.1\r\nHost: " + Requests.HOST + "\r\nX-Smuggled: yes\r\n\r\n";

  private static final String[] TRANSFER_ENCODINGS = {
    "Transfer-Encoding: chunked",
    "transfer-encoding: chunked",
    "TRANSFER-ENCODING: CHUNKED",
    "Transfer-Encoding: Chunked",
    "Transfer-Encoding:chunked",
    "Transfer-Encoding: chunked ",
    "Transfer-Encoding:\tchunked",
    "Transfer-Encoding: chunked\t",
    "Transfer-Encoding:   chunked",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding\t: chunked",
    " Transfer-Encoding: chunked",
    "\tTransfer-Encoding: chunked",
    "Transfer-Encoding:\r\n chunked",
    "Transfer-Encoding: \r\n\tchunked",
    "Transfer-Encoding\r\n: chunked",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunkedx",
    "Transfer-Encoding: chunk",
    "Transfer-Encoding: \"chunked\"",
    "Transfer-Encoding: 'chunked'",
    "Transfer-Encoding: chunked;q=1",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: identity, chunked",
    "Transfer-Encoding: identity",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked, gzip",
    "Transfer-Encoding: chunked, chunked",
    "Transfer-Encoding: ,chunked",
    "Transfer-Encoding: chunked,",
    "Transfer-Encoding: ",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: x\r\nTransfer-Encoding: chunked",
    "Transfer_Encoding: chunked",
    "Transfer Encoding: chunked",
    "Transfer-Encoding:: chunked",
    "Transfer-Encoding; chunked",
    "Transfer-Encoding: chunked\0",
    "Transfer-Encoding: \0chunked",
    "Transfer-Encoding\0: chunked",
    "\0Transfer-Encoding: chunked",
    "Transfer-Encoding: \013chunked",
    "Transfer-Encoding: \fchunked",
    "Transfer-Encoding: \u00a0chunked",
    "Transfer-Encoding: chunked\rX: y",
    "X: y\nTransfer-Encoding: chunked",
    "X: y\rTransfer-Encoding: chunked",
  };

  private static final String[] LENGTHS = {
    "Content-Length: 2\r\nContent-Length: %d",
    "Content-Length: %d\r\nContent-Length: 2",
    "Content-Length: 2\r\nContent-Length: 2",
    "Content-Length: 2, %d",
    "Content-Length: 2, 2",
    "Content-Length: 2,",
    "Content-Length: +2",
    "Content-Length: -2",
    "Content-Length: -0",
    "Content-Length: 0x2",
    "Content-Length: 02",
    "Content-Length: 2 ",
    "Content-Length: 2 2",
    "Content-Length: 0_2",
    "Content-Length: 2.0",
    "Content-Length: 2e0",
    "Content-Length: 2;x",
    "Content-Length: \"2\"",
    "Content-Length: ",
    "Content-Length: two",
    "Content-Length: 18446744073709551618",
    "Content-Length: 9223372036854775810",
    "Content-Length: 4294967298",
    "Content-Length: 2\0",
    "Content-Length: \0132",
    "Content-Length: \u00b2",
    "Content-Length:\r\n 2",
    "Content-Length : 2",
    "Content-Length: 2\r\nContent_Length: %d",
    "Content_Length: %d",
  };

  private static final String[] CHUNKS = {
    "2\r\n{}\r\n0\r\n\r\n",
    "0002\r\n{}\r\n000\r\n\r\n",
    "2;a=b\r\n{}\r\n0;c\r\n\r\n",
    "2;a=\"b;c\"\r\n{}\r\n0\r\n\r\n",
    "2\r\n{}\r\n0\r\nX-Smuggled: yes\r\n\r\n",
    "2\r\n{}\r\n0\r\nContent-Length: 5\r\nHost: evil.example\r\n\r\n",
    "2\r\n{}\r\n0\r\nTransfer-Encoding: identity\r\n\r\n",
    "2\r\n{}\r\n0\r\nX: a\r\n b\r\n\r\n",
    "2\r\n{}\r\n0\r\nno field\r\n\r\n",
    "2\r\n{}\r\n0\r\nX: a\0b\r\n\r\n",
    "0x2\r\n{}\r\n0\r\n\r\n",
    "+2\r\n{}\r\n0\r\n\r\n",
    "-2\r\n{}\r\n0\r\n\r\n",
    "2 \r\n{}\r\n0\r\n\r\n",
    " 2\r\n{}\r\n0\r\n\r\n",
    "\t2\r\n{}\r\n0\r\n\r\n",
    "2\n{}\r\n0\r\n\r\n",
    "2\r\n{}\n0\r\n\r\n",
    "2\n{}\n0\n\n",
    "2\r{}\r0\r\r",
    "2;a\n{}\r\n0\r\n\r\n",
    "2;a\r{}\r\n0\r\n\r\n",
    "2;a\0b\r\n{}\r\n0\r\n\r\n",
    "2\r\n{}0\r\n\r\n",
    "2\r\n{}xx\r\n0\r\n\r\n",
    "\r\n{}\r\n0\r\n\r\n",
    "g\r\n{}\r\n0\r\n\r\n",
    "2_0\r\n{}\r\n0\r\n\r\n",
    "2.0\r\n{}\r\n0\r\n\r\n",
    "2\0\r\n{}\r\n0\r\n\r\n",
    "10000000000000002\r\n{}\r\n0\r\n\r\n",
    "8000000000000002\r\n{}\r\n0\r\n\r\n",
    "fffffffffffffffe\r\n{}\r\n0\r\n\r\n",
    "2,2\r\n{}\r\n0\r\n\r\n",
  };

  private FramingAttacks() {}

  static List<WireAttack> all() {
    return Stream.of(transferEncodings(), lengths(), chunks())
        .flatMap(family -> family.attacks().stream())
        .toList();
  }

  private static String post(String fields, String body) {
    return "POST "
        + MOUNT
        + "/open HTTP/1.1\r\nHost: "
        + Requests.HOST
        + "\r\nContent-Type: application/json\r\n"
        + fields
        + "\r\n\r\n"
        + body;
  }

  /** Whoever goes by the length takes all for the body; by the encoding, a second request. */
  private static String lengthFirst(String encoding) {
    String body = "0\r\n\r\n" + SMUGGLED;
    return post("Content-Length: " + body.length() + "\r\n" + encoding, body);
  }

  /** Whoever goes by the encoding takes all for the body; by the length, a second request. */
  private static String encodingFirst(String encoding) {
    String size = Integer.toHexString(SMUGGLED.length()) + "\r\n";
    return post(
        encoding + "\r\nContent-Length: " + size.length(), size + SMUGGLED + "\r\n0\r\n\r\n");
  }

  private static WireFamily transferEncodings() {
    return new WireFamily("A body with two ends: `Transfer-Encoding` and `Content-Length`")
        .each("CL.TE", FramingAttacks::lengthFirst, TRANSFER_ENCODINGS)
        .each("TE.CL", FramingAttacks::encodingFirst, TRANSFER_ENCODINGS);
  }

  private static WireFamily lengths() {
    String body = "{}" + SMUGGLED;
    return new WireFamily("`Content-Length`")
        .each("`Content-Length`", field -> post(field.formatted(body.length()), body), LENGTHS);
  }

  private static WireFamily chunks() {
    return new WireFamily("Chunks")
        .each("a chunked body", body -> post("Transfer-Encoding: chunked", body + SMUGGLED), CHUNKS)
        .one(
            "an extension of 200 KB",
            post(
                "Transfer-Encoding: chunked",
                "2;" + "a".repeat(200_000) + "\r\n{}\r\n0\r\n\r\n" + SMUGGLED))
        .one(
            "a trailer section of 200 KB",
            post(
                "Transfer-Encoding: chunked",
                "2\r\n{}\r\n0\r\n" + "X: y\r\n".repeat(33_000) + "\r\n" + SMUGGLED))
        .one(
            "2,000 chunks of one byte",
            post(
                "Transfer-Encoding: chunked",
                "1\r\n \r\n".repeat(2_000) + "2\r\n{}\r\n0\r\n\r\n" + SMUGGLED));
  }
}
