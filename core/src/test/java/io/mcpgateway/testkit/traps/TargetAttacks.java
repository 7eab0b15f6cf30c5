package io.mcpgateway.testkit.traps;

import static io.mcpgateway.testkit.traps.WireAttack.MOUNT;

import io.mcpgateway.testkit.Requests;
import java.util.List;

/** Spellings of the protected path, and methods, that a policy might overlook. */
final class TargetAttacks {
  static final String FAMILY = "Spellings of a protected path, without a token, each by 11 methods";

  private static final String[] METHODS = {
    "POST",
    "GET",
    "HEAD",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "PROPFIND",
    "SEARCH",
    "QUERY",
    "GARBAGE"
  };

  private static final String[] PATHS = {
    "/mcp",
    "/mcp/",
    "/mcp//",
    "//mcp",
    "/.//mcp",
    "/./mcp",
    "/mcp/.",
    "/mcp/./",
    "/mcp/..",
    "/mcp/../mcp",
    "/open/../mcp",
    "/open/./../mcp",
    "/open//../mcp",
    "/open/..;/mcp",
    "/open/..;x/mcp",
    "/open/.;/../mcp",
    "/open;/../mcp",
    "/mcp;",
    "/mcp;x",
    "/mcp;x=y/z",
    "/;/mcp",
    "/;x/mcp",
    "/mcp;/../open",
    "/mcp/../open",
    "/mcp/%2e%2e/open",
    "/%6dcp",
    "/%6d%63%70",
    "/m%63p",
    "/%6Dcp",
    "/%256dcp",
    "/open/%2e%2e/mcp",
    "/open/%2e./mcp",
    "/open/.%2e/mcp",
    "/open/%2E%2E/mcp",
    "/open/%252e%252e/mcp",
    "/open%2f..%2fmcp",
    "/open/..%2fmcp",
    "/open/..%2Fmcp",
    "/open/..%5cmcp",
    "/open/..\\mcp",
    "/open\\..\\mcp",
    "\\mcp",
    "/\\mcp",
    "/%2fmcp",
    "/%5cmcp",
    "/mcp%2f",
    "/mcp%00",
    "/mcp%00.html",
    "/%00/mcp",
    "/mcp%20",
    "/mcp%09",
    "/mcp%0a",
    "/mcp%0d%0aX-Smuggled:%20yes",
    "/mcp%3b",
    "/mcp%3f",
    "/mcp%23",
    "/mcp#",
    "/mcp#x",
    "/mcp?",
    "/mcp??",
    "/MCP",
    "/Mcp",
    "/%c0%ae%c0%ae/mcp",
    "/open/%c0%ae%c0%ae/mcp",
    "/open/..%c0%afmcp",
    "/%c1%9cmcp",
    "/m%u0063p",
    "/mcp%",
    "/mcp%2",
    "/mcp%zz",
    "/.well-known/oauth-protected-resource/../../mcp",
    "/.well-known/oauth-protected-resource/..;/..;/mcp",
    "/.well-known/oauth-protected-resource/%2e%2e/%2e%2e/mcp",
    "/.well-known/oauth-protected-resource//mcp",
    "/.well-known/oauth-protected-resource/mcp/../other",
    "/.well-known/oauth-protected-resource/mcp;/../other",
    "/.well-known/oauth-protected-resource/mcp%2f..%2fother",
    "/.well-known/oauth-protected-resource/..%2f..%2fmcp",
    "/.well-known/oauth-protected-resource;/mcp",
    "/.well-known/../mcp",
    "/\u00ff/../mcp",
  };

  private TargetAttacks() {}

  static List<WireAttack> all() {
    WireFamily family = new WireFamily(FAMILY);
    for (String path : PATHS) {
      for (String method : METHODS) {
        family.add(
            WireFamily.printable(path),
            method,
            method
                + " "
                + MOUNT
                + path
                + " HTTP/1.1\r\nHost: "
                + Requests.HOST
                + "\r\nContent-Length: 0\r\n\r\n");
      }
    }
    return family.attacks();
  }
}
