package io.mcpgateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spellings of a protected path: each has one reading, or is refused. */
class RequestPathTest {

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/mcp, /mcp",
    "/mcp/, /mcp/",
    "/MCP, /MCP",
    "/%6dcp, /mcp",
    "/%6Dcp, /mcp",
    "/m%63p, /mcp",
    "/%6d%63%70, /mcp",
    "/a.b/..c/d.., /a.b/..c/d..",
    "/.../mcp, /.../mcp",
    "/.well-known/x, /.well-known/x",
    "/%2Ewell-known/x, /.well-known/x",
    "/caf%C3%A9, /café",
    "/%F0%9F%99%82, /🙂",
    "/a-b_c~d, /a-b_c~d",
    "/a:b@c, /a:b@c",
    "/a=1&b+c, /a=1&b+c",
    "/x!$'()*y, /x!$'()*y",
  })
  void decode_oneReading_isDecoded(String path, String decoded) {
    assertThat(RequestPath.decode(path.replace("''", "'"))).contains(decoded.replace("''", "'"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // no path
        "",
        "*",
        "mcp",
        "http://localhost/mcp",
        "//localhost/mcp",
        // dot segments
        "/.",
        "/..",
        "/./mcp",
        "/../mcp",
        "/a/../mcp",
        "/a/./mcp",
        "/mcp/.",
        "/mcp/..",
        "/%2e/mcp",
        "/%2E%2E/mcp",
        "/a/.%2e/mcp",
        "/a/%2e./mcp",
        "/a/%2e%2e/mcp",
        "/mcp/%2e",
        "/.well-known/oauth-protected-resource/../../mcp",
        "/.well-known/oauth-protected-resource/%2e%2e/%2e%2e/mcp",
        // empty segments
        "//",
        "//mcp",
        "/mcp//",
        "/a//mcp",
        // parameters
        "/mcp;x",
        "/mcp;jsessionid=1",
        "/..;/mcp",
        "/a/..;x/mcp",
        "/;/mcp",
        "/mcp%3bx",
        "/mcp%3Bx",
        // encoded separators
        "/%2fmcp",
        "/%2Fmcp",
        "/a%2f..%2fmcp",
        "/mcp%5c",
        "/mcp%5C..",
        "/mcp\\..",
        "\\mcp",
        "/mcp%3fx",
        "/mcp%23x",
        "/mcp?x",
        "/mcp#x",
        // double encoding
        "/%252e%252e/mcp",
        "/%25%32%65/mcp",
        "/mcp%25",
        // control characters and blanks
        "/mcp%00",
        "/mcp\0",
        "/mcp%0d%0a",
        "/mcp\r\n",
        "/mcp%09",
        "/mcp\t",
        "/mcp%20",
        "/mcp ",
        " /mcp",
        "/mcp%7f",
        "/mcp\u007f",
        // broken encoding
        "/mcp%",
        "/mcp%2",
        "/mcp%2g",
        "/mcp%zz",
        "/mcp% 41",
        "/mcp%-1",
        "/mcp%u002e",
        "/m%\uff16\uff13p",
        // malformed UTF-8: overlong, cut off, surrogates, Latin-1
        "/%c0%ae%c0%ae/mcp",
        "/%c0%afmcp",
        "/%e0%80%ae/mcp",
        "/%f0%80%80%ae/mcp",
        "/mcp%c3",
        "/mcp%ff",
        "/%ed%a0%80",
        "/caf%e9",
        // characters that RFC 3986 has no place for in a path
        "/café",
        "/mcp\u2024",
        "/mcp\"",
        "/mcp<x>",
        "/mcp{x}",
        "/mcp|x",
        "/mcp^x",
        "/mcp`x",
        "/mcp[x]",
      })
  void decode_ambiguousPath_isRefused(String path) {
    assertThat(RequestPath.decode(path)).isEmpty();
  }
}
