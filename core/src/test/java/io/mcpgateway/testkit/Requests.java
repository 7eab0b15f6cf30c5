package io.mcpgateway.servlet;

/** Requests in bytes, and what a test looks for in an answer. */
final class Requests {
  static final String TOOLS_LIST = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\"}";

  private Requests() {}

  /** A request without a body. */
  static String request(String method, String path, String... fields) {
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: mcp.test\r\n");
    for (String field : fields) {
      head.append(field).append("\r\n");
    }
    return head + "\r\n";
  }

  /** A POST with a JSON body. */
  static String post(String path, String json, String... fields) {
    String[] all = new String[fields.length + 2];
    System.arraycopy(fields, 0, all, 2, fields.length);
    all[0] = "Content-Type: application/json";
    all[1] = "Content-Length: " + json.length();
    return request("POST", path, all) + json;
  }

  static String bearer(String token) {
    return "Authorization: Bearer " + token;
  }
}
